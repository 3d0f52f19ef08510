# SPDX-License-Identifier: MIT
"""Samples to and from the slots of an I2S line, whichever twin runs here.

Not part of kernels/__init__.py: only a board with I2S loads it.
"""

import sys

if sys.implementation.name == "cpython":
    from kernels import plain_slots as _slots
else:
    try:
        from kernels import viper_slots as _slots
    except (ImportError, SyntaxError, ValueError):      # as in kernels/__init__.py
        from kernels import plain_slots as _slots

take_slots = _slots.take_slots
take_slots_louder = _slots.take_slots_louder
put_slots = _slots.put_slots
