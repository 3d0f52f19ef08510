# SPDX-License-Identifier: MIT
"""The menu of the Wi-Fi networks: known ones, ones in reach, adding and forgetting."""

from tests.unit.phone.phone_fakes import Desk


def opened(known=(), seen=()):
    desk = Desk(has_radio=True)
    desk.hal.radio.known = list(known)
    desk.hal.radio.seen = seen
    desk.press("O5" + "D" * 60)
    while not [row for row in desk.display.rows if row.startswith(">Wi-Fi")]:
        desk.press("U")
    desk.press("O")
    assert desk.display.rows[0] == "Wi-Fi"
    return desk


def test_the_known_networks_are_listed():
    desk = opened([(b"Home", b"correct horse"), (b"B\xc3\xbcro", b"")])
    assert desk.display.rows[1:5] == [">Add a network", " Home", " B\xfcro", ""]
    assert "horse" not in desk.screen()


def test_one_in_reach_is_chosen_and_its_password_typed():
    desk = opened([(b"Home", b"correct horse")], (b"Office", b"Home"))
    desk.press("1")
    assert desk.display.rows[1:4] == [">Type its name", " Office", " Home"]
    desk.press("2")
    desk.press("##" + "123456789")
    assert desk.display.rows[0].startswith("Password") and desk.display.rows[2] == "********9_"
    desk.press("O")
    assert desk.hal.radio.known == [(b"Office", b"123456789"), (b"Home", b"correct horse")]
    assert desk.display.rows[0] == "Wi-Fi" and desk.display.rows[7] == "Kept, joining"


def test_a_name_is_typed_for_one_that_hides_it():
    desk = opened()
    desk.press("11")
    desk.press("##" + "77" + "O")
    assert desk.display.rows[0].startswith("Password")
    desk.press("O")                                 # without one
    assert desk.hal.radio.known == [(b"77", b"")]


def test_a_name_that_is_empty_is_asked_for_again():
    desk = opened()
    desk.press("11" + "O" * 3)
    assert desk.display.rows[0].startswith("Network name") and desk.hal.radio.known == []


def test_a_password_that_none_can_have_is_refused():
    desk = opened((), (b"Office",))
    desk.press("12" + "##" + "1234567" + "O")
    assert desk.hal.radio.known == [] and desk.display.rows[0].startswith("Password")
    assert desk.display.rows[7].startswith("8 to 64 letters")


def test_a_network_is_forgotten():
    desk = opened([(b"Home", b"correct horse"), (b"Office", b"")])
    desk.press("2")
    assert desk.display.rows[:3] == ["Network", ">Forget it", " Home"]
    desk.press("O")
    assert desk.hal.radio.known == [(b"Office", b"")] and desk.display.rows[7] == "Forgotten"


def test_a_ninth_is_not_taken():
    desk = opened([(b"%d" % number, b"") for number in range(8)])
    desk.press("1")
    assert desk.display.rows[0] == "Wi-Fi" and desk.display.rows[7] == "At most 8 networks"


def test_what_cannot_be_stored_is_told():
    desk = opened([(b"Home", b"")], (b"Office",))
    desk.hal.radio.refuses = True
    desk.press("12" + "##" + "12345678" + "O")
    assert desk.display.rows[7] == "Not saved" and desk.hal.radio.known == [(b"Home", b"")]


def test_a_board_without_radio_has_no_such_page():
    desk = Desk()
    desk.press("O5" + "D" * 60)
    assert "Wi-Fi" not in desk.screen()
