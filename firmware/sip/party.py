# SPDX-License-Identifier: MIT
"""Party: the other side of a call, for the screen and the call log."""


class Party:
    """name and uri, bytes; the name may be empty."""

    def __init__(self, name, uri):
        self.name = name
        self.uri = uri
