# SPDX-License-Identifier: MIT
"""The HostLink port over a terminal line of this computer: a USB adapter, or a pty in a test."""

from boards.drivers.serial_line import SerialLine
from boards.unix import platform


def open_line(descriptor):
    """-> SerialLine, the phone's end. descriptor: of a line in raw mode, opened non-blocking."""
    return SerialLine(_Line(descriptor))


class _Line:
    """Both directions of one descriptor."""

    def __init__(self, descriptor):
        self._reader = platform.open_descriptor(descriptor, "rb")
        self._writer = platform.open_descriptor(descriptor, "wb")
        self.readinto = self._reader.readinto
        self.write = self._writer.write
