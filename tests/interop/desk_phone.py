# SPDX-License-Identifier: MIT
"""DeskPhone: a phone of a board under MicroPython, of which only the chip is not real, as a process."""

import json
import os
import subprocess
import sys

import numpy as np

from tests.interop import sound
from tests.interop.phones import Phone
from tests.interop.programs import MICROPYTHON

# A voice at the converter: the INMP441 has no amplifier, and the board makes it louder by so much.
_QUIETER = {"desk_esp32": 8}


class DeskPhone(Phone):
    """finish() ends it and tells what was seen of its parts.

    folder   for its files; what lies in it as `root` is / of the phone
    address  of 127.0.0.0/8, that the access point gives it
    voice    WAV of 8 kHz that its owner says, once told to
    values   dict of stored values, str or bytes, besides those of the network; None for a phone that has its own
    nvs      rows of what it has in NVS, see tests/chip/run_desk.py
    board    "desk_s3" or "desk_esp32"
    """

    def __init__(self, folder, address, voice, values, nvs=(), board="desk_s3"):
        self.address = address
        self._ear = folder / "ear.raw"
        root = folder / "root"
        (root / "data").mkdir(parents=True, exist_ok=True)
        said = folder / "voice.raw"
        said.write_bytes((doubled(sound.read_wav(voice)) / _QUIETER.get(board, 1)).astype("<i2").tobytes())
        settings = {"board": board, "root": str(root), "address": address, "voice": str(said),
                    "ear": str(self._ear), "nvs": list(nvs)}
        if values is not None:
            settings["values"] = {
                name: (value.encode() if isinstance(value, str) else value).hex() for name, value in values.items()}
        self._run(
            [sys.executable, "-I", "-c", MICROPYTHON, "-X", "heapsize=8M", "tests/chip/run_desk.py"],
            subprocess.PIPE, env={"MICROPYPATH": "firmware:.:.frozen"})
        go_first(self.process.pid)
        self.do(json.dumps(settings))               # no file: there are secrets in it

    def _close(self):
        super()._close()
        self.process.stdin.close()

    def do(self, words):
        """What a person does: see tests/chip/run_desk.py."""
        self.process.stdin.write(words.encode() + b"\n")
        self.process.stdin.flush()

    def finish(self):
        """-> (what was heard at the codec's lines, 16 kHz; the event "seen")."""
        self.do("end")
        seen = self.wait("seen")
        super().finish()
        return np.frombuffer(self._ear.read_bytes(), "<i2").astype(float), seen


def go_first(pid):
    """A phone has its processor for itself. Here it comes before the others, where the computer lets us: for root."""
    try:
        os.sched_setscheduler(pid, os.SCHED_RR, os.sched_param(os.sched_get_priority_min(os.SCHED_RR)))
    except PermissionError:
        pass


def counted(seen):
    """-> str: what tells a stalled computer from a phone that is late, and from a network that loses. seen: its event."""
    to_ear, from_mouth = seen["lines"]
    packets = seen["packets"]
    return (
        "    speaker's line: %d samples of nothing, microphone's: %d pieces lost; buffers dropped: %d\n"
        "    packets received %d, lost %d, late %d; frames made up %d; jitter %d ms; the process stood still "
        "for %d ms, its longest step (the scan for a network) took %d" % (
            to_ear[0], from_mouth[1], to_ear[2] + from_mouth[2], packets["received"], packets["lost"],
            packets["late"], packets["concealed"], packets["jitter_ms"], seen["stood_ms"], seen["longest_ms"]))


def doubled(samples):
    """8 kHz to 16 kHz, in the frequencies that both have."""
    spectrum = np.fft.rfft(samples)
    wide = np.zeros(len(samples) + 1, complex)
    wide[:len(spectrum)] = spectrum
    return np.clip(2 * np.fft.irfft(wide, 2 * len(samples)), -32768, 32767)
