# SPDX-License-Identifier: MIT
"""Lamps: the Led port over pins, one for each lamp."""


class Lamps:
    """See ports.Led.

    pins        dict of a lamp's name to its machine.Pin or like it, an output. A board need not have
                all lamps
    lit_level   1, or 0 where a lamp hangs between its pin and the supply
    """

    def __init__(self, pins, lit_level=1):
        self._pins = pins
        self._lit_level = lit_level
        for lamp in pins:
            self.set(lamp, False)

    def set(self, lamp, on):
        pin = self._pins.get(lamp)
        if pin is not None:
            pin.value(self._lit_level if on else 1 - self._lit_level)
