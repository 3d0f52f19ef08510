# SPDX-License-Identifier: MIT
"""The ringer of desk_s3: mpremote mount . run boards/desk_s3/bench/ringer.py"""

import sys

sys.path.append("firmware")

from boards.bench import ringer  # noqa: E402
from boards.desk_s3 import board  # noqa: E402

ringer.run(board)
