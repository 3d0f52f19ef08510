# SPDX-License-Identifier: MIT
"""Staged values: stored values that are replaced together or not at all, whenever the power is cut.

    open     new values are beside the old ones, "n.directory" beside "directory", and count for nothing
    whole    all of them are there, and take the places of the old ones
    open     ... and what is beside is forgotten

The value "staged" says which, with the names. chip_parts.storage() finishes what was cut off before anybody
reads a value. Nothing is forgotten while it is whole: to erase a secret takes two steps, the first of which
puts zeros there. A secret stays among the secrets, see split_storage.py; NVS has names of 15 letters, and the
longest of a secret has 13.
"""

STAGED = "staged"

_BESIDE = "n."
_GONE = "-"                     # in front of a name: that value is to be erased
_OPEN, _WHOLE = b"open", b"whole"


def begin(storage, names):
    """names: list of str, one with "-" in front is erased. -> False when the medium refuses."""
    return finish(storage) and _write(storage, _OPEN, names)


def put(storage, name, data):
    """Write one of the new values. -> False when the medium refuses, or did not keep it as it was."""
    return storage.save(_BESIDE + name, data) and storage.load(_BESIDE + name) == data


def commit(storage):
    """The new values hold. -> False: not all that begin() named are there, or the medium refused it."""
    state, names = _read(storage)
    for name in names:
        if name[:1] != _GONE and storage.load(_BESIDE + name) is None:
            return False
    return state == _OPEN and _write(storage, _WHOLE, names) and finish(storage)


def finish(storage):
    """-> False when the medium refused a value that should hold by now; the next start tries again."""
    state, names = _read(storage)
    if state == _WHOLE:
        for name in names:
            if name[:1] == _GONE:
                storage.erase(name[1:])
            elif not _take(storage, name, storage.load(_BESIDE + name)):
                return False
        if not _write(storage, _OPEN, names):
            return False
    for name in names:
        if name[:1] != _GONE:
            storage.erase(_BESIDE + name)
    storage.erase(STAGED)
    return True


def _take(storage, name, data):
    if data is None or storage.load(name) == data:      # the last time it came so far
        return True
    if storage.save(name, data):
        return True
    storage.erase(name)             # no room for all three; the new one is safe beside it
    return storage.save(name, data)


def _write(storage, state, names):
    return storage.save(STAGED, b"\n".join([state] + [name.encode() for name in names]))


def _read(storage):
    """-> (state, list of names); (b"", []) when nothing is staged."""
    data = storage.load(STAGED)
    if not data:
        return b"", []
    state, *names = data.decode().split("\n")
    return state.encode(), [name for name in names if name]
