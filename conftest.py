# SPDX-License-Identifier: MIT
"""What pytest needs to know: where the sources are, and which files are for other rigs only."""

import sys
from pathlib import Path

_ROOT = Path(__file__).parent
for _folder in (_ROOT, _ROOT / "sim" / "cpython", _ROOT / "firmware"):
    sys.path.insert(0, str(_folder))

from tests.rigs.portable_runner import rigs_of  # noqa: E402


def pytest_ignore_collect(collection_path):
    """-> True for a test file that names its rigs and CPython is none of them."""
    if collection_path.is_file() and collection_path.name.startswith("test_"):
        return "cpython" not in rigs_of(collection_path.read_text()) or None
    return None
