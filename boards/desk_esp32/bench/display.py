# SPDX-License-Identifier: MIT
"""The glass of desk_esp32: mpremote mount . run boards/desk_esp32/bench/display.py"""

import sys

sys.path.append("firmware")

from boards.bench import display  # noqa: E402
from boards.desk_esp32 import board  # noqa: E402

display.run(board)
