# SPDX-License-Identifier: MIT
"""What the stack tells the telephone application. The detail is a call, 0 or 1, where none is named."""

INCOMING = 1        # it rings for us; SipManager.party(call) is known
PROGRESS = 2        # the far end rings
EARLY_MEDIA = 3     # the far end sends sound before it answers
ESTABLISHED = 4     # both may talk
CHANGED = 5         # on hold or back, by us or by them
ENDED = 6           # SipManager.ending(call) says why; the line is free again
DIGIT = 7           # by INFO; the detail is (call, ASCII code)
REGISTERED = 8      # the registrar knows where we are; the detail is for how many seconds
UNREGISTERED = 9    # or no longer does; the detail is an Ending
OVER = 10           # between the stack's parts: nothing is left of a call

# What the Security Manager tells it; the detail is a pair that begins with the call, -1 for none.
ASKED = 91          # (call, question): the owner has to say something
ALARM = 92          # (call, name of a text)
HEARING = 93        # (call, None): who can hear the call may have changed
HELPER = 94         # (-1, True or False): the helper can be asked from now on, or no longer
