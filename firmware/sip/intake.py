# SPDX-License-Identifier: MIT
"""Intake: the lowest level of the stack. Bytes come in, whole messages that make sense go on.

What cannot be parsed is answered here, statelessly. RFC 3261 7, 16.3 (1), 18.3.
"""

from core.faults import RemoteFault
from sip.grammar import ACK, VIA
from sip.parser import parse


class Intake:
    """What SipPorts delivers to.

    above   take(message, now, out), transport_failed(route, now, out): SipManager, or the gate of
            the Security Manager in front of it
    """

    def __init__(self, agent, above):
        self.above = above
        self._agent = agent
        self._transport = agent.transport
        self._read = []                 # SipMessages, those of one piece of a stream

    def receive(self, frame, route, now, out):
        """One whole message that came along `route`."""
        try:
            message = parse(frame)
        except RemoteFault as fault:
            message = fault.message
            if fault.status and message is not None and message.method != ACK and message.row(VIA) >= 0:
                message.route = route
                self._agent.refuse(message, fault.status, out)
            return
        message.route = route
        self._read.append(message)
        if len(self._read) == 1:
            out.go_on(self._pass_on, None)

    def _pass_on(self, matter, now, out):
        """Hand one message on, once all that the one before it brought about is done."""
        if out.count:
            out.go_on(self._pass_on, None)
            return
        self.above.take(self._read.pop(0), now, out)
        if self._read:
            out.go_on(self._pass_on, None)

    def receive_stream(self, data, route, now, out):
        """Bytes that came along a stream."""
        for frame in self._transport.read(data, route, now, out):
            self.receive(frame, route, now, out)
        if self._transport.is_broken(route):
            out.close(route)

    def transport_failed(self, route, now, out):
        """Frames cannot be sent along this route, or its stream has closed."""
        self._transport.closed(route, out)
        self.above.transport_failed(route, now, out)
