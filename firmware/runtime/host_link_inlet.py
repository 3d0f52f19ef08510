# SPDX-License-Identifier: MIT
"""HostLinkInlet: moves bytes between the link to the helper and security.sma.Sma."""

from micropython import const

_CONNECTING = const(0)          # states of a HostLink
_OPEN = const(1)
_CLOSED = const(2)
_PIECE = const(256)             # bytes written in a step of a call: a UART's buffer, and no long copy
_WHOLE = const(4096)            # without sound nothing waits for the rest of the step
_CHUNK = const(512)             # bytes read in a step
_LOOK_BITS = const(7)           # a quiet link is looked at each 128 ms


class HostLinkInlet:
    """Polled by the reactor.

    link      the HostLink port
    sma       security.sma.Sma
    settings  address and ca, see security.sma.Sma
    media     is_running: while it is, no link is opened. On the chip a TLS handshake stops
              everything for a while, and sound must not wait
    """

    def __init__(self, link, sma, settings, media):
        self.litter = 1
        self._link = link
        self._sma = sma
        self._settings = settings
        self._media = media
        self._buf = bytearray(_CHUNK)
        self._is_used = False           # the link was asked for and is not yet known to be lost
        self._is_open = False
        self._looked = -1

    def poll(self, now, out):
        """-> True when bytes came, or the link did."""
        if not self._is_used:
            return self._sma.wants_link and self._begin(now, out)
        if not self._sma.is_waiting and self._is_open and now >> _LOOK_BITS == self._looked:
            return False
        self._looked = now >> _LOOK_BITS
        return self._serve(now, out)

    def _begin(self, now, out):
        if self._media.is_running:
            return False
        self._sma.link_begun(now, out)
        self._is_used = True
        self._is_open = False
        self._link.open(self._settings.address, self._settings.ca)
        return True

    def _serve(self, now, out):
        link = self._link
        state = link.state()
        if state == _CLOSED or self._sma.is_broken:
            return self._lose(now, out)
        if state == _CONNECTING:
            return False
        if not self._is_open:
            self._is_open = True
            self._sma.link_opened(now, out)
            return True
        self._write()
        n = link.readinto(self._buf)
        if n:
            self._sma.receive(memoryview(self._buf)[:n], now, out)
        if self._sma.is_broken:
            return self._lose(now, out)
        return n > 0

    def _write(self):
        piece = self._sma.outgoing()
        if piece is not None:
            buf, off = piece
            most = _PIECE if self._media.is_running else _WHOLE
            n = len(buf) - off
            taken = self._link.write(buf, off, n if n < most else most)
            if taken:
                self._sma.wrote(taken)

    def _lose(self, now, out):
        self._is_used = self._is_open = False
        self._link.close()
        self._sma.link_lost(now, out)
        return True
