# SPDX-License-Identifier: MIT
"""Ending: why a call or a registration is over, for the screen, the log and the events."""

HUNG_UP_HERE = 1
HUNG_UP_THERE = 2
REFUSED = 3                 # by a final response; `status` is it
NO_ANSWER = 4               # nobody answered in time, or nothing answers at that address
CANCELLED = 5               # the caller gave up: a missed call
ELSEWHERE = 6               # another phone of the same number answered
UNREACHABLE = 7             # the network or the far host refused our frames
NO_MEDIA = 8                # no codec or protection in common
NOT_ACKNOWLEDGED = 9        # our answer was never acknowledged
REDIRECTED_TOO_OFTEN = 10   # 3xx in a circle, or more than five of them
NO_AUDIO = 11               # the far end went silent for too long
BROKEN = 12                 # the far end broke the protocol
REFUSED_HERE = 13           # we said no to an incoming call; `status` is what we said
SHUT_DOWN = 14              # the phone is being turned off
NO_ADDRESS = 15             # what was dialled is no numeric address, and there is no proxy to ask
WRONG_PASSWORD = 16         # 16 .. 21: of a registration
NO_PASSWORD = 17
WEAK_LOGIN = 18             # the server asks only for what the account does not allow, or once had better
UNKNOWN_LOGIN = 19          # it asks for what we do not know
NO_LINK = 20
NOT_WANTED = 21             # no registrar is set any more
NO_HELPER = 22              # 22 .. 27: of a call that had to be sealed. The helper cannot be asked
NOT_SEALED = 23             # the far end cannot seal, or somebody on the way took the seal off
KEY_CHANGED = 24            # the far end has another key than before, and the owner did not accept it
NOT_TRUSTED = 25            # a new key, which the owner did not accept
LOCKED = 26                 # our key wants a passphrase
BAD_SEAL = 27               # a signature or what was encrypted does not hold


class Ending:
    """cause: one of the constants above. status: SIP status, 0 where none was involved."""

    def __init__(self, cause, status=0):
        self.cause = cause
        self.status = status
