# SPDX-License-Identifier: MIT
"""The microphone of desk_esp32: mpremote mount . run boards/desk_esp32/bench/microphone.py"""

import sys

sys.path.append("firmware")

from boards.bench import microphone  # noqa: E402
from boards.desk_esp32 import board  # noqa: E402

microphone.run(board)
