# SPDX-License-Identifier: MIT
"""HmacChoice: which provider of HMAC-SHA1 a board uses: the first of its list that computes right.

Each is tried with a known vector before its first use: on a chip, an engine that does not do
what its driver believes is found here and not by silence in a call. Nothing is loaded before.
"""

# RFC 2202 3, case 3, and an answer that takes three blocks, as a packet of a call does.
_KEY = b"\xaa" * 20
_SHORT = bytearray(b"\xdd" * 50)
_SHORT_TAG = b"\x12\x5d\x73\x42\xb9\xac\x11\xcd\x91\xa3\x9a\xf4\x8a\xa1\x7b\x4f\x63\xf1\x75\xd3"
_LONG = 176
_LONG_TAG = b"\xf3\x4a\x20\xb3\xd3\x05\x35\x64\xe7\x7e\xfc\xc9\x43\x13\x59\xa5\x9d\x6b\xd1\xd0"


def load(name):
    """-> the class of a provider, or None: it does not exist on this interpreter."""
    try:
        if name == "engine":
            from boards.drivers.hmac_engine_s3 import EngineHmac
            return EngineHmac
        if name == "hashlib":
            from hashlib import sha1  # noqa: F401

            from boards.drivers.hmac_hashlib import HashlibHmac
            return HashlibHmac
        from boards.drivers.hmac_kernel import KernelHmac
        return KernelHmac
    except (ImportError, SyntaxError, ValueError):      # no such hash, no machine code, another's
        return None


class HmacChoice:
    """
    order   names of providers, best first: "engine", "hashlib", "kernel"
    find    name -> class, as load()
    used    the name of the one that is used; "" before the first hmac_sha1()
    dropped names of those that failed
    """

    def __init__(self, order, find=load):
        self._order = order
        self._find = find
        self._make = None
        self.used = ""
        self.dropped = []

    def hmac_sha1(self, key):
        """-> ports.Hmac for a key (bytes, at most 64). Raises OSError when no provider works."""
        if self._make is None:
            self._choose()
        return self._make(key)

    def _choose(self):
        for name in self._order:
            make = self._find(name)
            if make is not None and passes(make):
                self._make = make
                self.used = name
                return
            self.dropped.append(name)
        raise OSError("no HMAC")


def passes(make):
    """-> True when a provider answers two known messages with the right tags, twice in turn."""
    long = bytearray(_LONG + 1)
    for place in range(len(long)):
        long[place] = (place * 7) & 0xFF
    tag = bytearray(20)
    hmac = make(_KEY)
    for _ in range(2):
        hmac.digest(_SHORT, 0, len(_SHORT), tag)
        if tag != _SHORT_TAG:
            return False
        hmac.digest(long, 1, _LONG, tag)
        if tag != _LONG_TAG:
            return False
    return True
