# SPDX-License-Identifier: MIT
"""Phone store: the values that a phone keeps, read and replaced over a cable.

The storage code of the version that is installed does it, on the phone: it knows which values are secrets
and where they are kept, and boards/drivers/staged_values.py replaces all or nothing.
"""

import base64
import contextlib
import re

from rich.console import Console

from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.install_command import running_of
from host_tools.sinetti.progress_bar import bar_of_bytes

# What belongs to one phone alone: its entropy, and the time before which its clock never goes.
OWN = ("rng.seed", "clock.floor")

_NAME = re.compile(r"[a-z0-9-][a-z0-9.-]{0,28}")         # with two letters more it can be staged
_PIECE = 1536                   # bytes at a time, see phone_link.py
_LARGEST = 65536                # bytes, as in boards/drivers/file_storage.py
_LARGEST_SECRET = 4000          # as in boards/drivers/secret_store.py
_SPARE_BLOCKS = 8

_OPEN = """
import os, sys
from binascii import a2b_base64 as D64, b2a_base64 as E64
sys.path[:] = ['/%s', '.frozen']
try:
 from boards.drivers import split_storage, staged_values as V
 from boards.drivers.chip_parts import storage
 try: os.mkdir('/data')
 except OSError: pass
 S = storage()
 print('open')
except ImportError: print('old')
"""
_NAMES = "sorted(set([n for n in os.listdir('/data') if n[-1:] != '~'] + list(split_storage.SECRETS)))"


class PhoneStore:
    """with PhoneStore(port) as phone: the phone is restarted at the end, whatever the end was.

    restarts  False leaves it in safe mode, for another command; attempts: to get an answer
    facts     PhoneLink.look()
    """

    def __init__(self, port, restarts=True, attempts=2):
        from host_tools.sinetti.phone_link import PhoneLink        # mpremote takes its time

        self.port = port
        self.facts = None
        self._link = PhoneLink(port, attempts)
        self._restarts = restarts
        self._console = Console(stderr=True)
        self._known = {}
        self._secrets = ()

    def __enter__(self):
        self._link.connect()
        try:
            self.facts = self._link.look()
            slot = running_of(self.facts)
            if not slot:
                raise Complaint("no version of Sinetti is on the phone on %s yet: sinetti install --port %s "
                                "IMAGE" % (self.port, self.port))
            if self._link.run(_OPEN % slot).strip() != "open":
                raise Complaint("the version of Sinetti on the phone on %s is too old for this. Put a newer "
                                "one onto it: sinetti install --port %s IMAGE" % (self.port, self.port))
            self._secrets = self._link.ask("split_storage.SECRETS")
        except Complaint:
            self._link.restart()
            raise
        return self

    def __exit__(self, *fault):
        if self._restarts:
            self._link.restart()
        else:
            with contextlib.suppress(Complaint):        # it may be gone
                self._link.run("globals().pop('B', None)")
            self._link.close()

    def names(self):
        """-> list of the names of all values that are there, but for OWN; sorted."""
        return [name for name in self._link.ask(_NAMES)
                if _NAME.fullmatch(name) and name not in OWN and self.load(name) is not None]

    def load(self, name):
        """-> bytes, or None when there is no such value."""
        if not _NAME.fullmatch(name):
            return None
        if name not in self._known:
            self._link.run("B = S.load(%r)" % name)
            size = self._link.ask("-1 if B is None else len(B)")
            pieces = [self._link.ask("E64(B[%d:%d])" % (at, at + _PIECE)) for at in range(0, size, _PIECE)]
            self._known[name] = None if size < 0 else b"".join(base64.b64decode(piece) for piece in pieces)
        return self._known[name]

    def replace(self, changes):
        """All of it or nothing. changes: dict, name to bytes, or None to erase it. Raises Complaint."""
        if changes:
            self.stage(changes)
            self.commit()

    def stage(self, changes):
        """Bring it to the phone, where it does not count yet. Raises Complaint: nothing was changed."""
        self._check(changes)
        names = [name if data is not None else "-" + name for name, data in sorted(changes.items())]
        self._want("V.begin(S, %r)" % names)
        data_of = {name: data for name, data in sorted(changes.items()) if data is not None}
        with bar_of_bytes(self._console) as bar:
            task = bar.add_task("%d values" % len(changes), total=sum(map(len, data_of.values())))
            for name, data in data_of.items():
                self._link.run("B = bytearray()")
                for at in range(0, len(data), _PIECE):
                    piece = data[at:at + _PIECE]
                    self._link.run("B.extend(D64(%r))" % base64.b64encode(piece))
                    bar.advance(task, len(piece))
                self._want("V.put(S, %r, bytes(B))" % name)

    def commit(self):
        """What was staged holds from now on. Raises Complaint."""
        if self._link.ask("V.commit(S)") is not True:
            raise Complaint("the phone's memory is full, or worn out: it did not take all that was sent. Run "
                            "the same command again; when that fails, erase it: sinetti flash")
        self._known = {}

    def _want(self, call):
        if self._link.ask(call) is not True:
            self._link.run("V.finish(S)")
            raise Complaint("the phone's memory is full, or worn out: it did not keep what was sent. Nothing "
                            "was changed. Erase it: sinetti flash; or take another module")

    def _check(self, changes):
        """Raises Complaint for what the phone cannot keep."""
        for name, data in changes.items():
            most = _LARGEST_SECRET if name in self._secrets else _LARGEST
            if not _NAME.fullmatch(name):
                raise Complaint("no value of a phone can be called %r. Nothing was changed" % name)
            if data is not None and len(data) > most:
                raise Complaint("%s is more than a phone can keep: %d bytes, at most %d. Nothing was "
                                "changed" % (name, len(data), most))
        block = self.facts["block_bytes"]
        # Each is there twice for a moment, and the list of them, too.
        blocks = _SPARE_BLOCKS + sum(2 * (len(data) // block + 1) for data in changes.values() if data)
        needed = blocks * block
        if needed > self.facts["free_bytes"]:
            raise Complaint("there is no room in the phone: %d KB are needed and %d are free. Nothing was "
                            "changed. Take a module with more flash" % (
                                needed // 1024, self.facts["free_bytes"] // 1024))
