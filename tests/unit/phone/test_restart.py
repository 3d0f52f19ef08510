# SPDX-License-Identifier: MIT
"""What outlives a restart, and what is not lost though it cannot be read."""

from sip.ending import CANCELLED, HUNG_UP_HERE
from tests.unit.phone.phone_fakes import Desk, Storage

BOB = (b"1002", b"sip:bob@192.0.2.20", b"Bob")


def test_calls_settings_and_contacts_are_there_again():
    desk = Desk(None, [BOB])
    desk.press("1002#")
    desk.established()
    desk.run(65000)
    desk.press("U" + "B")
    desk.ended(HUNG_UP_HERE)
    desk.arrives(b"sip:carol@192.0.2.30", b"Carol")
    desk.ended(CANCELLED)
    desk.run(4000)
    desk.press("DO2" + "3" + "1003" + "O")              # Carol into the directory
    desk.hold_down("B")

    again = Desk(None, [BOB], desk.storage)
    assert again.config.get("phone.volume") == 80
    assert again.media.percent == 80
    again.press("D")
    assert again.display.rows[1:4] == [">! Carol", " > Bob", ""]
    again.press("BU")
    assert again.display.rows[1:4] == [">Add a contact", " Bob", " Carol"]
    again.press("BR")
    assert again.asked() == ["call 0 sip:bob@192.0.2.20"]


def test_a_missed_call_still_lights_the_lamp_after_a_restart():
    desk = Desk()
    desk.arrives(b"sip:carol@192.0.2.30", b"Carol")
    desk.ended(CANCELLED)
    again = Desk(None, (), desk.storage)
    assert again.lamps.on["message"]
    assert again.display.rows[4] == "1 missed call"


def test_damaged_stores_are_told_once_each_and_nothing_is_lost():
    damaged = {"settings": b"\xff\x00", "directory": b"garbage", "calls": b"\x01\n\n\t"}
    desk = Desk(None, (), Storage(dict(damaged)))
    assert desk.events.posted == [("error", {"reason": "Stored data damaged; kept as .bad"})] * 3
    assert len(desk.log.records()) == 3
    assert desk.display.rows[0] == "Sinetti"
    desk.press("4711#")
    desk.run(4000)
    desk.talks()
    desk.press("UB")
    desk.ended(HUNG_UP_HERE)
    for name in damaged:
        assert desk.storage.values[name + ".bad"] == damaged[name]


def test_a_store_that_refuses_does_not_stop_the_phone():
    desk = Desk()
    desk.storage.refuses = True
    desk.talks()
    desk.press("UB")
    desk.ended(HUNG_UP_HERE)
    desk.run(4000)
    assert desk.display.rows[0] == "Sinetti"
    assert [word for tick, word, number in desk.log.records()] == ["not saved", "not saved"]
