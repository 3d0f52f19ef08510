# SPDX-License-Identifier: MIT
"""A SIP stack on its own: a wire that a test holds both ends of, no media, no telephone."""

from core.clock import ticks_add
from core.outbox import Outbox
from core.route import UDP
from core.timers import Timers
from sim.fakes import seeded_crypto
from sim.ladder import summary
from security.pass_through import PassThrough
from sip.agent import Agent
from sip.intake import Intake
from sip.manager import SipManager
from sip.transactions import TransactionLayer
from sip.transport import Transport
from sip.writer import MessageWriter

OFFER = b"v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n"
ANSWER = OFFER.replace(b"10.0.0.1", b"10.0.0.9")
PEER = (UDP, b"10.0.0.9", 5060)


class NoPassword:
    """Credentials of an account without a password."""

    def receive_challenge(self, values, is_proxy, method, route, chain):
        return -6


class Account:
    """Who the stack is."""

    def __init__(self, user, proxy):
        self.user = user
        self.domain = self.display = b""
        self.proxy = proxy
        self.registrar = None
        self.expires = 3600

        self.was_asked = False
        self.passwords = NoPassword()

    def credentials(self):
        return self.passwords


class FakeSession:
    """Says yes to every description but b"bad"; remembers what it was asked."""

    def __init__(self):
        self.asked = []

    def describe(self, call):
        self.asked.append("describe %d" % call)
        return OFFER

    def agree(self, call, offer):
        self.asked.append("agree %d" % call)
        return None if offer == b"bad" else OFFER

    def settle(self, call, answer):
        self.asked.append("settle %d" % call)
        return answer != b"bad"

    def revert(self, call):
        self.asked.append("revert %d" % call)

    def start(self, call, now):
        self.asked.append("start %d" % call)

    def stop(self, call, now):
        self.asked.append("stop %d" % call)

    def hold(self, call, on):
        self.asked.append("hold %d %s" % (call, on))


class Stack:
    """One SipManager at 10.0.0.1:5060, stepped by hand. told: (event, detail) to the application."""

    def __init__(self, proxy=None, servers=8, clients=8, user=b"alice"):
        self.now = (1 << 30) - 5000
        self.sent = []                      # (ms, frame, route)
        self.closed = []
        self.told_app = []
        self.session = FakeSession()
        self.timers = Timers(64)
        self.out = Outbox(32, self.timers, self)
        self._began = self.now
        self.ms = 0
        transport = Transport(5060)
        transport.host = b"10.0.0.1"
        writer = MessageWriter()
        transactions = TransactionLayer(clients, servers, writer)
        agent = Agent(Account(user, proxy), transport, transactions, writer, seeded_crypto(7, "alice"),
                      PassThrough())
        self.agent = agent
        self.transactions = transactions
        self.transport = transport
        self.sip = SipManager(agent, self.session)
        self.intake = Intake(agent, self.sip)
        self.sip.owner = self

    # The wire and the application

    def send(self, frame, route, now, out):
        self.sent.append((self.ms, frame, route))

    def close(self, route, now, out):
        self.closed.append(route)

    def told(self, machine, event, detail, now, out):
        self.told_app.append((event, detail))

    # What a test does

    def do(self, command, *arguments):
        """Call a command of the manager, then run what it asked for."""
        result = getattr(self.sip, command)(*(arguments + (self.now, self.out)))
        self.out.drain(self.now)
        return result

    def receive(self, frame, route=PEER):
        self.intake.receive(frame, route, self.now, self.out)
        self.out.drain(self.now)

    def run(self, ms):
        """Let time pass, timer by timer."""
        end = self.ms + ms
        while True:
            delay = self.timers.next_delay(self.now, end - self.ms)
            self.ms += delay
            self.now = ticks_add(self.now, delay)
            fired = self.timers.expire_one(self.now, self.out)
            self.out.drain(self.now)
            if not fired and self.ms >= end:
                return

    def take(self):
        """-> what was sent since the last time, as a list of summaries."""
        taken = [summary(frame) for _, frame, _ in self.sent]
        self.sent = []
        return taken

    def times(self):
        """-> (ms, summary) of what was sent since the last time."""
        taken = [(ms, summary(frame)) for ms, frame, _ in self.sent]
        self.sent = []
        return taken

    def last(self):
        """-> the frame sent last."""
        return self.sent[-1][1]


def request(method, cseq=1, to_tag=b"", branch=b"z9hG4bKpeer1", body=b"", headers=b"", call_id=b"c1",
            from_tag=b"f1", uri=b"sip:alice@10.0.0.1", via=b"10.0.0.9:5060"):
    """-> a request of the peer, bytes. headers: whole lines."""
    to = b"<sip:alice@10.0.0.1>" + (b";tag=" + to_tag if to_tag else b"")
    text = b"%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=%s\r\n" % (method, uri, via, branch)
    text += b"From: <sip:bob@10.0.0.9>;tag=%s\r\nTo: %s\r\nCall-ID: %s\r\n" % (from_tag, to, call_id)
    text += b"CSeq: %d %s\r\nMax-Forwards: 70\r\nContact: <sip:bob@10.0.0.9:5060>\r\n" % (cseq, method)
    text += headers
    if body:
        text += b"Content-Type: application/sdp\r\n"
    return text + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def response(frame, status, to_tag=b"t1", body=b"", headers=b"", contact=b"<sip:bob@10.0.0.9:5060>"):
    """-> the peer's response to a request of ours, bytes."""
    kept = b""
    method = frame.partition(b" ")[0]
    for line in frame.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]:
        name = line.partition(b":")[0]
        if name == b"To" and b"tag=" not in line and to_tag:
            line += b";tag=" + to_tag
        if name in (b"Via", b"From", b"To", b"Call-ID", b"CSeq", b"Record-Route"):
            kept += line + b"\r\n"
    text = b"SIP/2.0 %d X\r\n%s%s" % (status, kept, headers)
    if method in (b"INVITE", b"UPDATE") and contact:
        text += b"Contact: " + contact + b"\r\n"
    if body:
        text += b"Content-Type: application/sdp\r\n"
    return text + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def tag_of(frame):
    """-> To tag of one of our responses."""
    for line in frame.split(b"\r\n"):
        if line.startswith(b"To:"):
            return line.partition(b"tag=")[2]
    return b""
