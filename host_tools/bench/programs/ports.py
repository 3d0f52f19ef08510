# SPDX-License-Identifier: MIT
"""Ports of a phone that is measured: they answer at once and allocate nothing.

What is measured is the phone, so nothing of the firmware is imported here, and a program steers
every port: how many frames the microphone has, how many the speaker wants, which keys are down.
"""

from array import array

FRAME = 160                 # samples
START = (1 << 30) - 5000    # ms; five seconds before the tick wraps

_LEVEL = 8000
_RISE = 400                 # a triangle of 100 Hz


class _Slices:
    def __getitem__(self, key):
        return key


_WHOLE = _Slices()[0:FRAME]         # MicroPython makes a new slice each time


class Clock:
    """See hal/ports.py, as are the others. ms: what it says."""

    def __init__(self):
        self.ms = START

    def now(self):
        return self.ms

    def advance(self, ms):
        self.ms = (self.ms + ms) & 0x3FFFFFFF


class NoWatchdog:
    def feed(self):
        pass


class Microphone:
    """ready: frames that can be read; each is the same hum."""

    def __init__(self):
        self.ready = 0
        self.is_on = False
        self._frame = array("h", bytes(2 * FRAME))
        level, rise = 0, _RISE
        for at in range(FRAME):
            self._frame[at] = level
            if abs(level + rise) > _LEVEL:
                rise = -rise
            level += rise

    def start(self):
        self.is_on = True

    def read(self, pcm):
        if not self.ready:
            return False
        self.ready -= 1
        pcm[_WHOLE] = self._frame
        return True

    def stop(self):
        self.is_on = False


class Speaker:
    """room: frames that it wants; written: frames that it got."""

    outlets = 1

    def __init__(self):
        self.room = 0
        self.written = 0

    def start(self):
        pass

    def wants(self):
        return self.room > 0

    def write(self, pcm):
        self.room -= 1
        self.written += 1

    def queued_ms(self):
        return 40

    def volume(self, percent):
        pass

    def stop(self):
        pass


class Keypad:
    codes = b"123O456B789U*0#DHMRT"

    def __init__(self):
        self._down = 0

    def scan(self):
        return self._down

    def turn(self, key, is_down):
        """key: one character of `codes`."""
        bit = 1 << self.codes.find(key.encode())
        self._down = self._down | bit if is_down else self._down & ~bit


class Hook:
    def __init__(self):
        self.off = False

    def is_off(self):
        return self.off


class Display:
    """One row that changed leaves with each flush, as on the glass of a phone."""

    columns = 21
    rows = 8

    def __init__(self):
        self._texts = [" " * self.columns] * self.rows
        self.changed = 0

    def line(self, row, text):
        text = (text + " " * self.columns)[:self.columns]
        if text != self._texts[row]:
            self._texts[row] = text
            self.changed |= 1 << row

    def icon(self, name, on):
        pass

    def flush(self):
        changed = self.changed
        self.changed = changed & (changed - 1)
        return changed != 0


class Led:
    def set(self, lamp, on):
        pass


class Ringer:
    def volume(self, percent):
        pass

    def set(self, pitch_hz):
        pass


class Storage:
    def __init__(self):
        self._values = {}

    def load(self, name):
        return self._values.get(name)

    def save(self, name, data):
        self._values[name] = bytes(data)
        return True

    def erase(self, name):
        self._values.pop(name, None)


class Crypto:
    """Counts, so that each run is like the last.

    hmac    class of a provider of HMAC-SHA1, set before a call is sealed
    """

    def __init__(self):
        self.hmac = None
        self._next = 0

    def random(self, n):
        self._next = (self._next + n) & 0xFFFF
        return bytes([(self._next * 7 + place * 37) & 0xFF for place in range(n)])

    def sha256(self, data):
        import hashlib
        return hashlib.sha256(data).digest()

    def aes_ecb(self, key):
        from cryptolib import aes
        return aes(key, 1)

    def hmac_sha1(self, key):
        return self.hmac(key)


class Events:
    """posted: the names of the events, oldest first."""

    def __init__(self):
        self.posted = []

    def post(self, event, detail):
        self.posted.append(event)


class Trace:
    """crossed: SIP frames that came or went."""

    def __init__(self):
        self.crossed = 0

    def sent(self, frame, route, now):
        self.crossed += 1

    def received(self, frame, route, now):
        self.crossed += 1


class Link:
    """The `link` of boards/drivers/socket_network.py: always up."""

    def __init__(self, host):
        self._host = host

    def state(self):
        return 2

    def join(self):
        pass

    def address(self):
        return self._host
