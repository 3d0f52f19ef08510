# SPDX-License-Identifier: MIT
"""What a person sees of a registration, and what of the settings asks for another one."""

from sip.ending import NO_ADDRESS, NO_ANSWER, NOT_WANTED, REFUSED, WRONG_PASSWORD, Ending
from sip.events import REGISTERED, UNREGISTERED
from tests.unit.phone.phone_fakes import Desk, Storage


def test_a_registered_phone_says_so_under_its_address():
    desk = Desk({"account.user": "1001", "account.domain": "pbx.example"})
    assert desk.display.rows[2] == ""
    desk.tell(REGISTERED, 3600)
    assert desk.display.rows[:4] == ["1001", "1001@pbx.example", "Registered", ""]
    assert desk.events.posted[-1] == ("registered", {"seconds": 3600})


def test_one_that_failed_says_why():
    desk = Desk()
    for cause, status, reason in (
        (WRONG_PASSWORD, 401, "Wrong password"), (REFUSED, 403, "Not allowed"), (REFUSED, 503, "Service overloaded"),
        (NO_ANSWER, 408, "Nobody answered"), (NO_ADDRESS, 0, "Address needs a proxy"),
        (REFUSED, 599, "Server failed (599)"),
    ):
        desk.tell(UNREGISTERED, Ending(cause, status))
        assert desk.display.rows[2:4] == ["Not registered:", reason]
        assert desk.events.posted[-1] == ("unregistered", {"reason": reason, "status": status})
    desk.tell(REGISTERED, 60)
    assert desk.display.rows[2:4] == ["Registered", ""]


def test_one_without_a_registrar_has_nothing_to_say():
    desk = Desk()
    desk.tell(REGISTERED, 60)
    desk.tell(UNREGISTERED, Ending(NOT_WANTED))
    assert desk.display.rows[2:4] == ["", ""]


def test_without_a_network_that_is_what_is_said():
    desk = Desk()
    desk.tell(UNREGISTERED, Ending(WRONG_PASSWORD, 401))
    desk.network.is_up = False
    desk.phone.network_changed(desk.now, desk.out)
    assert desk.display.rows[2:4] == ["Network down", ""]
    assert desk.sip.registrations == 1


def test_a_registration_disturbs_no_call():
    desk = Desk()
    desk.arrives(b"sip:bob@192.0.2.20", b"Bob")
    before = list(desk.display.rows)
    desk.tell(UNREGISTERED, Ending(NO_ANSWER, 408))
    assert desk.display.rows == before


def test_a_setting_of_the_account_asks_for_another_registration_and_no_other_does():
    desk = Desk(None, (), Storage({"settings": b"account.registrar=192.0.2.1\naccount.password=hunter2"}))
    desk.press("O5" + "D" * 15)
    assert ">Register for s: 3600" in desk.display.rows
    assert "hunter2" not in desk.screen()
    desk.press("O" + "B" * 4 + "60" + "O")
    assert desk.config.get("account.expires") == 60 and desk.sip.registrations == 1
    desk.press("BB" + "O4")                             # do not disturb
    assert desk.config.get("phone.dnd") is True and desk.sip.registrations == 1
