# SPDX-License-Identifier: MIT
"""The ports, as a contract. Documentation: this file is never shipped and never imported.

Ports are not base classes. A test compares the method names and parameters of every
driver and every fake with the classes below, by reading the sources.

Input ports are polled and never call back. Output ports return nothing and do not fail
loudly. No method waits. `route` is (transport, host, port), see core/route.py.
"""


class Clock:
    def now(self):
        """-> milliseconds, 0 .. 2**30 - 1, wrapping. See core/clock.py."""


class Calendar:
    def minute(self):
        """-> minutes since 1970, UTC; -1 while nobody has told the time who knows it."""


class Watchdog:
    def feed(self):
        """Fed by the reactor's loop only, once a step."""


class AudioIn:
    """Microphone: 8 kHz, signed 16 bit, mono; a frame is 20 ms, 160 samples."""

    def start(self):
        """Begin to capture. What was heard before is not delivered."""

    def read(self, pcm):
        """Fill pcm (array 'h', 160) with the next frame. -> True when it was filled."""

    def stop(self):
        """End the capture."""


class AudioOut:
    """Speaker: same format. It plays silence when it is given nothing."""

    outlets = 1
    """1: all is heard in one place; 2: in the earpiece of a handset, or from a loudspeaker."""

    def route(self, outlet):
        """0 the handset, 1 the loudspeaker. A board with one outlet ignores it."""

    def start(self):
        """Begin to play."""

    def wants(self):
        """-> True when a frame can be queued without making the queue longer than it needs."""

    def write(self, pcm):
        """Queue one frame (array 'h', 160). Only after wants() said True."""

    def queued_ms(self):
        """-> ms of sound that wait to be played."""

    def volume(self, percent):
        """0 .. 100, in the amplifier of the outlet in use. A speaker without one ignores it."""

    def stop(self):
        """End the playing; what is queued is dropped."""


class Keypad:
    codes = b""
    """ASCII code of key i. The codes are those of phone/keys.py."""

    def scan(self):
        """-> bitmap, bit i set when key i is down. Raw: contacts bounce. Up to 30 keys."""


class Hook:
    def is_off(self):
        """-> True when the handset is lifted. Raw, not debounced."""


class Display:
    columns = 21
    rows = 8
    changed = 0
    """Not 0 while flush() has something to do: bit i stands for row i."""

    def line(self, row, text):
        """Show text (str) on a row, cut or padded to `columns`."""

    def icon(self, name, on):
        """name: "lock", "ring", "mute", "net". """

    def flush(self):
        """Send at most one row that changed to the glass. -> True when one was sent."""


class Led:
    def set(self, lamp, on):
        """lamp: "ring", "message", "secure"."""


class Ringer:
    def volume(self, percent):
        """0 .. 100, from the next set() on. A ringer without levels ignores it."""

    def set(self, pitch_hz):
        """Sound at this pitch until told otherwise; 0 is silence."""


class Storage:
    """Small named values. Names: 1 .. 31 characters of a-z, 0-9, "-", "."."""

    def load(self, name):
        """-> bytes, or None when nothing of that name was saved."""

    def save(self, name, data):
        """Atomic: after a power cut the old value or the new one is there, never half.

        -> True when it is kept; False when the medium refused, and the old value stays.
        """

    def erase(self, name):
        """Forget one value."""

    def wipe(self):
        """Forget all that the owner stored, for good, as far as the medium lets go of it. Who may release
        updates ("release.keys") is no secret of the owner and stays. After a power cut the next start goes
        on before it loads anything. The phone starts anew at once: what it knows belongs to nobody now."""


class Network:
    """Addresses are numeric, as bytes: b"192.0.2.10".

    heard  True when the last poll() saw something to read on any socket
    """

    heard = False

    def state(self):
        """-> DOWN 0, JOINING 1 or UP 2."""

    def join(self):
        """Start to join; never waits."""

    def address(self):
        """-> our own address, bytes; b"" while the network is down."""

    def poll(self):
        """Look at every socket once; is_ready(), accept() and state() answer from that look.

        Called once a step by the reactor; allocates nothing.
        """

    def udp(self, port):
        """-> UdpPort bound to our address and `port`, or None when the port is taken."""

    def listen(self, port):
        """-> Listener on `port`, or None when the port is taken."""

    def tcp(self, route):
        """-> TcpPort, connecting."""

    def tls(self, route):
        """-> TcpPort, connecting and then shaking hands; None where the board cannot, or knows no
        authority to trust.

        The far end must show a certificate of the authority in the storage value account.ca (DER),
        for the name under which the board was given this host and port, or else for the host. OPEN
        may come before that, but write() takes nothing until then; what fails is CLOSED, after
        some seconds without an answer too.
        """


class UdpPort:
    port = 0

    def is_ready(self):
        """-> True when the last Network.poll() saw something to read. Allocates nothing."""

    def receive(self):
        """-> (data, route) or None. Allocates; for signalling and for unknown peers."""

    def send(self, data, route):
        """-> True when the network took it."""

    def connect(self, route):
        """Hear only this peer from now on, and let write() go there. None: hear everyone."""

    def readinto(self, buf, n):
        """Read one datagram that should be `n` bytes long into buf. -> its length, or 0.

        Allocates nothing. Two datagrams of length n are never merged; a shorter one can
        swallow the next, so a caller checks what it got.
        """

    def write(self, buf, n):
        """Send buf[:n] to the connected peer. Allocates nothing. -> True when it was taken."""

    def close(self):
        """Give the port back."""


class Listener:
    port = 0

    def accept(self):
        """-> TcpPort, or None when nobody knocks."""

    def close(self):
        """Stop listening. Accepted connections live on."""


class TcpPort:
    """A byte stream: TCP, TLS or a serial line."""

    route = None
    """The far end."""

    def state(self):
        """-> CONNECTING 0, OPEN 1 or CLOSED 2. CLOSED once both read and write ended."""

    def readinto(self, buf):
        """-> bytes read into buf; 0 when there are none now."""

    def write(self, buf, off, n):
        """-> bytes taken of buf[off:off + n], perhaps fewer, perhaps 0."""

    def close(self):
        """Close at once; unsent bytes may be lost."""


class HostLink:
    """Bytes to and from the helper: TLS over TCP, or a serial line. Closed until it is opened.

    A phone that has no way to a helper has None in its place.
    """

    def open(self, address, ca):
        """Begin to connect; never waits. A link that was open is closed before.

        address  b"HOST:PORT"; a serial line does not need it
        ca       DER of the one authority whose certificate the helper may show, for the name
                 helper.sinetti. Whatever is wrong with one of them: the link is CLOSED
        """

    def state(self):
        """-> CONNECTING 0, OPEN 1 or CLOSED 2. OPEN may come before the helper has proven who it is;
        write() takes nothing until then."""

    def readinto(self, buf):
        """-> bytes read into buf; 0 when there are none now."""

    def write(self, buf, off, n):
        """-> bytes taken of buf[off:off + n], perhaps fewer, perhaps 0."""

    def close(self):
        """Close at once; unsent bytes may be lost."""


class Crypto:
    """Keys and data may be bytes, bytearray or memoryview. What aes_ecb() and hmac_sha1() return
    lives as long as a key of a call and allocates nothing where it can: see the providers of
    HMAC-SHA1 in boards/drivers."""

    def random(self, n):
        """-> n unpredictable bytes."""

    def sha256(self, data):
        """-> 32 bytes. Signalling only."""

    def md5(self, data):
        """-> 16 bytes. For digest authentication only."""

    def hmac_sha256(self, key, data):
        """-> 32 bytes. Signalling only."""

    def aes_ecb(self, key):
        """-> an object with encrypt(in_buf, out_buf), for a key of 16 or 32 bytes.

        It encrypts each block of in_buf into out_buf, which may be the same buffer; both have
        the same length, a multiple of 16.
        """

    def hmac_sha1(self, key):
        """-> Hmac for a key of at most 64 bytes."""


class Hmac:
    def digest(self, buf, off, n, out):
        """out (bytearray of 20) = HMAC-SHA1 of buf[off:off + n]; any number of times.

        What is not sent but authenticated, such as SRTP's roll-over counter, the caller puts
        behind the packet for as long as this takes: nothing is copied here.
        """

    def wipe(self):
        """Overwrite what was made of the key. It is of no use afterwards."""


class Events:
    """What happened, for a person or a program that watches: `--events`, a web page, a test."""

    def post(self, event, detail):
        """event: str, see docs/architecture.md. detail: dict of str to str, int or bool, or None.

        No secret and no digit that was typed goes in there.
        """


class Trace:
    """Sees signalling as it crosses the wire: for ladders and captures. Optional."""

    def sent(self, frame, route, now):
        """One SIP frame left."""

    def received(self, frame, route, now):
        """One SIP frame came in."""
