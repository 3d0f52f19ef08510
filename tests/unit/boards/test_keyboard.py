# SPDX-License-Identifier: MIT
from boards.unix.keyboard import Keyboard
from boards.unix.keypad import CODES, Hook
from boards.unix.screen import Screen


class Finger:
    def __init__(self):
        self.pressed = ""

    def press(self, code, down_ms):
        assert code in CODES
        self.pressed += chr(code)


class Terminal:
    def __init__(self):
        self.typed = b""

    def readinto(self, buf):
        part = self.typed[:len(buf)]
        self.typed = self.typed[len(part):]
        buf[:len(part)] = part
        return len(part) or None


def typing(*pieces):
    """-> the keys pressed, and whether the handset is off the hook."""
    finger = Finger()
    terminal = Terminal()
    hook = Hook(Screen())
    keyboard = Keyboard(terminal, finger, hook)
    for piece in pieces:
        terminal.typed = piece
        keyboard.service()
    return finger.pressed, hook.is_off()


def test_digits_are_themselves_and_letters_are_functions():
    assert typing(b"1002#*") == ("1002#*", False)
    assert typing(b"hmrt") == ("HMRT", False)


def test_enter_is_ok_and_backspace_is_back():
    assert typing(b"\r\n\x7f\x08") == ("OOBB", False)


def test_space_lifts_the_handset_and_lays_it():
    assert typing(b" ") == ("", True)
    assert typing(b"  ") == ("", False)


def test_arrows_arrive_whole_or_in_pieces():
    assert typing(b"\x1b[A\x1b[B") == ("UD", False)
    assert typing(b"\x1bOA", b"\x1b", b"[", b"B") == ("UD", False)


def test_what_means_nothing_presses_nothing():
    assert typing(b"xyz\x00\xff\x1b[Z\x1bq") == ("", False)
    assert typing(b"\x1b5[A") == ("5", False), "an escape alone swallows no digit"
    assert typing() == ("", False)


def test_nothing_typed_is_nothing_pressed():
    assert typing(b"") == ("", False)
