# SPDX-License-Identifier: MIT
"""An update as its owner sees it: Settings > Update, on a phone with real slots and a server on virtual wires."""

from tests.unit.phone.phone_fakes import Desk
from tests.unit.update import releases
from tests.unit.update.releases import NEW, OLD
from tests.unit.update.slot_phone import SETTINGS
from tests.unit.update.update_desk import UpdateDesk

LARGE = dict(NEW)
LARGE["sip/large.mpy"] = b"M\x06 large 2 " * 5000


def desk_for(image=None, **given):
    return UpdateDesk(releases.image(NEW) if image is None else image, **given)


def still_the_old_one(desk):
    slots = desk.slots
    return slots.version("a") == OLD and slots.read("/slot") == b"a\n" and slots.storage.load("settings") == SETTINGS


def test_the_page_shows_what_is_offered_and_asks_before_anything_is_written():
    desk = desk_for()
    desk.open_page()
    assert desk.display.rows[0] == "Update" and desk.list() == ["Look for an update", "Version: 0.2.0"]
    desk.press("1")
    assert desk.list() == ["Asking the server", "Stop"]
    desk.wait("Install")
    assert desk.list() == ["Install 0.2.0?", "It runs now", "No", "Yes"]
    assert desk.slots.names("b") == [], "nothing was loaded yet"
    desk.pass_time(100000)
    assert desk.list()[0] == "Install 0.2.0?" and len(desk.server.requests) == 1, "it waits for an answer"


def test_an_update_is_agreed_to_loads_with_percent_and_is_started():
    desk = desk_for(releases.image(LARGE, version=b"0.3.0"))
    desk.open_page()
    desk.press("1")
    desk.wait("Install 0.3.0?")
    assert desk.list() == ["Install 0.3.0?", "No", "Yes"]
    desk.press("3")
    seen = []
    while desk.told().find("ready") < 0:
        desk.pass_time()
        if desk.list()[:1] == ["Loading 0.3.0"] and desk.list()[1] not in seen:
            seen.append(desk.list()[1])
    assert len(seen) > 20 and seen[-1] == "100 %" and desk.list() == ["0.3.0 is ready", "Restart now?", "No", "Yes"]
    assert desk.slots.version("b") == LARGE and desk.slots.read("/slot") == b"b trial\n"
    assert desk.restarts == 0
    desk.press("4")
    assert desk.restarts == 1 and desk.slots.start() == "b"
    assert [detail["state"] for event, detail in desk.events.posted if event == "update"] == [
        "looking", "offered", "loading", "ready"]


def test_no_is_no():
    desk = desk_for()
    desk.open_page()
    desk.press("1")
    desk.wait("Install")
    desk.press("DDO")                       # the row "No"
    assert desk.list()[0] == "Look for an update" and not desk.fetch.is_running
    desk.pass_time(1000)
    assert desk.slots.names("b") == [] and desk.slots.disk.size("/b/manifest~") < 0 and still_the_old_one(desk)


def test_no_restart_now_leaves_it_for_the_next_start():
    desk = desk_for()
    assert desk.update().find("Restart now?") >= 0
    desk.press("3")
    assert desk.display.rows[0] == "Settings" and desk.restarts == 0 and desk.slots.start() == "b"


def test_a_load_can_be_stopped_and_taken_up():
    desk = desk_for(releases.image(LARGE))
    desk.open_page()
    desk.press("1")
    desk.wait("Install")
    desk.press("4")
    desk.wait("40 %")
    desk.press("3")
    assert desk.list()[0] == "Look for an update" and not desk.fetch.is_running and still_the_old_one(desk)
    before = len(desk.server.requests)
    desk.press("BBB")
    assert desk.update().find("Restart now?") >= 0 and desk.slots.version("b") == LARGE
    assert len(desk.server.requests) > before


def test_a_call_lets_it_wait_and_it_goes_on_by_itself():
    desk = desk_for(releases.image(LARGE))
    desk.open_page()
    desk.press("1")
    desk.wait("Install")
    desk.press("4")
    desk.wait("30 %")
    desk.busy.is_running = True
    percent = desk.list()[1]
    desk.pass_time(120000)
    assert desk.list()[1] == percent and desk.fetch.is_running, "two minutes of a call"
    desk.busy.is_running = False
    desk.wait("Restart now?")
    assert desk.slots.version("b") == LARGE


def test_who_leaves_the_page_finds_it_as_it_is():
    desk = desk_for(releases.image(LARGE))
    desk.open_page()
    desk.press("1")
    desk.wait("Install")
    desk.press("4")
    desk.press("BBB")
    desk.pass_time(60000)
    assert desk.display.rows[0] == "Sinetti"
    desk.open_page()
    assert desk.list()[-3:] == ["Restart now?", "No", "Yes"] and desk.made == 1


REFUSALS = (
    ("unsigned", releases.image(NEW, ()), {}, "nobody has signed it"),
    ("wrong signer", releases.image(NEW, (1,)), {}, "who signed it may not release for this phone"),
    ("one of two signers", releases.image(NEW, (0,)), {"keys": releases.keys(2, (0, 1))},
     "it has 1 of the 2 signatures that it needs"),
    ("older security version", releases.image(NEW, security=2), {},
     "it is too old: its security version is 2, and this phone has had 3"),
    ("other board", releases.image(NEW, board=b"desk_esp32"), {},
     "it is for another board: desk_esp32; this one is desk_s3"),
    ("truncated", releases.image(NEW)[:-5], {},
     "the file on the server has %d bytes and the image has %d" % (
         len(releases.image(NEW)) - 5, len(releases.image(NEW)))),
    ("an altered byte", releases.image(NEW)[:-7] + b"?" + releases.image(NEW)[-6:], {},
     "sip/call.mpy is not what was signed: it was changed on its way"),
    ("no list of who may release", releases.image(NEW), {"keys": b""},
     "this phone has no list of who may release for it: install it by cable once"),
)


def test_each_refusal_is_read_on_the_screen_and_changes_nothing():
    for name, image, given, reason in REFUSALS:
        desk = desk_for(image, **given)
        told = desk.update()
        assert joined(told).startswith(joined("Refused: " + reason)), (name, told)
        assert still_the_old_one(desk), name
        assert desk.events.detail("update") == {"state": "refused", "reason": reason}
        while desk.row(">") != "OK":
            desk.press("D")
        desk.press("O")
        assert desk.list()[0] == "Look for an update", name


def joined(text):
    """A word that is longer than a row is broken, so blanks do not count."""
    return text.replace(" ", "")


def test_a_server_that_stalls():
    desk = desk_for(releases.image(LARGE))
    desk.server.stalls = [30000] * 20
    desk.open_page()
    desk.press("1")
    desk.wait("Install")
    desk.server.stalls = [9000, 0, 0, 0, 0, 0, 0, 0]
    desk.press("4")
    desk.wait("Refused:")
    assert desk.told() == "Refused: the server sends nothing any more OK" and still_the_old_one(desk)


def test_a_full_disk():
    desk = desk_for()
    desk.slots.disk.room = lambda: (1024, 10)
    assert desk.update() == "Refused: there is no room for it: 26 KB are needed and 10 are free OK"
    assert still_the_old_one(desk)


def test_an_address_that_cannot_be_one():
    desk = desk_for(url=b"http://updates.example.org/desk_s3")
    told = desk.update()
    desk.press("DDDDDD")                    # the second page of the list
    assert joined(told + desk.told()) == joined(
        "Refused: the address has to be like http://192.0.2.10:8000/desk_s3.sinetti, the server in numbers OK")
    desk = desk_for(url=None)
    desk.open_page()
    desk.press("1")
    assert desk.display.rows[7] == "No update server set" and not desk.server.requests


def test_a_phone_without_slots_says_how_updates_come():
    desk = Desk()
    desk.press("O5")
    while not [row for row in desk.display.rows if row == ">Update"]:
        desk.press("D")
    desk.press("O")
    assert [row.strip(" >") for row in desk.display.rows[:3]] == ["Update", "Updates come by", "cable here"]
    desk.press("O1")
    assert desk.display.rows[0] == "Update"


def test_the_address_of_the_server_is_typed_in_the_settings():
    desk = desk_for(url=None)
    desk.press("O5")
    while not desk.row(">").startswith("Update server"):
        desk.press("D")
    desk.press("O")
    assert desk.display.rows[0].startswith("Update server")
