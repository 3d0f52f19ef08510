# SPDX-License-Identifier: MIT
"""Agent: composes and sends our requests and responses. RFC 3261 8.1, 8.2.6, 12.2.1.

What every message of ours has in common is written here once: identity, branch, Via,
Contact, Allow, and the choice of route and transport.
"""

from core.octets import hex_of
from core.route import TCP, UDP
from sip.address import quote
from sip.grammar import (
    ACK, ALLOW, ALLOW_ID, AUTHORIZATION, CALL_ID, CANCEL, CONTACT, FROM, INVITE, MAX_FORWARDS,
    PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, RECORD_ROUTE, REASON, ROUTE, TIMESTAMP, TO, UPDATE,
    USER_AGENT, VIA, WWW_AUTHENTICATE,
)
from sip.parser import parse
from sip.transport import MAX_DATAGRAM
from sip.uri import is_numeric

PRODUCT = b"Sinetti/0.1"
SDP = b"application/sdp"


def user_part(user):
    """-> what stands in front of the host in a URI of ours."""
    return user + b"@" if user else b""


class Agent:
    """transport, transactions, writer: see their modules; crypto: the port.

    guard    what the Security Manager says of each call, or security.pass_through.PassThrough

    account  who we are: user, domain, display (bytes, b"" where not set) and proxy (the Uri of
             an outbound proxy, or None). A phone without a domain is called directly. For a
             phone that registers: registrar (Uri or None), expires (s), credentials();
             was_asked: somebody has asked for them
    """

    def __init__(self, account, transport, transactions, writer, crypto, guard):
        self.account = account
        self.guard = guard
        self.transport = transport
        self.transactions = transactions
        self._writer = writer
        self._crypto = crypto
        self._secret = crypto.random(16)

    # What names a message

    def new_tag(self):
        """-> tag with 48 random bits. RFC 3261 19.3 asks for 32."""
        return hex_of(self._crypto.random(6))

    def new_call_id(self):
        return hex_of(self._crypto.random(12))

    def random_ms(self, low, high):
        """-> low .. high ms in steps of 10 ms, as 14.1 asks for after a 491."""
        word = self._crypto.random(2)
        return low + ((word[0] << 8) | word[1]) % ((high - low) // 10 + 1) * 10

    def address(self):
        """-> our own URI, bytes: the one that our key names."""
        account = self.account
        host = account.domain
        if not host:
            host = b"%s:%d" % (self.transport.host, self.transport.port)
        return b"sip:" + user_part(account.user) + host

    def identity(self, call_id=b""):
        """-> our own value for From, without tag. A sealed call names nobody in clear."""
        display = b"" if call_id and self.guard.is_discreet(call_id) else quote(self.account.display)
        return display + b"<" + self.address() + b">"

    # Requests

    def can_reach(self, target):
        """-> True when a request to this Uri has somewhere to go."""
        return target.scheme == b"sip" and self.route_to(target) is not None

    def route_to(self, target):
        """-> route along which a request outside a dialog leaves for this Uri, or None."""
        return self.transport.route_for(self._proxy_for(target) or target)

    def invite(self, target, remote, call_id, local_tag, cseq, body, owner, now, out):
        """Send an INVITE outside a dialog. -> transaction, or None when it cannot be sent.

        target  Uri for the Request-URI; remote: value of To; body: our offer, None for none
        """
        route = self.route_to(target)
        if route is None:
            return None
        branch = self._begin(
            INVITE, target.write_target(), route, self._proxy_for(target), remote, call_id, local_tag, cseq)
        self._authorize(INVITE, route, body or b"")
        for header_id, value in self.guard.headers(call_id):
            self._writer.header(header_id, value)
        self._describe_us(route[0])
        if body is not None:
            self._writer.body(SDP, body)
        return self._start(INVITE, branch, route, owner, now, out, self.guard.growth(call_id))

    def request(self, dialog, method, owner, now, out, body=None, reason=None):
        """Send a request in a dialog. -> transaction, or None when it cannot be sent."""
        route = self.transport.route_for(dialog.next_hop())
        if route is None:
            return None
        branch = self._new_branch()
        writer = self._writer
        dialog.compose(writer, method, self.transport.via(branch, route[0]))
        self._authorize(method, route, body or b"")
        if method == INVITE or method == UPDATE:
            self._describe_us(route[0])
        else:
            writer.header(USER_AGENT, PRODUCT)
        if reason is not None:
            writer.header(REASON, reason)
        if body is not None:
            writer.body(SDP, body)
        return self._start(method, branch, route, owner, now, out, self.guard.growth(dialog.call_id))

    def submit(self, method, uri, route, proxy, remote, call_id, local_tag, cseq, headers, owner, now, out):
        """Send a request outside a dialog, without a body. -> transaction, or None as above.

        uri      Request-URI, bytes; remote: value of To
        proxy    Uri for a Route header, or None; headers: pairs of header id and value
        """
        branch = self._begin(method, uri, route, proxy, remote, call_id, local_tag, cseq)
        writer = self._writer
        for header_id, value in headers:
            writer.header(header_id, value)
        writer.header(USER_AGENT, PRODUCT)
        return self._start(method, branch, route, owner, now, out)

    def acknowledge(self, dialog, cseq, invite, out):
        """Send the ACK of a 2xx. RFC 3261 13.2.2.4. -> (frame, route), to be sent again.

        invite  the frame of its INVITE, whose credentials it carries: nobody can ask for them. 22.1
        None when the dialog's next hop cannot be reached.
        """
        route = self.transport.route_for(dialog.next_hop())
        if route is None:
            return None
        writer = self._writer
        dialog.compose(writer, ACK, self.transport.via(self._new_branch(), route[0]), cseq)
        if invite.find(b"uthorization: Digest") >= 0:
            invite = parse(invite)
            for header_id in (AUTHORIZATION, PROXY_AUTHORIZATION):
                for value in invite.values(header_id):
                    if value[:6] == b"Digest":
                        writer.header(header_id, value)
        ack = (writer.finish(), route)
        out.send(ack[0], ack[1])
        return ack

    def cancel(self, transaction, now, out):
        """Send the CANCEL of an INVITE that is being served. RFC 3261 9.1."""
        invite = parse(transaction.frame)
        writer = self._writer
        writer.request(CANCEL, invite.uri)
        writer.header(VIA, invite.first(VIA))
        writer.number(MAX_FORWARDS, 70)
        writer.copy(invite, ROUTE)
        writer.copy(invite, FROM)
        writer.copy(invite, TO)
        writer.copy(invite, CALL_ID)
        writer.cseq(invite.cseq, CANCEL)
        self._start(CANCEL, transaction.branch, transaction.route, None, now, out)

    # Responses

    def response(self, request, status, to_tag, body=None, headers=(), content_type=SDP):
        """-> a response to a request, bytes. RFC 3261 8.2.6.

        headers  pairs of header id and value that go with this status
        """
        writer = self._writer
        writer.response(request, status, to_tag)
        if status == 100:
            writer.copy(request, TIMESTAMP)
        if request.method == INVITE and 100 < status < 300:
            writer.copy(request, RECORD_ROUTE)
        if 100 < status < 300 and request.method in (INVITE, UPDATE):
            self._describe_us(request.route[0])
        else:
            writer.header(USER_AGENT, PRODUCT)
        for header_id, value in headers:
            writer.header(header_id, value)
        if body is not None:
            writer.body(content_type, body)
        return writer.finish()

    def refuse(self, request, status, out, headers=(), body=None, content_type=SDP):
        """Answer statelessly: a copy of the request gets the same answer. RFC 3261 8.2.7. -> the frame."""
        to_tag = self.tag_for(request) if status > 100 else b""
        frame = self.response(request, status, to_tag, body, headers, content_type)
        out.send(frame, self.transport.reply_route(request))
        return frame

    def tag_for(self, request):
        """-> the To tag of a stateless answer: a keyed hash of what names the request."""
        named = b"|".join((
            self._secret, request.call_id, request.from_tag, request.branch,
            b"%d" % request.cseq,
        ))
        return hex_of(self._crypto.sha256(named)[:6])

    def is_answerable(self, response, transaction, chain):
        """A 401 or 407 to a request of ours. -> True: sent again, it carries an answer. RFC 3261 22.2, 22.3.

        chain  a list, empty for a new request, the same one each time that it is sent again
        """
        is_proxy = response.status == 407
        if not is_proxy and response.status != 401:
            return False
        if response.is_met:
            return True
        values = response.values(PROXY_AUTHENTICATE if is_proxy else WWW_AUTHENTICATE)
        return self.account.credentials().receive_challenge(
            values, is_proxy, transaction.method, transaction.route, chain) == 0

    def _begin(self, method, uri, route, proxy, remote, call_id, local_tag, cseq):
        """Begin a request outside a dialog, with what all of them have. -> branch. RFC 3261 8.1.1."""
        branch = self._new_branch()
        writer = self._writer
        writer.request(method, uri)
        writer.header(VIA, self.transport.via(branch, route[0]))
        writer.number(MAX_FORWARDS, 70)
        if proxy is not None:
            writer.header(ROUTE, b"<" + proxy.write() + b">")
        writer.header(FROM, self.identity(call_id) + b";tag=" + local_tag)
        writer.header(TO, remote)
        writer.header(CALL_ID, call_id)
        writer.cseq(cseq, method)
        return branch

    def _authorize(self, method, route, body):
        """What servers on this route have asked for before is said unasked. RFC 3261 22.3."""
        if self.account.was_asked:
            writer = self._writer
            for header_id, value in self.account.credentials().authorization(method, writer.uri, body, route):
                writer.header(header_id, value)

    def _describe_us(self, transport):
        writer = self._writer
        writer.header(CONTACT, self.transport.contact(user_part(self.account.user), transport))
        writer.header(ALLOW_ID, ALLOW)
        writer.header(USER_AGENT, PRODUCT)

    def _new_branch(self):
        return b"z9hG4bK" + hex_of(self._crypto.random(8))

    def _proxy_for(self, target):
        """A numeric address that is not the domain's is called directly, whatever the proxy."""
        proxy = self.account.proxy
        if proxy is None or (target.host != self.account.domain and is_numeric(target.host)):
            return None
        return proxy

    def _start(self, method, branch, route, owner, now, out, growth=0):
        """growth: bytes that sealing will add to the message."""
        try:
            frame = self._writer.finish()
        except MemoryError:             # no piece of this length: as if there were no way there
            return None
        fallback = None
        if len(frame) + growth > MAX_DATAGRAM and route[0] == UDP and method != CANCEL:
            # RFC 3261 18.1.1. The names of the transports are of equal length.
            frame = frame.replace(b"SIP/2.0/UDP", b"SIP/2.0/TCP", 1)
            fallback = route
            route = (TCP, route[1], route[2])
        transaction = self.transactions.request(frame, method, branch, route, owner, out)
        if transaction is not None:
            transaction.fallback = fallback
            transaction.start(now, out)
        return transaction
