# SPDX-License-Identifier: MIT
"""Draft: the Storage port over the values that a phone keeps, of which nothing is changed yet.

The phone's own Config, Directory and People work on it as they do on the phone; what they save is gathered.
"""


class Draft:
    """
    load     function: name to bytes or None, of the values as they are
    changes  dict: name to what is to be there, bytes, or None where nothing is to be
    """

    def __init__(self, load):
        self.changes = {}
        self._load = load

    def load(self, name):
        return self.changes[name] if name in self.changes else self._load(name)

    def save(self, name, data):
        if self.load(name) != data:
            self.changes[name] = bytes(data)
        return True

    def erase(self, name):
        if self.load(name) is not None:
            self.changes[name] = None
