# SPDX-License-Identifier: MIT
"""Views: what the person sees and acts on. Rows of the key plan, and of the hints."""

from micropython import const

IDLE = const(0)
DIALLING = const(1)
MENU = const(2)
CALLING = const(3)      # a call is being set up or taken down
RINGING = const(4)
TALKING = const(5)
HELD = const(6)         # by us, and no other call
WAITING = const(7)      # a second call rings
TWO = const(8)          # one is in front, the other one is held
ASKED = const(9)        # a question about a key, or the words that are compared
LOCKED = const(10)      # the idle phone of somebody who knows a PIN
