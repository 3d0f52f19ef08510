# SPDX-License-Identifier: MIT
"""The ear and mouth together of desk_esp32: mpremote mount . run boards/desk_esp32/bench/echo.py"""

import sys

sys.path.append("firmware")

from boards.bench import echo  # noqa: E402
from boards.desk_esp32 import board  # noqa: E402

echo.run(board)
