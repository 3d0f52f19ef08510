# SPDX-License-Identifier: MIT
"""The radio of desk_s3: mpremote mount . run boards/desk_s3/bench/wifi.py"""

import sys

sys.path.append("firmware")

from boards.bench import wifi  # noqa: E402
from boards.desk_s3 import board  # noqa: E402

wifi.run(board)
