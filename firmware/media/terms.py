# SPDX-License-Identifier: MIT
"""Terms: what both sides of a call agreed about its audio, for the stream that carries it out."""

from media.codec import PCMU, UNKNOWN

_NOTHING = bytes([UNKNOWN]) * 128


class Terms:
    """Changed in place when an exchange of offer and answer is complete.

    host, port      where the peer hears RTP: bytes, int; host None: nothing agreed yet
    control_host, control_port      where it hears RTCP
    codec           media.codec.PCMU or PCMA, what we send
    payload_type    its number in the peer's description
    event_type      the number of telephone-event there, -1 when the peer has none
    frames          of 20 ms in a packet that we send, 1 .. 3
    kinds           by payload type 0 .. 127, what it means in packets that we hear
    sends, receives     audio flows this way; a call that we hold sends nothing
    """

    def __init__(self):
        self.kinds = bytearray(_NOTHING)
        self.host = None
        self.port = 0
        self.control_host = None
        self.control_port = 0
        self.codec = PCMU
        self.payload_type = 0
        self.event_type = -1
        self.frames = 1
        self.sends = False
        self.receives = False

    def reaches(self):
        """-> True when the peer may be sent packets: c=0.0.0.0 forbids RTP and RTCP. RFC 3264 8.4."""
        return self.host is not None and self.host != b"0.0.0.0"
