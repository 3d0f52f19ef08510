# SPDX-License-Identifier: MIT
"""Outlet: text for somebody who watches the phone, and may go away at any moment."""


class Outlet:
    """file: write(buf). It waits for a slow reader: nothing of the story is left out."""

    def __init__(self, file):
        self._file = file

    def write(self, text):
        if self._file is None:
            return
        try:
            self._file.write(text.encode())
        except OSError:             # the reader is gone, or the disk is full: the phone goes on
            self._file = None
