# SPDX-License-Identifier: MIT
"""HookSwitch: the Hook port over one pin."""


class HookSwitch:
    """See ports.Hook.

    pin         machine.Pin or like it, an input
    off_level   what the pin reads while the handset is lifted: 1 where the lying handset closes a
                contact to ground, below a pull-up
    """

    def __init__(self, pin, off_level=1):
        self._pin = pin
        self._off_level = off_level

    def is_off(self):
        return self._pin.value() == self._off_level
