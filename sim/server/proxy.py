# SPDX-License-Identifier: MIT
"""Proxy: passes a request on to one place, and its responses back. RFC 3261 16 and 16.11.

It has no transactions: repetitions, CANCEL and ACK find their way because their branch and their
target come out the same. It is no open relay: it passes on what is for its own domain, for an
address that is bound there, or along a route that it recorded for the same Call-ID; and only to
addresses that it may reach.
"""

from array import array

from core.faults import RemoteFault
from core.octets import to_int
from core.route import TCP, TLS, UDP
from kernels import scan_via
from sim.server import edits, routes
from sim.server.answers import PROXY_REQUIRE
from sim.server.choices import Choice
from sip.grammar import (
    ACK, CANCEL, CONTENT_LENGTH, INVITE, MAX_FORWARDS, REFER, ROUTE, SUBSCRIBE, UNSUPPORTED, VIA,
)
from sip.message import unfold
from sip.transport import MAX_DATAGRAM
from sip.uri import Uri, unescape
from sip.writer import with_source

_RECORDED = (INVITE, SUBSCRIBE, REFER)      # what makes dialogs, or renews their target
_HOPS = 70                                  # RFC 3261 16.6, step 3

_cuts = array("H", bytes(28))


class Proxy:
    """domain, location, seals, choices, answers: see their modules; transport: sip.transport.

    records     True to stay on the way of the dialogs it sees begin
    may_reach   may_reach(host) -> True for the numeric hosts (bytes) that may be sent to
    """

    def __init__(self, domain, location, seals, choices, answers, transport, records, may_reach):
        self._domain = domain
        self._location = location
        self._seals = seals
        self._choices = choices
        self._answers = answers
        self._transport = transport
        self._records = records
        self._may_reach = may_reach

    # Requests

    def forward(self, request, now, out):
        """Pass on a request whose syntax is sound, or answer it."""
        if request.method == ACK and request.to_tag == self._seals.to_tag(request):
            return                          # of an answer of ours: it ends here
        status, headers = self.inspect(request)
        if not status:
            try:
                status = self._forward(request, now, out)
            except RemoteFault:             # there is no room for what must be added
                status = 513
        if status:
            self._answers.send(request, status, out, headers)

    def inspect(self, request):
        """-> (status, headers) of what RFC 3261 16.3 makes a proxy refuse, or (0, ())."""
        uri = Uri.parse(request.uri)
        if uri is None:
            return 400, ()
        if uri.scheme != b"sip":            # no TLS, so no sips either
            return 416, ()
        hops = to_int(request.first(MAX_FORWARDS) or b"70", 255)
        if hops <= 0:
            return (483 if hops == 0 else 400), ()
        if self._seals.has_looped(request, self._own_branches(request)):
            return 482, ()
        required = b", ".join(request.all(PROXY_REQUIRE))
        if required and request.method not in (ACK, CANCEL):
            return 420, ((UNSUPPORTED, required),)
        return 0, ()

    def _forward(self, request, now, out):
        """-> 0, or the status to refuse with."""
        branch = self._seals.branch(request)
        message, is_recorded = routes.preprocess(request, self._domain, self._seals)
        kept = self._choices.find(branch)
        if kept is None:
            status, target = self._target(message, is_recorded, now)
            if status:
                return 481 if request.method == CANCEL else status
        else:
            target = kept.target
        if target != message.uri:
            message = edits.with_uri(message, target)
        message, uri = routes.postprocess(message)
        if uri is None or not self._can_reach(uri):
            return 403
        route = self._way_to(uri, message)
        if kept is None and request.method != ACK:
            self._choices.keep(Choice(branch, target, route, request, now))
        out.send(self._stamped(message, request, branch, route), route)
        return 0

    def _target(self, message, is_recorded, now):
        """-> (0, Request-URI to go with) or (status, None). RFC 3261 16.5."""
        if message.row(ROUTE) >= 0 and not is_recorded:
            return 403, None
        uri = Uri.parse(message.uri)
        if uri is None:
            return 400, None
        if self._domain.holds(uri):
            user = unescape(uri.user)
            if not user or not self._location.knows(user):
                return 404, None
            binding = self._location.best(user, now, self._can_reach)
            return (480, None) if binding is None else (0, binding.uri.write_target())
        if is_recorded or self._location.is_bound(uri, now):
            return 0, message.uri
        return 403, None

    def _way_to(self, uri, message):
        """-> route; a long request goes by stream: a datagram of more than one packet gets lost. 18.1.1."""
        route = self._transport.route_for(uri)
        if route[0] == UDP and len(message.frame) > MAX_DATAGRAM:
            return (TCP, route[1], route[2])
        return route

    def _can_reach(self, uri):
        route = self._transport.route_for(uri)
        return uri.scheme == b"sip" and route is not None and route[0] != TLS and self._may_reach(route[1])

    def _stamped(self, message, request, branch, route):
        """-> frame with one hop less, our Via and, perhaps, our Record-Route. 16.6, steps 3 to 8."""
        via = edits.first_element(message, VIA)
        stamped = with_source(unfold(via), request.route)
        if stamped != via:
            message = edits.with_first(message, VIA, stamped)
        row = message.row(MAX_FORWARDS)
        if row < 0:
            message = edits.with_line(message, b"Max-Forwards: %d" % _HOPS)
        else:
            message = edits.with_value(message, row, b"%d" % (to_int(message.value(row), 255) - 1))
        if route[0] != UDP and message.row(CONTENT_LENGTH) < 0:
            message = edits.with_line(message, b"Content-Length: %d" % len(message.body))
        if self._records and request.method in _RECORDED:
            values = routes.records(self._domain, self._seals, request, request.route[0], route[0])
            message = edits.with_line(message, b"Record-Route: " + b", ".join(values))
        back = self._seals.way_back(branch, self._transport.reply_route(request))
        line = b"Via: " + self._transport.via(branch, route[0]) + back
        return edits.trimmed(edits.with_line(message, line))

    def _own_branches(self, request):
        """-> the branches of those Vias that we wrote, or that say so."""
        found = []
        for via in request.all(VIA):
            if scan_via(via, 0, len(via), _cuts) >= 0 and self._domain.is_sent_by(via[_cuts[2]:_cuts[7]]):
                found.append(via[_cuts[10]:_cuts[11]])
        return found

    # Responses

    def back(self, response, out):
        """Pass a response back along the Vias. RFC 3261 16.7 and 16.11, RFC 3581 4.

        One that we did not make the way for is dropped.
        """
        route = self._way_back(response)
        if route is None:
            return
        choice = self._choices.find(response.branch)
        if choice is not None:
            choice.answered = True
        try:
            response = edits.without_first(response, VIA)
        except RemoteFault:                 # ours was the only one
            return
        if route[0] != UDP:
            response.route = route
            if response.row(CONTENT_LENGTH) < 0:
                response = edits.with_line(response, b"Content-Length: %d" % len(response.body))
            route = self._transport.reply_route(response)
        out.send(edits.trimmed(response), route)

    def _way_back(self, response):
        via = unfold(edits.first_element(response, VIA))
        if not self._domain.is_sent_by(response.sent_by) or scan_via(via, 0, len(via), _cuts) < 0:
            return None
        return self._seals.route_back(via[_cuts[4]:])
