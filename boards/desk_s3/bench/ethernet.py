# SPDX-License-Identifier: MIT
"""The cable of desk_s3: mpremote mount . run boards/desk_s3/bench/ethernet.py"""

import sys

sys.path.append("firmware")

from boards.bench import ethernet  # noqa: E402
from boards.desk_s3 import board  # noqa: E402

ethernet.run(board)
