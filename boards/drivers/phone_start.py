# SPDX-License-Identifier: MIT
"""Starts the phone of a board: builds its ports, assembles it, and lets it run until the power goes.

What nobody caught, from the first pin on, ends in `crash`, a value of a few lines, and in a restart:
a phone that stands at a prompt would be open to whoever has a cable.
"""

import sys
from io import IOBase

from micropython import const

from boards.drivers import chip_parts
from boards.drivers.chip_parts import Quiet
from boards.drivers.device_loop import DeviceLoop
from boards.drivers.file_storage import FileStorage

_CRASH = "crash"
_MOST = const(1500)             # bytes of it
_COUNTERS = "sinetti"           # namespace in NVS, see boards/boot.py


def start(board, root=""):
    """board: module with build(quiet, root); root: for tests. On a chip it never returns."""
    import machine

    keep_running(lambda: _live(board, root), FileStorage(root + "/data"), machine.reset)


def keep_running(life, storage, restart):
    """life: function that does not return. What it raises is kept, but for its words; then restart()."""
    try:
        life()
    except Exception as fault:
        storage.save(_CRASH, story_of(fault))
    restart()


def _live(board, root):
    import machine

    quiet = Quiet()
    hal = board.build(quiet, root)
    if knows_nothing(hal.storage):
        from boards.drivers import setup_start
        setup_start.run(hal, machine)
    hal.network.join()
    from assembly import RELEASED, assemble
    from preloading import Preloading

    hal.restart = machine.reset
    phone = assemble(hal)
    Preloading(phone, hal.crypto, hal.clock.now())      # both boards have memory for much more than a call
    hal.updates = lambda: _updater(board.NAME, hal, phone, root)
    quiet.watch(phone)
    time = chip_parts.network_time(hal, RELEASED)
    DeviceLoop(hal, phone, lambda: confirm(root), (time,) + chip_parts.chores(hal)).run()


def _updater(name, hal, phone, root):
    """-> Updater. What it takes is loaded when somebody asks for an update."""
    from esp32 import NVS
    from fetching import make_updater

    from boards.drivers.slot_versions import SlotVersions

    return make_updater(hal, phone, SlotVersions(name, hal.storage, NVS(_COUNTERS), root))


def knows_nothing(kept):
    """-> True for a phone that has neither a network nor an account. kept: Storage."""
    if kept.load("wifi.networks"):
        return False
    return (b"\n" + (kept.load("settings") or b"")).find(b"\naccount.") < 0


def story_of(fault):
    """-> bytes: the kind of an exception, and where. Not its words: what it met may be a secret."""
    told = _Told()
    sys.print_exception(fault, told)
    lines = [type(fault).__name__.encode()]
    for line in told.text.split(b"\n"):
        if line.startswith(b"  File "):
            lines.append(line.strip())
    return b"\n".join(lines)[:_MOST]


class _Told(IOBase):
    """A stream that keeps what is written. text: bytes."""

    text = b""

    def write(self, data):
        self.text += bytes(data)
        return len(data)


def confirm(root=""):
    """The version that runs has run for a while: it stays. What this loads is not needed again."""
    from esp32 import NVS

    from boards.drivers.slot_disk import SlotDisk
    from update.manifest import level_of
    from update.pointer import SlotPointer

    slot = sys.path[0][-1:]
    disk = SlotDisk(root)
    try:
        with disk.open("/%s/manifest" % slot, "rb") as file:
            security = level_of(file)
        SlotPointer(disk, NVS(_COUNTERS)).confirm(slot, security)
    except OSError:                     # the medium refused: the next start is counted, and tries again
        pass
