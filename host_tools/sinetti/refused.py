# SPDX-License-Identifier: MIT
"""Refused: why a request of a phone is not done, as a code of security.sma_frames."""


class Refused(Exception):
    """code: negative, see sma_frames. It carries no text: nothing of a message may leak through it."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code
