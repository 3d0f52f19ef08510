# SPDX-License-Identifier: MIT
"""NetworkTime: sets the chip's calendar from time servers, forwards only. RFC 4330 10 says how often to ask.

What the time is for: certificates. A server of time proves nothing about itself, so

 * no time is taken before the floor: the day this firmware was built, or the last day that was stored.
   Who turns the clock back would bring certificates back that are over;
 * no time is taken _MOST_YEARS after the build, and the floor follows by at most a day a day: who turns
   it forward for an hour does not keep the phone from the truth after its next start;
 * the calendar never goes back while the phone runs: one that is a little fast is waited for.

Before a server has answered the calendar is at the floor, so that what is valid then is valid.
"""

from micropython import const

from boards.drivers import sntp
from core.clock import ticks_add, ticks_diff
from core.route import UDP

FLOOR = "clock.floor"           # of the storage: seconds since 1970, in digits
_PORT = const(123)
_UP = const(2)                  # state of a network
_DAY = const(86400)
_MOST_YEARS = const(20)
_ANSWER_MS = const(2000)        # what takes longer is too vague
_FIRST_MS = const(15000)        # RFC 4330 10: never more often
_USUAL_MS = const(6 * 3600000)  # a crystal of 40 ppm is off by 0.9 s after that
_MOST_MS = const(3600000)       # between two tries that fail
_LATE_MS = const(86400000)      # of a server that wants to be asked less often
_STORE_MS = const(86400000)


class NetworkTime:
    """
    calendar  ChipCalendar
    servers   sequence of numeric hosts, bytes; asked in turn
    random    Crypto.random
    built     seconds since 1970
    is_set    a server has told the time since the phone was switched on
    words     why not, for a row of the screen; "" when it is set
    Call step() again and again; it never waits.
    """

    def __init__(self, clock, network, calendar, storage, random, servers, built):
        self.is_set = False
        self.words = "Time: not asked yet" if servers else "Time: no server set"
        self._clock = clock
        self._network = network
        self._calendar = calendar
        self._storage = storage
        self._random = random
        self._servers = [(UDP, host, _PORT) for host in servers]
        self._ceiling = built + _MOST_YEARS * 366 * _DAY
        self._floor = max(built, _number(storage.load(FLOOR), self._ceiling))
        self._port = None               # while a question is out
        self._nonce = b""
        self._asked_at = 0
        self._due = clock.now()
        self._delay_ms = _FIRST_MS
        self._stored_at = None
        if calendar.now() < self._floor:
            calendar.set(self._floor)

    def step(self):
        if not self._servers:
            return
        now = self._clock.now()
        if self._port is not None:
            self._listen(now)
        elif ticks_diff(now, self._due) >= 0 and self._network.state() == _UP:
            self._ask(now)

    def _ask(self, now):
        self._port = self._network.udp(0)
        self._nonce = self._random(8)
        self._asked_at = now
        if self._port is None or not self._port.send(sntp.question(self._nonce), self._servers[0]):
            self._fail("Time: no way there", now)

    def _listen(self, now):
        waited = ticks_diff(now, self._asked_at)
        if self._port.is_ready():
            received = self._port.receive()
            if received is not None and received[1] == self._servers[0]:
                self._take(received[0], waited, now)
                return
        if not 0 <= waited < _ANSWER_MS:
            self._fail("Time: no answer", now)

    def _take(self, answer, waited, now):
        verdict = sntp.verdict(answer, self._nonce)
        if verdict == sntp.WRONG:
            return                      # a guess of somebody else: the true one may yet come
        if verdict == sntp.GOOD and waited < _ANSWER_MS:
            self._judge(answer, waited, now)
        elif verdict == sntp.DENY:
            del self._servers[0]
            self._end(now, _FIRST_MS)
            self.words = "Time: server refuses"
        elif verdict == sntp.RATE:
            self._end(now, _LATE_MS)
            self._rotate()
            self.words = "Time: server is busy"
        else:
            self._fail("Time: bad server", now)

    def _judge(self, answer, waited, now):
        seconds, ms = sntp.time_of(answer)
        ms += waited // 2               # it was under way for half of that
        seconds += ms // 1000
        if not self._floor <= seconds < self._ceiling:
            self._fail("Time: wrong", now)
            return
        if seconds > self._calendar.now():
            self._calendar.set(seconds, ms % 1000)
        elif seconds < self._calendar.now() - _DAY:
            self._fail("Time: went back", now)
            return
        self.is_set = self._calendar.is_told = True
        self.words = ""
        self._delay_ms = _FIRST_MS
        self._end(now, _USUAL_MS)
        self._store(seconds, now)

    def _store(self, seconds, now):
        """Raise the floor: by a day, and not twice a day."""
        if self._stored_at is not None and 0 <= ticks_diff(now, self._stored_at) < _STORE_MS:
            return
        floor = min(seconds, self._floor + _DAY)
        if floor > self._floor and self._storage.save(FLOOR, b"%d" % floor):
            self._floor = floor
            self._stored_at = now

    def _fail(self, words, now):
        if not self.is_set:
            self.words = words
        self._end(now, self._delay_ms)
        self._delay_ms = min(2 * self._delay_ms, _MOST_MS)
        self._rotate()

    def _rotate(self):
        self._servers.append(self._servers.pop(0))

    def _end(self, now, delay_ms):
        if self._port is not None:
            self._port.close()
            self._port = None
        self._due = ticks_add(now, delay_ms)


def _number(data, most):
    """-> the number in stored digits; 0 for none, and for one that was never stored here."""
    if not data or not data.isdigit() or len(data) > 12:
        return 0
    number = int(data)
    return number if number < most else 0
