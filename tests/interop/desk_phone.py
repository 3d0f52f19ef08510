# SPDX-License-Identifier: MIT
"""DeskPhone: a phone of a board under MicroPython, of which only the chip is not real, as a process."""

import json
import subprocess
import sys
import threading
import time

import numpy as np

from tests.interop import sound
from tests.interop.phones import ROOT
from tests.interop.programs import MICROPYTHON

_LIMIT_S = 30


class DeskPhone:
    """Use it in a `with` block. finish() ends it and tells what was seen of its parts.

    folder   for its files; what lies in it as `root` is / of the phone
    address  of 127.0.0.0/8, that the access point gives it
    voice    WAV of 8 kHz that its owner says, once told to
    values   dict of stored values besides those of the network
    events   list of dict, as they came
    """

    def __init__(self, folder, address, voice, values):
        self._folder = folder
        self._ear = folder / "ear.raw"
        root = folder / "root"
        (root / "data").mkdir(parents=True, exist_ok=True)
        said = folder / "voice.raw"
        said.write_bytes(doubled(sound.read_wav(voice)).astype("<i2").tobytes())
        settings = folder / "desk.json"
        settings.write_text(json.dumps({
            "root": str(root), "address": address, "voice": str(said), "ear": str(self._ear), "values": values}))
        self.events = []
        self.errors = []
        self._news = threading.Condition()
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", MICROPYTHON, "-X", "heapsize=8M", "tests/chip/run_desk.py", str(settings)],
            cwd=ROOT, env={"MICROPYPATH": "firmware:.:.frozen"}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self._news:
                if line.startswith(b"{"):
                    self.events.append(json.loads(line))
                else:
                    self.errors.append(line.decode(errors="replace"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def __enter__(self):
        try:
            self.wait("boot")
        except AssertionError as fault:
            self.__exit__(AssertionError, fault, None)
            raise
        return self

    def __exit__(self, kind, fault, trace):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        self.process.stdin.close()
        self.process.stdout.close()
        if fault is not None:
            fault.add_note("the phone of the board:\n%s\n%s" % (
                "\n".join(map(json.dumps, self.events)), "".join(self.errors)))

    def do(self, words):
        """What a person does: see tests/chip/run_desk.py."""
        self.process.stdin.write(words.encode() + b"\n")
        self.process.stdin.flush()

    def wait(self, event, limit_s=_LIMIT_S):
        """Wait for an event. -> the last of it."""
        end = time.monotonic() + limit_s
        with self._news:
            while not (found := [posted for posted in self.events if posted["event"] == event]):
                left = end - time.monotonic()
                assert left > 0, "%s did not come in %d s" % (event, limit_s)
                assert self._reader.is_alive(), "the phone ended before %s" % event
                self._news.wait(min(left, 1))
        return found[-1]

    def finish(self):
        """-> (what was heard at the codec's lines, 16 kHz; the event "seen")."""
        self.do("end")
        seen = self.wait("seen")
        assert self.process.wait(_LIMIT_S) == 0
        return np.frombuffer(self._ear.read_bytes(), "<i2").astype(float), seen


def doubled(samples):
    """8 kHz to 16 kHz, in the frequencies that both have."""
    spectrum = np.fft.rfft(samples)
    wide = np.zeros(len(samples) + 1, complex)
    wide[:len(spectrum)] = spectrum
    return np.clip(2 * np.fft.irfft(wide, 2 * len(samples)), -32768, 32767)
