# SPDX-License-Identifier: MIT
"""What the architecture tests read: sources as syntax trees, and who imports whom."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIRMWARE = ROOT / "firmware"


def files(folder):
    """-> sorted list of the Python files below a folder of the repository."""
    return sorted((ROOT / folder).rglob("*.py"))


def tree(path):
    return ast.parse(path.read_text())


def imports(path):
    """-> set of the modules that a file imports, dotted; those in functions too."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module)
            found.update("%s.%s" % (node.module, alias.name) for alias in node.names)
    return found


def module_of(path, base):
    """-> dotted name of a file below `base`."""
    name = path.relative_to(base).with_suffix("").as_posix().replace("/", ".")
    return name[:-len(".__init__")] if name.endswith(".__init__") else name
