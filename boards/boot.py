# SPDX-License-Identifier: MIT
"""boot.py: chooses the slot that the phone starts from. Copied to / once, when a phone is installed.

    /slot says "a", and /a is whole            /a
    /slot says "b trial"                       /b for three starts, then /a again
    what it names is not whole, or it is gone  the first slot that is whole
    * is held, or no slot is whole             safe mode: nothing of ours is imported, the console answers,
                                               and the glass says so

A version counts as whole when its manifest is there and names files that are there in their lengths:
firmware/update writes it last, when all hashes were right. A trial ends when the version has run for
a while and says so, see firmware/update/pointer.py: what is here says the same in its own words, as
there is no slot yet to import from. Nothing here raises: what is broken is said on the console.
"""

import json
import os
import sys

_STARTS = 3                     # of a version that nobody confirms
_LARGEST_FACTS = 8192           # bytes of board.json
_LONGEST_LINE = 640             # bytes of a line of a manifest

# What safe mode shows, 8 rows of 16 letters; the last two when * is held, and when there is nothing to start.
_SCREEN = ("Safe mode", "", "The phone is not", "started. Connect", "it by USB, then", "on the computer:")
_HELD = (" sinetti doctor", "RESET: as usual")
_EMPTY = (" sinetti install", "puts it in again")
# As boards/drivers/ssd1306.py and st7567.py have them, which say what is what; dark until the rows are there.
_OLED = (b"\x00\xae\x2e\xd5\x80\xa8\x3f\xd3\x00\x40\x8d\x14\x20\x02\xa1\xc8\xda\x12\x81\x7f\xd9\xf1\xdb\x20"
         b"\xa4\xa6")
_LCD = b"\xae\xa2\xa0\xc0\x24\x81\x20\x40\xa4\xa6\x2f"

# What can go wrong with files and parts. Not the interrupt from the keyboard, and no exit.
_FAULTS = (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, ImportError, MemoryError,
           RuntimeError)


def start(root=""):
    """Choose, and make the path of imports fit. -> "/a" or "/b", "" in safe mode. root: for tests."""
    silence_radio()
    slot = ""
    facts = read_facts(root)
    is_held = is_star_held(facts)
    try:
        if is_held:
            _say("* is held")
        else:
            slot = choose(root)
    except _FAULTS as fault:
        _say("the choice of a slot failed: %r" % fault)
    if slot:
        # From nowhere else: what somebody left in / is no part of a version.
        sys.path[:] = ["%s/%s" % (root, slot), ".frozen"]
        _set_interrupt(-1)
        return "/" + slot
    _say("safe mode; the phone does not start")
    show(facts, is_held)
    return ""


def choose(root=""):
    """-> "a", "b", or "" when neither is whole. Counts the start of a trial."""
    named, is_trial = _pointer(root)
    whole = [slot for slot in ("a", "b") if is_whole(root, slot)]
    if not whole:
        _say("neither slot holds a whole version: install it again by cable")
        return ""
    if named not in whole:
        _say("slot %s is %s" % (whole[0], "all there is" if named else "the first that is whole"))
        return whole[0]
    if not is_trial or len(whole) == 1:
        return named
    other = "a" if named == "b" else "b"
    if _may_try():
        _say("slot %s is on trial" % named)
        return named
    _say("slot %s did not come to work: back to slot %s" % (named, other))
    _go_back(root, other)
    return other


def is_whole(root, slot):
    """-> True when a slot has a manifest, and each file that it names."""
    folder = "%s/%s/" % (root, slot)
    files = 0
    try:
        with open(folder + "manifest", "rb") as manifest:
            if manifest.readline(_LONGEST_LINE) != b"sinetti 1\n":
                return False
            while True:
                words = manifest.readline(_LONGEST_LINE).split()
                if not words or words[0] == b"sign":
                    return files > 0
                if words[0] == b"file":
                    if os.stat(folder + words[3].decode())[6] != int(words[1]):
                        return False
                    files += 1
    except _FAULTS:
        return False


def read_facts(root=""):
    """-> what board.json says; {} where it cannot be read."""
    try:
        if os.stat(root + "/board.json")[6] > _LARGEST_FACTS:
            raise ValueError("too long")
        with open(root + "/board.json") as file:
            return json.loads(file.read())
    except _FAULTS as fault:
        _say("board.json cannot be read: %r" % fault)
        return {}


def is_star_held(facts):
    """-> True when the key * connects its row and its column. Without facts about it nobody can hold it."""
    try:
        from machine import Pin

        star = facts["star"]
        row = Pin(star["row"], Pin.OPEN_DRAIN, value=1)
        column = Pin(star["column"], Pin.IN, Pin.PULL_UP)
        # Low all the time is a broken wire, not a finger.
        was_high = column.value()
        row.value(0)
        is_low = not column.value()
        row.value(1)
        return bool(was_high and is_low)
    except _FAULTS as fault:
        _say("the key * cannot be read, see board.json: %r" % fault)
        return False


def lines(is_held):
    """-> the 8 rows that safe mode shows."""
    return _SCREEN + (_HELD if is_held else _EMPTY)


def picture(framebuf, is_held):
    """-> bytearray, 8 pages of 128 columns, in the interpreter's own letters."""
    points = bytearray(1024)
    frame = framebuf.FrameBuffer(points, 128, 64, framebuf.MONO_VLSB)
    for row, words in enumerate(lines(is_held)):
        frame.text(words, 0, 8 * row)
    return points


def show(facts, is_held):
    """Say on the glass that this is safe mode, and what to do. Where there is none nobody hears of it."""
    try:
        import framebuf

        glass = facts["glasses"][facts["glass"]]
        points = picture(framebuf, is_held)
        if facts["glass"] == "ssd1306":
            _draw_oled(glass, points)
        else:
            _draw_lcd(glass, points)
    except _FAULTS:
        pass


def _draw_oled(glass, picture):
    from machine import I2C, Pin

    bus = I2C(0, scl=Pin(glass["scl"]), sda=Pin(glass["sda"]), freq=400000)
    bus.writeto(0x3C, _OLED)
    for page in range(8):
        bus.writeto(0x3C, bytes((0x00, 0xB0 | page, 0x00, 0x10)))
        bus.writeto(0x3C, b"\x40" + picture[128 * page:128 * page + 128])
    bus.writeto(0x3C, b"\x00\xaf")


def _draw_lcd(glass, picture):
    from machine import SPI, Pin

    a0, cs = Pin(glass["a0"], Pin.OUT, value=0), Pin(glass["cs"], Pin.OUT, value=1)
    reset = Pin(glass["reset"], Pin.OUT, value=0)
    bus = SPI(2, baudrate=10000000, sck=Pin(glass["sck"]), mosi=Pin(glass["mosi"]))
    reset.value(1)                      # low for 1 us, and 1 us after it: each step here takes longer
    cs.value(0)
    bus.write(_LCD)
    for page in range(8):
        a0.value(0)
        bus.write(bytes((0xB0 | page, 0x10, 0x00)))
        a0.value(1)
        bus.write(picture[128 * page:128 * page + 128])
    a0.value(0)
    bus.write(b"\xaf")
    cs.value(1)


def _pointer(root):
    """-> (slot, is_trial); ("", False) when nothing says so."""
    try:
        with open(root + "/slot", "rb") as file:
            words = file.read(16).strip()
    except _FAULTS:
        words = b""
    if words in (b"a", b"b", b"a trial", b"b trial"):
        return words[:1].decode(), len(words) > 1
    _say("no file /slot that says which slot")
    return "", False


def _may_try():
    """-> True when the trial has a start left, which is counted. What cannot be counted is not tried."""
    try:
        from esp32 import NVS

        counters = NVS("sinetti")
        try:
            starts = counters.get_i32("starts")
        except OSError:
            starts = 0                  # never written
        if not 0 <= starts < _STARTS:
            return False
        counters.set_i32("starts", starts + 1)
        counters.commit()
        return True
    except _FAULTS as fault:
        _say("starts cannot be counted: %r" % fault)
        return False


def _go_back(root, slot):
    """Write what was chosen. Where that fails the next start comes to the same choice."""
    try:
        with open(root + "/slot~", "wb") as file:
            file.write(slot.encode() + b"\n")
        os.rename(root + "/slot~", root + "/slot")
    except _FAULTS as fault:
        _say("/slot cannot be written: %r" % fault)


def silence_radio():
    """After the power came the radio is off. After a restart of the interpreter alone it may not be."""
    try:
        import machine

        if machine.reset_cause() == machine.SOFT_RESET:
            from network import WLAN

            for interface in (WLAN.IF_STA, WLAN.IF_AP):
                WLAN(interface).active(False)
    except _FAULTS as fault:
        _say("the radio cannot be silenced: %r" % fault)


def _set_interrupt(letter):
    """What interrupts a program from the console; -1: nothing. MicroPython sets it anew for main.py."""
    try:
        from micropython import kbd_intr

        kbd_intr(letter)
    except _FAULTS:
        pass                            # no console that could interrupt


def _say(words):
    print("boot: " + words)


if __name__ == "__main__":
    start()
