# SPDX-License-Identifier: MIT
"""A process of MicroPython that runs one of programs/, with two images mapped beside its heap.

    python -I host_tools/bench/child.py FIRMWARE PROGRAMS HEAP PROGRAM WORD...

As sim/unix_child.py does it for a phone: the code costs no heap, as in the flash of a chip.
"""

import ctypes
import mmap
import sys

import micropython_unix

_BOOT = """
import gc, sys, uctypes, vfs
vfs.mount(vfs.VfsRom(uctypes.bytearray_at(%d, %d)), "/rom")
vfs.mount(vfs.VfsRom(uctypes.bytearray_at(%d, %d)), "/bench")
sys.path[:] = ["/rom", ".frozen", "/bench"]
gc.threshold(8192)
import assembly, boards.drivers.socket_network
from host_tools.bench.programs.%s import main
gc.collect()
gc.threshold(-1)
main(%r)
"""


def mapped(path):
    """-> mmap of a file, kept by the caller as long as MicroPython runs."""
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)


def place(memory):
    """-> (address, bytes) of a mmap."""
    return ctypes.addressof(ctypes.c_char.from_buffer(memory)), len(memory)


def run(firmware, programs, heap, program, words):
    """-> exit code."""
    images = [mapped(firmware), mapped(programs)]
    boot = _BOOT % (*place(images[0]), *place(images[1]), program, words)
    return micropython_unix.run_main(["micropython", "-X", "heapsize=" + heap, "-c", boot])


if __name__ == "__main__":
    sys.exit(run(*sys.argv[1:5], sys.argv[5:]))
