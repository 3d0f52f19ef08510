# SPDX-License-Identifier: MIT
"""Opens what `--mic` and `--ear` name, for boards/unix: WAV files, FIFOs, a tone, nothing."""

import math
import os
import stat
import struct
import tempfile

RATE_HZ = 8000
_FRAME_BYTES = 320
_TONE_LEVEL = 8000          # of 32767: loud, and far from clipping
_PCM = 1
_EXTENSIBLE = 0xFFFE


class SoundError(Exception):
    """It cannot be opened or is no sound of ours. The message is for a person."""


def open_mouth(word):
    """-> `mic` of boards.unix.board.build() for the word after --mic. Raises SoundError."""
    if word == "silence":
        return {"kind": "silence"}
    if word.startswith("tone:"):
        return _tone(word)
    if _is_fifo(word):
        return {"kind": "fifo", "fd": _open(word, os.O_RDWR | os.O_NONBLOCK)}
    descriptor = _open(word, os.O_RDONLY)
    off, n = _find_samples(word, descriptor)
    return {"kind": "file", "fd": descriptor, "off": off, "n": n, "circle": False}


def open_ear(word):
    """-> `ear` of boards.unix.board.build() for the word after --ear. Raises SoundError."""
    if word == "null":
        return {"kind": "null"}
    if _is_fifo(word):
        return {"kind": "fifo", "fd": _open(word, os.O_RDWR | os.O_NONBLOCK)}
    return {"kind": "wav", "fd": _open(word, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)}


def _is_fifo(path):
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except OSError:
        return False


def _open(path, flags):
    try:
        return os.open(path, flags | os.O_CLOEXEC, 0o644)
    except (OSError, ValueError) as fault:
        raise SoundError("%s: %s" % (path, getattr(fault, "strerror", None) or fault)) from None


def _tone(word):
    """One second of it, to be played in a circle: it holds a whole number of waves."""
    try:
        pitch = int(word[len("tone:"):])
    except ValueError:
        pitch = 0
    if not 0 < pitch < RATE_HZ // 2:
        raise SoundError("%s: the pitch is a whole number of Hz, 1 to %d" % (word, RATE_HZ // 2 - 1))
    wave = [round(_TONE_LEVEL * math.sin(2 * math.pi * pitch * at / RATE_HZ)) for at in range(RATE_HZ)]
    with tempfile.TemporaryFile() as file:
        file.write(struct.pack("<%dh" % RATE_HZ, *wave))
        file.flush()
        descriptor = os.dup(file.fileno())
    return {"kind": "file", "fd": descriptor, "off": 0, "n": 2 * RATE_HZ, "circle": True}


def _find_samples(path, descriptor):
    """-> (offset, bytes) of the samples in a WAV file. Raises SoundError."""
    try:
        size = os.fstat(descriptor).st_size
        head = os.pread(descriptor, 12, 0)
    except OSError as fault:
        raise SoundError("%s: %s" % (path, fault.strerror)) from None
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
        raise SoundError("%s is no WAV file" % path)
    at = 12
    is_ours = False
    while at + 8 <= size:
        name, n = struct.unpack("<4sI", os.pread(descriptor, 8, at))
        at += 8
        if name == b"fmt ":
            _check_format(path, os.pread(descriptor, min(n, 40), at))
            is_ours = True
        elif name == b"data" and is_ours:
            # A program that writes into a pipe cannot know the length: the file tells it.
            n = min(n, size - at) & ~1
            if n == 0:
                raise SoundError("%s holds no sound" % path)
            return at, n
        at += n + (n & 1)
    raise SoundError("%s is a broken WAV file: it has no %s" % (path, "samples" if is_ours else "format"))


def _check_format(path, chunk):
    if len(chunk) < 16:
        raise SoundError("%s is a broken WAV file: its format is cut off" % path)
    kind, channels, rate, _, _, width = struct.unpack("<HHIIHH", chunk[:16])
    if kind == _EXTENSIBLE and len(chunk) >= 26:
        kind = struct.unpack("<H", chunk[24:26])[0]
    if (kind, channels, rate, width) == (_PCM, 1, RATE_HZ, 16):
        return
    converted = os.path.splitext(path)[0] + "-8k.wav"
    raise SoundError(
        "%s is %s%d Hz, %d channel%s, %d bit; the phone takes 8000 Hz, 1 channel, 16 bit: "
        "sox %s -r 8000 -c 1 -b 16 -e signed %s" % (
            path, "" if kind == _PCM else "not PCM, ", rate, channels, "" if channels == 1 else "s",
            width, path, converted))
