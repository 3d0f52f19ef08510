# SPDX-License-Identifier: MIT
"""Forger: an attacker with a key and a helper of his own, who signs by hand what he likes."""

from security import pgp, sma_frames
from security.armor import read_line
from security.canonical import signed_block, signed_block_of_response
from sim.attacks.frames import is_of, joined, lines_of

_STEP_MS = 10
_PATIENCE_MS = 1000


class Forger:
    """name, uri: str, what his key says that he is. fingerprint, certificate: of it, bytes."""

    def __init__(self, world, name, uri):
        self._world = world
        self._link = world.helper.attach(name, uri)
        self._number = 0
        self.fingerprint = self._link.fingerprint
        self._link.open(b"", b"")
        self._ask(sma_frames.HELLO, (sma_frames.TOKEN, self._link.token), (sma_frames.NAME, name.encode()))
        self.certificate = sma_frames.value_of(self._ask(sma_frames.EXPORT), sma_frames.CERTIFICATE)

    def _ask(self, verb, *fields):
        """-> fields of the helper's answer. The world goes on meanwhile."""
        self._number += 1
        frame = sma_frames.compose(self._number, verb, fields)
        self._link.write(frame, 0, len(frame))
        reader = sma_frames.FrameReader()
        buf = bytearray(512)
        for _ in range(_PATIENCE_MS // _STEP_MS):
            self._world.run(_STEP_MS)
            n = self._link.readinto(buf)
            if n:
                reader.feed(bytes(buf[:n]))
            answer = reader.next()
            if answer is not None:
                return answer[2]
        raise AssertionError("the forger's helper is silent")

    def signed(self, frame, nonce, realm=b""):
        """-> the frame with his signature over all header lines below Max-Forwards or the Vias."""
        lines, body = lines_of(frame)
        lines = [line for line in lines if not line.startswith(b"Authorization: ")]
        at = 1
        while is_of(lines[at], (b"Via", b"Max-Forwards", b"Record-Route")):
            at += 1
        below = b"".join([line + b"\r\n" for line in lines[at:]])
        first = lines[0].split(b" ")
        if first[0] == b"SIP/2.0":
            block = signed_block_of_response(nonce, int(first[1]), below, body)
        else:
            block = signed_block(nonce, first[0], below, body)
        told = self._ask(sma_frames.SIGN, (sma_frames.BLOCK, block))
        signature = read_line(bytes(sma_frames.value_of(told, sma_frames.SIGNATURE)), 1024)
        credentials = pgp.write_credentials(realm or None, nonce or None, signature, self.fingerprint)
        return joined(lines[:at] + [b"Authorization: " + credentials] + lines[at:], body)
