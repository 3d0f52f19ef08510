# SPDX-License-Identifier: MIT
"""The ringer of desk_esp32: mpremote mount . run boards/desk_esp32/bench/ringer.py"""

import sys

sys.path.append("firmware")

from boards.bench import ringer  # noqa: E402
from boards.desk_esp32 import board  # noqa: E402

ringer.run(board)
