# SPDX-License-Identifier: MIT
"""The lamps of desk_esp32: mpremote mount . run boards/desk_esp32/bench/lamps.py"""

import sys

sys.path.append("firmware")

from boards.bench import lamps  # noqa: E402
from boards.desk_esp32 import board  # noqa: E402

lamps.run(board)
