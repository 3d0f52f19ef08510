# SPDX-License-Identifier: MIT
"""A phone that fetches its settings: a file on a web server, signed by the office, encrypted to the phone."""

from sim.fakes import MemoryStorage
from tests.scenarios.settings_world import PLAIN, URL, Office, Scene

DAY_MS = 86400000
HOUR_MS = 3600000


def scene(**settings):
    return Scene(**settings).start()


def nothing_changed(made, before):
    return made.stored() == before and made.alice.storage.load("directory.next") is None


def refused(made, content, ms=20000):
    """-> the reason for which a file was not taken; in each case nothing has changed."""
    before = made.stored()
    made.serve(content).run(ms)
    assert made.alice.events.last("settings") is None and nothing_changed(made, before)
    return made.told()


def test_a_settings_file_sets_up_the_phone():
    made = scene()
    made.serve(made.seal()).run()
    assert made.alice.events.last("settings") == {"serial": 7, "count": 3}
    settings, directory = made.stored()
    for line in (b"account.display=Alice Adams", b"phone.volume=40", b"settings.serial=7", b"settings.address=" + URL):
        assert line in settings.split(b"\n"), line
    assert directory == b"2000\tsip:desk@10.0.0.9\tReception\t5"
    assert made.alice.screen().split("\n")[0] == "New settings"
    made.start()
    made.alice.press("O")
    assert made.told() == ""


def test_the_phone_starts_anew_when_it_has_new_settings_and_nobody_talks():
    made = scene()
    restarts = []
    made.alice._hal.restart = lambda: restarts.append(made.world.ms)
    made.serve(made.seal()).run(9000)
    assert made.alice.events.last("settings") and restarts == [], "its owner may read first"
    made.run(20000)
    assert len(restarts) == 1


def test_the_same_file_is_taken_once_and_asked_for_each_day():
    made = scene()
    made.serve(made.seal()).run()
    made.start().run()
    assert made.alice.events.last("settings") is None and made.told() == ""
    before = len(made.web.server.requests)
    made.wait(DAY_MS)
    assert len(made.web.server.requests) == before + 1
    made.serve(made.seal(b"phone.volume=55\n", serial=8)).wait(DAY_MS)
    assert made.alice.events.last("settings") == {"serial": 8, "count": 1}
    assert b"phone.volume=55" in made.stored()[0] and b"account.display=Alice Adams" in made.stored()[0]


def test_unsigned():
    made = scene()
    whole = made.seal()
    start = whole.find(b"sign ")
    assert refused(made, whole[:start] + whole[whole.find(b"\n", start) + 1:]) == "nobody has signed it"


def test_another_signer():
    made = scene()
    stranger = Office(made.world, "stranger")
    assert refused(made, stranger.seal(PLAIN, made.reader)) == "it was not signed by who may set up this phone"


def test_a_phone_without_a_signer_takes_nothing():
    made = scene(**{"settings.signer": b""})
    assert refused(made, made.seal()) == "no signer is set: nobody may set up this phone"


def test_a_helper_that_lies_about_the_signer():
    made = scene()
    made.world.helper.mode = "lying"
    made.world.helper.liar = made.world.helper.attach("bob").identity.fingerprint
    assert refused(made, made.seal()) in (
        "it was not signed by who may set up this phone", "its signature cannot be read")


def test_not_encrypted_to_us():
    made = scene()
    other = made.world.helper.attach("bob").identity.fingerprint
    assert refused(made, made.office.seal(PLAIN, other)) == "it is for another phone"
    made = scene()
    made.world.helper.attach("bob")
    assert refused(made, made.office.seal(PLAIN, other, to=made.reader)) == "it is not encrypted for this phone"


def test_readable_by_everybody():
    made = scene()
    head = b"sinetti settings 1\nto %s\nserial 7\nsize %d\n" % (made.reader.hex().encode(), len(PLAIN))
    whole = head + b"sign " + made.office.signature(head + PLAIN) + b"\n\n" + PLAIN
    assert refused(made, whole) == "it is not encrypted for this phone"


def test_a_changed_byte_anywhere():
    made = scene()
    whole = made.seal()
    for at in range(3, len(whole), len(whole) // 25):
        made = scene()
        changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:]
        # The line "to" may name nobody, the lines before may be none, the length may not be reached.
        assert refused(made, changed, 60000), at


def test_too_long():
    made = scene()
    head = b"sinetti settings 1\nto %s\nserial 7\nsize 15001\nsign AAAA\n\n" % made.reader.hex().encode()
    assert refused(made, head + bytes(15001)) == "it is too long: at most 15000 bytes are taken"
    made = scene()
    assert refused(made, b"x" * 100000) == "it is no settings file"
    assert refused(scene(), b"sinetti settings 1\nwrong\n") == "line 2 of it is not understood"


def test_an_older_serial_number():
    made = scene(**{"settings.serial": b"9"})
    assert refused(made, made.seal()) == "it is older than what holds: number 7, and this phone has 9"


def test_wrong_names_and_values_change_nothing_at_all():
    for plain, reason in (
            (b"phone.volume=40\naccount.usr=alice\n", "line 2 names no setting of this phone"),
            (b"phone.volume=40\nhunter2\n", "line 2 names no setting of this phone"),
            (b"account.display=Eve\nphone.volume=400\n", "phone.volume cannot have the value of line 2"),
            (b"settings.address=\n", "settings.address cannot have the value of line 1"),
            (b"settings.serial=99\n", "line 1 names no setting of this phone"),
            (b"phone.volume=40\ncontact=\tsip:a@b\tNobody\t\n", "its contact in line 2 cannot be used"),
            (b"\n\n", "there is nothing in it"),
            (b"".join([b"contact=%d\t\tName\t\n" % (1000 + at) for at in range(65)]), "there is no room for its contacts")):
        made = scene()
        assert refused(made, made.seal(plain)) == reason
        assert made.config.get("account.display") == b"" and made.config.get("phone.volume") == 70


def test_no_secret_is_told_of():
    made = scene()
    secret = b"account.password=tomato-1\nsecurity.guest=tomato-2\n"
    refused(made, made.seal(secret + b"account.expires=tomato-3\n"))
    assert "tomato" not in repr(made.alice.events.posted) + made.alice.screen()
    made = scene()
    made.serve(made.seal(secret)).run()
    assert made.alice.events.last("settings") and b"tomato-1" in made.stored()[0]
    assert "tomato" not in repr(made.alice.events.posted) + made.alice.screen()


def test_a_helper_that_is_gone():
    made = scene()
    content = made.seal()
    made.world.helper.mode = "gone"
    made.start()
    assert refused(made, content, 90000) == "the helper cannot be asked"
    assert made.web.server.requests == [], "nothing is fetched for nobody"
    made.world.helper.mode = ""
    made.run(120000)
    assert made.alice.events.last("settings") == {"serial": 7, "count": 3}, "and when it is back all goes on"


def test_a_helper_that_falls_silent_in_the_midst():
    made = scene()
    content = made.seal()
    made.serve(content)
    made.world.run_until(lambda: made.web.server.requests)
    made.world.helper.mode = "silent"
    assert refused(made, content, 30000) == "the helper cannot be asked"


def test_a_phone_that_is_not_paired():
    made = Scene()
    made.start(helper=False)
    assert refused(made, b"whatever", 90000) == "the helper cannot be asked"


def test_the_reason_is_told_once_and_shown():
    made = scene()
    refused(made, b"x" * 2000)
    assert made.alice.screen().split("\n")[:4] == ["No new settings", "", "", "Settings file: it is"]
    made.alice.press("O")
    for _ in range(5):
        made.wait(HOUR_MS)
    assert len(made.web.server.requests) == 6, "each hour"
    assert len([event for event, _ in made.alice.events.posted if event == "error"]) == 1
    assert made.alice.screen().split("\n")[0] != "No new settings"


def test_a_server_that_is_gone_is_asked_again():
    made = scene()
    content = made.seal()
    made.serve(None).run(60000)
    assert made.told() == "there is no such file on the server"
    made.serve(content).wait(HOUR_MS)
    assert made.alice.events.last("settings")


def call(made):
    """Bob calls alice, who answers. -> bob."""
    bob = made.world.add("bob", {}, (("1001", "sip:alice@10.0.0.1", "Alice"),), address="10.0.0.2")
    bob.lift()
    bob.press("1001#")
    made.world.run_until(lambda: made.alice.has("ringing"))
    made.alice.lift()
    made.world.run_until(lambda: made.alice.unit.media.is_running)
    return bob


def test_during_a_call_nothing_is_begun_and_nothing_is_stored():
    made = scene()
    content = made.seal()
    bob = call(made)
    made.serve(content).run(60000)
    assert made.web.server.requests == [] and made.alice.events.last("settings") is None
    bob.lay_down()
    made.alice.lay_down()
    made.run(120000)
    assert made.alice.events.last("settings")


def test_settings_that_were_read_when_a_call_came_wait_for_its_end():
    made = scene()
    made.serve(made.seal())
    before = made.stored()
    made.world.helper.delay_ms = 3000
    made.world.run_until(lambda: made.web.server.requests)
    bob = call(made)
    made.run(30000)
    assert nothing_changed(made, before)
    bob.lay_down()
    made.alice.lay_down()
    made.run(60000)
    assert made.alice.events.last("settings") == {"serial": 7, "count": 3}


class CuttingStorage(MemoryStorage):
    """The power goes at the write number `cut`: this write and all after it are lost."""

    cut = 0
    count = 0

    def save(self, name, data):
        self.count += 1
        return self.cut and self.count >= self.cut or MemoryStorage.save(self, name, data)

    def erase(self, name):
        self.count += 1
        if not self.cut or self.count < self.cut:
            MemoryStorage.erase(self, name)


def test_a_power_cut_at_any_write_leaves_all_of_the_old_or_all_of_the_new():
    outcomes = []
    for cut in range(1, 7):
        storage = CuttingStorage()
        first = Scene()
        first.start()
        storage.values = dict(first.alice.storage.values)
        made = first
        made.start()
        made.world.remove(made.alice)
        made.alice = None
        made.start(storage)
        storage.count = 0
        storage.cut = cut
        made.serve(made.seal()).run()
        after = MemoryStorage()
        after.values = dict(storage.values)
        made.serve(b"")
        made.world.remove(made.alice)
        made.alice = None
        made.start(after)
        has_new = b"settings.serial=7" in after.load("settings")
        assert (b"phone.volume=40" in after.load("settings")) is has_new
        assert (after.load("directory") == b"2000\tsip:desk@10.0.0.9\tReception\t5") is has_new, cut
        assert after.load("directory.next") is None
        outcomes.append(has_new)
    assert outcomes[0] is False and outcomes[-1] is True and outcomes == sorted(outcomes)


def test_a_store_that_refuses_leaves_the_phone_as_it_was():
    made = scene()
    made.alice.storage.is_full = True
    assert refused(made, made.seal()) == "the memory of the phone is full"
    assert made.config.get("account.display") == b""


def test_a_store_that_keeps_the_contacts_and_refuses_the_settings_has_neither():
    made = scene()
    save = made.alice.storage.save
    made.alice.storage.save = lambda name, data: name != "settings" and save(name, data)
    assert refused(made, made.seal()) == "the memory of the phone is full"
    assert made.config.get("account.display") == b"" and made.config.get("settings.serial") == 0


def test_contacts_of_the_owner_stay():
    storage = MemoryStorage()
    made = Scene()
    made.start()
    storage.values = dict(made.alice.storage.values)
    storage.values["directory"] = b"1002\tsip:bob@10.0.0.2\tBob\t5\n2000\tsip:old@10.0.0.9\tOld\t"
    made.world.remove(made.alice)
    made.alice = None
    made.start(storage)
    made.serve(made.seal()).run()
    assert made.stored()[1] == b"1002\tsip:bob@10.0.0.2\tBob\t\n2000\tsip:desk@10.0.0.9\tReception\t5"
