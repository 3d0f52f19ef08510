# SPDX-License-Identifier: MIT
"""Console line: the serial port of a phone as it is, without MicroPython's raw REPL on it."""

import contextlib
import os
import select
import termios

import serial

from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.serial_ports import SLOW, port_words

_CHUNK = 4096


class ConsoleLine:
    """with ConsoleLine(port) as line. Raises Complaint."""

    def __init__(self, port):
        self._port = port
        try:
            self._serial = serial.Serial(port, exclusive=True, baudrate=SLOW)
        except OSError as fault:
            raise Complaint(port_words(port, fault)) from None

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        with contextlib.suppress(OSError, termios.error):
            self._serial.close()

    def fileno(self):
        return self._serial.fileno()

    def wait(self, seconds, *others):
        """-> set of those that have something to read, of this line and other descriptors; None: for ever."""
        try:
            return set(select.select([self, *others], [], [], seconds)[0])
        except (OSError, ValueError):
            self._complain()

    def read(self):
        """-> bytes that came, at least one. Raises Complaint when the phone is gone."""
        try:
            data = os.read(self.fileno(), _CHUNK)
        except (OSError, serial.SerialException):
            data = b""
        return data or self._complain()

    def write(self, data):
        try:
            self._serial.write(data)
        except (OSError, serial.SerialException):
            self._complain()

    def _complain(self):
        raise Complaint("the phone was unplugged, or %s is gone" % self._port)
