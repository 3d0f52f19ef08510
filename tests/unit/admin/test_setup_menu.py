# SPDX-License-Identifier: MIT
"""The setup by keypad alone: question after question, back again, and what is wrong in words."""

from admin.form import SetupForm
from admin.setup_menu import LEFT, STORED, SetupMenu
from boards.drivers import staged_values, wifi_networks
from core.log import Log
from core.outbox import Outbox
from core.timers import Timers
from phone.config import Config
from sim.fakes import MemoryStorage

SEEN = [("Home", True), ("Cafe", False)]


class Keypad:
    """The menu, and who owns it. told: its events."""

    def __init__(self, storage=None, seen=SEEN):
        self.storage = storage or MemoryStorage()
        form = SetupForm(
            self.storage, lambda storage: Config(storage, Log(4)), wifi_networks, staged_values)
        form.seen = seen
        self.menu = SetupMenu(form)
        self.menu.owner = self
        self.events = []
        self._timers = Timers(4)
        self._out = Outbox(8, self._timers, None)

    def told(self, machine, event, detail, now, out):
        self.events.append(event)

    def press(self, keys):
        for key in keys:
            self.menu.press(ord(key), 0, self._out)
            self._out.drain(0)
            rows = self.menu.rows()
            assert len(rows) == 8 and max([len(row) for row in rows]) <= 21, rows

    def digits(self, text):
        """Type what mode 123 has, and go on."""
        self.press("##" + text + "O")

    def numbers(self, text):
        """Type an address in numbers, and go on. A dot is of mode abc."""
        for letter in text:
            self.press("1" if letter == "." else "##" + letter + "#")
        self.press("O")

    def title(self):
        return self.menu.rows()[0].split("  ")[0]


def test_network_user_domain_and_password_are_asked_and_stored():
    desk = Keypad()
    assert desk.menu.rows()[:5] == ["Wi-Fi network", ">Home", " Cafe", " Type its name", " None: a cable"]
    desk.press("O")
    assert desk.title() == "Its password"
    desk.digits("12345678")
    assert desk.title() == "User or number"
    desk.digits("1001")
    assert desk.title() == "Domain"
    desk.numbers("192.0.2.5")
    assert desk.title() == "Password", "the domain says where the server is"
    desk.digits("4711")
    assert desk.menu.rows() == [
        "Save this?", "", "Wi-Fi Home", "1001@192.0.2.5", "", "", "", "OK:save B:back"]
    desk.press("O")
    assert desk.events[-1] == STORED
    assert wifi_networks.load(desk.storage) == ((b"Home", b"12345678"),)
    assert desk.storage.load("settings") == (
        b"account.user=1001\naccount.domain=192.0.2.5\naccount.registrar=192.0.2.5\naccount.password=4711")


def test_a_domain_with_a_name_makes_it_ask_for_the_server():
    desk = Keypad()
    desk.press("DO")
    desk.digits("1001")
    desk.press("8O")                                    # the domain t
    assert desk.title() == "Server, numbers"
    desk.numbers("192.0.2.5")
    desk.digits("4711")
    assert desk.menu.rows()[2:5] == ["Wi-Fi Cafe", "1001@t", "192.0.2.5"]


def test_an_open_network_has_no_password_to_be_asked_for():
    desk = Keypad()
    desk.press("2")
    assert desk.title() == "User or number"


def test_a_network_that_is_not_in_the_list_is_typed():
    desk = Keypad()
    desk.press("DDO" + "2" + "O")
    assert desk.title() == "Its password"
    desk.digits("12345678")
    desk.press("O")                                     # no account
    assert desk.menu.rows()[2:4] == ["Wi-Fi a", "no account"]
    desk.press("O")
    assert wifi_networks.load(desk.storage) == ((b"a", b"12345678"),)


def test_a_password_is_stars_and_never_comes_back():
    desk = Keypad()
    desk.press("O")
    desk.press("##12345678")
    assert "8" not in desk.menu.rows()[2][:7] and desk.menu.rows()[2][:7] == "*" * 7
    desk.press("O" + "B")                               # on, and back
    assert desk.title() == "Its password" and desk.menu.rows()[2] == "_"


def test_what_is_wrong_is_told_in_words_and_asked_again():
    desk = Keypad()
    desk.press("O")
    desk.digits("123")
    desk.press("O" + "O")
    assert desk.menu.rows() == [
        "Not saved", "", "The password of a", "Wi-Fi network has 8", "to 64 letters", "", "", "any key: go on"]
    desk.press("5")
    assert desk.title() == "Its password" and desk.storage.values == {}


def test_nothing_is_too_little():
    desk = Keypad()
    desk.press("4" + "O" + "O")
    assert desk.menu.rows()[0] == "Not saved"
    desk.press("O")
    assert desk.title() == "Wi-Fi network"


def test_b_goes_back_question_by_question_and_leaves_in_the_end():
    desk = Keypad()
    desk.press("O")
    desk.digits("12345678")
    desk.digits("1")
    seen = [desk.title()]
    for _ in range(3):
        desk.press("BBBBBBBBBB" if desk.title() == "User or number" else "B")
        seen.append(desk.title())
    assert seen[0] == "Domain" and seen[-1] == "Wi-Fi network", seen
    assert LEFT in desk.events or desk.title() == "Wi-Fi network"
    desk.press("B")
    assert desk.events[-1] == LEFT


def test_a_storage_that_refuses_is_told():
    desk = Keypad()
    desk.press("2" + "O")
    desk.storage.is_full = True
    desk.press("O")
    assert desk.menu.rows()[2:4] == ["The phone could not", "store this"]


def test_a_long_list_is_seen_a_window_at_a_time():
    desk = Keypad(seen=[("Network number %d, long" % number, False) for number in range(9)])
    desk.press("DDDDDDDD")
    assert desk.menu.rows()[1:4] == [" Network number 6, lo", " Network number 7, lo", ">Network number 8, lo"]
    desk.press("U" * 20)
    assert desk.menu.rows()[1][0] == ">"


def test_keys_at_random_never_break_it():
    from sim.dice import Dice

    dice = Dice(5, "keys")
    for _ in range(30):
        desk = Keypad()
        desk.press("".join(["123O456B789U*0#DHMRT"[dice.below(20)] for _ in range(60)]))
