# SPDX-License-Identifier: MIT
"""What security functions answer: small numbers, never an exception.

The patent gives its functions an int; which number means what is our reading. What is
negative refuses the message.
"""

DONE = 0
NOTHING = 1                 # not encrypted, not signed, no credentials needed
PENDING = 2                 # the helper, or the owner, was asked: the answer comes later
MALFORMED = -1
UNDECIPHERABLE = -2         # one number for every cause, or it tells the attacker which
BAD_SIGNATURE = -3
STALE = -4                  # the nonce was ours and is too old
REPLAY = -5
UNKNOWN_KEY = -6
POLICY = -7
NO_RESOURCE = -8            # the helper is gone
UNSUPPORTED = -9
NO_PASSPHRASE = -10         # our key is locked
READABLE = -11              # signed, with a body that everybody could read

STATUSES = {                # of the response that refuses, where it is not 403
    MALFORMED: 400, POLICY: 403, READABLE: 488, UNDECIPHERABLE: 493, UNSUPPORTED: 493, NO_RESOURCE: 480,
    NO_PASSPHRASE: 480}
