# SPDX-License-Identifier: MIT
"""Values that are replaced together: all old or all new, wherever the power goes, and no secret in a file."""

from boards.drivers import staged_values
from boards.drivers.secret_store import NAMESPACE, SecretStore
from boards.drivers.split_storage import SplitStorage
from sim.fakes import MemoryStorage
from tests.chip.nvs import NVS, Flash

OLD = {"settings": b"account.user=old", "directory": b"old contacts", "helper.ca": b"old CA", "calls": b"calls"}
NEW = {"settings": b"account.user=new", "directory": b"new contacts", "wifi.networks": b"Home\tcorrect horse",
       "calls": b"calls"}
CHANGES = ["settings", "directory", "wifi.networks", "-helper.ca"]


class PowerCut(Exception):
    pass


class Power:
    """left: so many changes are done yet; then the power is cut, or with is_full all are refused."""

    left = 1000
    is_full = False

    def may(self):
        self.left -= 1
        if self.left < 0 and not self.is_full:
            raise PowerCut
        return self.left >= 0


class Files(MemoryStorage):
    """Files of a phone: each change is done or not, as on littlefs."""

    def __init__(self, power):
        super().__init__()
        self._power = power

    def save(self, name, data):
        return self._power.may() and super().save(name, data)

    def erase(self, name):
        if name in self.values and self._power.may():
            super().erase(name)


class ChipNvs(NVS):
    """What was not committed is lost with the power."""

    power = None

    def commit(self):
        try:
            if not self.power.may():
                raise OSError(-0x1105)
        except Exception:
            self.flash.reboot()
            raise
        super().commit()


def phone():
    """-> (SplitStorage with the old values, Files, Power)."""
    NVS.flash = Flash()
    power = ChipNvs.power = Power()
    files = Files(power)
    kept = SplitStorage(SecretStore(ChipNvs(NAMESPACE)), files)
    for name in OLD:
        kept.save(name, OLD[name])
    return kept, files, power


def start_again(kept, power):
    """The power comes back."""
    power.left, power.is_full = 1000, False
    assert staged_values.finish(kept)


def replace(storage):
    """-> False when the medium refused."""
    if not staged_values.begin(storage, CHANGES):
        return False
    for name in ("settings", "directory", "wifi.networks"):
        if not staged_values.put(storage, name, NEW[name]):
            return False
    return staged_values.commit(storage)


def values(storage):
    found = {}
    for name in ("settings", "directory", "wifi.networks", "helper.ca", "calls"):
        data = storage.load(name)
        if data is not None:
            found[name] = data
    return found


def is_tidy(storage):
    return all(storage.load(name) is None for name in ("staged", "n.settings", "n.directory", "n.wifi.networks"))


def test_all_values_are_replaced_and_nothing_is_left_beside_them():
    kept, files, _ = phone()
    assert replace(kept)
    assert values(kept) == NEW and is_tidy(kept)


def test_a_secret_is_in_no_file_at_any_time():
    kept, files, _ = phone()
    assert staged_values.begin(kept, CHANGES)
    for name in ("settings", "directory", "wifi.networks"):
        assert staged_values.put(kept, name, NEW[name])
    assert sorted(files.values) == ["calls", "directory", "helper.ca", "n.directory", "staged"]
    assert b"horse" not in b"".join(files.values.values())
    assert staged_values.commit(kept)
    assert sorted(files.values) == ["calls", "directory"]


def test_a_power_cut_at_any_change_leaves_all_old_or_all_new_values():
    seen = []
    for cut in range(100):
        kept, _, power = phone()
        power.left = cut
        try:
            assert replace(kept)
            break
        except PowerCut:
            start_again(kept, power)
        assert values(kept) in (OLD, NEW) and is_tidy(kept), cut
        seen.append(values(kept) == NEW)
    assert 15 < len(seen) < 40 and seen == sorted(seen), "the old ones, and from some change on the new ones"
    assert seen[0] is False and seen[-1] is True


def test_a_power_cut_while_the_next_start_finishes_is_no_harm_either():
    for first in range(30):
        for second in range(20):
            kept, _, power = phone()
            for left, work in ((first, replace), (second, staged_values.finish)):
                power.left = left
                try:
                    work(kept)
                except PowerCut:
                    pass
            start_again(kept, power)
            assert values(kept) in (OLD, NEW) and is_tidy(kept), (first, second)


def test_a_full_medium_refuses_and_the_old_values_stay():
    for changes in range(5):
        kept, _, power = phone()
        power.left, power.is_full = changes, True
        assert not replace(kept), changes
        start_again(kept, power)
        assert values(kept) == OLD and is_tidy(kept), changes


def test_a_medium_that_is_full_too_late_takes_the_new_values_at_the_next_start():
    kept, _, power = phone()
    power.left, power.is_full = 6, True
    assert not replace(kept), "it is whole by now"
    start_again(kept, power)
    assert values(kept) == NEW and is_tidy(kept)


def test_nothing_holds_before_all_of_it_is_there():
    kept, _, _ = phone()
    staged_values.begin(kept, CHANGES)
    staged_values.put(kept, "settings", NEW["settings"])
    assert not staged_values.commit(kept)
    staged_values.finish(kept)
    assert values(kept) == OLD


def test_without_anything_staged_there_is_nothing_to_finish_or_commit():
    kept, files, _ = phone()
    assert staged_values.finish(kept) and not staged_values.commit(kept)
    assert values(kept) == OLD


def test_who_begins_anew_forgets_what_was_begun_before():
    kept, _, _ = phone()
    staged_values.begin(kept, ["directory"])
    staged_values.put(kept, "directory", b"of the first")
    assert staged_values.begin(kept, ["-calls"]) and staged_values.commit(kept)
    assert kept.load("directory") == OLD["directory"] and kept.load("calls") is None
