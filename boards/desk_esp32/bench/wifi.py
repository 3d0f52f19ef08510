# SPDX-License-Identifier: MIT
"""The radio of desk_esp32: mpremote mount . run boards/desk_esp32/bench/wifi.py"""

import sys

sys.path.append("firmware")

from boards.bench import wifi  # noqa: E402
from boards.desk_esp32 import board  # noqa: E402

wifi.run(board)
