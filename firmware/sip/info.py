# SPDX-License-Identifier: MIT
"""Digits that a peer sends by INFO. RFC 6086 has no package for them; two habits exist."""

from sip.grammar import CONTENT_TYPE

_DIGITS = b"0123456789*#ABCD"
UNSUPPORTED_TYPE = -1


def digit_of(message):
    """-> ASCII code of the digit, 0 when there is none, UNSUPPORTED_TYPE for another body.

    application/dtmf-relay: lines Signal=5 and Duration=160; application/dtmf: the digit alone.
    """
    if not message.body:
        return 0
    content_type = (message.first(CONTENT_TYPE) or b"").partition(b";")[0].strip().lower()
    if content_type == b"application/dtmf":
        return _code(message.body.strip())
    if content_type != b"application/dtmf-relay":
        return UNSUPPORTED_TYPE
    for line in message.body.split(b"\n"):
        name, _, value = line.partition(b"=")
        if name.strip().lower() == b"signal":
            return _code(value.strip())
    return 0


def _code(text):
    """Some gateways number the star and the hash."""
    if text in (b"10", b"11"):
        return 42 if text == b"10" else 35
    text = text.upper()
    return text[0] if len(text) == 1 and text in _DIGITS else 0
