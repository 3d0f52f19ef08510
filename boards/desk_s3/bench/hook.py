# SPDX-License-Identifier: MIT
"""The hook switch of desk_s3: mpremote mount . run boards/desk_s3/bench/hook.py"""

import sys

sys.path.append("firmware")

from boards.bench import hook  # noqa: E402
from boards.desk_s3 import board  # noqa: E402

hook.run(board)
