# SPDX-License-Identifier: MIT
"""Labels of what lies between two marks: see marks.py. Read by both sides."""

# steps.py: bits
SIP = 1                     # a SIP message came, was taken, made or sent
FRAME = 2                   # a frame each way
AUDIO = 4                   # the audio clock ran
CALL = 8                    # an established call in which nothing happens
FIRST = 16                  # the first call since the phone was switched on

# messages.py
MESSAGE = 1
DESCRIPTION = 2

# sweeps.py
SWEEP = 1
