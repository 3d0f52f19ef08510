# SPDX-License-Identifier: MIT
"""Binding: what a registrar says of the place that we told it. RFC 3261 10.2.4, 10.3, 20.33."""

from micropython import const

from core.octets import to_int
from sip.address import addresses
from sip.grammar import CONTACT, EXPIRES, RETRY_AFTER
from sip.uri import Uri, unescape

_LONGEST_S = const(86400)       # whatever is granted, it is refreshed each day; ticks would wrap
_MALFORMED_S = const(3600)      # where an expiry is none. RFC 3261 10.2.8
_MOST_RETRY_S = const(3600)


def granted_s(message, contact, wanted_s):
    """-> seconds for which our binding holds, by the 2xx to our REGISTER.

    contact  our own, b"<sip:...>"; wanted_s: what we asked for
    The response lists what others have bound, too. Ours is told by user, host and port; where a
    registrar lists it otherwise, or not at all, its Expires header counts.
    """
    seconds = _seconds(message.first(EXPIRES), wanted_s)
    ours = _place(contact[1:-1])
    for address in addresses(message.values(CONTACT)):
        if _place(address.uri) == ours:
            return _seconds(address.param(b"expires"), seconds)
    return seconds


def refresh_ms(seconds):
    """-> ms after which a binding of so many seconds is refreshed. Checklist 7.1.

    At 90 % of its time, but at least 30 s before its end and not sooner than at the half.
    """
    whole_ms = 1000 * min(seconds, _LONGEST_S)
    return max(min(whole_ms // 10 * 9, whole_ms - 30000), whole_ms // 2)


def retry_after_s(message):
    """-> seconds of Retry-After, without its comment and parameters; 0 for none, at most an hour."""
    value = (message.first(RETRY_AFTER) or b"").partition(b";")[0].partition(b"(")[0].strip()
    return _clamped(value, _MOST_RETRY_S) if value.isdigit() else 0


def _seconds(digits, otherwise):
    """-> delta-seconds of a header or a parameter; `otherwise` where there is none."""
    if digits is None:
        return otherwise
    digits = digits.strip()
    return _clamped(digits, _LONGEST_S) if digits.isdigit() else _MALFORMED_S


def _clamped(digits, most):
    value = to_int(digits, most)
    return most if value < 0 else value


def _place(text):
    """-> what tells one binding from another: user, host and port; None for what is no SIP URI."""
    uri = Uri.parse(text)
    if uri is None:
        return None
    return unescape(uri.user), uri.host.lower(), uri.port or 5060
