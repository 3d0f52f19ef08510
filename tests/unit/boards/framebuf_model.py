# SPDX-License-Identifier: MIT
"""The module framebuf for CPython, as far as boot.py needs it. Its letters are no letters: the code of each, in points."""

MONO_VLSB = 0


class FrameBuffer:
    """A byte is a column of 8 points, bit 0 on top; a page of `width` bytes is 8 rows."""

    def __init__(self, buffer, width, height, form):
        if form != MONO_VLSB or len(buffer) < width * height // 8:
            raise ValueError
        self._buffer = buffer
        self._width = width
        self._height = height

    def text(self, words, x, y):
        for number, letter in enumerate(words):
            for column in range(7):
                self._set(x + 8 * number + column, y + column, ord(letter) >> column & 1)

    def pixel(self, x, y):
        return self._buffer[y // 8 * self._width + x] >> y % 8 & 1

    def _set(self, x, y, level):
        if level and 0 <= x < self._width and 0 <= y < self._height:
            self._buffer[y // 8 * self._width + x] |= 1 << y % 8
