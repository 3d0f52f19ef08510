# SPDX-License-Identifier: MIT
"""The storage of desk_esp32: mpremote mount . run boards/desk_esp32/bench/storage.py"""

import sys

sys.path.append("firmware")

from boards.bench import storage  # noqa: E402
from boards.desk_esp32 import board  # noqa: E402

storage.run(board)
