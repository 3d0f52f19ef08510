# SPDX-License-Identifier: MIT
"""Seals: keyed hashes by which a server that keeps nothing knows again what it wrote itself.

A branch is a function of the request, so that a repetition gets the same one, and CANCEL and
ACK that of their INVITE (RFC 3261 16.11); its first part tells a loop from a spiral (16.3).
The way back in our Via and the Record-Route are sealed, so that nobody can have a response or
a request carried to where it did not come from: there is no open relay.
"""

import hashlib

from micropython import const

from sip.grammar import ROUTE, VIA
from sip.params import param

_COOKIE = b"z9hG4bK"        # RFC 3261 8.1.1.7
_LOOP = const(12)           # hexadecimal digits of the first part of a branch
_LENGTH = const(16)         # of everything else: 64 bits


class Seals:
    """secret: bytes, at least 16 that nobody else knows."""

    def __init__(self, secret):
        self._secret = secret

    def branch(self, request):
        """-> branch of our Via on this request, as it arrived."""
        loop = self._loop(request)
        return _COOKIE + loop + self._hash(b"branch", loop, *_identity(request))

    def has_looped(self, request, vias):
        """-> True when the request passed here before, on its way to the same. RFC 3261 16.3.

        vias  the branches of our own Vias on it
        """
        mark = _COOKIE + self._loop(request)
        for branch in vias:
            if branch.startswith(mark):
                return True
        return False

    def to_tag(self, request):
        """-> tag of our own answers: the same for a repetition, and in the ACK."""
        return self._hash(b"tag", *_identity(request))

    def way_back(self, branch, route):
        """-> the parameter of our Via that says where the responses go."""
        place = b"%d-%s-%d" % route
        return b";back=%s-%s" % (place, self._hash(b"back", branch, place))

    def route_back(self, params):
        """-> route of the responses, from the parameters of our Via; None unless we wrote them."""
        branch = param(params, b"branch")
        back = param(params, b"back")
        if not branch or not back:
            return None
        parts = back.split(b"-")
        place = b"-".join(parts[:-1])
        if len(parts) != 4 or self._hash(b"back", branch, place) != parts[3]:
            return None
        return (int(parts[0]), parts[1], int(parts[2]))

    def recorded(self, call_id):
        """-> the parameter of our Record-Route for the dialogs of one Call-ID."""
        return b";seal=" + self._hash(b"record", call_id)

    def is_recorded(self, uri, call_id):
        """-> True when we wrote this Uri of a Route for this Call-ID."""
        return uri.param(b"seal") == self._hash(b"record", call_id)

    def _loop(self, request):
        """What decides where a request goes. No To tag: the ACK has it, its INVITE has not."""
        parts = [b"loop", request.uri, request.call_id, request.from_tag, b"%d" % request.cseq]
        return self._hash(*(parts + request.values(ROUTE)))[:_LOOP]

    def _hash(self, *parts):
        """-> hexadecimal digits over parts of any length, bytes."""
        digest = hashlib.sha256(self._secret)
        for part in parts:
            digest.update(b"%d:" % len(part))
            digest.update(part)
        return digest.digest().hex().encode()[:_LENGTH]


def _identity(request):
    """What a repetition, a CANCEL and the ACK of a refusal share with their request."""
    branch = request.branch
    if not branch.startswith(_COOKIE):          # RFC 2543: a branch says nothing
        branch = request.first(VIA) or b""
    return request.sent_by, branch, request.call_id, request.from_tag, b"%d" % request.cseq
