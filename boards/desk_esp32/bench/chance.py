# SPDX-License-Identifier: MIT
"""The random numbers of desk_esp32: mpremote mount . run boards/desk_esp32/bench/chance.py"""

import sys

sys.path.append("firmware")

from boards.bench import chance  # noqa: E402
from boards.desk_esp32 import board  # noqa: E402

chance.run(board)
