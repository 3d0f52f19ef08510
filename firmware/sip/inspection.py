# SPDX-License-Identifier: MIT
"""Inspection: what is wrong with a request, before it is served. RFC 3261 8.2.1 to 8.2.3."""

from core.octets import to_int
from sip.grammar import (
    ACCEPT, ACCEPT_ENCODING, ALLOW, ALLOW_ID, BYE, CANCEL, CONTENT_DISPOSITION,
    CONTENT_ENCODING, CONTENT_TYPE, ENCRYPTION, INFO, INVITE, MAX_FORWARDS, OPTIONS, REQUIRE, UNKNOWN_METHOD,
    UNSUPPORTED, UPDATE,
)
from sip.uri import Uri, unescape

_SERVED = (INVITE, BYE, CANCEL, OPTIONS, UPDATE, INFO)
_SDP = b"application/sdp"
_ALLOW = ((ALLOW_ID, ALLOW),)


def inspect(request, account, guard):
    """-> (status, headers) of the refusal, or None when the request may be served.

    guard    options: the option tags that can be met; reads_encrypted
    headers  pairs (header id, value) that go with that status
    """
    if request.method not in _SERVED:
        return (501 if request.method == UNKNOWN_METHOD else 405), _ALLOW
    uri = Uri.parse(request.uri)
    if uri is None:
        return 400, ()
    if uri.scheme != b"sip" and uri.scheme != b"sips":
        return 416, ()
    if request.method == INVITE and not request.to_tag and not _is_for(uri, account):
        # It is for somebody else; nobody could forward it either with no hops left.
        hops = to_int(request.first(MAX_FORWARDS) or b"70", 255)
        return (483 if hops == 0 else 404), ()
    unsupported = b", ".join([tag for tag in request.all(REQUIRE) if tag.lower() not in guard.options])
    if unsupported and request.method != CANCEL:
        return 420, ((UNSUPPORTED, unsupported),)
    if request.row(ENCRYPTION) >= 0:
        return None if guard.reads_encrypted else (493, ())
    if request.method == INVITE and not _accepts_sdp(request):
        return 406, ()
    if request.body and request.method in (INVITE, UPDATE):
        return _inspect_body(request)
    return None


def answer_options(request, is_busy, agent, out):
    """RFC 3261 11.2: what an INVITE would get; the answer needs no transaction."""
    if is_busy:
        agent.refuse(request, 486, out)
    else:
        agent.refuse(request, 200, out, ((ACCEPT, _SDP), (ALLOW_ID, ALLOW)))


def _is_for(uri, account):
    """A phone without a user of its own, or asked without one, is meant anyway."""
    user = unescape(uri.user.partition(b":")[0])
    return not user or not account.user or user == account.user


def _accepts_sdp(request):
    """RFC 3261 20.1: no Accept means application/sdp; an empty one means nothing."""
    row = request.row(ACCEPT)
    if row < 0:
        return True
    for value in request.all(ACCEPT):
        if value.partition(b";")[0].strip().lower() in (_SDP, b"application/*", b"*/*"):
            return True
    return False


def _inspect_body(request):
    if b"handling=optional" in (request.first(CONTENT_DISPOSITION) or b"").lower():
        return None
    encoding = (request.first(CONTENT_ENCODING) or b"identity").lower()
    if encoding != b"identity":
        return 415, ((ACCEPT_ENCODING, b"identity"),)
    if not is_sdp(request):
        return 415, ((ACCEPT, _SDP),)
    return None


def is_sdp(message):
    """-> True when the body is a session description. Old phones do not say what it is."""
    content_type = message.first(CONTENT_TYPE)
    if content_type is None:
        return message.body[:2] == b"v="
    return content_type.partition(b";")[0].strip().lower() == _SDP
