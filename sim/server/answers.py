# SPDX-License-Identifier: MIT
"""Answers: responses of the server itself, without a transaction. RFC 3261 8.2.7 and 16.11."""

from micropython import const

from sip.grammar import ACK, MAX_FRAME

# Places in sip.grammar.HEADER_TABLE of headers that only a server uses.
MIN_EXPIRES = 32
PROXY_REQUIRE = 45

_SLACK = const(256)         # bytes of tag, received, rport and Content-Length

_PHRASES = {
    302: b"Moved Temporarily",
    401: b"Unauthorized",
    403: b"Forbidden",
    423: b"Interval Too Brief",
}


class Answers:
    """writer: sip.writer.MessageWriter; transport: sip.transport.Transport; seals: Seals."""

    def __init__(self, writer, transport, seals):
        self._writer = writer
        self._transport = transport
        self._seals = seals

    def send(self, request, status, out, headers=()):
        """Answer a request; headers: pairs (header id, value). An ACK has no answer.

        Nor has a request so long that its Vias leave no room for one.
        """
        n = len(request.frame) + _SLACK + sum([len(value) + 32 for _, value in headers])
        if request.method == ACK or n > MAX_FRAME:
            return
        writer = self._writer
        writer.response(request, status, self._seals.to_tag(request), _PHRASES.get(status))
        for header_id, value in headers:
            writer.header(header_id, value)
        out.send(writer.finish(), self._transport.reply_route(request))
