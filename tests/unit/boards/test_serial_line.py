# SPDX-License-Identifier: MIT
"""SerialLine: a stream over a line that loses, adds and damages bytes; and its blocks."""

from boards.drivers import cobs
from boards.drivers.serial_line import SerialLine


class Cable:
    """One direction. narrow: bytes taken at once, 0 for nothing at all."""

    def __init__(self):
        self.held = bytearray()
        self.narrow = 1000


class Plug:
    def __init__(self, reads, writes):
        self._reads = reads
        self._writes = writes

    def readinto(self, buf):
        n = min(len(buf), len(self._reads.held))
        if not n:
            return None
        buf[:n] = self._reads.held[:n]
        self._reads.held = self._reads.held[n:]
        return n

    def write(self, buf):
        n = min(len(buf), self._writes.narrow)
        self._writes.held = self._writes.held + buf[:n]
        return n or None


def joined():
    """-> phone's end, helper's end, cable to the helper, cable to the phone; open."""
    down, up = Cable(), Cable()
    phone, helper = SerialLine(Plug(down, up)), SerialLine(Plug(up, down), is_phone=False)
    phone.open(b"", b"")
    meet(phone, helper)
    assert phone.state() == 1 and helper.state() == 1 and helper.sessions == 1
    return phone, helper, up, down


def meet(phone, helper):
    for _ in range(200):
        phone.state()
        helper.state()


def carried(source, target, data):
    """-> what arrived of data."""
    got = bytearray()
    buf = bytearray(100)
    sent = 0
    for _ in range(2000):
        if sent < len(data):
            sent += source.write(data, sent, len(data) - sent)
        source.state()
        target.state()
        n = target.readinto(buf)
        got += buf[:n]
    return bytes(got)


def test_every_byte_arrives_in_both_directions():
    phone, helper, _, _ = joined()
    data = bytes(range(256)) * 20
    assert carried(phone, helper, data) == data
    assert carried(helper, phone, data) == data
    assert phone.damaged == helper.damaged == 0


def test_a_slow_line_carries_the_same():
    phone, helper, up, _ = joined()
    up.narrow = 7
    data = bytes(300)
    assert carried(phone, helper, data) == data


def test_a_line_that_is_stuck_takes_nothing_more():
    phone, helper, up, _ = joined()
    up.narrow = 0
    assert phone.write(b"first", 0, 5) == 5
    assert phone.write(b"second", 0, 6) == 0


def test_a_damaged_lost_or_repeated_block_ends_the_connection_and_the_phone_begins_anew():
    def flip(held):
        held[3] ^= 4
        return held

    for damage in (flip, lambda held: held[:2] + held[3:], lambda held: bytearray(), lambda held: held + held):
        phone, helper, up, _ = joined()
        assert phone.write(b"hello", 0, 5) == 5
        up.held = bytearray(damage(up.held))
        phone.write(b"next", 0, 4)
        meet(phone, helper)
        assert phone.state() == 2
        phone.open(b"", b"")
        meet(phone, helper)
        assert phone.state() == 1 and helper.sessions == 2
        assert carried(phone, helper, b"again") == b"again"


def test_noise_before_anybody_is_there_harms_nobody():
    phone, helper, up, down = joined()
    phone.close()
    up.held = bytearray(b"\x55" * 2000 + b"\0\x03\0")
    down.held = bytearray(b"\xaa" * 2000 + b"\0")
    meet(phone, helper)
    phone.open(b"", b"")
    meet(phone, helper)
    assert phone.state() == 1 and carried(phone, helper, b"data") == b"data"


def test_a_phone_calls_again_until_the_helper_is_there():
    down, up = Cable(), Cable()
    phone = SerialLine(Plug(down, up))
    phone.open(b"", b"")
    for _ in range(300):
        assert phone.state() == 0
    helper = SerialLine(Plug(up, down), is_phone=False)
    meet(phone, helper)
    assert phone.state() == 1 and carried(phone, helper, b"x") == b"x"


def test_a_block_has_no_zero_but_its_last_byte():
    for data in (b"", b"\0", b"\0" * 240, b"\x01" * 240, bytes(range(240))):
        block = cobs.encode(7, data)
        assert block.count(b"\0") == 1 and block[-1] == 0
        assert cobs.decode(block[:-1]) == (7, data)
        assert cobs.decode(block[:-2]) is None
    for broken in (b"", b"\x01", b"\x09ab", b"\x02a\x00"):
        assert cobs.decode(broken) is None
