# SPDX-License-Identifier: MIT
"""The speaker of desk_esp32: mpremote mount . run boards/desk_esp32/bench/speaker.py"""

import sys

sys.path.append("firmware")

from boards.bench import speaker  # noqa: E402
from boards.desk_esp32 import board  # noqa: E402

speaker.run(board)
