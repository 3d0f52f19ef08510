# SPDX-License-Identifier: MIT
"""The Wi-Fi networks that a phone knows, as they are stored: a line each, the name, a tab, the password."""

from micropython import const

from boards.drivers.wifi import check

NAME = "wifi.networks"          # of the storage: a secret, see split_storage.py
_MOST = const(8)                # each that is not there costs three seconds


def load(storage):
    """-> tuple of (ssid, key), bytes, as WifiLink takes it. A line that makes no sense is left out."""
    found = []
    for line in (storage.load(NAME) or b"").split(b"\n"):
        network = tuple(line.split(b"\t"))
        if len(network) == 2 and len(found) < _MOST:
            try:
                check((network,))
            except ValueError:
                continue
            found.append(network)
    return tuple(found)


def save(storage, known):
    """-> False when the storage refuses. Raises ValueError, in words, for what no network can have."""
    check(known)
    if len(known) > _MOST:
        raise ValueError("a phone knows at most 8 Wi-Fi networks")
    for network in known:
        for part in network:
            if b"\t" in part or b"\n" in part:
                raise ValueError("a name or password with a tab or a line end cannot be stored")
    return storage.save(NAME, b"\n".join([b"\t".join(network) for network in known]))
