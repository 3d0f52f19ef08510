# SPDX-License-Identifier: MIT
"""Ssm: security to media. Encrypts and decrypts packets in place, by the keys of one call. RFC 3711.

Three kinds with the same methods: ClearSsm (clear_ssm.py) lets packets pass, ClosedSsm stops
them, Ssm seals them. Each method takes a packet (bytearray) of n bytes and returns its new length, or below
zero a return code: such a packet is neither sent nor played.
"""

from micropython import const

from core.octets import wipe

_TRAILER = const(14)            # bytes that encryption may add
_OVERLAP = const(100)           # packets under a new key until the old one is forgotten: 2 s
_MALFORMED = const(-1)
_DONE = const(0)
_NOTHING_TO_DO = const(1)


class ClosedSsm:
    """Where policy demands keys and there are none: nothing is sent, nothing is played."""

    overhead = 0

    def advance(self):
        return False

    def ready(self):
        return self

    def encrypt(self, packet, n):
        return -1

    decrypt = encrypt_control = decrypt_control = encrypt


class Ssm:
    """The keys of a call, one for each direction.

    Session keys take a while to derive, so that is done in parts, by advance(). Until a direction has
    its new ones the former stay in force; where there were none, nothing passes.

    overhead    bytes that encrypt adds; encrypt_control adds 14
    """

    def __init__(self, crypto, suite, local, remote):
        """suite: of security.suite; local, remote: master key and salt, bytes, of what leaves and comes."""
        from security.suite import tag_size
        self._crypto = crypto
        self._suite = -1
        self._local = self._remote = bytearray()
        self._sender = self._receiver = self._former = self._spent = None
        self._owes_sender = self._owes_receiver = False
        self._close()
        self._overlap = 0
        self.overhead = tag_size(suite)
        self.renew(suite, local, remote)

    def renew(self, suite, local, remote):
        """The two sides agreed anew. A key that stays goes on counting, roll-over counter included;
        packets of the peer's former key are still heard for a moment. RFC 3264 8, RFC 4568 7.1.4."""
        from security.suite import tag_size
        self._owes_sender |= suite != self._suite or local != self._local
        self._owes_receiver |= suite != self._suite or remote != self._remote
        wipe(self._local)
        wipe(self._remote)
        self._suite = suite
        self._local = bytearray(local)
        self._remote = bytearray(remote)
        self.overhead = tag_size(suite)

    def advance(self):
        """Do a part: derive the session keys of one direction, or wipe old ones. -> False: all is done."""
        if self._spent is not None:
            self._spent.wipe()
            self._spent = None
        elif self._owes_receiver and self._former is not None:
            self._forget()
        elif self._owes_receiver:
            self._owes_receiver = False
            self._receive()
        elif self._owes_sender:
            self._owes_sender = False
            self._send()
        else:
            return False
        return True

    def ready(self):
        """Derive all that is still to be derived. -> self."""
        while self.advance():
            pass
        return self

    def _send(self):
        from security.srtp import SrtpSender
        self._spent = self._sender
        self._sender = SrtpSender(self._crypto, self._suite, self._local)
        # Bound once: a method of its own would be one call more for each packet.
        self.encrypt = self._sender.encrypt
        self.encrypt_control = self._sender.encrypt_control

    def _receive(self):
        from security.srtp import SrtpReceiver
        self._former = self._receiver
        self._receiver = SrtpReceiver(self._crypto, self._suite, self._remote)
        self._overlap = _OVERLAP
        self.decrypt = self._receiver.decrypt
        self.decrypt_control = self._receiver.decrypt_control
        if self._former is not None:
            self.decrypt = self._decrypt_either
            self.decrypt_control = self._decrypt_either_control

    def _decrypt_either(self, packet, n):
        result = self._receiver.decrypt(packet, n)
        if result > 0:
            self._overlap -= 1
            if not self._overlap:
                self._forget()
            return result
        former = self._former.decrypt(packet, n)
        return former if former > 0 else result

    def _decrypt_either_control(self, packet, n):
        result = self._receiver.decrypt_control(packet, n)
        if result > 0:
            return result
        former = self._former.decrypt_control(packet, n)
        return former if former > 0 else result

    def _forget(self):
        """The peer's former key is no longer heard."""
        if self._former is not None:
            self._former.wipe()
            self._former = None
            self.decrypt = self._receiver.decrypt
            self.decrypt_control = self._receiver.decrypt_control

    def wipe(self):
        """The call is over: overwrite its keys with zeros. Nothing passes any more."""
        self._forget()
        for context in (self._sender, self._receiver, self._spent):
            if context is not None:
                context.wipe()
        self._owes_sender = self._owes_receiver = False
        for key in (self._local, self._remote):
            wipe(key)
        self._close()

    def _close(self):
        closed = ClosedSsm()
        self.encrypt = self.encrypt_control = self.decrypt = self.decrypt_control = closed.encrypt


def ssm_encrypt(packet, frame, key):
    """Fill frame (bytearray) with the SRTP packet for an RTP packet (bytes-like). -> return code.

    key  Ssm, or None where none was negotiated: the packet is copied, and there was nothing to do
    The media path calls the methods of the Ssm itself, on a buffer with room: the same code.
    """
    return _convert(packet, frame, key and key.ready().encrypt, _TRAILER)


def ssm_decrypt(packet, frame, key):
    """Fill packet (bytearray) with the RTP packet of an SRTP packet (bytes-like). -> return code.

    key  as for ssm_encrypt
    """
    return _convert(frame, packet, key and key.ready().decrypt, 0)


def _convert(given, made, change, room):
    """-> 0 done, 1 nothing to do, negative: `made` is empty."""
    if change is None:
        made[:] = given
        return _NOTHING_TO_DO
    made[:] = bytes(given) + bytes(room)
    n = change(made, len(given))
    made[:] = made[:max(n, 0)]
    return _DONE if n > 0 else min(n, _MALFORMED)
