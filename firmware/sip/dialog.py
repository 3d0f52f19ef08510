# SPDX-License-Identifier: MIT
"""Dialog: what both sides of a call remember of each other. RFC 3261 12."""

from sip.address import Address, addresses
from sip.grammar import (
    CALL_ID, CONTACT, FROM, MAX_FORWARDS, RECORD_ROUTE, ROUTE, TO, VIA,
)
from sip.uri import Uri


class Dialog:
    """Call-ID, two tags, two sequence numbers, route set, remote target.

    local, remote   values for From and To, bytes, without tag
    remote_target   Uri, or None when the peer gave none that can be used
    route_set       list of (URI bytes, value with its parameters as it was written)
    """

    def __init__(self, call_id, local, local_tag, remote, remote_tag):
        self.call_id = call_id
        self.local = local
        self.local_tag = local_tag
        self.remote = remote
        self.remote_tag = remote_tag
        self.local_cseq = 0
        self.remote_cseq = -1               # -1: nothing came from the peer yet
        self.remote_target = None
        self.route_set = []

    @classmethod
    def of_request(cls, message, local_tag):
        """We are the callee. RFC 3261 12.1.1. A peer of RFC 2543 may have no tag, no Contact."""
        dialog = cls(
            message.call_id, _without_tag(message.first(TO)), local_tag,
            _without_tag(message.first(FROM)), message.from_tag,
        )
        dialog.remote_cseq = message.cseq
        for address in addresses(message.values(RECORD_ROUTE)):
            dialog.route_set.append((address.uri, address.text))
        dialog.update_target(message)
        if dialog.remote_target is None:
            dialog.remote_target = Uri.parse(Address(message.first(FROM)).uri)
        return dialog

    @classmethod
    def of_response(cls, message):
        """We are the caller. RFC 3261 12.1.2: the route set is the Record-Route, reversed."""
        dialog = cls(
            message.call_id, _without_tag(message.first(FROM)), message.from_tag,
            _without_tag(message.first(TO)), message.to_tag,
        )
        dialog.local_cseq = message.cseq
        for address in addresses(message.values(RECORD_ROUTE)):
            dialog.route_set.insert(0, (address.uri, address.text))
        dialog.update_target(message)
        if dialog.remote_target is None:
            dialog.remote_target = Uri.parse(Address(message.first(TO)).uri)
        return dialog

    def is_of(self, message):
        """-> True when a request of the peer belongs to this dialog. A missing tag is a null one."""
        return (
            self.call_id == message.call_id and self.local_tag == message.to_tag
            and self.remote_tag == message.from_tag
        )

    def is_in_order(self, message):
        """-> True when the peer's CSeq is not lower than its last one; it is then the last one.

        RFC 3261 12.2.2. Gaps are fine.
        """
        if message.cseq < self.remote_cseq:
            return False
        self.remote_cseq = message.cseq
        return True

    def update_target(self, message):
        """Take the remote target from a target refresh. RFC 3261 12.2.1.2."""
        value = message.first(CONTACT)
        if value is not None and value != b"*":
            self.remote_target = Uri.parse(Address(value).uri) or self.remote_target

    def compose(self, writer, method, via, cseq=0):
        """Begin a request in this dialog; cseq is given for an ACK only. RFC 3261 12.2.1.1."""
        if not cseq:
            self.local_cseq += 1
            cseq = self.local_cseq
        target = self.remote_target.write_target()
        routes = [value for _, value in self.route_set]
        if routes and self.is_strict():
            routes = routes[1:] + [b"<" + target + b">"]
            target = Uri.parse(self.route_set[0][0]).write_target()
        writer.request(method, target)
        writer.header(VIA, via)
        writer.number(MAX_FORWARDS, 70)
        for value in routes:
            writer.header(ROUTE, value)
        writer.header(FROM, _with_tag(self.local, self.local_tag))
        writer.header(TO, _with_tag(self.remote, self.remote_tag))
        writer.header(CALL_ID, self.call_id)
        writer.cseq(cseq, method)

    def next_hop(self):
        """-> Uri of the one to send to: the first route, else the remote target. None: unusable."""
        return Uri.parse(self.route_set[0][0]) if self.route_set else self.remote_target

    def is_strict(self):
        """-> True when the first route is a strict router, of RFC 2543."""
        first = Uri.parse(self.route_set[0][0])
        return first is not None and first.param(b"lr") is None


def _without_tag(value):
    """-> the value of From or To up to its parameters."""
    address = Address(value)
    if address.params:
        value = value[:len(value) - len(address.params)]
    return value.rstrip()


def _with_tag(value, tag):
    return value + b";tag=" + tag if tag else value
