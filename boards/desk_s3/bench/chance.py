# SPDX-License-Identifier: MIT
"""The random numbers of desk_s3: mpremote mount . run boards/desk_s3/bench/chance.py"""

import sys

sys.path.append("firmware")

from boards.bench import chance  # noqa: E402
from boards.desk_s3 import board  # noqa: E402

chance.run(board)
