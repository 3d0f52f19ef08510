# SPDX-License-Identifier: MIT
"""Plan: what a settings file says, checked line by line, and then done: all of it or nothing."""

from phone.caption import decode
from provisioning import contacts

_CONTACT = b"contact"
_OWN = ("settings.serial",)     # comes from the head of the file alone
_ADDRESS = "settings.address"   # where there is one, contacts.finish() is called
_FIELDS = 4


class Plan:
    """
    text       of the message, bytes
    reason     what is wrong with it, str, or "": never with a value, for that may be a secret
    config     phone.config.Config; directory: phone.directory.Directory
    count      how many settings and contacts it has
    """

    def __init__(self, text, config, directory):
        self.reason = ""
        self._config = config
        self._directory = directory
        self._values = []               # (key, value as bytes)
        self._contacts = []
        number = 0
        for line in text.split(b"\n"):
            number += 1
            if line and not self.reason:
                self._take(number, line)
        self.count = len(self._values) + len(self._contacts)
        if not self.count and not self.reason:
            self.reason = "there is nothing in it"
        self._lines = directory.merged(self._contacts)
        if self._lines is None and not self.reason:
            self.reason = "there is no room for its contacts"

    def _take(self, number, line):
        name, mark, value = line.partition(b"=")
        if name == _CONTACT:
            fields = value.split(b"\t")
            if len(fields) == _FIELDS and self._directory.is_contact(fields):
                self._contacts.append(fields)
            else:
                self.reason = "its contact in line %d cannot be used" % number
            return
        key = decode(name)
        if not mark or key in _OWN or not self._config.knows(key):
            self.reason = "line %d names no setting of this phone" % number
        elif key == _ADDRESS and not value or not self._config.accepts(key, value):
            self.reason = "%s cannot have the value of line %d" % (key, number)
        else:
            self._values.append((key, value))

    def carry_out(self, serial, storage, now):
        """-> True when all of it holds, and is stored under this serial number; else nothing has changed."""
        config = self._config
        if self._contacts and not contacts.prepare(storage, serial, self._lines):
            return False
        before = [(key, config.get(key)) for key, _ in self._values] + [
            ("settings.serial", config.get("settings.serial"))]
        for key, value in self._values:
            config.set(key, value)
        config.set("settings.serial", serial)
        if not config.save(now):
            while before:               # backwards: a key may come twice
                config.set(*before.pop())
            storage.erase(contacts.PENDING)
            return False
        if self._contacts and self._directory.replace(self._lines, now):
            storage.erase(contacts.PENDING)
        return True
