# SPDX-License-Identifier: MIT
"""What MediaController tells the telephone application."""

DIGIT = 21          # by RFC 4733; the detail is (call, ASCII code)
NO_AUDIO = 22       # no valid packet for 20 s though the peer should send; the detail is the call
