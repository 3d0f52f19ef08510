# SPDX-License-Identifier: MIT
"""Passphrases: from a prompt, a file or a descriptor. Never from an argument, which everybody can see."""

import getpass
import os
import sys

from host_tools.sinetti.complaint import Complaint

_MOST = 1024


def read(file, descriptor, twice=False, ask="Passphrase: "):
    """-> bytes, not empty. Raises Complaint. twice: typed again, for a new key."""
    if file is not None and descriptor is not None:
        raise Complaint("--passphrase-file and --passphrase-fd: one of them is enough", 2)
    if file is not None:
        try:
            with open(file, "rb") as opened:
                data = opened.read(_MOST + 1)
        except OSError as fault:
            raise Complaint("--passphrase-file %s: %s" % (file, fault.strerror), 2) from None
    elif descriptor is not None:
        try:
            data = os.read(descriptor, _MOST + 1)
        except OSError as fault:
            raise Complaint("--passphrase-fd %d: %s" % (descriptor, fault.strerror), 2) from None
    elif sys.stdin.isatty():
        data = getpass.getpass(ask).encode()
        if twice and getpass.getpass("The same again: ").encode() != data:
            raise Complaint("the two are not the same; nothing was made")
    else:
        raise Complaint("there is no terminal to ask on; give the passphrase by --passphrase-file FILE", 2)
    data = data.split(b"\n")[0].rstrip(b"\r")
    if not data or len(data) > _MOST:
        raise Complaint("the passphrase is empty or longer than %d bytes" % _MOST, 2)
    try:
        data.decode()
    except UnicodeDecodeError:
        raise Complaint("the passphrase is not UTF-8 text", 2) from None
    return data
