# SPDX-License-Identifier: MIT
"""Max98357a: an amplifier without registers, silenced by its pin SD_MODE.

MAX98357A datasheet, "SD_MODE and Shutdown Operation": below 0.16 V it is off, above 1.4 V it plays the
left slot, and what lies between plays the right one or both; a line of one word fills both slots. Its
gain is set by a resistor, so the volume is I2sSpeaker's affair. Unproven on a chip.
"""


class Max98357a:
    """An amplifier of I2sSpeaker. pin: machine.Pin, an output, straight to SD_MODE."""

    def __init__(self, pin):
        self._pin = pin
        pin.value(1)

    def mute(self, is_muted):
        self._pin.value(0 if is_muted else 1)

    def volume(self, percent):
        """Nothing: it has none."""
