# SPDX-License-Identifier: MIT
"""The engines of desk_s3: mpremote mount . run boards/desk_s3/bench/crypto.py"""

import sys

sys.path.append("firmware")

from boards.bench import crypto  # noqa: E402
from boards.desk_s3 import board  # noqa: E402

crypto.run(board)
