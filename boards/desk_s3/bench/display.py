# SPDX-License-Identifier: MIT
"""The glass of desk_s3: mpremote mount . run boards/desk_s3/bench/display.py"""

import sys

sys.path.append("firmware")

from boards.bench import display  # noqa: E402
from boards.desk_s3 import board  # noqa: E402

display.run(board)
