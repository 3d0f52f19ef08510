# SPDX-License-Identifier: MIT
"""Redirector: tells the caller where the callee is, and stays out of the call. RFC 3261 8.3."""

from core.octets import to_int
from sip.grammar import CANCEL, CONTACT, MAX_FORWARDS
from sip.uri import Uri, unescape


class Redirector:
    """domain: Domain; location: Location; answers: Answers."""

    def __init__(self, domain, location, answers):
        self._domain = domain
        self._location = location
        self._answers = answers

    def redirect(self, request, now, out):
        """Answer a request for somebody."""
        status, headers = self._answer(request, now)
        self._answers.send(request, status, out, headers)

    def _answer(self, request, now):
        """-> (status, headers)."""
        uri = Uri.parse(request.uri)
        if uri is None:
            return 400, ()
        if uri.scheme != b"sip":
            return 416, ()
        if to_int(request.first(MAX_FORWARDS) or b"70", 255) < 0:
            return 400, ()
        if not self._domain.holds(uri):
            return 403, ()
        if request.method == CANCEL:
            return 200, ()                  # 8.3: nothing is left to be cancelled
        user = unescape(uri.user)
        if not user or not self._location.knows(user):
            return 404, ()
        bindings = self._location.fetch(user, now)
        if not bindings:
            return 480, ()
        return 302, [(CONTACT, b"<%s>%s" % (binding.contact, binding.params)) for binding in bindings]
