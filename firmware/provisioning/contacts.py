# SPDX-License-Identifier: MIT
"""Contacts of a settings file on their way into the directory: they hold together with its settings, or not.

They are two stored values. So the new directory is stored beside the old one first, with the serial number
of its settings; the settings, which have that number too, are stored next, and with that it is decided.
"""

from micropython import const

from core.octets import to_int

PENDING = "directory.next"      # of the storage: a line with the serial number, then the directory
_MOST = const(999999999)


def prepare(storage, serial, lines):
    """Store the directory (list of bytes) that comes with these settings. -> False: the store refused."""
    return storage.save(PENDING, b"\n".join([b"%d" % serial] + lines))


def finish(storage, config, directory, now):
    """At the start of a phone: what was prepared counts when its settings were stored, else it is dropped."""
    pending = storage.load(PENDING)
    if pending is None:
        return
    lines = pending.split(b"\n")
    serial = to_int(lines.pop(0), _MOST)
    if serial != config.get("settings.serial") or directory.replace(lines, now):
        storage.erase(PENDING)
