# SPDX-License-Identifier: MIT
"""Address: where a file lies that the phone fetches, http://HOST[:PORT]/PATH. RFC 9110 4.2.1.

HOST is a numeric address: names are not looked up on a phone, for that would stop all else in it.
There is no HTTPS: what is fetched is signed, and that is what counts.
"""

from micropython import const

from core.octets import to_int

_LONGEST = const(200)
_HTTP = const(80)


def parts_of(url):
    """-> (host, port, path) of an address, all bytes but the port; None when it is not as it must be."""
    if len(url) > _LONGEST or url[:7].lower() != b"http://":
        return None
    for letter in url:
        if not 32 < letter < 127:
            return None
    at = url.find(b"/", 7)
    host, colon, port = url[7:at if at > 0 else len(url)].partition(b":")
    number = to_int(port, 65535) if colon else _HTTP
    numbers = [to_int(part, 255) for part in host.split(b".")]
    if len(numbers) != 4 or min(numbers) < 0 or number < 1 or at < 0:
        return None
    return host, number, url[at:]
