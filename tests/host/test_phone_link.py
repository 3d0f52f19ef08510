# SPDX-License-Identifier: MIT
"""What a phone complains of, in words that say what to do. Connections: test_install_command.py."""

import pytest
from mpremote.transport import TransportExecError

from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.phone_link import PhoneLink


def complaint(line):
    """-> str, when the phone's last line of an error is this one."""
    link = PhoneLink("/dev/null")
    with pytest.raises(Complaint) as told, link._faults():
        raise TransportExecError(1, "Traceback (most recent call last):\n  File \"<stdin>\"\n%s\n" % line)
    return str(told.value)


@pytest.mark.parametrize("line", ["OSError: 28", "OSError: [Errno 28] ENOSPC"])
def test_a_full_memory_is_named(line):
    assert "memory is full" in complaint(line)


def test_a_lack_of_ram_is_no_full_flash_whatever_the_number_of_bytes():
    assert "too little free RAM" in complaint("MemoryError: memory allocation failed, allocating 2280 bytes")


def test_anything_else_is_quoted_without_what_moves_a_cursor():
    told = complaint("ValueError: bad \x1b[2J 28")
    assert "ValueError: bad ?[2J 28" in told and "sinetti flash" in told
