# SPDX-License-Identifier: MIT
"""The setup of a phone that knows nothing yet: on its keypad, and as a page over its own network.

Loaded by such a phone only, and instead of everything else: see boards/drivers/setup_start.py.
"""
