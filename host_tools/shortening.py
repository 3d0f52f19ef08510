# SPDX-License-Identifier: MIT
"""Shortening: names that only their own module can see, written with a letter in the image.

MicroPython keeps every name it meets in a table in RAM that doubles when it is full, in one
piece; 400 private names of attributes and functions fill a quarter of it. `_state` becomes
`_a` in one module and `_c` in another, so all of them share a few names. The image comes with
a list of what was what, for whoever reads a traceback of a phone.
"""

import ast
import re
import string

_PRIVATE = re.compile(r"_[a-z][A-Za-z0-9_]*$")
_SHORT = ["_" + letter for letter in string.ascii_letters]


class ShorteningError(Exception):
    """A class inherits from another module, where the same letter may mean something else."""


def shorten(sources):
    """-> (dict like `sources`: module to text, dict: module to {short: long})."""
    texts, names = {}, {}
    for module, text in sources.items():
        texts[module], names[module] = _shortened(module, text, sources)
    return texts, names


def _shortened(module, text, sources):
    tree = ast.parse(text)
    _check_bases(module, tree, sources)
    count = {}
    for _, name in _places(tree):
        count[name] = count.get(name, 0) + 1
    # The commonest names get the first letters: those are the ones most modules share.
    wanted = sorted(count, key=lambda name: (-count[name], name))
    used = _identifiers(tree)
    free = [short for short in _SHORT if short not in used]
    free += ["_%s%s" % (first[1], second[1]) for first in _SHORT for second in _SHORT]
    new = dict(zip([name for name in wanted if len(name) > 2], free))
    edits = [(node, name, new[name]) for node, name in _places(tree) if name in new]
    return _edited(text, edits), {short: long for long, short in new.items()}


def _places(tree):
    """Yield (node, name) wherever a private name of the module stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _PRIVATE.match(node.attr):
            yield node, node.attr
        elif isinstance(node, ast.FunctionDef) and _PRIVATE.match(node.name):
            yield node, node.name
        elif isinstance(node, ast.ClassDef) and re.match(r"_[A-Za-z]", node.name):
            yield node, node.name
        elif isinstance(node, ast.Name) and (_PRIVATE.match(node.id) or re.match(r"_[A-Z][a-z]", node.id)):
            yield node, node.id
        elif isinstance(node, ast.alias) and node.asname and _PRIVATE.match(node.asname):
            yield node, node.asname


def _identifiers(tree):
    """-> set of all names in a module: constants like _M must not meet a short name."""
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return found | {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}


def _check_bases(module, tree, sources):
    imported = {alias.asname or alias.name for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and node.module in sources for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for base in node.bases:
                if isinstance(base, ast.Name) and base.id in imported:
                    raise ShorteningError("%s.%s inherits from another module" % (module, node.name))


def _edited(text, edits):
    lines = text.encode().split(b"\n")
    places = []
    for node, name, short in edits:
        line = node.lineno - 1
        if isinstance(node, ast.Attribute):
            line = node.end_lineno - 1
            at = node.end_col_offset - len(name)
        elif isinstance(node, ast.alias):
            line = node.end_lineno - 1
            at = node.end_col_offset - len(name)
        elif isinstance(node, ast.Name):
            at = node.col_offset
        else:                               # "def name(" or "class name"
            at = lines[line].index(name.encode(), node.col_offset)
        places.append((line, at, name, short))
    for line, at, name, short in sorted(set(places), reverse=True):
        data = lines[line]
        assert data[at:at + len(name)] == name.encode(), (line, name)
        lines[line] = data[:at] + short.encode() + data[at + len(name):]
    return b"\n".join(lines).decode()
