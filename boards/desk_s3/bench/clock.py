# SPDX-License-Identifier: MIT
"""The clocks of desk_s3: mpremote mount . run boards/desk_s3/bench/clock.py"""

import sys

sys.path.append("firmware")

from boards.bench import clock  # noqa: E402
from boards.desk_s3 import board  # noqa: E402

clock.run(board)
