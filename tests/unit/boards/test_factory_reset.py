# SPDX-License-Identifier: MIT
"""Factory reset of a chip, with the power cut at each write and erase: all of it is there, or nothing is.

littlefs2 on flash in RAM, torn in half; NVS as sectors that lose their values when they are written over.
"""

import os

from boards.drivers import factory_reset
from boards.drivers.file_storage import FileStorage
from boards.drivers.secret_store import SecretStore
from boards.drivers.split_storage import SECRETS, SplitStorage
from tests.unit.update.flash_model import FlashModel, Power

RIGS = ("unix",)            # littlefs2 is there

ROOT = "/flash"
DATA = ROOT + "/data"
PASSWORD = b"correct horse battery"
FILES = ("directory", "calls", "people", "helper.ca", "helper.address", "account.ca", "time.servers", "lock.tries",
         "clock.floor", "crash", "directory.bad", "zz")         # the folder lists the last one behind the mark
KEYS = b"need 1\nkey 00 xx\n"
SECURITY = 3


class Nvs:
    """esp32.NVS of all namespaces, and the esp32.Partition under it."""

    def __init__(self, sectors, power):
        self._sectors = sectors             # list of dict: name to value
        self._power = power

    def get_blob(self, name, buf):
        data = self._sector(name).get(name)
        if data is None:
            raise OSError(-0x1102)
        buf[:len(data)] = data
        return len(data)

    def set_blob(self, name, data):
        self._put(name, bytes(data))

    def get_i32(self, name):
        if name not in self._sector(name):
            raise OSError(-0x1102)
        return self._sector(name)[name]

    def set_i32(self, name, number):
        self._put(name, number)

    def erase_key(self, name):
        if self._sector(name).pop(name, None) is None:
            raise OSError(-0x1102)

    def commit(self):
        pass

    def _put(self, name, value):
        self._power.commit()
        self._sector(name)[name] = value

    def _sector(self, name):
        return self._sectors[sum(name.encode()) % len(self._sectors)]

    # the partition

    def ioctl(self, operation, argument):
        if operation == 4:
            return len(self._sectors)
        self.writeblocks(argument, b"")

    def writeblocks(self, sector, buf):
        if self._power.spend(2) == 0:
            raise OSError(5)
        self._sectors[sector].clear()       # also by half: nothing of it can be trusted
        if self._power.is_off:
            raise OSError(5)

    def readblocks(self, sector, buf):
        for at in range(len(buf)):
            buf[at] = 0


class Restart(Exception):
    """The chip starts anew."""


class Phone:
    """What outlives a life: flash and NVS."""

    def __init__(self):
        self.cells = bytearray(b"\xff" * (48 * 4096))
        self.sectors = [{} for _ in range(6)]
        import vfs
        self._vfs = vfs
        vfs.VfsLfs2.mkfs(FlashModel(self.cells, Power()))
        storage = self.switch_on(Power(), True)
        for name in FILES:
            storage.save(name, b"of the owner")
        for name in SECRETS:
            storage.save(name, PASSWORD)
        storage.save("release.keys", KEYS)
        self.nvs.set_i32("security", SECURITY)
        os.mkdir(DATA + "/folder")
        self.switch_off()
        self.before = bytes(self.cells), [dict(sector) for sector in self.sectors]

    def rewind(self):
        self.cells = bytearray(self.before[0])
        self.sectors = [dict(sector) for sector in self.before[1]]

    def switch_on(self, power, is_first=False):
        """-> Storage, as chip_parts.storage() makes it. Raises Restart."""
        self._vfs.mount(self._vfs.VfsLfs2(FlashModel(self.cells, power)), ROOT)
        if is_first:
            os.mkdir(DATA)
        self.nvs = Nvs(self.sectors, power)
        secrets = SecretStore(self.nvs, lambda: self.nvs)
        files = FileStorage(DATA)
        if files.load("reset") is not None:
            factory_reset.go_on(secrets, files, self.nvs, restart)
        return SplitStorage(secrets, files, counters=self.nvs)

    def switch_off(self):
        self._vfs.umount(ROOT)

    def live(self, power, act=None):
        """One life after the other until one does not restart, or the power goes."""
        while not power.is_off:
            try:
                storage = self.switch_on(power)
                if act is None:
                    return
                act(storage)
                act = None
            except (OSError, Restart):
                act = None
            finally:
                self.switch_off()

    def state(self):
        """-> "whole" or "empty"; AssertionError for anything between."""
        storage = self.switch_on(Power())
        try:
            assert storage.load("release.keys") == KEYS, "who may release updates stays"
            assert self.nvs.get_i32("security") == SECURITY, "and what may not come back does not"
            values = [storage.load(name) for name in FILES + SECRETS]
            names = [name for name in os.listdir(DATA) if name not in ("release.keys", "folder")]
            if values == [b"of the owner"] * len(FILES) + [PASSWORD] * len(SECRETS):
                return "whole"
            assert values == [None] * len(values), values
            assert names == [], names
            left = [name for sector in self.sectors for name in sector]
            assert left == ["security"], left
            return "empty"
        finally:
            self.switch_off()


def restart():
    raise Restart


def wipe(storage):
    storage.wipe()
    raise Restart


def test_everything_of_the_owner_goes_and_nothing_else():
    phone = Phone()
    assert phone.state() == "whole"
    phone.live(Power(), wipe)
    assert phone.state() == "empty"


def test_a_power_cut_in_the_middle_leaves_all_of_it_or_nothing():
    phone = Phone()
    cut = 0
    ends = []
    while True:
        cut += 1
        phone.rewind()
        power = Power(cut)
        phone.live(power, wipe)
        if not power.is_off:
            break
        phone.live(Power())                 # the next start goes on
        ends.append(phone.state())
    print("factory reset: %d cuts" % (cut - 1))
    assert "whole" in ends and "empty" in ends
    assert ends == sorted(ends, reverse=True), "once it has begun it is not taken back"


def test_a_second_power_cut_while_it_goes_on_is_no_worse():
    phone = Phone()
    for first in range(3, 60, 7):
        for second in range(1, 40, 3):
            phone.rewind()
            phone.live(Power(first), wipe)
            phone.live(Power(second))
            phone.live(Power())
            assert phone.state() in ("whole", "empty"), (first, second)


def test_secrets_are_overwritten_before_the_phone_starts_anew():
    phone = Phone()
    storage = phone.switch_on(Power())
    storage.wipe()
    assert [name for sector in phone.sectors for name in sector] == []
    phone.switch_off()


def test_a_full_medium_is_wiped_all_the_same():
    phone = Phone()
    storage = phone.switch_on(Power())
    number = 0
    while storage.save("filler-%d" % number, bytes(6000)):
        number += 1
    storage.wipe()
    phone.switch_off()
    phone.live(Power())
    assert phone.state() == "empty"


def test_a_mark_that_makes_no_sense_wipes_and_does_not_stop_the_start():
    for mark in (b"", b"x", b"burnt", b"burnt x", b"\xff\xff"):
        phone = Phone()
        storage = phone.switch_on(Power())
        storage.save("reset", mark)
        phone.switch_off()
        phone.live(Power())
        storage = phone.switch_on(Power())
        assert storage.load("reset") is None, mark
        phone.switch_off()
