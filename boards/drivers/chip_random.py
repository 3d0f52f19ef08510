# SPDX-License-Identifier: MIT
"""ChipRandom: random bytes on a chip whose generator is a true one only while its radio is on.

os.urandom() of the ESP32 is esp_random(): with the radio off, and that is a phone with a cable, it
is a generator of pseudo-random numbers (ESP-IDF, "Random Number Generation"). So a pool of 32 bytes
is filled at boot while the radio runs, together with a seed that was left by the boot before. All that
is given out is a hash over the pool, a count and fresh bytes of the chip; then the pool moves on, so
that who reads it later learns nothing of what was given.

The next seed is stored before the first byte is given: no two boots begin alike.
"""

from hashlib import sha256

from micropython import const

SEED = "rng.seed"               # of the storage: secret_store.py keeps it
_BLOCK = const(32)              # bytes of a hash
_DRAWN = const(64)              # bytes taken from the chip at boot


class ChipRandom:
    """
    urandom  os.urandom
    storage  the Storage port, for the seed
    radio    network.WLAN, or None where the chip needs none; it is left as it was found
    is_true  the radio ran while the pool was filled
    Raises OSError where there would be nothing that an attacker could not guess: the radio does not
    start, and there is no seed, or none can be left behind.
    """

    def __init__(self, urandom, storage, radio=None):
        self._urandom = urandom
        seed = storage.load(SEED) or b""
        self.is_true, drawn = _draw(urandom, radio)
        self._pool = sha256(b"pool" + seed + drawn).digest()
        is_kept = storage.save(SEED, sha256(b"next seed" + self._pool).digest())
        if not self.is_true and not (is_kept and len(seed) >= _BLOCK):
            raise OSError("no random numbers: the radio does not start, and there is no seed")
        self._pool = sha256(b"in use" + self._pool).digest()

    def random(self, n):
        """-> n unpredictable bytes."""
        given = b""
        while len(given) < n:
            given += sha256(b"out" + self._pool + bytes([len(given) // _BLOCK & 0xFF])
                            + self._urandom(_BLOCK)).digest()
            self._pool = sha256(b"on" + self._pool).digest()
        return given[:n]


def _draw(urandom, radio):
    """-> (whether the radio ran, bytes of the chip)."""
    if radio is None:
        return True, urandom(_DRAWN)
    was_on = radio.active()
    try:
        if not was_on:
            radio.active(True)
        drawn = urandom(_DRAWN)
        if not was_on:
            radio.active(False)
    except OSError:
        return False, urandom(_DRAWN)
    return True, drawn
