# SPDX-License-Identifier: MIT
"""Credentials: the account's answers to those who ask for its password. Digest as a client.

RFC 3261 22, RFC 7616, RFC 8760. One set of credentials for each realm.
No password and no HA1 is kept here: both are made anew from the login for each request.

Rules that are ours:
 * Only a server of the account is answered: anybody who asks could guess at the password at home.
 * Of a realm's challenges the topmost with SHA-256 is taken, else the topmost with MD5, if the login
   allows it; and a realm that has ever offered SHA is never answered with MD5 again.
 * auth-int, where it is offered, before auth: it covers the body.
 * What a registrar has asked for is said unasked to registrars only: a proxy hands an Authorization on, and
   whoever is called could guess at the password at home.
 * A nonce that was sent unasked and is refused is no wrong password: the server may have been
   restarted. Only an answer to a challenge that is challenged again is.
"""

from micropython import const

from core.faults import RemoteFault
from core.octets import hex_of
from core.route import TLS
from security import digest
from security.auth_params import read_schemes, write_scheme
from security.equality import are_equal
from security.verdict import (
    BAD_SIGNATURE, DONE, MALFORMED, NO_RESOURCE, NOTHING, POLICY, STALE, UNKNOWN_KEY, UNSUPPORTED,
)
from sip.grammar import ACK, AUTHORIZATION, CANCEL, PROXY_AUTHORIZATION, REGISTER, method_name

_MOST_REALMS = const(4)         # credentials that are kept; the oldest give way
_MOST_PINNED = const(16)        # realms whose floor is known; further ones are not answered
_MOST_ANSWERS = const(4)        # in a chain, over all realms: a hostile proxy may name ever new ones

_DIGEST = b"digest"
_BASIC = b"basic"


class Credentials:
    """login    who we are to servers: user, password (bytes), allows_md5, allows_basic, and
             serves(route) -> True for a route that leads to a server of the account
    crypto   the port
    """

    def __init__(self, login, crypto):
        self._login = login
        self._crypto = crypto
        self._realms = []
        self._pinned = []               # realms that have offered SHA

    def receive_challenge(self, values, is_proxy, method, route, chain):
        """Take the challenges of a 401 or a 407. -> a verdict.

        values    of all its WWW-Authenticate, or Proxy-Authenticate headers (is_proxy)
        method    id, of the request; route: along which that was sent
        chain     a list, empty for a new request and then the same one for each time that it is sent
                  again: a realm is answered once in it, and once more when it calls the nonce stale
        DONE means: authorization() has an answer now. Others: NOTHING, no challenge; MALFORMED;
        BAD_SIGNATURE, the password is wrong; STALE, too often; UNKNOWN_KEY, there is no password;
        POLICY, not to this server, or nothing as strong as it must be; NO_RESOURCE; UNSUPPORTED.
        """
        if not values or method == ACK or method == CANCEL:
            return NOTHING
        if not self._login.serves(route):
            return POLICY
        offers, verdict = _read(values)
        if not offers:
            return verdict
        if not self._pin(offers):
            return NO_RESOURCE
        if not self._login.password:
            return UNKNOWN_KEY
        tried = []
        for _, params in offers:
            realm = params[b"realm"]
            if realm not in tried:
                tried.append(realm)
                key = is_proxy, not is_proxy and method == REGISTER, realm
                code = self._take(key, offers, route, chain)
                if code == DONE or verdict == UNSUPPORTED:
                    verdict = code
        return verdict

    def authorization(self, method, uri, body, route):
        """-> list of (header id, value) for a request: an answer to each realm that has asked here.

        method  id; uri: the Request-URI (bytes); body: bytes; route: along which it will be sent
        Each call counts one use of each nonce. Before any challenge the list is empty. An ACK takes
        over what its INVITE had; a CANCEL has none. RFC 3261 22.1.
        """
        found = []
        if method == CANCEL or not self._login.password or not self._login.serves(route):
            return found
        for entry in self._realms:
            is_proxy, is_registrar, _ = entry.key
            if _is_same_server(entry.route, route) and (is_proxy or is_registrar == (method == REGISTER)):
                header_id = PROXY_AUTHORIZATION if is_proxy else AUTHORIZATION
                found.append((header_id, self._answer(entry, method_name(method), uri, body)))
        return found

    def receive_info(self, value, uri, body, route):
        """Take the Authentication-Info of a 2xx (its value) to a request for `uri`. RFC 7616 3.5.

        body  of the response
        -> DONE: the server proved that it knows the password; NOTHING: it did not say; MALFORMED;
        BAD_SIGNATURE: its proof is wrong, and its next nonce was not taken.
        """
        try:
            (_, params), = read_schemes(b"Digest " + value)
        except (RemoteFault, ValueError):
            return MALFORMED
        entry = self._meant(params.get(b"cnonce"), route)
        if entry is None:
            return NOTHING
        verdict = NOTHING
        if params.get(b"rspauth") is not None:
            verdict = self._check_proof(entry, params, uri, body)
        if params.get(b"nextnonce") and verdict >= DONE:
            self._renew(entry, params[b"nextnonce"])
        return verdict

    def _check_proof(self, entry, params, uri, body):
        """-> DONE, BAD_SIGNATURE, or NOTHING for a proof that is older than one we have."""
        digits = params.get(b"nc") or b"%08x" % entry.count
        secret, hash_of = self._secret(entry)
        wanted = digest.respond(
            hash_of, secret, b"", uri, entry.nonce, entry.qop, digits, entry.cnonce, body)
        count = digest.to_count(digits)
        if not are_equal(wanted, params[b"rspauth"].lower()) or not 0 <= count <= entry.count:
            return BAD_SIGNATURE
        if entry.qop and count <= entry.proved:
            return NOTHING
        entry.proved = count
        return DONE

    def wipe(self):
        """Forget every nonce. What a realm has once offered stays known: no downgrade."""
        self._realms = []

    # Challenges

    def _pin(self, offers):
        """-> False when the floor of a realm could not be remembered."""
        for scheme, params in offers:
            is_sha = digest.strength_of(params.get(b"algorithm")) in (digest.STRONG, digest.OUT_OF_REACH)
            if scheme == _DIGEST and is_sha and params[b"realm"] not in self._pinned:
                if len(self._pinned) == _MOST_PINNED:
                    return False
                self._pinned.append(params[b"realm"])
        return True

    def _take(self, key, offers, route, chain):
        """Choose among the challenges of one realm and keep what its answers need. -> verdict."""
        scheme, params, verdict = self._choose(key[2], offers, route)
        if params is None:
            return verdict
        times = chain.count(key)
        is_stale = (params.get(b"stale") or b"").lower() == b"true"
        old = [entry for entry in self._realms if entry.key == key]
        if times and not (times == 1 and is_stale):
            for entry in old:
                self._realms.remove(entry)
            return STALE if is_stale else BAD_SIGNATURE
        if len(chain) == _MOST_ANSWERS:
            return NO_RESOURCE
        chain.append(key)
        for entry in old:
            self._realms.remove(entry)
        del self._realms[:1 - _MOST_REALMS]
        entry = _Realm(scheme, params, key, route)
        self._renew(entry, params.get(b"nonce"))
        self._realms.append(entry)
        return DONE

    def _choose(self, realm, offers, route):
        """-> (scheme, params, None) of a realm's best challenge, or (None, None, verdict)."""
        best = (None, None, UNSUPPORTED)
        rank = -1
        for scheme, params in offers:
            if params[b"realm"] != realm:
                continue
            refusal, value = self._rate(scheme, params, route)
            if refusal:
                if rank < 0:
                    best = (None, None, refusal)
            elif value > rank:
                best = (scheme, params, None)
                rank = value
        return best

    def _rate(self, scheme, params, route):
        """-> (0, how good it is) of a challenge that we may answer, or (verdict, 0)."""
        if scheme == _BASIC:
            is_fit = self._login.allows_basic and route[0] == TLS
            return (0, 0) if is_fit and params[b"realm"] not in self._pinned else (POLICY, 0)
        strength = digest.strength_of(params.get(b"algorithm"))
        if strength not in (digest.WEAK, digest.STRONG) or _qop_of(params) is None:
            return UNSUPPORTED, 0
        if not params.get(b"nonce"):
            return MALFORMED, 0
        if strength == digest.WEAK and (
            not self._login.allows_md5 or params[b"realm"] in self._pinned
        ):
            return POLICY, 0
        return 0, strength

    # Answers

    def _renew(self, entry, nonce):
        """A nonce is counted from 1, and has one cnonce: with -sess the session is made of both."""
        entry.nonce = nonce
        entry.count = entry.proved = 0
        entry.cnonce = hex_of(self._crypto.random(8))

    def _answer(self, entry, method, uri, body):
        login = self._login
        if entry.scheme == _BASIC:
            from binascii import b2a_base64
            return b"Basic " + b2a_base64(login.user + b":" + login.password).strip()
        entry.count += 1
        secret, hash_of = self._secret(entry)
        has_qop = entry.qop != b""
        count = b"%08x" % entry.count
        response = digest.respond(
            hash_of, secret, method, uri, entry.nonce, entry.qop, count, entry.cnonce, body)
        is_hidden = entry.hides_user
        user = login.user.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
        if is_hidden:
            user = hex_of(hash_of(login.user + b":" + entry.realm))
        needs_cnonce = has_qop or digest.is_session(entry.algorithm)
        return write_scheme(b"Digest", (
            (b"username", user, True),
            (b"realm", entry.realm, True),
            (b"nonce", entry.nonce, True),
            (b"uri", uri, True),
            (b"response", response, True),
            (b"algorithm", entry.algorithm, False),
            (b"cnonce", entry.cnonce if needs_cnonce else None, True),
            (b"opaque", entry.opaque, True),
            (b"qop", entry.qop if has_qop else None, False),
            (b"nc", count if has_qop else None, False),
            (b"userhash", b"true" if is_hidden else None, False),
        ))

    def _secret(self, entry):
        """-> (HA1, hash_of) of a realm, for one use."""
        login = self._login
        hash_of = digest.hash_function(self._crypto, entry.algorithm)
        secret = digest.secret_of(hash_of, login.user, entry.realm, login.password)
        if digest.is_session(entry.algorithm):
            secret = digest.session_secret(hash_of, secret, entry.nonce, entry.cnonce)
        return secret, hash_of

    def _meant(self, cnonce, route):
        """-> the realm that an Authentication-Info is about, which it does not name; or None."""
        found = [
            entry for entry in self._realms
            if entry.scheme == _DIGEST and _is_same_server(entry.route, route)
            and (cnonce is None or cnonce == entry.cnonce)
        ]
        return found[0] if len(found) == 1 else None


class _Realm:
    """What the answers to one realm need. nonce, cnonce, count, proved: see Credentials._renew.

    key  (True for a proxy's, True for a registrar's, realm)
    """

    def __init__(self, scheme, params, key, route):
        self.scheme = scheme
        self.key = key
        self.realm = key[2]
        self.route = route
        self.algorithm = params.get(b"algorithm")
        self.opaque = params.get(b"opaque")
        self.qop = _qop_of(params)
        self.hides_user = (params.get(b"userhash") or b"").lower() == b"true"


def _read(values):
    """-> (the challenges that we know of, with their realms; verdict when there are none)."""
    found = []
    verdict = UNSUPPORTED
    for value in values:
        try:
            schemes = read_schemes(value)
        except RemoteFault:
            verdict = MALFORMED
            continue
        for scheme, params in schemes:
            if scheme != _DIGEST and scheme != _BASIC:
                continue
            if params.get(b"realm") is None:
                verdict = MALFORMED
            else:
                found.append((scheme, params))
    return found, verdict


def _qop_of(params):
    """-> the quality to answer with, b"" where none is offered, None where we know none of them."""
    offered = params.get(b"qop")
    if offered is None:
        return b""
    words = [word.strip() for word in offered.lower().split(b",")]
    for qop in (digest.AUTH_INT, digest.AUTH):
        if qop in words:
            return qop
    return None


def _is_same_server(one, other):
    """The same host and port, and not once sealed and once in clear."""
    return one[1:] == other[1:] and (one[0] == TLS) == (other[0] == TLS)
