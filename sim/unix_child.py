# SPDX-License-Identifier: MIT
"""A process of MicroPython with the firmware's ROMFS image mapped beside its heap.

    python -I sim/unix_child.py IMAGE HEAP DESCRIPTOR

CPython's part is over when MicroPython begins: the image is mapped into the process and
MicroPython is told the address, so that the code costs no heap, as in the flash of a chip.
"""

import ctypes
import mmap
import signal
import sys

import micropython_unix

_PR_SET_PDEATHSIG = 1

_BOOT = """
import gc, sys, uctypes, vfs
vfs.mount(vfs.VfsRom(uctypes.bytearray_at(%d, %d)), "/rom")
sys.path[:] = ["/rom", ".frozen"]
gc.threshold(8192)
from boards.unix.main import main
gc.collect()
gc.threshold(-1)
sys.exit(main(%d))
"""


def run(image, heap, descriptor):
    """-> exit code. descriptor: where boards.unix.main finds its settings."""
    # The launcher ends the phone, politely, by its control descriptor. A signal to the whole
    # group must not interrupt MicroPython in the middle of a step; the launcher's death does.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with open(image, "rb") as file:
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    boot = _BOOT % (address, len(memory), descriptor)
    return micropython_unix.run_main(["micropython", "-X", "heapsize=" + heap, "-c", boot])


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2], int(sys.argv[3])))
