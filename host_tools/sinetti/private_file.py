# SPDX-License-Identifier: MIT
"""Private file: what only its owner may read, whole or not at all."""

import contextlib
import os
import tempfile

from host_tools.sinetti.complaint import Complaint


def write_private(path, data):
    """path: Path. A reader finds the old file or the new one. Raises Complaint."""
    draft = None
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)     # it is for nobody else
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError as fault:
        if draft is not None:
            with contextlib.suppress(OSError):
                os.remove(draft)
        raise Complaint("%s: %s" % (path, fault.strerror), 2) from None
