# SPDX-License-Identifier: MIT
"""Redirect: where a 3xx sends us next. RFC 3261 8.1.3.4, 21.3."""

from micropython import const

from core.octets import to_int
from sip.address import addresses
from sip.grammar import CONTACT
from sip.uri import Uri

_MOST = const(5)            # targets tried for one call, so that a circle ends


class Redirect:
    """The targets of one call: those tried, and those still to try, best first."""

    def __init__(self, target):
        """target  Uri that the call went to first."""
        self._tried = [target]
        self._ahead = []                    # (q in thousandths, Uri)

    def receive(self, message):
        """Take the Contacts of a 3xx; a target met before is left out."""
        for address in addresses(message.values(CONTACT)):
            target = Uri.parse(address.uri)
            if target is None or target.scheme != b"sip":
                continue
            known = self._tried + [entry[1] for entry in self._ahead]
            if not any(target.matches(other) for other in known):
                self._insert(_thousandths(address.param(b"q")), target)

    def next(self):
        """-> Uri to try next, or None when there is none or five were tried."""
        if not self._ahead or len(self._tried) > _MOST:
            return None
        target = self._ahead.pop(0)[1]
        self._tried.append(target)
        return target

    def _insert(self, q, target):
        """Behind its equals: the order of the message decides between them."""
        at = 0
        while at < len(self._ahead) and self._ahead[at][0] >= q:
            at += 1
        self._ahead.insert(at, (q, target))
        del self._ahead[2 * _MOST:]


def _thousandths(q):
    """-> q of 0 .. 1 with at most three decimals, times 1000; 1000 when absent or malformed."""
    if not q:
        return 1000
    whole, _, decimals = q.partition(b".")
    value = to_int(whole + (decimals + b"000")[:3], 1000)
    return 1000 if value < 0 else value
