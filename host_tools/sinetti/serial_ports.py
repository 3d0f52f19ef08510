# SPDX-License-Identifier: MIT
"""Serial ports: which there are, how fast they are, and why one cannot be opened."""

import errno

SLOW = 115200                   # baud that every cable and adapter can do
FAST = 460800


def usb_ports():
    """-> sorted list of the serial ports that are on USB."""
    from serial.tools import list_ports

    return sorted(found.device for found in list_ports.comports() if found.vid is not None)


def port_words(port, fault):
    """-> str: why a port cannot be opened, and what to do. fault: OSError."""
    if fault.errno == errno.ENOENT:
        return "there is no port %s. Plug the phone in, and see which ports there are: sinetti doctor" % port
    if fault.errno in (errno.EACCES, errno.EPERM):
        return ("you may not use %s. Join the group that owns it (on Debian: sudo usermod -aG dialout $USER) "
                "and log in again" % port)
    if fault.errno in (errno.EBUSY, errno.EAGAIN):
        return "%s is used by another program. Close it, such as a serial monitor, and try again" % port
    return "%s cannot be opened: it is no serial port, or it is gone. See the ports: sinetti doctor" % port
