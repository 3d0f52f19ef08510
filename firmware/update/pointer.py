# SPDX-License-Identifier: MIT
"""SlotPointer: which slot the phone starts from, and what is counted over its starts.

The file /slot holds a line: "a", or "b trial" while b is on trial and a is what it replaces.
boards/boot.py obeys it, and goes back when a trial was started three times and nobody confirmed it;
it says the same as this module in its own words, for when it runs there is no slot to import from.
"""

_FILE = "/slot"
_NEW = "/slot~"
_TRIAL = " trial"
_STARTS = "starts"          # names of the counters
_SECURITY = "security"


class SlotPointer:
    """
    disk      boards.drivers.slot_disk.SlotDisk or like it
    counters  esp32.NVS("sinetti") or like it: get_i32, set_i32, commit

    What writes raises OSError when the medium refuses; then all is as it was.
    """

    def __init__(self, disk, counters):
        self._disk = disk
        self._counters = counters

    def read(self):
        """-> (slot, is_trial): "a" or "b"; "" when there is no such file, or nobody can read it."""
        try:
            with self._disk.open(_FILE, "rb") as file:
                words = file.read(16).strip()
        except OSError:
            words = b""
        if words not in (b"a", b"b", b"a trial", b"b trial"):
            return "", False
        return words[:1].decode(), len(words) > 1

    def keep(self, slot):
        """Start from this slot from now on. Also the way back to the other one, when the owner wants it."""
        if self.read() != (slot, False):
            self._write(slot)

    def try_out(self, slot):
        """Start from this slot, three times, unless it is confirmed."""
        # In this order: a trial must not begin with the starts of an older one.
        self._count(_STARTS, 0)
        self._write(slot + _TRIAL)

    def confirm(self, slot, security):
        """The version in this slot works, and has this security version: nothing older may come.

        Called in each life of the phone, when it has run for a while; writes what has changed."""
        self.keep(slot)
        self._count(_STARTS, 0)
        if security > self.security():
            self._count(_SECURITY, security)

    def security(self):
        """-> the highest security version that was ever confirmed."""
        return self._counted(_SECURITY)

    def _counted(self, name):
        try:
            return self._counters.get_i32(name)
        except OSError:
            return 0                    # never written

    def _count(self, name, value):
        if self._counted(name) != value:
            self._counters.set_i32(name, value)
            self._counters.commit()

    def _write(self, words):
        with self._disk.open(_NEW, "wb") as file:
            file.write(words.encode() + b"\n")
        self._disk.rename(_NEW, _FILE)
