# SPDX-License-Identifier: MIT
"""DigestServer: asks peers for a password and checks what they answer. RFC 7616, RFC 8760 2.

For INVITE and for requests in a dialog. What is asked costs no memory; what
was accepted is remembered for a minute.
"""

from core.faults import RemoteFault
from security import digest
from security.auth_params import read_schemes, write_scheme
from security.equality import are_equal
from security.nonce import BAD, OK
from security.verdict import BAD_SIGNATURE, MALFORMED, NOTHING, POLICY, STALE, UNSUPPORTED
from sip.grammar import method_name

_NAMES = {digest.STRONG: b"SHA-256", digest.WEAK: b"MD5"}
_DIGEST = b"digest"


class DigestServer:
    """realm       bytes, shown to whoever is asked
    passwords   password_of(user, realm) -> bytes, or None for nobody we know
    serves      serves(uri) -> True for a URI (bytes) that is one of ours
    nonces      security.nonce.Nonces; used: security.replay.ReplayCache
    allows_md5  MD5 is asked for too, and taken
    """

    def __init__(self, realm, passwords, serves, nonces, used, crypto, allows_md5=False):
        self._realm = realm
        self._passwords = passwords
        self._serves = serves
        self._nonces = nonces
        self._used = used
        self._crypto = crypto
        self._allows_md5 = allows_md5

    def challenge(self, request, from_uri, is_stale, now):
        """-> values of the WWW-Authenticate headers of a 401, the strongest first. RFC 8760 2.3.

        request   SipMessage, of which the nonce is good for the Call-ID and the source
        from_uri  bytes, of its From
        is_stale  verify() said STALE: the peer need not ask its owner again
        """
        nonce = self._nonces.issue(self._realm, request.call_id, from_uri, request.route[1], now)
        strengths = (digest.STRONG, digest.WEAK) if self._allows_md5 else (digest.STRONG,)
        return [
            write_scheme(b"Digest", (
                (b"realm", self._realm, True),
                (b"nonce", nonce, True),
                (b"algorithm", _NAMES[strength], False),
                (b"qop", digest.AUTH, True),
                (b"stale", b"true" if is_stale else None, False),
            ))
            for strength in strengths
        ]

    def verify(self, values, request, from_uri, now):
        """Check the Authorization headers (values) of a request. -> verdict.

        DONE; NOTHING, no Digest for our realm; MALFORMED; BAD_SIGNATURE, also for a user that we do
        not know and a nonce that is not ours; STALE; REPLAY; POLICY, MD5 is not allowed; NO_RESOURCE;
        UNSUPPORTED.
        """
        params = NOTHING
        for value in values:
            try:
                schemes = read_schemes(value)
            except RemoteFault:
                return MALFORMED
            for scheme, found in schemes:
                if scheme == _DIGEST and found.get(b"realm") == self._realm:
                    params = found
        return params if params == NOTHING else self._check(params, request, from_uri, now)

    def _check(self, params, request, from_uri, now):
        strength = digest.strength_of(params.get(b"algorithm"))
        count = digest.to_count(params.get(b"nc"))
        for name in (b"username", b"nonce", b"uri", b"response", b"cnonce"):
            if params.get(name) is None:
                return MALFORMED
        if count < 0 or (params.get(b"qop") or b"").lower() != digest.AUTH:
            return MALFORMED            # we asked with qop, so it must come back: RFC 8760 2.6
        if strength != digest.STRONG and strength != digest.WEAK:
            return UNSUPPORTED
        if strength == digest.WEAK and not self._allows_md5:
            return POLICY
        nonce = params[b"nonce"]
        age = self._nonces.check(
            nonce, self._realm, request.call_id, from_uri, request.route[1], now)
        is_genuine = self._is_genuine(params, request)
        uri = params[b"uri"]
        if age == BAD or not is_genuine or (uri != request.uri and not self._serves(uri)):
            return BAD_SIGNATURE
        return self._used.accept(nonce, count, now) if age == OK else STALE

    def _is_genuine(self, params, request):
        """A user whom nobody knows takes as long as one whose password is wrong."""
        user = params[b"username"].replace(b'\\"', b'"').replace(b"\\\\", b"\\")
        password = self._passwords.password_of(user, self._realm)
        algorithm = params.get(b"algorithm")
        hash_of = digest.hash_function(self._crypto, algorithm)
        secret = digest.secret_of(hash_of, user, self._realm, password or b"")
        if digest.is_session(algorithm):
            secret = digest.session_secret(hash_of, secret, params[b"nonce"], params[b"cnonce"])
        wanted = digest.respond(
            hash_of, secret, method_name(request.method), params[b"uri"], params[b"nonce"],
            digest.AUTH, params[b"nc"], params[b"cnonce"])
        return are_equal(wanted, params[b"response"].lower()) and bool(password)
