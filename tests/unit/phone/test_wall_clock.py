# SPDX-License-Identifier: MIT
"""The time on the screens: where the phone stands, once somebody has told it, and nothing before."""

from core.dates import days_of
from sip.ending import CANCELLED, HUNG_UP_THERE
from tests.unit.phone.phone_fakes import Desk

NOON = days_of(2026, 11, 23) * 1440 + 12 * 60 + 5           # 12:05 UTC


def test_no_time_is_shown_before_it_is_known():
    desk = Desk()
    desk.run(100000)
    assert desk.display.rows[0] == "Sinetti"
    desk.talks()
    desk.ended(HUNG_UP_THERE)
    assert desk.display.rows[2] == ""
    desk.run(4000)
    desk.press("D")
    assert desk.display.rows[1] == ">< Bob"
    desk.press("O")
    assert desk.display.rows[1:6] == [">Dial", " Add to directory", " bob@192.0.2.20", " Received", " Bob"]


def test_the_idle_screen_has_a_clock():
    desk = Desk({"account.display": "Kitchen"})
    desk.look_at_the_time(NOON)
    assert desk.display.rows[0] == "Kitchen         14:05"
    desk.look_at_the_time(NOON + 1)
    assert desk.display.rows[0] == "Kitchen         14:06"
    desk.look_at_the_time(NOON + 595)
    assert desk.display.rows[0] == "Kitchen         00:00"


def test_the_clock_is_drawn_once_a_minute_and_no_more():
    desk = Desk()
    desk.look_at_the_time(NOON)
    clock = desk.phone.clock
    told = []
    for _ in range(50):
        desk.run(2000)
        told.append(clock.poll(desk.now, desk.out))
    desk.hal.calendar.utc = NOON + 1
    desk.run(2000)
    told.append(clock.poll(desk.now, desk.out))
    told.append(clock.poll(desk.now, desk.out))
    assert told == [False] * 50 + [True, False]


def test_a_time_that_is_no_longer_known_goes():
    desk = Desk()
    desk.look_at_the_time(NOON)
    desk.look_at_the_time(-1)
    assert desk.display.rows[0] == "Sinetti"


def test_the_zone_is_that_of_the_country_of_the_tones():
    for country, time in (("fi", "14:05"), ("de", "13:05"), ("fr", "13:05"), ("gb", "12:05"), ("jp", "21:05"),
                          ("us", "12:05 UTC"), ("au", "12:05 UTC")):
        desk = Desk({"phone.country": country})
        desk.look_at_the_time(NOON)
        assert desk.display.rows[0].endswith(" " + time), (country, desk.display.rows[0])


def test_the_zone_is_the_one_that_is_set():
    desk = Desk({"phone.zone": "EST5EDT,M3.2.0,M11.1.0"})
    desk.look_at_the_time(NOON)
    assert desk.display.rows[0].endswith(" 07:05")


def test_a_zone_that_is_none_is_refused_and_a_stored_one_set_aside():
    try:
        Desk({"phone.zone": "Europe/Helsinki"})
    except ValueError as fault:
        assert str(fault) == "phone.zone"
    else:
        raise AssertionError
    desk = Desk()
    desk.storage.values["settings"] = b"phone.zone=nonsense\nphone.volume=20"
    again = Desk(None, (), desk.storage)
    assert again.config.get("phone.zone") == b"" and again.config.get("phone.volume") == 20
    assert again.storage.values["settings.bad"]


def test_a_zone_is_chosen_in_the_menu_by_its_place_and_holds_at_once():
    from phone import menu_pages, zone_pages
    desk = Desk()
    desk.look_at_the_time(NOON)
    desk.press("O5" + "D" * menu_pages._SETTINGS.index("phone.zone") + "O")
    places = zone_pages.PLACES.split("\n")
    at = [place.startswith("Japan ") for place in places].index(True) + 2
    desk.press("D" * at)
    assert [row for row in desk.display.rows if row.startswith(">")] == [">Japan"]
    desk.press("O")
    assert desk.storage.values["settings"] == b"phone.zone=JST-9"
    desk.press("O")
    desk.press("D" * at)
    assert ">*Japan" in desk.display.rows
    desk.hold_down("B")
    desk.look_at_the_time(NOON)
    assert desk.display.rows[0] == "Sinetti         21:05"


def test_that_of_the_country_is_chosen_again():
    from phone import menu_pages
    desk = Desk()
    desk.config.set("phone.zone", "JST-9")
    desk.press("O5" + "D" * menu_pages._SETTINGS.index("phone.zone") + "O" + "1")
    assert desk.config.get("phone.zone") == b""


def test_a_typed_rule_is_checked():
    from phone import menu_pages
    desk = Desk()
    desk.press("O5" + "D" * menu_pages._SETTINGS.index("phone.zone") + "O" + "2")
    desk.press("#887728O")                          # TUPAT, which says nothing
    assert desk.display.rows[7] == "It is no such rule"
    assert desk.config.get("phone.zone") == b""


def test_the_log_has_the_local_time_of_the_begin_of_each_call():
    desk = Desk({"account.domain": "pbx"})
    desk.look_at_the_time(NOON - 1440)
    desk.arrives(b"sip:carol@192.0.2.30", b"Carol")
    desk.ended(CANCELLED)
    desk.run(4000)
    desk.look_at_the_time(NOON)
    desk.talks()
    desk.hal.calendar.utc = NOON + 30
    desk.ended(HUNG_UP_THERE)
    desk.run(4000)
    desk.press("D")
    assert desk.display.rows[1:3] == [">< Bob          14:05", " ! Carol       22 Nov"]
    desk.press("2")
    assert desk.display.rows[4:7] == [" Missed", " 22 Nov 14:05", " Carol"]
    again = Desk(None, (), desk.storage)
    again.press("D")
    assert again.display.rows[1:3] == [">< Bob         23 Nov", " ! Carol       22 Nov"], "no day is today"


def test_a_call_that_do_not_disturb_refused_has_its_time():
    desk = Desk({"phone.dnd": True})
    desk.look_at_the_time(NOON)
    desk.arrives(b"sip:carol@192.0.2.30")
    desk.press("D")
    assert desk.display.rows[1] == ">! carol@192.0. 14:05"


def test_the_screen_of_an_ended_call_has_the_time():
    desk = Desk()
    desk.look_at_the_time(NOON)
    desk.talks()
    desk.ended(HUNG_UP_THERE)
    assert desk.display.rows[:4] == ["Call ended       0:00", "Bob", "14:05", "They hung up"]
