# SPDX-License-Identifier: MIT
"""MediaStream: one call's packets, both ways. RFC 3550, RFC 4733.

capture() and receive() are on the media path: they allocate nothing and touch no port.
"""

from micropython import const

from core.clock import ticks_diff
from kernels import rtp_accept, rtp_seal
from media.codec import ENCODERS, EVENT, SAMPLES, UNKNOWN
from media.offer_answer import OfferAnswer
from media.port_pair import PortPair
from media.reception import AGAIN, FIRST, NEW, Reception
from media.rtcp_session import RtcpSession
from media.rtp import HEADER, PLAIN, RtpSender, make_plain
from media.telephone_event import AUDIO, NEXT_SEGMENT, PAYLOAD, SEGMENT, START, EventReceiver, EventSender

_ROOM = const(496)              # 60 ms of audio, and what encryption adds
_MAX_PACKET = const(972)        # bytes that a packet may have: 120 ms of audio
_PER_MS = const(8)              # units of a timestamp
_CONTROL_OVERHEAD = const(16)   # bytes that encryption may add to RTCP
_SEARCH_MS = const(2000)        # without a packet
_NO_AUDIO_MS = const(20000)
_GONE_MS = const(3000)          # the same, once somebody has said goodbye in the peer's name,
_DOUBT_MS = const(4000)         # and for so long after that


class MediaStream:
    """Buffers and machines are made at boot and serve one call after the other.

    packet          bytearray, the RTP packet that is being made
    rtp             UdpPort, None while the line is unused
    events          EventReceiver: digits that were heard
    negotiation     OfferAnswer, None while the line is unused
    sends, receives     audio flows this way now
    late, concealed, rejected   counted: packets late, frames made up, datagrams that were no RTP of ours
    """

    def __init__(self):
        self._ssm = None                # of security/ssm.py: what the packets go through
        self.ports = PortPair()
        self.sender = RtpSender(_ROOM)
        self.packet = self.sender.packet
        self.rtp = None
        self.reception = Reception()
        self._arrivals = self.reception.arrivals
        self._counters = self.sender.counters
        self.rtcp = RtcpSession(self.sender, self.reception, 0)
        self._keys = EventSender()
        self.events = EventReceiver()
        self.negotiation = None
        self.play_from(None)
        self._begin(0)

    def _begin(self, now):
        self.is_running = False
        self.sends = False
        self.receives = False
        self.late = 0
        self.concealed = 0
        self.rejected = 0
        self._kinds = None              # of payload types that we hear
        self._encode = None
        self._payload_type = 0
        self._payload = 0               # bytes of audio in a packet that we send
        self._filled = 0                # of them already there
        self._is_resting = True
        self._is_unusual = True         # capture() has more to do than encode and send
        self._captured_at = now
        self._heard_at = now            # the last packet of RTP
        self._alive_at = now            # or of RTCP
        self._doubted_at = None

    def open(self, network, first_port, crypto, codecs, keys):
        """Take ports and begin to negotiate. -> False: no port can be had."""
        if not self.ports.open(network, first_port):
            return False
        self.rtp = self.ports.rtp
        number = int.from_bytes(crypto.random(4), "big") & 0x1FFFFFFF
        self.negotiation = OfferAnswer(b"%d" % number, codecs, keys)
        self._seal()
        return True

    def apply(self):
        """The two sides agreed, anew perhaps: send and hear by it."""
        terms = self.negotiation.terms
        self._seal()
        self._kinds = terms.kinds
        self._encode = ENCODERS[terms.codec]
        self._payload_type = terms.payload_type
        self._payload = terms.frames * SAMPLES
        self._filled = 0
        self._is_unusual = True
        self.sends = terms.sends and self.is_running
        self.receives = terms.receives and self.is_running
        if not self.sends:
            self.rest()
        if terms.reaches():
            self.ports.name(terms.host, terms.port, terms.control_host, terms.control_port)

    def start(self, crypto, now):
        """Packets may flow."""
        random = crypto.random(20)
        self.sender.start(random)
        self.reception.reset()
        self.rtcp.start(random[10:18].hex().encode(), random[18:], now)
        self.events.clear()
        self._begin(now)
        self.is_running = True
        self.apply()
        self.ports.flush()

    def _seal(self):
        """Packets go through what was agreed last."""
        self._ssm = self.negotiation.keys.ssm
        self.rtcp.overhead(self._ssm.overhead)

    def close(self):
        """The call is over. What was counted can be read until the next one begins."""
        if self.negotiation is not None:
            self.negotiation.keys.wipe()
        self.ports.close()
        self.rtp = None
        self.negotiation = None
        self.is_running = False
        self.sends = False
        self.receives = False

    def press(self, code):
        """Send a digit (ASCII code). -> False: it cannot be sent in this call."""
        if not self.sends or self.negotiation.terms.event_type < 0 or not self._keys.press(code):
            return False
        self._is_unusual = True
        return True

    def play_from(self, jitter):
        """What is heard goes into the phone's JitterBuffer; None: it is counted, and dropped."""
        self._jitter = jitter
        self._head = jitter.head if jitter is not None else None
        self._slots = jitter.slots if jitter is not None else None

    def rest(self):
        """This call sends nothing until the next capture()."""
        self._is_resting = True
        self._is_unusual = True
        self._filled = 0
        self._keys.clear()

    def capture(self, pcm, now):
        """One frame of the microphone. -> bytes of `packet` that are to be sent, 0 for none."""
        if self._is_unusual:
            return self._capture_unusual(pcm, now)
        self._captured_at = now
        self._encode(self.packet, HEADER, pcm, SAMPLES)
        n = rtp_seal(self.packet, self._counters, self._payload_type, SAMPLES, SAMPLES)
        n = self._ssm.encrypt(self.packet, n)
        return n if n > 0 else 0            # what could not be sealed is not sent

    def _capture_unusual(self, pcm, now):
        """After a rest, while digits are sent, and when a packet holds more than one frame."""
        n = 0
        if self._is_resting:
            self._resume(now)
        if self._keys.is_busy:
            n = self._capture_event()
        self._captured_at = now
        if not n:
            self._encode(self.packet, HEADER + self._filled, pcm, SAMPLES)
            self._filled += SAMPLES
            if self._filled == self._payload:
                n = rtp_seal(self.packet, self._counters, self._payload_type, self._filled, self._filled)
                n = self._ssm.encrypt(self.packet, n)
                self._filled = 0
        self._is_unusual = self._keys.is_busy or self._payload > SAMPLES
        return n if n > 0 else 0

    def _resume(self, now):
        """Timestamps have followed real time while nothing was sent. RFC 3550 5.1."""
        self._is_resting = False
        self.sender.mark()
        self.sender.skip(max(0, ticks_diff(now, self._captured_at) * _PER_MS - SAMPLES))

    def _capture_event(self):
        """-> bytes of the packet of a digit, 0 in the gap between digits: audio flows there."""
        what = self._keys.step()
        if what == AUDIO:
            return 0
        sender = self.sender
        if what == START:
            sender.mark()
            sender.skip(self._filled)
            self._filled = 0
        self._keys.write(sender.packet, HEADER)
        later = SEGMENT if what == NEXT_SEGMENT else 0
        event_type = self.negotiation.terms.event_type
        return self._ssm.encrypt(sender.packet, sender.seal_event(event_type, PAYLOAD, what == START, later))

    def receive(self, packet, n, now):
        """Take the datagram packet[:n]. -> True: audio of the usual kind.

        False tells the reader of the socket to look closer: it was no audio, or was cut off
        or merged with another one on its way out of the socket.
        """
        n = self._ssm.decrypt(packet, n)
        if self._slots is None or not rtp_accept(packet, n, self._arrivals, self._head, self._slots, now):
            return self._receive_unusual(packet, n, now)
        self._heard_at = now
        return True

    def _receive_unusual(self, packet, n, now):
        if n <= HEADER or packet[0] != PLAIN:
            n = make_plain(packet, n)
        kind = self._kinds[packet[1] & 0x7F]
        if n <= HEADER or n > _MAX_PACKET or kind == UNKNOWN:
            self.rejected += 1
            return False
        order = self.reception.count(packet, now)
        if order < NEW:
            return order == AGAIN
        self._heard_at = now
        if order == FIRST:
            self._meet()
        if kind == EVENT:
            self.events.receive(packet, HEADER, n - HEADER, now)
            return False
        if self._jitter is not None and not self._jitter.put(packet, n, kind, now):
            self.late += 1
        return self.reception.follows(packet, n - HEADER, kind)

    def _meet(self):
        """The first packet of a source: its timestamps have nothing to do with those before."""
        self.events.meet()
        if self._jitter is not None:
            self._jitter.reset()

    def look(self, now):
        """Once in a while: search a peer that is silent. -> True each 20 s without any packet."""
        if not self.receives or self.negotiation.is_held:
            self._heard_at = self._alive_at = now
            return False
        if self.ports.is_connected and ticks_diff(now, self._heard_at) >= _SEARCH_MS:
            self.ports.search()
        limit = _NO_AUDIO_MS
        if self._doubted_at is not None:
            limit = _GONE_MS
            if ticks_diff(now, self._doubted_at) > _DOUBT_MS:
                self._doubted_at = None
        if ticks_diff(now, self._heard_at) < limit or ticks_diff(now, self._alive_at) < limit:
            return False
        self._alive_at = now
        return True

    def doubt(self, now):
        """Somebody has said goodbye in the peer's name, and nobody can tell who: is it still there?"""
        if self._doubted_at is None:
            self._doubted_at = now

    def hear_control(self, now):
        """Read one RTCP datagram. -> False when there is none."""
        data = self.ports.read_control()
        if data is None:
            return False
        packet = bytearray(data)
        n = self._ssm.decrypt_control(packet, len(packet))
        if n > 0 and self.rtcp.receive(bytes(packet[:n]), now):
            self._alive_at = now
            self.ports.confirm_control()
        return True

    def leave(self, random, now):
        """Say BYE, unless we never said anything. RFC 3550 6.3.7."""
        if self.sender.packets() or self.rtcp.has_reported:
            self.report(random, True, now)

    def report(self, random, ends, now):
        """Send an RTCP packet. random: 2 bytes; ends: it says BYE."""
        stamp = self.sender.stamp() + self._filled + ticks_diff(now, self._captured_at) * _PER_MS
        data = self.rtcp.report(now, stamp & 0xFFFFFFFF, random, ends)
        packet = bytearray(len(data) + _CONTROL_OVERHEAD)
        packet[:len(data)] = data
        n = self._ssm.encrypt_control(packet, len(data))
        if n > 0 and self.negotiation.terms.reaches():
            self.ports.send_control(bytes(packet[:n]))
