# SPDX-License-Identifier: MIT
"""The lamps of desk_s3: mpremote mount . run boards/desk_s3/bench/lamps.py"""

import sys

sys.path.append("firmware")

from boards.bench import lamps  # noqa: E402
from boards.desk_s3 import board  # noqa: E402

lamps.run(board)
