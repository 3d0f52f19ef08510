# SPDX-License-Identifier: MIT
"""The watchdog of desk_esp32: mpremote mount . run boards/desk_esp32/bench/watchdog.py"""

import sys

sys.path.append("firmware")

from boards.bench import watchdog  # noqa: E402
from boards.desk_esp32 import board  # noqa: E402

watchdog.run(board)
