# SPDX-License-Identifier: MIT
"""Registrar: what a REGISTER does to the location table, and its answer. RFC 3261 10.3."""

from micropython import const

from core.faults import RemoteFault
from core.octets import to_int
from sim.server.answers import MIN_EXPIRES
from sim.server.location import Binding, due_in
from sip.address import Address, addresses
from sip.grammar import CONTACT, EXPIRES, REQUIRE, RETRY_AFTER, TO, UNSUPPORTED
from sip.uri import Uri, unescape

_DEFAULT_S = const(3600)
_LEAST_S = const(10)        # short enough for a demo; 423 below it
_MOST_S = const(7200)
_LIMIT_S = 0xFFFFFFFF       # RFC 3261 20.19: more, or no number, counts as the default
_LONGEST = const(256)       # bytes of one Contact: a full answer must fit a frame


class Registrar:
    """domain: Domain; location: Location.

    authenticator  None, or authenticator(request, user) -> () when the sender may change the
                   bindings of this user, else the headers of the 401: ((header id, value), ...)
    """

    def __init__(self, domain, location, authenticator=None):
        self._domain = domain
        self._location = location
        self._authenticator = authenticator

    def receive(self, request, now):
        """-> (status, headers) of the answer."""
        unsupported = b", ".join(request.all(REQUIRE))
        if unsupported:
            return 420, ((UNSUPPORTED, unsupported),)
        try:
            uri = Uri.parse(Address(request.first(TO)).uri)
            contacts = addresses(request.values(CONTACT))
        except RemoteFault as fault:
            return fault.status, ()
        if uri is None:
            return 400, ()
        user = unescape(uri.user)
        if not self._domain.holds(uri) or not user:
            return 404, ()
        challenge = self._authenticator(request, user) if self._authenticator else ()
        if challenge:
            return 401, challenge
        if b"*" in request.all(CONTACT):
            status, headers = self._remove_all(request, user, contacts, now)
        else:
            status, headers = self._change(request, user, contacts, now)
        return status, headers if status != 200 else self._listed(user, now)

    def _remove_all(self, request, user, contacts, now):
        """RFC 3261 10.2.2: the star stands alone, with Expires: 0."""
        expires = request.first(EXPIRES)
        if contacts or len(request.all(CONTACT)) != 1 or to_int(expires or b"", _LIMIT_S) != 0:
            return 400, ()
        bindings = self._location.fetch(user, now)
        for binding in bindings:
            if binding.call_id == request.call_id and request.cseq < binding.cseq:
                return 500, ()
        for binding in bindings:
            self._location.remove(user, binding)
        return 200, ()

    def _change(self, request, user, contacts, now):
        """All of it or nothing: first everything is checked. RFC 3261 10.3, step 7."""
        changes = []
        added = 0
        for contact in contacts:
            uri = Uri.parse(contact.uri)
            if uri is None or len(contact.text) > _LONGEST:
                return 400, ()
            seconds = _seconds(contact, request)
            if 0 < seconds < _LEAST_S:
                return 423, ((MIN_EXPIRES, b"%d" % _LEAST_S),)
            old = self._location.find(user, uri, now)
            if old is not None and old.call_id == request.call_id and request.cseq < old.cseq:
                return 500, ()              # it was overtaken by a later one
            if old is None and seconds:
                added += 1
            changes.append((contact, uri, seconds, old))
        if added and not self._location.has_room(user, added):
            return 503, ((RETRY_AFTER, b"60"),)
        for contact, uri, seconds, old in changes:
            if seconds:
                self._location.put(user, Binding(
                    contact.uri, uri, _kept(contact.params), _q(contact), request.call_id,
                    request.cseq, due_in(min(seconds, _MOST_S), now)), now)
            elif old is not None:
                self._location.remove(user, old)
        return 200, ()

    def _listed(self, user, now):
        """Step 8: every binding, with what is left of it."""
        return [(CONTACT, b"<%s>%s;expires=%d" % (
            binding.contact, binding.params, binding.seconds_left(now)))
            for binding in self._location.fetch(user, now)]


def permanent(contact):
    """-> Binding that no REGISTER made; contact: bytes, a URI that can be parsed."""
    return Binding(contact, Uri.parse(contact), b"", 1000, b"", 0, None)


def _seconds(contact, request):
    """What is asked for one contact. RFC 3261 10.2.1.1 and 20.19."""
    given = contact.param(b"expires")
    if given is None:
        given = request.first(EXPIRES)
    seconds = to_int(given or b"", _LIMIT_S)
    return _DEFAULT_S if seconds < 0 else seconds


def _q(contact):
    """-> 0 .. 1000; what makes no sense counts as not given."""
    whole, _, decimals = (contact.param(b"q") or b"1").partition(b".")
    thousandths = to_int((whole or b"0") + (decimals + b"000")[:3], 1000)
    return 1000 if thousandths < 0 else thousandths


def _kept(params):
    """-> the parameters of a Contact without expires."""
    kept = b""
    quoted = False
    for part in params.split(b";"):
        name = part.partition(b"=")[0].strip().lower()
        if quoted or (part.strip() and name != b"expires"):
            kept += b";" + part
        quoted ^= bool(part.count(b'"') & 1)
    return kept.rstrip()
