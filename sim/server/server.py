# SPDX-License-Identifier: MIT
"""SipServer: registrar, proxy and redirect server over one SIP port. For demos and tests only.

Read this first: each message comes by receive(), is read, and finds its place.
"""

from micropython import const

from core.faults import RemoteFault
from core.outbox import Outbox
from core.timers import Timers
from runtime.sip_ports import SipPorts
from sim.server.answers import Answers
from sim.server.choices import Choices
from sim.server.domain import Domain
from sim.server.location import Location
from sim.server.proxy import Proxy
from sim.server.redirector import Redirector
from sim.server.registrar import Registrar, permanent
from sim.server.seals import Seals
from sip.grammar import ACK, OPTIONS, REGISTER, VIA
from sip.parser import parse
from sip.transport import Transport
from sip.uri import Uri
from sip.writer import MessageWriter

PROXY = "proxy"
REDIRECT = "redirect"

_STREAMS = const(64)
_TIMERS = const(66)         # one for each stream, and the purge
_ACTIONS = const(1024)      # of one input: a piece of a stream may hold 256 pings
_AT_ONCE = const(32)        # inputs of a step
_PURGE = const(0)           # timer
_PURGE_MS = const(30000)


class SipServer:
    """network: the Network port; host: bytes, port: int, where it listens.

    domain      bytes, b"voip.test"; None: HOST:PORT
    users       pairs (user, contact URI), bytes: bound for ever; a contact of b"" is a user who
                is known and not there
    mode        PROXY or REDIRECT; records: True to add Record-Route
    secret      bytes of chance, see Seals
    may_reach   may_reach(host) -> True for the numeric hosts (bytes) that may be sent to
    log         MessageLog or None; trace: None, or what SipPorts tells, too
    authenticator   None, or see Registrar
    """

    def __init__(self, network, host, port, secret, may_reach, domain=None, users=(), mode=PROXY,
                 records=False, log=None, trace=None, authenticator=None):
        self.ports = SipPorts(network, port, _Tap(log, trace), _STREAMS)
        self.ports.stack = self
        self.timers = Timers(_TIMERS)
        self.location = Location()
        self.choices = Choices()
        self._network = network
        self._log = log
        self._mode = mode
        self._out = Outbox(_ACTIONS, self.timers, self.ports)
        self._transport = Transport(port)
        self._transport.host = host
        self._domain = Domain(domain or b"%s:%d" % (host, port), host, port)
        seals = Seals(secret)
        self._answers = Answers(MessageWriter(), self._transport, seals)
        self._registrar = Registrar(self._domain, self.location, authenticator)
        self._redirector = Redirector(self._domain, self.location, self._answers)
        self._proxy = Proxy(
            self._domain, self.location, seals, self.choices, self._answers, self._transport,
            records, may_reach)
        for user, contact in users:
            self.location.add(user, permanent(contact) if contact else None)

    def start(self, now):
        self._out.arm(self, _PURGE, _PURGE_MS)
        self._out.drain(now)

    def step(self, now, limit_ms):
        """Read and answer what is there. -> ms until the next step is due, at most limit_ms."""
        out = self._out
        self._network.poll()
        left = _AT_ONCE
        while left and self.ports.poll(now, out):
            out.drain(now)
            left -= 1
        while self.timers.expire_one(now, out):
            out.drain(now)
        return self.timers.next_delay(now, limit_ms) if left else 0

    def shut_down(self):
        self.ports.shut_down()

    # From below

    def receive(self, frame, route, now, out):
        """One whole message, or what was sent in place of one."""
        if self._log is not None:
            self._log.received(frame, route, now)
        try:
            message = parse(frame)
        except RemoteFault as fault:
            message = fault.message
            if fault.status and message is not None and message.row(VIA) >= 0:
                message.route = route
                self._answers.send(message, fault.status, out)
            return
        message.route = route
        if message.status:
            self._proxy.back(message, out)
        else:
            self._request(message, now, out)

    def receive_stream(self, data, route, now, out):
        for frame in self._transport.read(data, route, now, out):
            self.receive(frame, route, now, out)
        if self._transport.is_broken(route):
            out.close(route)

    def transport_failed(self, route, now, out):
        """What was sent along this route and has no answer gets 503. RFC 3261 16.9."""
        self._transport.closed(route, out)
        for request in self.choices.failed(route):
            self._answers.send(request, 503, out)

    def timeout(self, timer, now, out):
        self.location.purge(now)
        self.choices.purge(now)
        out.arm(self, _PURGE, _PURGE_MS)

    def _request(self, request, now, out):
        uri = Uri.parse(request.uri)
        is_for_us = uri is not None and self._domain.holds(uri)
        if is_for_us and request.method == REGISTER:
            self._answer_here(request, out, self._registrar.receive(request, now))
        elif is_for_us and request.method == OPTIONS and not uri.user:
            self._answer_here(request, out, (200, ()))
        elif self._mode == REDIRECT and request.method != ACK:
            self._redirector.redirect(request, now, out)
        elif self._mode == PROXY:
            self._proxy.forward(request, now, out)

    def _answer_here(self, request, out, answer):
        self._answers.send(request, answer[0], out, answer[1])


class _Tap:
    """The Trace of SipPorts. What arrives is logged by receive(), as whole messages."""

    def __init__(self, log, trace):
        self._log = log
        self._trace = trace

    def sent(self, frame, route, now):
        if self._log is not None:
            self._log.sent(frame, route, now)
        if self._trace is not None:
            self._trace.sent(frame, route, now)

    def received(self, frame, route, now):
        pass
