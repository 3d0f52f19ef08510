# SPDX-License-Identifier: MIT
"""Fetch: an image by HTTP/1.1 into a SlotWriter. RFC 9112; ranges: RFC 9110 14.

There is no HTTPS here: what is fetched is signed, and the signatures are what the phone trusts, not the
server and not the way. Who listens learns which version a phone gets; who stands in between can keep
it from getting one, and nothing else. A line that breaks is taken up again where it broke.
"""

from micropython import const

from core.route import TCP
from core.statetable import IGNORED, find_row
from update.address import parts_of
from update.response import Response

PROGRESS = 1                    # told the owner; detail: percent
DONE = 2                        # the version is in its slot and is tried with the next start
FAILED = 3                      # detail: the reason, a str in plain words
OFFERED = 4                     # where that was wanted: what comes is good so far; agree() or stop()

_CONNECTING = const(0)          # states of a TcpPort
_CLOSED = const(2)

_CHUNK = const(1024)            # bytes read in a step
_STALL_MS = const(20000)
_LEAST = const(64)              # bytes in that time; fewer is as bad as none
_WORTH_A_LEAP = const(16384)    # bytes: as many are read and dropped in less time than a connection takes
_GOOD_START = const(4096)       # bytes that a connection has to bring, or it counts as a failure
_BACK_OFF_S = b"\x01\x02\x05\x0a\x14"

_IDLE = const(0)
_REACHING = const(1)
_ASKED = const(2)
_READING = const(3)
_WAITING = const(4)             # to try again
_OFFERED = const(5)             # a person is asked

_BEGIN = const(0)               # events
_REACHED = const(1)
_ANSWERED = const(2)
_LOST = const(3)                # and it is worth trying again
_LEAP = const(4)                # what comes next is there already: ask for what comes behind it
_FILLED = const(5)
_FAILS = const(6)
_DUE = const(7)
_STOPPED = const(8)
_FOUND = const(9)
_AGREED = const(10)

_REACH = const(0)               # actions
_ASK = const(1)
_READ = const(2)
_WAIT = const(3)
_SUCCEED = const(4)
_FAIL = const(5)
_STOP = const(6)
_OFFER = const(7)

FETCH = bytes([
    # state     event       action      next
    _IDLE,      _BEGIN,     _REACH,     _REACHING,
    _REACHING,  _REACHED,   _ASK,       _ASKED,
    _REACHING,  _LOST,      _WAIT,      _WAITING,
    _REACHING,  _FAILS,     _FAIL,      _IDLE,
    _REACHING,  _STOPPED,   _STOP,      _IDLE,
    _ASKED,     _ANSWERED,  _READ,      _READING,
    _ASKED,     _LOST,      _WAIT,      _WAITING,
    _ASKED,     _FAILS,     _FAIL,      _IDLE,
    _ASKED,     _STOPPED,   _STOP,      _IDLE,
    _READING,   _LOST,      _WAIT,      _WAITING,
    _READING,   _LEAP,      _REACH,     _REACHING,
    _READING,   _FOUND,     _OFFER,     _OFFERED,
    _READING,   _FILLED,    _SUCCEED,   _IDLE,
    _READING,   _FAILS,     _FAIL,      _IDLE,
    _READING,   _STOPPED,   _STOP,      _IDLE,
    _WAITING,   _DUE,       _REACH,     _REACHING,
    _WAITING,   _STOPPED,   _STOP,      _IDLE,
    _OFFERED,   _AGREED,    _REACH,     _REACHING,
    _OFFERED,   _STOPPED,   _STOP,      _IDLE,
])

_TIMER = const(1)


class Fetch:
    """An inlet of the reactor, polled, and a machine with a timer. One image at a time.

    network  the port
    media    is_running: while it is nothing is read or written, for flash that is erased stops everything
    owner    told PROGRESS, and then DONE or FAILED once, with the outbox; before that perhaps OFFERED
    """

    def __init__(self, network, media):
        self.litter = 4
        self.owner = None
        self._network = network
        self._media = media
        self._state = _IDLE
        self._actions = (
            self._reach, self._ask, self._read, self._wait, self._succeed, self._fail, self._stop,
            self._offer)
        self._forget()

    @property
    def is_running(self):
        return self._state != _IDLE

    def start(self, url, writer, out, asks=False):
        """Fetch from an address (bytes, see update.address) into a new SlotWriter, or one of its kind.

        asks: told OFFERED once the manifest is there and may be believed, and wait for agree()
        -> "" or the reason, str, for which it was not begun."""
        if self.is_running:
            return "an update is being fetched already"
        if url[:8].lower() == b"https://":
            return "the address has to begin with http://: an image is signed, whatever way it comes"
        parts = parts_of(url)
        if parts is None:
            return "the address has to be like http://192.0.2.10:8000/desk_s3.sinetti, the server in numbers"
        if writer.reason:
            return writer.reason
        self._host, self._port, self._path = parts
        self._writer = writer
        self._asks = asks
        self._step(_BEGIN, out)
        return ""

    def agree(self, out):
        """What was OFFERED is wanted."""
        self._step(_AGREED, out)

    def stop(self, out):
        """Nobody wants it any more. What was written stays, for the next time. The owner is not told."""
        self._step(_STOPPED, out)

    def poll(self, now, out):
        """Move one piece on. -> True when something was done."""
        if self._state in (_IDLE, _WAITING, _OFFERED) or self._media.is_running:
            return False
        if self._state == _READING:
            return self._go_on(out)
        if self._tcp.state() == _CLOSED:
            self._lose("the server cannot be reached" if self._state == _REACHING else
                       "the server hung up without an answer", out)
            return True
        if self._state == _REACHING:
            if self._tcp.state() == _CONNECTING:
                return False
            self._step(_REACHED, out)
            return True
        return self._hear_answer(out)

    def timeout(self, timer, now, out):
        if self._state == _WAITING:
            self._step(_DUE, out)
        elif self._came >= _LEAST or self._writer.is_busy or self._media.is_running:
            self._came = 0
            out.arm(self, _TIMER, _STALL_MS)
        else:
            self._lose("the server sends nothing any more", out)

    # Reading

    def _hear_answer(self, out):
        if self._asking:
            taken = self._tcp.write(self._asking, 0, len(self._asking))
            self._asking = self._asking[taken:]
            return taken > 0
        n = self._tcp.readinto(self._buf)
        if not n:
            return False
        self._came += n
        response = self._response
        self._off = response.take(self._buf, n)
        self._end = n
        reason = response.reason or (response.is_whole and self._objection())
        if reason:
            self._end_with(reason, out)
        elif response.is_whole:
            self._step(_ANSWERED, out)
        return True

    def _go_on(self, out):
        """Give the writer what it takes, or time to work; read when both have nothing more."""
        writer = self._writer
        is_left = self._off < self._end
        if is_left and not (writer.is_busy and writer.wants != writer.total):
            self._give()
        elif writer.is_busy:
            writer.work()
        elif is_left or not self._hear():
            return self._look_at_end(out)
        self._judge(out)
        return True

    def _give(self):
        taken = self._writer.take(self._at, self._buf, self._off, self._end - self._off)
        self._off += taken
        self._at += taken

    def _hear(self):
        """-> bytes that came of the image."""
        n = self._tcp.readinto(self._buf)
        if self._left >= 0:
            n = min(n, self._left)          # what a server sends behind its answer is nothing of it
            self._left -= n
        self._came += n
        self._off = 0
        self._end = n
        return n

    def _judge(self, out):
        """What follows from what the writer has got."""
        writer = self._writer
        if writer.reason:
            self._end_with(writer.reason, out)
        elif writer.is_done:
            self._step(_FILLED, out)
        elif writer.total:
            reason = self._objection()
            if reason:
                self._end_with(reason, out)
                return
            if self._asks:
                self._asks = False
                self._step(_FOUND, out)
                return
            percent = writer.wants * 100 // writer.total
            if percent != self._percent:
                self._percent = percent
                out.tell(self, PROGRESS, percent)
            if self._response.has_ranges and not writer.is_busy and writer.wants - self._at > _WORTH_A_LEAP:
                self._step(_LEAP, out)

    def _objection(self):
        """-> why this cannot be the image, or "". The manifest tells its length, once it is known."""
        total = self._writer.total
        length = self._response.length
        if total and length >= 0 and length != total:
            return "the file on the server has %d bytes and the image has %d" % (length, total)
        if self._response.first not in (0, self._asked_at):
            return "the server sent another part than was asked for"
        return ""

    def _look_at_end(self, out):
        """Nothing came. -> True when nothing more will."""
        if not self._left or self._tcp.state() == _CLOSED:
            self._lose("the server ends before the image does", out)
            return True
        return False

    # Ends and beginnings

    def _lose(self, reason, out):
        """The connection is over before the image is."""
        if self._writer.wants - self._asked_at >= _GOOD_START:
            self._failures = 0
        if self._failures == len(_BACK_OFF_S):
            self._end_with(reason, out)
        else:
            self._step(_LOST, out)

    def _end_with(self, reason, out):
        self._reason = reason
        self._step(_FAILS, out)

    def _step(self, event, out):
        row = find_row(FETCH, self._state, event)
        if row != IGNORED:
            self._state = FETCH[row + 1]
            self._actions[FETCH[row]](out)

    def _reach(self, out):
        self._hang_up()
        self._asked_at = self._writer.wants
        self._tcp = self._network.tcp((TCP, self._host, self._port))
        self._came = 0
        out.arm(self, _TIMER, _STALL_MS)

    def _ask(self, out):
        self._buf = self._buf or bytearray(_CHUNK)
        self._response = Response()
        # Always for a range: the answer tells whether the server knows them.
        self._asking = (
            b"GET %s HTTP/1.1\r\nHost: %s:%d\r\nRange: bytes=%d-\r\nAccept-Encoding: identity\r\n"
            b"Connection: close\r\n\r\n" % (self._path, self._host, self._port, self._asked_at))

    def _read(self, out):
        """The answer is there; what of the image came with it stands behind it."""
        self._at = self._response.first
        self._left = self._response.left
        came = self._end - self._off
        if self._left >= 0:
            came = min(came, self._left)
            self._left -= came
        self._end = self._off + came

    def _wait(self, out):
        self._hang_up()
        out.arm(self, _TIMER, _BACK_OFF_S[self._failures] * 1000)
        self._failures += 1

    def _offer(self, out):
        self._hang_up()
        out.cancel(self, _TIMER)
        out.tell(self, OFFERED, self._writer.version)

    def _succeed(self, out):
        self._stop(out)
        out.tell(self, DONE)

    def _fail(self, out):
        reason = self._reason
        self._stop(out)
        out.tell(self, FAILED, reason)

    def _stop(self, out):
        self._hang_up()
        out.cancel(self, _TIMER)
        self._writer.stop()
        self._forget()

    def _hang_up(self):
        if self._tcp is not None:
            self._tcp.close()
            self._tcp = None
        self._off = self._end = 0

    def _forget(self):
        self._host = self._path = b""
        self._port = 0
        self._asks = False
        self._writer = None
        self._tcp = None
        self._response = None
        self._asking = b""              # of the request: what is not yet written
        self._buf = None
        self._off = self._end = 0       # what of the buffer is not yet taken
        self._at = 0                    # of the image: where that lies
        self._left = 0                  # bytes of this answer that have not come; -1: until its end
        self._asked_at = 0              # of the image: from where on this connection was asked
        self._came = 0                  # bytes since the timer was armed
        self._percent = -1
        self._failures = 0              # connections in a row that brought little
        self._reason = ""
