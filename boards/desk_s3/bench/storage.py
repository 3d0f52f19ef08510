# SPDX-License-Identifier: MIT
"""The storage of desk_s3: mpremote mount . run boards/desk_s3/bench/storage.py"""

import sys

sys.path.append("firmware")

from boards.bench import storage  # noqa: E402
from boards.desk_s3 import board  # noqa: E402

storage.run(board)
