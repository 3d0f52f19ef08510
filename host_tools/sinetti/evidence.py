# SPDX-License-Identifier: MIT
"""Evidence: what was signed for a phone, kept so that anybody can check it later without this program.

    PHONE-TIME-FINGERPRINT.block    the exact bytes that were signed, a SIP message's signed part
    PHONE-TIME-FINGERPRINT.sig      the detached signature, binary
    PHONE-TIME-FINGERPRINT.crt      the certificate it was checked with: a stranger's is in no keyring

TIME is that of this computer, UTC, with microseconds. `gpg --verify NAME.sig NAME.block` tells who
signed once NAME.crt was imported; that the key is that person's, only its fingerprint can tell.
Of all messages the newest MOST are kept. The files hold who called whom: mode 0600.
"""

import os
import re
import threading
import time
from datetime import datetime, timezone
from pathlib import Path

from host_tools.sinetti.complaint import Complaint

MOST = 1000
PARTS = (".block", ".crt", ".sig")          # in the order in which they are written

_NAME = re.compile(r".*-(\d{8}T\d{6}\.\d{6}Z)-[0-9A-F]{40,64}\.(?:block|crt|sig)", re.DOTALL)
_TIME = "%Y%m%dT%H%M%S.%fZ"


class Evidence:
    """folder: made when it is missing. Raises Complaint when nothing can be kept there.

    say    function: told in a line, once, that something could not be kept, and that it can again
    clock  seconds since 1970
    Used by several threads; several helpers may use one folder.
    """

    def __init__(self, folder, say, clock=time.time):
        self._folder = Path(folder)
        self._say = say
        self._clock = clock
        self._lock = threading.Lock()
        self._last = 0                      # microseconds: no two names are the same
        self._has_failed = False
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            probe = self._folder / ".new"
            _write(probe, b"")
            probe.unlink()
        except OSError as fault:
            raise Complaint("--evidence %s: %s" % (folder, fault.strerror), 2) from None

    def keep(self, phone, fingerprint, block, signature, certificate):
        """A signature was good. phone: its name; fingerprint: hex digits; the others: bytes.

        That the disk is full keeps nobody from being called: it is said, and the call goes on.
        """
        with self._lock:
            self._last = max(self._last + 1, int(self._clock() * 1000000))
            when = datetime.fromtimestamp(self._last // 1000000, timezone.utc).replace(
                microsecond=self._last % 1000000)
            name = "%s-%s-%s" % (phone, when.strftime(_TIME), fingerprint.upper())
            try:
                for part, data in zip(PARTS, (block, certificate, signature)):
                    self._write(name + part, data)
                self._remove_oldest()
            except OSError as fault:
                self._tell(fault.strerror)
            else:
                self._tell(None)

    def _write(self, name, data):
        """Write a file whole or not at all."""
        draft = self._folder / (name + ".new")
        _write(draft, data)
        draft.replace(self._folder / name)

    def _remove_oldest(self):
        names = {}                          # without its ending -> when
        for name in os.listdir(self._folder):
            match = _NAME.fullmatch(name)
            if match:
                names[name.rpartition(".")[0]] = match[1]
        for name in sorted(names, key=lambda each: (names[each], each))[:max(0, len(names) - MOST)]:
            for part in reversed(PARTS):
                (self._folder / (name + part)).unlink(missing_ok=True)

    def _tell(self, reason):
        """Say what has changed. reason: why it could not be kept, or None."""
        if (reason is not None) is not self._has_failed:
            self._has_failed = reason is not None
            self._say("evidence is not kept: %s" % reason if reason else "evidence is kept again")


def _write(path, data):
    """For nobody else's eyes. Raises OSError."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
