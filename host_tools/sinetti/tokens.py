# SPDX-License-Identifier: MIT
"""Tokens: which phone is who. 256 random bits each, kept here as a hash only.

A token is not a password that somebody chose, so a plain SHA-256 of it cannot be guessed back.
"""

import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path

from host_tools.sinetti.complaint import Complaint

SIZE = 32


def draw():
    """-> bytes: a token that nobody has yet."""
    return secrets.token_bytes(SIZE)


class Tokens:
    """path: the file, which may come later. {NAME: hex digits of the hash}"""

    def __init__(self, path):
        self.path = Path(path)

    def issue(self, name):
        """A new token for the phone `name`; an old one stops working. -> bytes."""
        token = draw()
        self.keep(name, token)
        return token

    def keep(self, name, token):
        """From now on this is the token of the phone `name`, and no other. Raises OSError and Complaint."""
        hashes = self._load()
        hashes[name] = hashlib.sha256(token).hexdigest()
        draft = self.path.with_name(self.path.name + ".new")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(hashes, file, indent=1, sort_keys=True)
        draft.replace(self.path)

    def owner_of(self, token):
        """-> name of the phone with this token, or None. Takes the same time for every wrong one."""
        digest = hashlib.sha256(token).hexdigest()
        found = None
        for name, kept in self._load().items():
            if hmac.compare_digest(kept, digest):
                found = name
        return found

    def _load(self):
        try:
            hashes = json.loads(self.path.read_text())
            if isinstance(hashes, dict) and all(isinstance(kept, str) for kept in hashes.values()):
                return hashes
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            pass
        raise Complaint("%s cannot be read; remove it and pair the phones again" % self.path)
