# SPDX-License-Identifier: MIT
"""Choices: where recent requests went, so that what belongs to them goes the same way.

Without it a CANCEL, an ACK or a repetition would miss its INVITE when the callee registers
elsewhere meanwhile (RFC 3261 16.11 asks for the same choice), and a request that was given to a
stream which nobody takes would stay without an answer (16.9). Nothing else depends on it: when
it is full the oldest gives way.
"""

from micropython import const

from core.clock import ticks_diff

_MOST = const(256)
_KEPT_MS = const(240000)    # longer than a phone rings; Timer C is 3 minutes, RFC 3261 16.6


class Choice:
    """branch: of our Via; target: Request-URI that was chosen, bytes; route: the next hop.

    request   as it came
    answered  True once there was any response
    """

    def __init__(self, branch, target, route, request, now):
        self.branch = branch
        self.target = target
        self.route = route
        self.request = request
        self.answered = False
        self.made = now


class Choices:
    """The oldest first."""

    def __init__(self):
        self._kept = []

    def find(self, branch):
        """-> the Choice, or None."""
        for choice in self._kept:
            if choice.branch == branch:
                return choice
        return None

    def keep(self, choice):
        if len(self._kept) == _MOST:
            del self._kept[0]
        self._kept.append(choice)

    def failed(self, route):
        """The next hop cannot be reached. -> requests that wait for an answer from there."""
        lost = [choice for choice in self._kept if choice.route == route and not choice.answered]
        for choice in lost:
            choice.answered = True
        return [choice.request for choice in lost]

    def purge(self, now):
        self._kept = [choice for choice in self._kept if ticks_diff(now, choice.made) < _KEPT_MS]

    def live(self):
        return len(self._kept)
