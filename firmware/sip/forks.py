# SPDX-License-Identifier: MIT
"""Forks: the dialogs that one INVITE of ours can bring. RFC 3261 13.2.2.4, 12.1.

The first 2xx wins. Each further To tag is another phone that answered: it is
acknowledged and hung up, and each 2xx that comes again has its ACK repeated.
"""

from micropython import const

from sip.dialog import Dialog
from sip.grammar import BYE

_MOST = const(8)            # other forks whose ACK can be repeated
_ELSEWHERE = b'SIP;cause=200;text="Call completed elsewhere"'     # RFC 3326


class Forks:
    """Belongs to one outgoing call."""

    def __init__(self, agent):
        self._agent = agent
        self._acks = []                     # (To tag, frame, route)
        self._invite = b""

    def accept(self, message, invite, out):
        """Take this 2xx for the call and acknowledge it. -> its Dialog. invite: the frame it answers."""
        self._invite = invite
        dialog = Dialog.of_response(message)
        self._acknowledge(dialog, message, out)
        return dialog

    def again(self, message, now, out):
        """A 2xx once the call has its dialog, or wants none any more."""
        for to_tag, frame, route in self._acks:
            if to_tag == message.to_tag:
                out.send(frame, route)
                return
        if len(self._acks) < _MOST:
            dialog = Dialog.of_response(message)
            self._acknowledge(dialog, message, out)
            self._agent.request(dialog, BYE, None, now, out, None, _ELSEWHERE)

    def _acknowledge(self, dialog, message, out):
        sent = self._agent.acknowledge(dialog, message.cseq, self._invite, out)
        if sent is not None:
            self._acks.append((message.to_tag, sent[0], sent[1]))
