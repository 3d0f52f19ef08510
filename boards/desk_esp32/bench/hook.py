# SPDX-License-Identifier: MIT
"""The hook switch of desk_esp32: mpremote mount . run boards/desk_esp32/bench/hook.py"""

import sys

sys.path.append("firmware")

from boards.bench import hook  # noqa: E402
from boards.desk_esp32 import board  # noqa: E402

hook.run(board)
