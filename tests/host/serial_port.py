# SPDX-License-Identifier: MIT
"""SerialPort: a pty that stands for the serial port of a phone, and the thread that is the phone."""

import os
import pty
import select
import termios
import threading
import tty


class SerialPort:
    """
    path   what the program opens
    phone  descriptor, the phone's end; None once the port has vanished
    """

    def __init__(self):
        self.phone, self._program = pty.openpty()
        tty.setraw(self._program)
        self.path = os.ttyname(self._program)
        self._ears, self._stop = os.pipe()
        self._thread = None

    def serve(self, run):
        """Have run() be the phone: it returns when wait() tells it to, or when the port has vanished."""
        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()

    def wait(self, *sources):
        """-> the descriptors that have something to read; empty: the test is over."""
        readable, _, _ = select.select([*sources, self._ears], [], [])
        return [] if self._ears in readable else readable

    def speed(self):
        """-> that of the program, a constant of termios."""
        return termios.tcgetattr(self._program)[4]

    def vanish(self):
        """The cable is pulled."""
        if self.phone is not None:
            os.close(self.phone)
            os.close(self._program)
        self.phone = None

    def end(self):
        """The test is over. Returns when run() has."""
        os.close(self._stop)
        self._thread.join()
        os.close(self._ears)
        self.vanish()
