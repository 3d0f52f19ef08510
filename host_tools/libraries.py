# SPDX-License-Identifier: MIT
"""Libraries: what others wrote and goes into an image of a phone. Versions are pinned in requirements.txt.

    microdot    serves the setup page; loaded by a phone that is being set up, and by no other

The hash here is that of the file whose use was looked at: another one makes no image.
"""

import hashlib
import importlib.util
from importlib import metadata
from pathlib import Path

from host_tools.image import ImageError


class Library:
    """
    name      of the Python package, and of the module on the phone; place: its file within the package
    digest    SHA-256 of that, hex; licence: SPDX; notice: whose it is, as its licence wants it told
    """

    def __init__(self, name, place, digest, licence, notice):
        self.name = name
        self.digest = digest
        self.licence = licence
        self.notice = notice
        self._place = place

    @property
    def version(self):
        try:
            return metadata.version(self.name)
        except metadata.PackageNotFoundError:
            raise ImageError("the Python package %s is missing" % self.name) from None

    def text(self):
        """-> str. Raises ImageError: it is not there, or is not the one that was looked at."""
        version = self.version
        data = (Path(importlib.util.find_spec(self.name).origin).parent / self._place).read_bytes()
        if hashlib.sha256(data).hexdigest() != self.digest:
            raise ImageError("%s %s is not the one that was looked at: see host_tools/libraries.py" % (
                self.name, version))
        return data.decode()


ON_A_PHONE = (
    Library(
        "microdot", "microdot.py", "d9e0bea681d15965e8c683f642e03536fbed34e0bc55fe5000324208924936c1",
        "MIT", "Copyright (c) 2019 Miguel Grinberg"),
)
