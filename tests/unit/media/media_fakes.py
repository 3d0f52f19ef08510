# SPDX-License-Identifier: MIT
"""Ports of a phone for the tests of the media package. They can be counted and steered.

What the media path calls in each frame allocates nothing: the flow of a FakeUdp lies in
a buffer that was made before.
"""

from array import array

from core.clock import ticks_add
from core.route import UDP
from kernels import rtp_seal
from media.codec import PCMA, PCMU
from media.controller import MediaController
from security.media_keys import OFF, MediaKeys

FRAME = 160
START = (1 << 30) - 5000        # ms; five seconds before the tick wraps
HERE = b"192.0.2.1"
THERE = b"192.0.2.2"
PEER = (UDP, THERE, 50000)      # where the peer's description says that it hears RTP


class FakeMicrophone:
    """Has `ready` frames, each of the samples in `frame`; None: of what is in the buffer."""

    def __init__(self):
        self.frame = None
        self.ready = 0
        self.is_on = False

    def start(self):
        self.is_on = True

    def read(self, pcm):
        if not self.ready:
            return False
        self.ready -= 1
        if self.frame is not None:
            for i in range(FRAME):
                pcm[i] = self.frame[i]
        return True

    def stop(self):
        self.is_on = False


class FakeSpeaker:
    """Wants `room` frames. Keeps in `heard` what it plays while is_recording."""

    def __init__(self):
        self.heard = array("h")
        self.is_recording = False
        self.room = 0
        self.written = 0
        self.percent = -1
        self.is_on = False

    def start(self):
        self.is_on = True

    def wants(self):
        return self.room > 0

    def write(self, pcm):
        self.room -= 1
        self.written += 1
        if self.is_recording:
            self.heard.extend(pcm)

    def queued_ms(self):
        return 40

    def volume(self, percent):
        self.percent = percent

    def stop(self):
        self.is_on = False


class FakeUdp:
    """A socket. sent: list of (data, route); waiting: how many datagrams can be read.

    Beside what is delivered there is a flow: a peer's packets of 20 ms, each following the one
    before. readinto() writes only the header of such a packet, the rest of it is still in the
    buffer from the time when receive() was used.
    """

    def __init__(self, network, port):
        self.waiting = 0
        self.port = port
        self.sent = []
        self.keeps_sent = True
        self.peer = None
        self._network = network
        self._inbox = []
        self._flow = bytearray(packet(0, 0, bytes([0x55] * FRAME)))
        self._counters = array("i", (1, 0, FRAME, 0, 0, 0, 0))

    def deliver(self, data, route=PEER):
        self._inbox.append((data, route))
        self.waiting += 1

    def is_ready(self):
        return self.waiting > 0

    def receive(self):
        if not self.waiting:
            return None
        self.waiting -= 1
        if self._inbox:
            return self._inbox.pop(0)
        rtp_seal(self._flow, self._counters, 0, FRAME, FRAME)
        return bytes(self._flow), PEER

    def readinto(self, buf, n):
        if not self.waiting:
            return 0
        self.waiting -= 1
        if not self._inbox:
            rtp_seal(buf, self._counters, 0, FRAME, FRAME)
            return n
        data = self._inbox.pop(0)[0][:n]
        buf[:len(data)] = data
        return len(data)

    def send(self, data, route):
        self.sent.append((bytes(data), route))
        return True

    def write(self, buf, n):
        if self.keeps_sent:
            self.sent.append((bytes(buf[:n]), self.peer))
        return True

    def connect(self, route):
        self.peer = route

    def close(self):
        self._network.open_ports.pop(self.port)


class FakeNetwork:
    """open_ports: by number. taken: numbers that somebody else has."""

    heard = True

    def __init__(self):
        self.open_ports = {}
        self.taken = ()
        self.own_address = HERE

    def address(self):
        return self.own_address

    def udp(self, port):
        if port in self.taken or port in self.open_ports:
            return None
        self.open_ports[port] = FakeUdp(self, port)
        return self.open_ports[port]


class FakeCrypto:
    """Counts: each byte is one more than the last."""

    def __init__(self):
        self._next = 0

    def random(self, n):
        self._next += n
        return bytes([(self._next - n + i) & 0xFF for i in range(n)])


class Settings:
    def __init__(self):
        self.rtp_port = 40000
        self.country = "us"
        self.mic_gain_db = 0
        self.volume = 70
        self.codecs = (PCMU, PCMA)


class FakeOut:
    """An outbox that keeps what is told: list of (event, detail)."""

    def __init__(self):
        self.told = []

    def tell(self, machine, event, detail=None):
        self.told.append((event, detail))


class Phone:
    """A MediaController with all its ports. keys: what seals its calls, None for nothing."""

    def __init__(self, keys=None):
        self.microphone = FakeMicrophone()
        self.speaker = FakeSpeaker()
        self.network = FakeNetwork()
        self.settings = Settings()
        self.out = FakeOut()
        self.now = START
        self.keys = keys
        self.media = MediaController(
            self.microphone, self.speaker, self.network, FakeCrypto(), self.keys_for, self.settings
        )

    def keys_for(self, call):
        return self.keys or MediaKeys(None, OFF)

    def pass_frames(self, count):
        """Let 20 ms pass, `count` times: a frame is spoken, a frame is heard."""
        for _ in range(count):
            self.now = ticks_add(self.now, 20)
            self.microphone.ready = 1
            self.speaker.room = 1
            self.media.pump(self.now)
            while self.media.poll(self.now, self.out):
                pass

    def rtp(self, port=40000):
        return self.network.open_ports[port]

    def talk(self, call=0, description=None):
        """Call the peer; it answers; the call is heard. -> the peer's answer."""
        answer = description or described()
        self.media.describe(call)
        assert self.media.settle(call, answer)
        self.media.start(call, self.now)
        self.media.select(call)
        return answer


def described(types="0 101", extra="", port=50000, host="192.0.2.2", version=1):
    """-> a peer's description, bytes."""
    lines = (
        "v=0", "o=- 7 %d IN IP4 %s" % (version, host), "s=-", "c=IN IP4 %s" % host, "t=0 0",
        "m=audio %d RTP/AVP %s" % (port, types), "a=rtpmap:101 telephone-event/8000",
    )
    return ("\r\n".join(lines) + "\r\n" + extra).encode()


def packet(sequence, stamp, payload, payload_type=0, marker=False, ssrc=0x11223344):
    """-> an RTP packet, bytes."""
    head = bytearray(12)
    head[0] = 0x80
    head[1] = payload_type | (0x80 if marker else 0)
    head[2:4] = (sequence & 0xFFFF).to_bytes(2, "big")
    head[4:8] = (stamp & 0xFFFFFFFF).to_bytes(4, "big")
    head[8:12] = ssrc.to_bytes(4, "big")
    return bytes(head) + payload
