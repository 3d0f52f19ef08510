# SPDX-License-Identifier: MIT
"""Factory reset of a chip: everything that the owner stored goes, whenever the power is cut in between.

    reset = "burn 3"    NVS is being overwritten, all its pages, so that no older copy of a secret is left
    reset = "burnt 3"   it is empty, and after the restart, which NVS needs, the files go

The number is the security version below which no update may come: it lies in NVS too, and is put back.
The files go last, and the mark with them. On littlefs a file that was removed stays in the flash until its
blocks are needed: nothing can overwrite it from here. So what is secret lies in NVS, see split_storage.py;
contacts, keys of others and the log of calls do not, and a thief who reads the flash chip may find them until
the phone has written much. Unproven on a chip.

Not the owner's, and so it stays: the versions of the firmware, and who may release the next one.
"""

MARK = "reset"                  # of the files
_BURN, _BURNT = b"burn", b"burnt"
_SECURITY = "security"          # of the counters, see update/pointer.py


def begin(secrets, files, counters):
    """The chip has to start anew as soon as this returns. counters: esp32.NVS, or None."""
    level = b" %d" % _level(counters)
    if not files.save(MARK, _BURN + level):
        files.wipe()            # no room: then they go first
        files.save(MARK, _BURN + level)
    _burn(secrets, files, level)


def go_on(secrets, files, counters, restart):
    """At the start, before anything is loaded: finish what begin() began."""
    state, _, level = (files.load(MARK) or b"").partition(b" ")
    if state == _BURN:
        _burn(secrets, files, b" " + level)
        restart()
        return
    if level.isdigit() and int(level) > _level(counters):
        try:
            counters.set_i32(_SECURITY, int(level))
            counters.commit()
        except OSError:
            pass                # the version that runs says its own, when it has run for a while
    files.wipe()


def _burn(secrets, files, level):
    try:
        secrets.wipe()
    except OSError:
        pass                    # a page that cannot be written; the others are empty
    if not files.save(MARK, _BURNT + level):
        files.wipe()


def _level(counters):
    try:
        return counters.get_i32(_SECURITY) if counters else 0
    except OSError:
        return 0                # never written
