# SPDX-License-Identifier: MIT
"""DeskPhone: a phone of a board under MicroPython, of which only the chip is not real, as a process."""

import json
import subprocess
import sys

import numpy as np

from tests.interop import sound
from tests.interop.phones import Phone
from tests.interop.programs import MICROPYTHON


class DeskPhone(Phone):
    """finish() ends it and tells what was seen of its parts.

    folder   for its files; what lies in it as `root` is / of the phone
    address  of 127.0.0.0/8, that the access point gives it
    voice    WAV of 8 kHz that its owner says, once told to
    values   dict of stored values, str or bytes, besides those of the network; None for a phone that has its own
    nvs      rows of what it has in NVS, see tests/chip/run_desk.py
    """

    def __init__(self, folder, address, voice, values, nvs=()):
        self.address = address
        self._ear = folder / "ear.raw"
        root = folder / "root"
        (root / "data").mkdir(parents=True, exist_ok=True)
        said = folder / "voice.raw"
        said.write_bytes(doubled(sound.read_wav(voice)).astype("<i2").tobytes())
        settings = {"root": str(root), "address": address, "voice": str(said), "ear": str(self._ear), "nvs": list(nvs)}
        if values is not None:
            settings["values"] = {
                name: (value.encode() if isinstance(value, str) else value).hex() for name, value in values.items()}
        self._run(
            [sys.executable, "-I", "-c", MICROPYTHON, "-X", "heapsize=8M", "tests/chip/run_desk.py"],
            subprocess.PIPE, env={"MICROPYPATH": "firmware:.:.frozen"})
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


def doubled(samples):
    """8 kHz to 16 kHz, in the frequencies that both have."""
    spectrum = np.fft.rfft(samples)
    wide = np.zeros(len(samples) + 1, complex)
    wide[:len(spectrum)] = spectrum
    return np.clip(2 * np.fft.irfft(wide, 2 * len(samples)), -32768, 32767)
