# SPDX-License-Identifier: MIT
"""The power goes in the midst of each write and each erase: littlefs2 on flash in RAM, torn in half.

After each cut: mount again, boot.py chooses, and what it chooses is whole, of one version, by its hashes;
the settings are there; and the update goes on from where it was until it is through.
"""

import gc
import sys

from boards import boot
from boards.drivers.secret_store import NAMESPACE, SecretStore
from boards.drivers.split_storage import SplitStorage
from core.log import Log
from phone.call_log import CallLog
from phone.config import Config
from phone.directory import Directory
from phone.stored_lines import StoredLines
from security.people import People
from tests.chip import esp32
from tests.unit.update import releases
from tests.unit.update.flash_model import FlashModel, Power
from tests.unit.update.slot_phone import SETTINGS, SlotPhone

RIGS = ("unix",)            # littlefs2 is there

ROOT = "/flash"
BLOCKS = 96
URI_A, URI_B = b"sip:a@x.test", b"sip:b@x.test"
NEW = releases.NEW
OLD = releases.OLD
# Files as long as the new ones: their lengths do not tell a mixture.
OLDER = {path: bytes(len(NEW[path])) for path in NEW}


class Rig:
    """One phone, its lives, and the power."""

    def __init__(self, prepare):
        """prepare(phone): what is there before."""
        esp32.erase()
        self._cells = bytearray(b"\xff" * (BLOCKS * 4096))
        import vfs
        self._vfs = vfs
        vfs.VfsLfs2.mkfs(FlashModel(self._cells, Power()))
        self.switch_on(Power())
        prepare(self.phone)
        self.switch_off()
        self._before = bytes(self._cells), dict(esp32.kept)

    def rewind(self):
        """All is as it was prepared."""
        self._cells = bytearray(self._before[0])
        esp32.kept.clear()
        esp32.kept.update(self._before[1])

    def switch_on(self, power):
        self._vfs.mount(self._vfs.VfsLfs2(FlashModel(self._cells, power)), ROOT)
        esp32.power = power.commit
        self.phone = SlotPhone(ROOT)

    def switch_off(self):
        """Files that are still open die with this life; what they would write goes nowhere."""
        self._vfs.umount(ROOT)
        esp32.power = None
        self.phone = None


def cut_everywhere(what, prepare, act, check, resume):
    """Let act(phone) run until its k-th write, for every k; then check(phone) and resume(phone) in new lives.

    Prints how many cuts there were."""
    rig = Rig(prepare)
    cut = 0
    while True:
        cut += 1
        rig.rewind()
        power = Power(cut)
        rig.switch_on(power)
        try:
            act(rig.phone)
        except OSError:
            assert power.is_off, "it failed with the power on"
        rig.switch_off()
        gc.collect()
        rig.switch_on(Power())
        try:
            check(rig.phone)
            resume(rig.phone)
        except BaseException:
            print("%s, cut %d" % (what, cut))
            raise
        finally:
            rig.switch_off()
        if not power.is_off:
            break
    assert cut > 5, "nothing was cut"
    print("%s: the power was cut at %d places, each write and erase" % (what, cut - 1))


def starts_whole(phone, versions):
    """It starts; what it starts is one of these, whole. -> the slot."""
    slot = phone.start()
    assert slot in ("a", "b"), "safe mode"
    found = phone.version(slot)
    assert found in versions, "a mixture in slot " + slot
    for other in ("a", "b"):
        # What boot.py would take, if this slot were gone.
        assert not boot.is_whole(ROOT, other) or phone.version(other), "a mixture in slot " + other
    assert phone.storage.load("settings") == SETTINGS
    return slot


def test_settings_are_the_old_ones_or_the_new_ones():
    new = SETTINGS + b"phone.ringer=low\n" * 40
    big = b"x" * 9000

    def act(phone):
        phone.storage.save("settings", new)
        phone.storage.save("call-log", big)
        phone.storage.save("settings", SETTINGS)

    def check(phone):
        assert phone.storage.load("settings") in (SETTINGS, new)
        assert phone.storage.load("call-log") in (None, big)
        assert phone.start() == "a" and phone.version("a") == OLD

    def resume(phone):
        assert phone.storage.save("settings", new) and phone.storage.load("settings") == new

    cut_everywhere("saving settings", SlotPhone.set_up, act, check, resume)


class Books:
    """What a phone keeps for its owner, as it loads it when it starts: secrets in NVS, all else in files."""

    def __init__(self, phone):
        storage = SplitStorage(SecretStore(esp32.NVS(NAMESPACE)), phone.storage)
        log = Log(8)
        self.config = Config(storage, log)
        self.directory = Directory(storage, log)
        self.calls = CallLog(storage, log)
        self.people = People(StoredLines(storage, "people", log), 0)

    def told(self):
        """-> (setting, contacts, calls, fingerprints), and nothing of it is damaged."""
        for kept in (self.config, self.directory, self.calls, self.people):
            assert not kept.store.is_damaged
        directory = self.directory
        return (self.config.get("account.password"),
                tuple([directory.contact(row)[0] for row in range(directory.count())]),
                tuple([self.calls.entry(row)[1] for row in range(self.calls.count())]),
                tuple([self.people.find(uri).fingerprint[:1] for uri in (URI_A, URI_B) if self.people.find(uri)]))

    def fill(self, password, number, called, uri, mark):
        """A change of each, each stored at once. Raises OSError when the medium refuses."""
        self.config.set("account.password", password)
        self.calls.add(b"d", called, b"Somebody", 12)
        self.people.keep(uri, mark * 20, True)
        contact = [number, b"sip:%s@x.test" % number, b"Name of " + number, b""]
        if not self.config.save(0) or self.directory.put(-1, contact, 0) < 0:
            raise OSError(5)
        if not self.calls.save(0) or not self.people.save(0):
            raise OSError(5)


def test_settings_contacts_calls_and_keys_are_the_old_ones_or_the_new_ones():
    """Whichever of the four the cut falls into, it and the other three are whole."""
    def prepare(phone):
        phone.set_up()
        books = Books(phone)
        for number in numbers:
            books.fill(b"old secret", number, number, URI_A, b"A")

    # As many that their files take blocks of their own.
    numbers = tuple([b"%d" % number for number in range(1001, 1029)])
    old = (b"old secret", numbers, tuple(reversed(numbers)), (b"A",))
    new = (b"new secret", numbers + (b"2001",), (b"222",) + old[2], (b"A", b"B"))

    def act(phone):
        Books(phone).fill(b"new secret", b"2001", b"222", URI_B, b"B")

    def check(phone):
        for found, before, after in zip(Books(phone).told(), old, new):
            assert found in (before, after), found
        assert phone.start() == "a" and phone.version("a") == OLD

    def resume(phone):
        books = Books(phone)
        if books.told() == old:
            act(phone)
            assert Books(phone).told() == new

    cut_everywhere("settings, contacts, calls, keys", prepare, act, check, resume)


def test_an_install_into_an_empty_slot():
    image = releases.image(NEW)

    def act(phone):
        if not phone.update(image).is_done:
            raise OSError(5)

    def resume(phone):
        # Where the cut came behind the switch, the new one runs already.
        if starts_whole(phone, (OLD, NEW)) == "a":
            assert phone.update(image).is_done
            assert starts_whole(phone, (NEW,)) == "b"

    cut_everywhere("installing", SlotPhone.set_up, act, lambda phone: starts_whole(phone, (OLD, NEW)), resume)


def test_an_update_over_an_older_version():
    image = releases.image(NEW, security=4)

    def prepare(phone):
        phone.set_up()
        phone.install("b", OLDER)
        phone.install("a", OLD)

    def act(phone):
        if not phone.update(image).is_done:
            raise OSError(5)

    def check(phone):
        slot = starts_whole(phone, (OLD, NEW))
        assert slot == "a" or phone.version("b") == NEW
        assert phone.version("a") == OLD

    def resume(phone):
        if starts_whole(phone, (OLD, NEW)) == "a":
            assert phone.update(image).is_done
            assert starts_whole(phone, (NEW,)) == "b"
        assert phone.version("b") == NEW and phone.names("b") == sorted(NEW)

    cut_everywhere("updating", prepare, act, check, resume)


def test_an_update_of_a_phone_whose_pointer_is_gone():
    """It runs from b, for that is all there is; what comes into a must not run but on trial."""
    image = releases.image(NEW)

    def prepare(phone):
        phone.set_up()
        phone.install("b", OLD)
        phone.disk.remove("/slot")
        phone.disk.remove("/a/manifest")

    def act(phone):
        if not phone.update(image, running="b").is_done:
            raise OSError(5)

    def check(phone):
        assert starts_whole(phone, (OLD, NEW)) == "b" or phone.pointer.read() == ("a", True)

    def resume(phone):
        if starts_whole(phone, (OLD, NEW)) == "b":
            assert phone.update(image, running="b").is_done
        assert starts_whole(phone, (NEW,)) == "a"

    cut_everywhere("updating without a pointer", prepare, act, check, resume)


def test_the_switch_the_trial_and_the_way_back():
    """Each start counts, is confirmed or is not, and writes: none of that may leave a phone without a slot."""
    def prepare(phone):
        phone.set_up()
        phone.install("b", NEW)
        phone.install("a", OLD)

    def act(phone):
        phone.pointer.try_out("b")
        for _ in range(5):
            phone.start()               # three starts, and back
        phone.pointer.try_out("b")
        phone.start()
        phone.pointer.confirm("b", 3)
        phone.pointer.keep("a")

    def check(phone):
        starts_whole(phone, (OLD, NEW))
        assert phone.version("a") == OLD and phone.version("b") == NEW

    def resume(phone):
        phone.pointer.try_out("b")
        assert starts_whole(phone, (NEW,)) == "b"
        phone.pointer.confirm("b", 3)
        for _ in range(5):
            assert starts_whole(phone, (NEW,)) == "b"

    cut_everywhere("switching", prepare, act, check, resume)


def test_a_flash_that_is_full():
    """Whether it is known before, or only found on the way: the version that runs, and the one before it, stay."""
    image = releases.image(NEW)
    rig = Rig(lambda phone: phone.set_up())
    for spare in range(0, 40, 3):
        rig.rewind()
        rig.switch_on(Power())
        phone = rig.phone
        free = phone.disk.room()[1]
        phone.write("/data/sound", bytes(4096 - 8) * (free - spare))
        writer = phone.update(image)
        if not writer.is_done:
            assert writer.reason.startswith("there is no room for it") or writer.reason == "the memory of the phone is full"
            assert starts_whole(phone, (OLD,)) == "a"
        phone.disk.remove("/data/sound")
        assert phone.update(image).is_done and starts_whole(phone, (NEW,)) == "b"
        rig.switch_off()


def test_the_model_of_the_flash_tears():
    """Without this the tests above would prove nothing."""
    cells = bytearray(b"\xff" * 8192)
    power = Power(2)
    flash = FlashModel(cells, power)
    assert flash.writeblocks(0, b"abcdefgh", 16) == 0
    assert flash.writeblocks(0, b"ijklmnop", 24) == -5
    assert bytes(cells[16:32]) == b"abcdefghijkl\xff\xff\xff\xff"
    assert flash.writeblocks(1, b"x") == -5 and flash.readblocks(0, bytearray(8)) == -5 and cells[4096] == 0xFF
    torn = FlashModel(cells, Power(1))
    cells[:] = bytes(8192)
    assert torn.ioctl(6, 1) == -5
    assert bytes(cells[4096:6144]) == b"\xff" * 2048 and cells[6144] == 0 and cells[4095] == 0
    assert sys.implementation.name == "micropython"
