# SPDX-License-Identifier: MIT
"""TransactionLayer: which transaction a message belongs to, and how many there may be.

The transactions themselves are loaded with the first one.

RFC 3261 17.1.3, 17.2.3; RFC 2543 matching for peers whose branch has no magic cookie.
"""

from sip.grammar import ACK, INVITE, VIA

_COOKIE = b"z9hg4bk"


class TransactionLayer:
    """At most `clients` and `servers` transactions. A full table drops its oldest finished one;
    one that is in progress never gives way.
    """

    def __init__(self, clients, servers, writer):
        self._clients = []
        self._servers = []
        self._most_clients = clients
        self._most_servers = servers
        self._writer = writer

    def request(self, frame, method, branch, route, owner, out):
        """-> a new client transaction, to be started, or None when there is no room."""
        if not _make_room(self._clients, self._most_clients, out):
            return None
        from sip.client_transaction import ClientTransaction
        transaction = ClientTransaction(frame, method, branch, route, owner, self._writer)
        self._clients.append(transaction)
        return transaction

    def accept(self, message, route, to_tag, out):
        """Start a server transaction for a peer's request. -> it, or None when there is no room."""
        if not _make_room(self._servers, self._most_servers, out):
            return None
        from sip.server_transaction import ServerTransaction
        transaction = ServerTransaction(message, route, to_tag)
        self._servers.append(transaction)
        return transaction

    def client_of(self, response):
        """-> the client transaction of a response, or None. Branch and method. 17.1.3."""
        for transaction in self._clients:
            if (
                not transaction.is_over and transaction.method == response.method
                and transaction.branch == response.branch
            ):
                return transaction
        return None

    def server_of(self, request):
        """-> the server transaction that `request` repeats, acknowledges or, when it is a CANCEL
        itself known, repeats; or None. 17.2.3.
        """
        method = INVITE if request.method == ACK else request.method
        return self._server(request, method)

    def cancelled_by(self, request):
        """-> the INVITE transaction that a CANCEL means, or None. 9.2.

        It is never challenged, so it has to come from the host that the INVITE came from. 22.1.
        """
        transaction = self._server(request, INVITE)
        if transaction is None or transaction.request.route[1] != request.route[1]:
            return None
        return transaction

    def is_merged(self, request):
        """-> True when the same request is being served by another way already. 8.2.2.2."""
        if request.to_tag:
            return False
        for transaction in self._servers:
            other = transaction.request
            if (
                not transaction.is_over and other.method == request.method
                and other.cseq == request.cseq and other.call_id == request.call_id
                and other.from_tag == request.from_tag
            ):
                return True
        return False

    def transport_failed(self, route, now, out):
        """Nothing can be sent along this route: tell every transaction that uses it."""
        for transaction in self._clients + self._servers:
            if transaction.route == route and not transaction.is_over:
                transaction.fail(now, out)

    def replace(self, frame, sealed):
        """What was sent as `frame` (the very object) is sent as `sealed` from now on."""
        for transaction in self._clients:
            if transaction.frame is frame:
                transaction.frame = sealed
        for transaction in self._servers:
            if transaction.response is frame:
                transaction.response = sealed

    def fail(self, frame, now, out):
        """This request of ours (the very object) cannot be sent at all."""
        for transaction in self._clients:
            if transaction.frame is frame and not transaction.is_over:
                transaction.fallback = None
                transaction.fail(now, out)

    def request_of(self, frame):
        """-> the request that this response of ours (the very object) answers, or None."""
        for transaction in self._servers:
            if transaction.response is frame:
                return transaction.request
        return None

    def live(self):
        """-> number of transactions that are not over."""
        _forget_ended(self._clients)
        _forget_ended(self._servers)
        return len(self._clients) + len(self._servers)

    def _server(self, request, method):
        new = request.branch[:7].lower() == _COOKIE and len(request.branch) > 7
        for transaction in self._servers:
            if transaction.is_over or transaction.method != method:
                continue
            other = transaction.request
            if new:
                if other.branch == request.branch and other.sent_by == request.sent_by:
                    return transaction
            elif _is_same(other, request, transaction.to_tag):
                return transaction
        return None


def _is_same(served, request, our_tag):
    """RFC 2543 matching, RFC 3261 17.2.3: `request` repeats, acknowledges or cancels `served`."""
    if (
        served.call_id != request.call_id or served.from_tag != request.from_tag
        or served.cseq != request.cseq or served.uri != request.uri
        or served.first(VIA) != request.first(VIA)
    ):
        return False
    return request.to_tag == (our_tag if request.method == ACK else served.to_tag)


def _forget_ended(transactions):
    transactions[:] = [entry for entry in transactions if not entry.is_over]


def _make_room(transactions, most, out):
    """-> True when one more transaction fits."""
    _forget_ended(transactions)
    if len(transactions) < most:
        return True
    for transaction in transactions:
        if transaction.is_finished:
            out.cancel_all(transaction)
            transactions.remove(transaction)
            return True
    return False
