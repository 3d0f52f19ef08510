# SPDX-License-Identifier: MIT
"""Replay: the nonces that were accepted, and how far each was counted. RFC 7616 5.12."""

from micropython import const

from core.clock import ticks_diff
from security.verdict import DONE, NO_RESOURCE, REPLAY

_MOST = const(64)
_LIFE_MS = const(60000)     # nonce.py calls a nonce stale before it is forgotten here


class ReplayCache:
    """At most 64 nonces, each for 60 s after its last use.

    A full one accepts no further nonce: what could not be remembered could be replayed. Only what
    was proved to be genuine may come here, so no stranger can fill it.
    """

    def __init__(self):
        self._nonces = []
        self._counts = []
        self._ticks = []

    def accept(self, nonce, count, now):
        """-> DONE: it was not seen before; REPLAY; or NO_RESOURCE: there is no room.

        count  of Digest (nc), strictly greater at each use of a nonce; 1 for a nonce that is used once
        """
        self._forget(now)
        if nonce in self._nonces:
            row = self._nonces.index(nonce)
            if count <= self._counts[row]:
                return REPLAY
            self._counts[row] = count
            self._ticks[row] = now
            return DONE
        if count < 1:
            return REPLAY
        if len(self._nonces) == _MOST:
            return NO_RESOURCE
        self._nonces.append(nonce)
        self._counts.append(count)
        self._ticks.append(now)
        return DONE

    def has(self, nonce, now):
        """-> True when it was accepted before."""
        self._forget(now)
        return nonce in self._nonces

    def live(self):
        """-> number of nonces that are remembered."""
        return len(self._nonces)

    def _forget(self, now):
        for row in range(len(self._nonces) - 1, -1, -1):
            age = ticks_diff(now, self._ticks[row])
            if age < 0 or age >= _LIFE_MS:      # below 0: more than six days, the ticks have wrapped
                del self._nonces[row]
                del self._counts[row]
                del self._ticks[row]
