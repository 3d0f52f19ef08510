# SPDX-License-Identifier: MIT
"""A small registrar for a world: Digest, Min-Expires, stale nonces; a test turns its knobs."""

import hashlib

from security import digest
from security.auth_params import read_schemes
from sip.grammar import AUTHORIZATION, CONTACT
from sip.parser import parse
from tests.unit.sip.stack_fakes import response

REALM = b"voip.test"


class Registrar:
    """The answer() of a sim.peer.Peer.

    passwords  user to password, bytes; {} lets everybody in
    algorithms that it offers, in order, of b"SHA-256" and b"MD5"
    granted    the most seconds it grants; least: fewer are answered 423
    is_gone    it says nothing at all
    bound      user to seconds; 0 once the user has gone
    """

    def __init__(self, passwords=None):
        self.passwords = passwords or {}
        self.algorithms = [b"SHA-256"]
        self.granted = 3600
        self.least = 0
        self.is_gone = False
        self.bound = {}
        self.tried = []                     # Authorization of each REGISTER, or None
        self._made = 0
        self._nonces = []                   # that are still good
        self._counts = {}

    def forget_nonces(self):
        self._nonces = []

    def __call__(self, peer, frame, source):
        if self.is_gone or not frame.startswith(b"REGISTER"):
            return
        request = parse(frame)
        credentials = request.first(AUTHORIZATION)
        self.tried.append(credentials)
        status, headers = self._judge(request, credentials)
        host, port = source
        peer.send(response(frame, status, b"registrar", headers=headers), host, port)

    def _judge(self, request, credentials):
        if self.passwords:
            is_right, is_stale = self._check(credentials)
            if not is_right:
                return 401, self._challenges(is_stale)
        contact = request.first(CONTACT)
        wanted = int(contact.partition(b";expires=")[2])
        if 0 < wanted < self.least:
            return 423, b"Min-Expires: %d\r\n" % self.least
        user = contact.partition(b"sip:")[2].partition(b"@")[0]
        self.bound[user] = min(wanted, self.granted)
        if not wanted:
            return 200, b""
        place = contact.partition(b";expires=")[0]
        other = b"Contact: <sip:%s@10.0.0.77:5060>;expires=7\r\n" % user
        return 200, other + b"Contact: %s;expires=%d\r\n" % (place, self.bound[user])

    def _challenges(self, is_stale):
        self._made += 1
        nonce = b"nonce%d" % self._made
        self._nonces.append(nonce)
        self._counts[nonce] = 0
        tail = b",stale=true" if is_stale else b""
        return b"".join([
            b'WWW-Authenticate: Digest realm="%s",nonce="%s",algorithm=%s,qop="auth"%s\r\n' % (
                REALM, nonce, algorithm, tail)
            for algorithm in self.algorithms])

    def _check(self, credentials):
        """-> (the password is right and the nonce good, only the nonce is not)."""
        if credentials is None:
            return False, False
        (_, params), = read_schemes(credentials)
        name = hashlib.md5 if params[b"algorithm"] == b"MD5" else hashlib.sha256

        def hash_of(data):
            return name(data).digest()

        user, nonce, count = params[b"username"], params[b"nonce"], int(params[b"nc"], 16)
        secret = digest.secret_of(hash_of, user, REALM, self.passwords.get(user, b""))
        wanted = digest.respond(
            hash_of, secret, b"REGISTER", params[b"uri"], nonce, b"auth", params[b"nc"], params[b"cnonce"])
        if wanted != params[b"response"] or params[b"algorithm"] not in self.algorithms:
            return False, False
        if nonce not in self._nonces or count <= self._counts[nonce]:
            return False, True
        self._counts[nonce] = count
        return True, False
