# SPDX-License-Identifier: MIT
"""What an RTP payload can hold: PCMU, PCMA, telephone events. RFC 3551 6, RFC 4733.

A kind indexes the tables below; it is what a payload type stands for in one session.
"""

from kernels import alaw_decode, alaw_encode, ulaw_decode, ulaw_encode

PCMU = 0
PCMA = 1
EVENT = 2
UNKNOWN = 3

SAMPLES = 160                   # in a frame of 20 ms at 8 kHz, an octet each in G.711

ENCODERS = (ulaw_encode, alaw_encode)
DECODERS = (ulaw_decode, alaw_decode)
SILENT_FRAMES = (bytes([0xFF] * SAMPLES), bytes([0xD5] * SAMPLES))     # codes of samples of 0

# The payload types that we propose, and how rtpmap writes them.
PROPOSED_TYPES = (0, 8, 101)
ENCODINGS = (b"PCMU/8000", b"PCMA/8000", b"telephone-event/8000")

# The same as kernels.name_of wants them, then with the number of channels, which may be written;
# and the kind that each of its answers means.
ENCODING_NAMES = (
    b"\x09pcmu/8000\x09pcma/8000\x14telephone-event/8000"
    b"\x0bpcmu/8000/1\x0bpcma/8000/1\x16telephone-event/8000/1\x00"
)
NAMED_KINDS = bytes((UNKNOWN, PCMU, PCMA, EVENT, PCMU, PCMA, EVENT))


def static_kind(payload_type):
    """-> the kind that a payload type has without an rtpmap. RFC 3551 6."""
    return PCMU if payload_type == 0 else PCMA if payload_type == 8 else UNKNOWN
