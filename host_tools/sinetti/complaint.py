# SPDX-License-Identifier: MIT
"""Complaint: what a person has to know and can do something about. One or two sentences, no secret."""


class Complaint(Exception):
    """The message is for a person. code: the exit code, 2 where the arguments are wrong."""

    def __init__(self, message, code=1):
        super().__init__(message)
        self.code = code
