# SPDX-License-Identifier: MIT
"""OfferAnswer: the descriptions of one call, ours and theirs. RFC 3264, RFC 6337.

Ours has one audio line. The lines of a peer's offer that we refuse (video, unknown
profiles) keep their places with port 0 for the life of the call.
"""

from micropython import const

from core.faults import RemoteFault
from media.codec import ENCODINGS, EVENT, PROPOSED_TYPES
from media.sdp import DIRECTION_NAMES, INACTIVE, RECVONLY, SENDONLY, SENDRECV, parse
from media.terms import Terms

_FRAME_MS = const(20)
_MAX_FRAMES = const(3)          # in a packet that we send: 60 ms


class OfferAnswer:
    """What a call has offered, answered and agreed.

    session_id  bytes of digits, for o=
    codecs      tuple of media.codec.PCMU and PCMA, best first
    keys        what seals the packets of this call, or lets them pass: a profile (RTP/AVP or
                RTP/SAVP) and the values of the a=crypto lines, of both sides. See
                security/media_keys.py: offer, answer, settle, revert, wipe and ssm
    terms       Terms, as last agreed
    is_held     the peer does not want our audio now
    """

    def __init__(self, session_id, codecs, keys):
        self.terms = Terms()
        self.is_held = False
        self._id = session_id
        self._codecs = codecs
        self.keys = keys
        self._types = list(PROPOSED_TYPES)  # our payload type of each kind; never changes once agreed
        self._refused = [None]              # for each m= line the line that refuses it; None: our audio
        self._wish = False                  # we want to hold
        self._agreed_wish = False
        self._version = 0                   # the highest that was written
        self._standing = None               # our description in force: (version, text)
        self._open = None                   # our offer that waits for its answer, the same
        self._offered = SENDRECV            # the direction in it

    def hold(self, on):
        """Our wish, for the next offer or answer."""
        self._wish = on

    def offer(self, address, port):
        """-> our description (bytes) for audio at address (bytes) and port, or None: it must have keys
        and no key may travel this way. RFC 3264 5, 8.

        It says what we want, not what the peer last allowed. Its version grows only when
        the text is another than the one in force.
        """
        self._offered = SENDRECV
        if self._wish:
            self._offered = INACTIVE if self.is_held else SENDONLY
        kinds = self._codecs + (EVENT,)
        sealing = self.keys.offer()
        if sealing is None:
            return None
        self._hear(kinds)
        self._open = self._versioned(self._text(address, port, kinds, self._offered, sealing))
        return self._written(self._open)

    def answer(self, body, address, port):
        """-> our answer (bytes) to an offer; None: 488, and nothing has changed. RFC 3264 6."""
        sdp = _read(body)
        if sdp is not None:
            for number in range(len(sdp.media)):
                audio = self._fitting(sdp, number)
                sealing = None
                if audio is not None:
                    sealing = self.keys.answer(sdp.words(number)[2], audio.crypto())
                if sealing is not None:
                    self._refused = [_refusal(sdp.words(other)) for other in range(len(sdp.media))]
                    self._refused[number] = None
                    return self._accept(audio, address, port, sealing)
        return None

    def _accept(self, audio, address, port, sealing):
        kinds = self._common(audio)
        for kind in kinds:
            self._types[kind] = _type_of(audio, kind)
        self._hear(kinds)
        direction = _reversed(_direction(audio))
        if self._wish:
            direction &= SENDONLY
        self._standing = self._versioned(self._text(address, port, kinds, direction, sealing))
        self._open = None
        self._agreed_wish = self._wish
        self.is_held = not _direction(audio) & RECVONLY
        self._agree(audio, direction)
        return self._written(self._standing)

    def settle(self, body):
        """Take the answer to our last offer. -> False: it does not fit, and nothing has changed.

        A second answer to the same offer, from another fork, replaces the first.
        """
        sdp = _read(body)
        number = self._refused.index(None)
        audio = None
        if sdp is not None and number < len(sdp.media):
            audio = self._fitting(sdp, number)
        if audio is None or not self.keys.settle(sdp.words(number)[2], audio.crypto()):
            return False
        if self._open is not None:
            self._standing = self._open
            self._open = None
            self._agreed_wish = self._wish
        if self._offered != INACTIVE:       # else they had no choice
            self.is_held = not _direction(audio) & RECVONLY
        self._agree(audio, self._offered & _reversed(_direction(audio)))
        return True

    def revert(self):
        """Our offer was refused: what stood before it stands. RFC 3261 14.1."""
        self._open = None
        self._wish = self._agreed_wish
        self.keys.revert()

    def _fitting(self, sdp, number):
        """-> Section of an m= line when it is audio that we can take, else None."""
        words = sdp.words(number)
        if len(words) < 4 or words[0] != b"audio":
            return None
        section = sdp.section(number)
        if not section.port or section.host is None or _codec(self._common(section)) == EVENT:
            return None
        return section

    def _common(self, section):
        """-> tuple of the kinds that both sides have, in the peer's order."""
        kinds = ()
        for kind in section.kinds:
            if (kind in self._codecs or kind == EVENT) and kind not in kinds:
                kinds += (kind,)
        return kinds

    def _hear(self, kinds):
        for kind in kinds:
            self.terms.kinds[self._types[kind]] = kind

    def _agree(self, audio, direction):
        terms = self.terms
        terms.host = audio.host
        terms.port = audio.port
        terms.control_host = audio.rtcp_host or audio.host
        terms.control_port = audio.rtcp_port or audio.port + 1
        terms.codec = _codec(self._common(audio))
        terms.payload_type = _type_of(audio, terms.codec)
        terms.event_type = _type_of(audio, EVENT)
        terms.frames = _frames(audio)
        terms.sends = bool(direction & SENDONLY) and terms.reaches() and not self._agreed_wish
        terms.receives = bool(direction & RECVONLY)

    def _text(self, address, port, kinds, direction, sealing):
        """-> what stands behind the version in our description: v o s c t m a*. RFC 8866 5."""
        where = b" IN IP4 " + address
        lines = [where, b"s=-", b"c=" + where[1:], b"t=0 0"]
        for refusal in self._refused:
            if refusal is not None:
                lines.append(refusal)
                continue
            types = [self._types[kind] for kind in kinds]
            formats = b" ".join([b"%d" % number for number in types])
            lines.append(b"m=audio %d %s %s" % (port, sealing[0], formats))
            for kind in kinds:
                lines.append(b"a=rtpmap:%d " % self._types[kind] + ENCODINGS[kind])
            if EVENT in kinds:
                lines.append(b"a=fmtp:%d 0-15" % self._types[EVENT])
            lines.append(b"a=ptime:%d" % _FRAME_MS)
            lines.append(b"a=" + DIRECTION_NAMES[direction])
            for value in sealing[1]:
                lines.append(b"a=crypto:" + value)
        lines.append(b"")
        return b"\r\n".join(lines)

    def _versioned(self, text):
        for known in (self._open, self._standing):
            if known is not None and known[1] == text:
                return known
        self._version += 1
        return (self._version, text)

    def _written(self, description):
        return b"v=0\r\no=- %s %d" % (self._id, description[0]) + description[1]


def _read(body):
    """-> Sdp, or None: unreadable, or with a key in clear (k=), which we never take."""
    try:
        sdp = parse(body)
    except RemoteFault:
        return None
    return None if sdp.has_key else sdp


def _refusal(words):
    """The words of an m= line -> the line that refuses it. RFC 3264 6."""
    return b"m=" + b" ".join(words[:1] + [b"0"] + words[2:4])


def _codec(kinds):
    """-> the first codec, EVENT without one: telephone events go with a codec, they are none."""
    for kind in kinds:
        if kind != EVENT:
            return kind
    return EVENT


def _type_of(section, kind):
    """-> the peer's first payload type for a kind, -1 without one."""
    return section.payload_types[section.kinds.index(kind)] if kind in section.kinds else -1


def _direction(section):
    """-> what the peer wants; c=0.0.0.0 is the old way to say that it hears nothing."""
    return section.direction & SENDONLY if section.host == b"0.0.0.0" else section.direction


def _reversed(direction):
    return (direction & SENDONLY) << 1 | (direction & RECVONLY) >> 1


def _frames(section):
    """-> frames in a packet for the peer's ptime and maxptime: whole frames only, at least one."""
    frames = section.ptime // _FRAME_MS
    if section.maxptime:
        frames = min(frames, section.maxptime // _FRAME_MS)
    return max(1, min(frames, _MAX_FRAMES))
