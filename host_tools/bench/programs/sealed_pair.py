# SPDX-License-Identifier: MIT
"""Two phones whose calls are sealed, in one program, and the steps of one of them between marks.

Over real sockets of the loopback interface, with the drivers of the boards, real AES and real
frames to a helper that stands in for OpenPGP (sim/virtual_helper.py). What the helper and the
other phone do lies outside of the marks. Time goes in beats of 5 ms, as in desk.py.
"""

import gc
import select
import socket

from cryptolib import aes

from host_tools.bench.programs import ports
from host_tools.bench.programs.desk import (
    BEAT_MS, BEATS_PER_FRAME, STEPS, Taken, glass, watch_work, watch_writer,
)
from host_tools.bench.programs.labels import AUDIO, CALL, FIRST, FRAME, SIP
from host_tools.bench.programs.marks import Labels, begin, calibrate, end

_HOSTS = ("127.0.0.43", "127.0.0.44")
_NAMES = ("alice", "bob")
_PORT = 25100
_MEDIA_PORT = 27100
_LARGEST = 8193
_USUAL = 1473
_MOST = 20000               # steps
_PRESS_MS = 60
_BEATS_PER_SWEEP = 100
_CHANCES = 8192             # bytes, until they come again
_LINK = 1024                # bytes of the link's buffers


class Chance:
    """Bytes that are no chance at all, so that each run is like the last, and others for each phone."""

    def __init__(self, seed):
        state = seed + 1
        made = bytearray(_CHANCES)
        for place in range(_CHANCES):
            state = (state * 75 + 74) % 65537
            made[place] = state & 0xFF
        self._made = bytes(made)            # beforehand: what they cost here says nothing of a chip
        self._at = 0

    def __call__(self, n):
        if self._at + n > _CHANCES:
            self._at = 0
        self._at += n
        return self._made[self._at - n:self._at]


class Link:
    """The HostLink port, buffered: the helper works when carry() is called, outside of a step."""

    def __init__(self, link):
        self._link = link
        self._out = bytearray(_LINK)
        self._waiting = 0               # bytes of it
        self._in = bytearray(_LINK)
        self._arrived = 0

    def open(self, address, ca):
        self._waiting = self._arrived = 0
        self._link.open(address, ca)

    def state(self):
        return self._link.state()

    def write(self, buf, off, n):
        n = min(n, _LINK - self._waiting)
        self._out[self._waiting:self._waiting + n] = buf[off:off + n]
        self._waiting += n
        return n

    def readinto(self, buf):
        n = min(len(buf), self._arrived)
        if n:
            buf[:n] = self._in[:n]
            self._in[:self._arrived - n] = self._in[n:self._arrived]
            self._arrived -= n
        return n

    def close(self):
        self._link.close()

    def carry(self):
        if self._waiting:
            self._link.write(bytes(self._out), 0, self._waiting)
            self._waiting = 0
        if not self._arrived:
            self._arrived = self._link.readinto(self._in)


def counting(trace, note):
    """-> a note() for the Ssa, by which trace.crossed counts the messages that are sealed or opened."""
    def noted(name, code):
        trace.crossed += 1
        if note is not None:
            note(name, code)
    return noted


class Side:
    """A phone and whoever uses it."""

    def __init__(self, number, clock, link, contacts, port):
        from assembly import assemble
        from boards.drivers.board_crypto import BoardCrypto, ChipCiphers
        from boards.drivers.socket_network import SocketNetwork
        from boards.unix import packed_addresses
        from hal import Hal
        from preloading import Preloading

        self.keypad = ports.Keypad()
        self.hook = ports.Hook()
        self.events = ports.Events()
        self.trace = ports.Trace()
        self.microphone = ports.Microphone()
        self.speaker = ports.Speaker()
        self.link = Link(link)
        ciphers = ChipCiphers(aes, ("kernel",))
        crypto = BoardCrypto(Chance(number), lambda: ciphers)
        storage = ports.Storage()
        for key, value in (("token", link.token), ("address", b"10.0.0.254:7061"), ("ca", b"virtual")):
            storage.save("helper." + key, value)
        network = SocketNetwork(
            socket, select, packed_addresses, ports.Link(_HOSTS[number].encode()), clock, _LARGEST, _USUAL)
        hal = Hal(
            clock=clock, watchdog=ports.NoWatchdog(), audio_in=self.microphone,
            audio_out=self.speaker, keypad=self.keypad, hook=self.hook, display=glass(), led=ports.Led(),
            ringer=ports.Ringer(), storage=storage, network=network, crypto=crypto,
            events=self.events, trace=self.trace, host_link=self.link)
        self.unit = assemble(hal, {
            "account.user": _NAMES[number], "sip.port": port, "media.port": _MEDIA_PORT,
            "security.policy": "require"}, contacts)
        Preloading(self.unit, crypto, clock.ms)
        if not self.unit.ports.is_bound:
            raise AssertionError("somebody has port %d" % port)

    def prepare(self, has_frame):
        """-> True when this beat carries sound."""
        has_frame = has_frame and self.unit.media.is_running
        if has_frame:
            self.microphone.ready = self.speaker.room = 1
        self.trace.crossed = 0
        return has_frame

    def has(self, event, times=1):
        return sum([1 for posted in self.events.posted if posted == event]) >= times


class SealedPair:
    """measured: 0, the steps of who calls are marked; 1: those of who is called."""

    def __init__(self, measured):
        from phone.config import Config
        from core.log import Log
        from sim.own_uri import own_uri
        from sim.virtual_helper import VirtualHelper

        self.clock = ports.Clock()
        self.labels = Labels(_MOST)
        self.phase = FIRST
        self.is_marked = False
        self._beats = 0
        helper = VirtualHelper(self.clock)
        uris = [own_uri(Config(ports.Storage(), Log(1), 0, {
            "account.user": _NAMES[at], "sip.port": _PORT + 2 * at}), _HOSTS[at]) for at in (0, 1)]
        links = [helper.attach(_NAMES[at], uris[at].decode()) for at in (0, 1)]
        for at in (0, 1):
            links[at].identity.confirmed.append(links[1 - at].fingerprint)
        self.sides = [
            Side(at, self.clock, links[at], ((b"1001", uris[0], b"Alice"), (b"1002", uris[1], b"Bob")),
                 _PORT + 2 * at) for at in (0, 1)]
        watched = self.sides[measured]
        watch_writer(watched.trace)
        stack = watched.unit.ports.stack
        watch_work(watched.trace)
        ssa = stack.above.ssa
        ssa.note = counting(watched.trace, ssa.note)
        stack.above = Taken(stack.above, watched.trace)
        self._watched = watched
        self._other = self.sides[1 - measured]

    def beat(self):
        """A few steps of each: one that has more to do is stepped again at once."""
        self.clock.advance(BEAT_MS)
        self._beats += 1
        gc.threshold(-1)            # the garbage of two phones and a helper would count for one's
        is_swept = self._beats % _BEATS_PER_SWEEP == 0
        if is_swept:
            gc.collect()
        has_frame = self._beats % BEATS_PER_FRAME == 0
        other = self._other
        other.prepare(has_frame)
        for _ in range(STEPS):
            if other.unit.reactor.step(self.clock.ms):
                break
        other.link.carry()
        watched = self._watched
        has_frame = watched.prepare(has_frame)
        for _ in range(STEPS):
            # Who asks for memory after a sweep looks through what three of them hold: not counted.
            delay = self._step(watched, has_frame, self.is_marked and not is_swept)
            if delay:
                break
            has_frame = False
        watched.link.carry()

    def _step(self, side, has_frame, is_marked):
        step = side.unit.reactor.step
        now = self.clock.ms
        if not is_marked:
            return step(now)
        was_running = side.unit.media.is_running
        side.trace.crossed = 0
        begin()
        delay = step(now)
        end()
        self.labels.add(
            self.phase | (SIP if side.trace.crossed else 0) | (FRAME if has_frame else 0)
            | (AUDIO if was_running else 0))
        return delay

    def run(self, ms):
        for _ in range(ms // BEAT_MS):
            self.beat()

    def wait_for(self, side, event, times=1):
        for _ in range(2000):
            if side.has(event, times):
                return
            self.beat()
        raise AssertionError("%s never came" % event)

    def press(self, side, keys):
        for key in keys:
            for is_down in (True, False):
                side.keypad.turn(key, is_down)
                self.run(_PRESS_MS)


def main(words):
    """words: "0" or "1", whose steps are marked; how many ms the call goes on in which nothing happens."""
    calibrate()
    pair = SealedPair(int(words[0]))
    caller, callee = pair.sides
    pair.run(6000)
    pair.is_marked = True
    _call(pair, caller, callee, 1, int(words[1]))
    pair.phase = 0
    _call(pair, caller, callee, 2, 0)
    _call(pair, callee, caller, 1, 0)
    for side in pair.sides:
        if side.unit.sip.live() > 3 or not side.has("who-can-hear"):
            raise AssertionError("the calls were not what they were to be")
    pair.labels.show()


def _call(pair, caller, callee, times, talk_ms):
    """Dial, answer, talk, hold both ways, digits, end."""
    caller.hook.off = True
    pair.run(100)
    pair.press(caller, "1002#" if caller is pair.sides[0] else "1001#")
    pair.wait_for(callee, "ringing", times)
    pair.run(300)
    pair.press(callee, "O")
    pair.wait_for(caller, "connected", caller.events.posted.count("connected") + 1)
    pair.run(1000)
    phase, pair.phase = pair.phase, CALL
    pair.run(talk_ms)
    pair.phase = phase
    for side in (caller, callee):
        held = side.events.posted.count("held")
        pair.press(side, "H")
        pair.wait_for(side, "held", held + 1)
        pair.run(400)
        resumed = side.events.posted.count("resumed")
        pair.press(side, "H")
        pair.wait_for(side, "resumed", resumed + 1)
        pair.run(400)
    pair.press(callee, "5")
    pair.run(500)
    ended = callee.events.posted.count("ended")
    caller.hook.off = False
    pair.wait_for(callee, "ended", ended + 1)
    pair.run(5000)
