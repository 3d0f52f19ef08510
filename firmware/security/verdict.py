# SPDX-License-Identifier: MIT
"""What security functions answer: small numbers, never an exception.

The patent gives its functions an int; which number means what is our reading. What is
negative refuses the message.
"""

DONE = 0
NOTHING = 1                 # not encrypted, not signed, no credentials needed
PENDING = 2                 # the helper, or the owner, was asked: the answer comes later
MALFORMED = -1              # 400
UNDECIPHERABLE = -2         # 493: one number for every cause, or it tells the attacker which
BAD_SIGNATURE = -3
STALE = -4                  # the nonce was ours and is too old
REPLAY = -5
UNKNOWN_KEY = -6
POLICY = -7
NO_RESOURCE = -8            # 503
UNSUPPORTED = -9            # 420
NO_PASSPHRASE = -10         # our key is locked
READABLE = -11              # signed, with a body that everybody could read
