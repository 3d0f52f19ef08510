# SPDX-License-Identifier: MIT
"""The microphone of desk_s3: mpremote mount . run boards/desk_s3/bench/microphone.py"""

import sys

sys.path.append("firmware")

from boards.bench import microphone  # noqa: E402
from boards.desk_s3 import board  # noqa: E402

microphone.run(board)
