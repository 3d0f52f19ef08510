# SPDX-License-Identifier: MIT
"""Routes of a request: ours taken off, the next hop found, ours recorded. RFC 3261 16.4, 16.6."""

from core.route import TCP
from sim.server.edits import (
    first_element, with_line_below, with_uri, without_first, without_last,
)
from sip.address import Address, addresses
from sip.grammar import ROUTE
from sip.uri import Uri

_TRANSPORTS = (b"", b";transport=tcp", b";transport=tls")


def preprocess(request, domain, seals):
    """-> (the request without the Routes that were ours, True when we recorded one of them).

    A strict router before us has put our Record-Route into the Request-URI and the real one at
    the end of the Routes: RFC 3261 16.4.
    """
    is_recorded = False
    uri = Uri.parse(request.uri)
    if seals.is_recorded(uri, request.call_id) and domain.is_here(uri) and request.row(ROUTE) >= 0:
        is_recorded = True
        last = addresses(request.values(ROUTE))[-1].uri
        request = without_last(with_uri(request, last), ROUTE)
    while True:
        uri = first_route(request)
        if uri is None or not domain.is_here(uri):
            return request, is_recorded
        if seals.is_recorded(uri, request.call_id):
            is_recorded = True
        request = without_first(request, ROUTE)


def first_route(request):
    """-> Uri of the first Route, or None."""
    if request.row(ROUTE) < 0:
        return None
    return Uri.parse(Address(first_element(request, ROUTE)).uri)


def postprocess(request):
    """-> (the request ready to go, Uri of its next hop or None). RFC 3261 16.6, steps 6 and 7.

    A next hop that is a strict router gets what it expects: itself in the Request-URI, and the
    real one at the end of the Routes.
    """
    if request.row(ROUTE) < 0:
        return request, Uri.parse(request.uri)
    uri = first_route(request)
    if uri is None or uri.param(b"lr") is not None:
        return request, uri
    row = request.row(ROUTE)
    while request.row(ROUTE, row + 1) >= 0:
        row = request.row(ROUTE, row + 1)
    request = with_line_below(request, row, b"Route: <%s>" % request.uri)
    return with_uri(without_first(request, ROUTE), uri.write_target()), uri


def records(domain, seals, request, arrives, leaves):
    """-> Record-Route values, the topmost first: one, or two when the transport changes.

    arrives, leaves  transports of core.route. RFC 5658 4: each side is told its own.
    """
    tail = b";lr" + seals.recorded(request.call_id) + b">"
    values = []
    for transport in (leaves, arrives) if leaves != arrives else (leaves,):
        suffix = _TRANSPORTS[transport] if transport == TCP else b""
        values.append(b"<sip:%s:%d%s%s" % (domain.host, domain.port, suffix, tail))
    return values
