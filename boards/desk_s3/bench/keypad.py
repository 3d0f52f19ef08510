# SPDX-License-Identifier: MIT
"""The keypad of desk_s3: mpremote mount . run boards/desk_s3/bench/keypad.py"""

import sys

sys.path.append("firmware")

from boards.bench import keypad  # noqa: E402
from boards.desk_s3 import board  # noqa: E402

keypad.run(board)
