# SPDX-License-Identifier: MIT
"""Where microdot lies: among the packages of CPython, in which MicroPython does not look by itself. Import this first."""

import os
import sys

for _folder in os.listdir(".venv/lib"):
    _path = ".venv/lib/%s/site-packages" % _folder
    if _path not in sys.path:
        sys.path.append(_path)
