# SPDX-License-Identifier: MIT
"""SRTP and SRTCP, in place: RFC 3711 with AES-CM and HMAC-SHA1, RFC 6188 for keys of 256 bits.

Key derivation rate 0, no MKI, everything encrypted and authenticated. encrypt() and decrypt()
are on the media path: they allocate nothing. What they answer below zero are return codes of
the security interfaces; no state has changed then.
"""

from array import array

from micropython import const

from core.octets import wipe
from kernels import copy
from kernels.srtp import srtp_counters, srtp_note, srtp_order, srtp_put_roc, srtp_xor, tags_equal
from security.suite import CONTROL_TAG, SALT, key_size, tag_size

MALFORMED = -1
BAD_TAG = -3                    # forged, damaged, or another key
REPLAYED = -5                   # or too old
NO_RESOURCE = -8                # one SSRC too many, a key used up, no room in the buffer

_PLAIN = const(0x80)            # first byte of RTP without CSRCs, extension and padding
_HEADER = const(12)
_CONTROL_HEADER = const(8)
_INDEX = const(4)               # bytes of E and the index behind SRTCP
_ROC = const(4)
_ENCRYPTED = const(0x80)        # E
_DIGEST = const(20)
_DIGEST_BLOCKS = const(32)       # bytes: a key of that length in whole blocks
_OTHER = const(2)               # what srtp_order says of a packet of another source
_CHUNK = const(160)             # bytes of key stream made at once: 20 ms of G.711

# A peer may begin anew with another SSRC and the same key, once: each SSRC that is believed
# could be replayed once it is forgotten, so none is, and a third one is refused.
_FRESH = const(0x10000)

# Columns of a source, see kernels/plain_srtp.py.
_OWNER = const(6)
_HIGHEST_MIDDLE = const(9)
_HIGHEST_LOW = const(10)
_COLUMNS = const(19)

# Labels of RFC 3711 4.3.1: cipher, authentication and salt of SRTP, then those of SRTCP.
_MEDIA = const(0)
_CONTROL = const(3)


def derive(cipher, master_salt, label, sizes):
    """-> bytearray: session keys of so many bytes (tuple) for a label and those behind it, each of them at
    the beginning of a block of 16 bytes. RFC 3711 4.3.

    cipher  ports.Crypto.aes_ecb() of the master key
    """
    blocks = b""
    salt = bytearray(16)
    copy(salt, 0, master_salt, 0, SALT)
    for size in sizes:
        salt[7] ^= label
        for number in range((size + 15) >> 4):
            salt[15] = number
            blocks += salt
        salt[7] ^= label
        label += 1
    keys = bytearray(blocks)
    cipher.encrypt(keys, keys)
    wipe(salt)
    return keys


class KeyStream:
    """Session keys of one kind of packet in one direction, and what is known of each SSRC.

    source  that of the packet in hand: an array of kernels/plain_srtp.py
    """

    def __init__(self, crypto, master, master_salt, label, n, tag):
        """master: cipher of the master key; label: the first of three; n: bytes of a key; tag: of a tag."""
        keys = derive(master, master_salt, label, (n, _DIGEST, SALT))
        key = keys[:n]
        self._cipher = crypto.aes_ecb(key)
        wipe(key)
        key = keys[n:n + _DIGEST]
        self._hmac = crypto.hmac_sha1(key)
        wipe(key)
        self._salt = keys[n + _DIGEST_BLOCKS:n + _DIGEST_BLOCKS + SALT]
        wipe(keys)
        self._tag = tag
        self._blocks = bytearray(_CHUNK)
        self._digest = bytearray(_DIGEST)
        self._received = bytearray(CONTROL_TAG)
        self._first = array("i", bytes(4 * _COLUMNS))
        self._second = array("i", bytes(4 * _COLUMNS))
        self._first[_OWNER] = self._second[_OWNER] = _FRESH
        self.source = self._first

    def find(self, packet, at):
        """Set `source` to that of a packet. -> 0 when its index may be new, else REPLAYED or NO_RESOURCE.

        at  0 for RTP, else the offset of the index
        """
        self.source = self._first
        order = srtp_order(packet, at, self._first)
        if order == _OTHER:
            self.source = self._second
            order = srtp_order(packet, at, self._second)
            if order == _OTHER:
                return NO_RESOURCE
        return 0 if order else REPLAYED

    def count(self, packet, at):
        """Write the next index of SRTCP, and E, to packet[at:at + 4]. -> 0, or NO_RESOURCE. Sets `source`."""
        self.source = self._first
        order = self._number(packet, at, self._first)
        if order == _OTHER:
            self.source = self._second
            order = self._number(packet, at, self._second)
        return 0 if order == 1 else NO_RESOURCE

    def _number(self, packet, at, source):
        """Write the index behind a source's last one. -> as srtp_order; 0 when there was none left."""
        middle = low = 0
        if source[_OWNER] < _FRESH:
            low = source[_HIGHEST_LOW] + 1
            middle = source[_HIGHEST_MIDDLE] + (low >> 16)
        packet[at] = _ENCRYPTED | middle >> 8 & 0x7F
        packet[at + 1] = middle & 0xFF
        packet[at + 2] = (low >> 8) & 0xFF
        packet[at + 3] = low & 0xFF
        return srtp_order(packet, at, source)       # behind the last index: old, and so 0

    def apply(self, packet, off, n):
        """packet[off:n] ^= the key stream for the packet in hand. RFC 3711 4.1.1."""
        while off < n:
            srtp_counters(self._blocks, self._salt, self.source)
            self._cipher.encrypt(self._blocks, self._blocks)
            off = srtp_xor(packet, off, n, self._blocks)

    def sign(self, packet, n, end):
        """Put the tag of packet[:n] to packet[end:]. -> the end of the tag. RFC 3711 4.2."""
        self._hmac.digest(packet, 0, n, self._digest)
        copy(packet, end, self._digest, 0, self._tag)
        return end + self._tag

    def keep(self, packet, end):
        """Remember the tag that came at packet[end:]; its place may be needed."""
        copy(self._received, 0, packet, end, self._tag)

    def is_true(self, packet, n, end):
        """-> True when packet[:n] has the tag that came. Else packet[end:] is as it came."""
        self._hmac.digest(packet, 0, n, self._digest)
        if tags_equal(self._received, self._digest, self._tag):
            return True
        copy(packet, end, self._received, 0, self._tag)
        return False

    def wipe(self):
        """Overwrite the keys. The cipher is the interpreter's: it can only be let go."""
        self._hmac.wipe()
        self._cipher = None
        for key in (self._salt, self._blocks, self._digest, self._received):
            wipe(key)


class SrtpContext:
    """One direction of a call: two key streams, of RTP and of RTCP."""

    def __init__(self, crypto, suite, key):
        """suite: of security.suite; key: master key and master salt, bytes. RFC 4568 6.1."""
        n = key_size(suite)
        salt = bytearray(SALT)
        copy(salt, 0, key, n, SALT)
        master = crypto.aes_ecb(key[:n])
        self._tag = tag_size(suite)
        self._media = KeyStream(crypto, master, salt, _MEDIA, n, self._tag)
        self._control = KeyStream(crypto, master, salt, _CONTROL, n, CONTROL_TAG)
        wipe(salt)

    def wipe(self):
        """Overwrite the keys; the context is of no use afterwards."""
        self._media.wipe()
        self._control.wipe()


class SrtpSender(SrtpContext):
    """Packets that leave. Each method takes a packet (bytearray) of n bytes, with room behind them
    for 10 bytes, or 14 of SRTCP. -> its new length, or a return code below zero."""

    def encrypt(self, packet, n):
        """RTP to SRTP. RFC 3711 3.3. A second packet of the same index would give both away: refused."""
        off = payload_of(packet, n)
        if off < 0:
            return off
        if n + CONTROL_TAG > len(packet):
            return NO_RESOURCE
        media = self._media
        order = media.find(packet, 0)
        if order:
            return order
        media.apply(packet, off, n)
        srtp_put_roc(packet, n, media.source)
        srtp_note(media.source)
        return media.sign(packet, n + _ROC, n)

    def encrypt_control(self, packet, n):
        """RTCP to SRTCP. RFC 3711 3.4. The first index is 0."""
        if n < _CONTROL_HEADER:
            return MALFORMED
        if n + _INDEX + CONTROL_TAG > len(packet):
            return NO_RESOURCE
        control = self._control
        if control.count(packet, n):
            return NO_RESOURCE
        control.apply(packet, _CONTROL_HEADER, n)
        srtp_note(control.source)
        return control.sign(packet, n + _INDEX, n + _INDEX)


class SrtpReceiver(SrtpContext):
    """Packets that come. Each method takes a packet (bytearray) of n bytes. -> its new length, or a
    return code below zero: then the packet is as it came, but for the bytes behind it."""

    def decrypt(self, packet, n):
        """SRTP to RTP. RFC 3711 3.3: where it stands, then its tag, then what it says."""
        n -= self._tag
        off = payload_of(packet, n)
        if off < 0:
            return off
        media = self._media
        order = media.find(packet, 0)
        if order:
            return order
        media.keep(packet, n)
        srtp_put_roc(packet, n, media.source)
        if not media.is_true(packet, n + _ROC, n):
            return BAD_TAG
        media.apply(packet, off, n)
        srtp_note(media.source)
        return n

    def decrypt_control(self, packet, n):
        """SRTCP to RTCP. RFC 3711 3.4. What was not encrypted is refused: we never agree to that."""
        n -= CONTROL_TAG + _INDEX
        if n < _CONTROL_HEADER or not packet[n] & _ENCRYPTED:
            return MALFORMED
        control = self._control
        order = control.find(packet, n)
        if order:
            return order
        control.keep(packet, n + _INDEX)
        if not control.is_true(packet, n + _INDEX, n + _INDEX):
            return BAD_TAG
        control.apply(packet, _CONTROL_HEADER, n)
        srtp_note(control.source)
        return n


def payload_of(packet, n):
    """-> offset of what is encrypted in RTP of n bytes, or MALFORMED. RFC 3711 3.1, RFC 3550 5.1."""
    if n < _HEADER:
        return MALFORMED
    if packet[0] == _PLAIN:
        return _HEADER
    if packet[0] & 0xC0 != _PLAIN:
        return MALFORMED
    off = _HEADER + 4 * (packet[0] & 0x0F)
    if packet[0] & 0x10:
        if off + 4 > n:
            return MALFORMED
        off += 4 + 4 * (packet[off + 2] << 8 | packet[off + 3])
    return off if off <= n else MALFORMED
