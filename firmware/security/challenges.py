# SPDX-License-Identifier: MIT
"""Challenges: asks a caller who he is, by a 401 of which nothing is kept, and knows the guests.

A guest has no key but the password that the owner gave him, for the user "guest": digest, RFC 7616.
It tells who calls; it hides nothing, so it is asked for only where a call need not be sealed.
"""

from security.pgp import write_challenge
from security.ssa import caller_of
from security.verdict import NOTHING
from sip.grammar import ACCEPT, AUTHORIZATION, WWW_AUTHENTICATE

KEY_TYPE = b"application/pgp-keys"

_GUEST = b"guest"


class Challenges:
    """agent: sip.agent.Agent; manager: SecurityManager; config: security.guest is the guests' password."""

    def __init__(self, agent, manager, config, crypto):
        self._agent = agent
        self._manager = manager
        self._config = config
        self._crypto = crypto

    def password_of(self, user, realm):
        """-> bytes, None for nobody we know. For security.digest_server.DigestServer."""
        return (self._config.get("security.guest") or None) if user == _GUEST else None

    def serves(self, uri):
        """-> True for a URI of ours, bytes."""
        return uri.partition(b"@")[0] == self._agent.address().partition(b"@")[0]

    def has_guests(self, seal):
        """-> True when a caller who does not seal has to show the guests' password."""
        return not seal.must_seal and self._config.get("security.guest") != b""

    def check_guest(self, message, seal, now):
        """-> security.verdict: DONE for a guest with the password."""
        values = message.values(AUTHORIZATION)
        if not values or not self.has_guests(seal):
            return NOTHING
        return self._server(seal).verify(values, message, caller_of(message), now)

    def ask(self, message, seal, is_stale, now, out):
        """Send a 401 whose nonce verifies itself. -> its frame."""
        manager = self._manager
        realm = seal.capability.realm
        headers = []
        if manager.sma.is_ready:
            nonce = manager.nonces.issue(realm, message.call_id, caller_of(message), message.route[1], now)
            headers.append((WWW_AUTHENTICATE, write_challenge(
                realm, nonce, is_stale, b"sha256", manager.sma.fingerprint)))
        if self.has_guests(seal):
            for value in self._server(seal).challenge(message, caller_of(message), is_stale, now):
                headers.append((WWW_AUTHENTICATE, value))
        key = None
        if KEY_TYPE in b",".join(message.all(ACCEPT)):
            key = manager.certificate or None
        # Without a helper and without guests there is nothing that could be answered.
        return self._agent.refuse(message, 401 if headers else 480, out, headers, key, KEY_TYPE)

    def _server(self, seal):
        from security.digest_server import DigestServer
        return DigestServer(
            seal.capability.realm, self, self.serves, self._manager.nonces, self._manager.used, self._crypto,
            seal.capability.digest_floor != "sha-256")

