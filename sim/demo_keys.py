# SPDX-License-Identifier: MIT
"""The keys of the demo's phones: made when they are missing, confirmed, and kept for the next time.

What `sinetti keys make` and `sinetti keys confirm` do, without the questions. A helper beside each
phone uses them during the call. After it the demo opens with them what the relay saw: only so
can it look for what was really inside.
"""

from host_tools.sinetti import identities, keyring
from host_tools.sinetti.backends.sequoia import Sequoia
from host_tools.sinetti.refused import Refused
from security.envelope import open_clear
from security.verdict import DONE
from sip.parser import parse


class DemoKeys:
    """folder of the keyring; people: pairs (name, SIP URI). Raises Complaint.

    are_new  False: they were there from an earlier run
    """

    def __init__(self, folder, people):
        self.folder = folder
        self._names = [name for name, _ in people]
        self._ring = keyring.Keyring(folder)
        self._engine = Sequoia(self._ring)
        missing = [person for person in people if person[0] not in self._ring.identities()]
        self.are_new = bool(missing)
        for name, uri in missing:
            identities.make(self._ring, self._engine, name, "%s <%s>" % (name, uri), "ed25519", None)
        for owner in self._names:
            for other in self._names:
                fingerprint = self._ring.fingerprint_of(other)
                if other != owner and not self._ring.is_confirmed(owner, fingerprint):
                    self._ring.confirm(owner, fingerprint, "require")

    def open(self, frame):
        """-> what is inside of a sealed message, bytes; b"" when none of the keys opens it."""
        verdict, cipher = open_clear(parse(frame))
        for name in self._names if verdict == DONE else ():
            key = self._engine.open(name, None)
            try:
                return key.decrypt(cipher)
            except Refused:
                continue
            finally:
                key.close()
        return b""
