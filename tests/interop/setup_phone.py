# SPDX-License-Identifier: MIT
"""SetupPhone: a phone of boards/desk_s3 under MicroPython as it was bought, as a process: nothing is stored."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

from boards.drivers.font_5x7 import FONT
from tests.interop.phones import Phone
from tests.interop.programs import MICROPYTHON
from tests.unit.boards.font_drawing import ORDER

_LETTERS = {bytes(FONT[5 * place:5 * place + 5]): letter for place, letter in enumerate(ORDER) if len(letter) == 1}


class SetupPhone(Phone):
    """
    root     folder that is / of the phone
    address  of 127.0.0.0/8: of the phone in its own network, and in the one that it joins
    port     of this computer that stands for its port 80
    nvs      what the event "restart" of the phone before told
    boots    event that tells that it runs: "setup" or "boot"
    cable    None: the board has no socket for one; else whether one is in
    """

    def __init__(self, root, address, port, nvs=(), boots="setup", cable=None):
        self.address = address
        self._boots = boots
        (root / "data").mkdir(parents=True, exist_ok=True)
        library = Path(importlib.util.find_spec("microdot").origin).parents[1]
        settings = {"root": str(root), "address": address, "ports": {80: port}, "nvs": list(nvs),
                    "libraries": [str(library)], **({} if cable is None else {"cable": cable})}
        self._run(
            [sys.executable, "-I", "-c", MICROPYTHON, "-X", "heapsize=32M", "tests/chip/run_desk.py"],
            subprocess.PIPE, env={"MICROPYPATH": "firmware:.:.frozen"})
        self.do(json.dumps(settings))           # no file: there are secrets in it

    def __enter__(self):
        try:
            self.wait(self._boots)
        except AssertionError as fault:
            self._kill()
            fault.add_note(self.story())
            raise
        return self

    def _close(self):
        super()._close()
        self.process.stdin.close()

    def do(self, words):
        """What a person does: see tests/chip/run_desk.py."""
        self.process.stdin.write(words.encode() + b"\n")
        self.process.stdin.flush()

    def story(self):
        """-> its events, a line each, and what it said besides; of what was on the glass the last."""
        lines = [json.dumps(event) for event in self.events if event["event"] != "glass"]
        if self.count("glass"):
            lines += read_glass(self.last("glass")["rows"])
        return "\n".join(lines) + "\n" + self.errors

    def rows(self):
        """-> list of eight str: what a person reads off the glass now."""
        return read_glass(self._look()["rows"])

    def own(self):
        """-> [name, password] of its own network, as it is on the air; None: it is off."""
        return self._look()["own"]

    def rows_with(self, words, times=400):
        """-> its rows, once these words are among them and all rows are drawn: one comes with each step."""
        before = None
        for _ in range(times):
            rows = self.rows()
            if rows == before and words in "\n".join(rows):
                return rows
            before = rows
        raise AssertionError("the screen never had %r, but:\n%s" % (words, "\n".join(rows)))

    def _look(self):
        times = self.count("glass") + 1
        self.do("look")
        return self.wait("glass", times)


def read_glass(points):
    """-> list of eight str. points: 64 rows of 128 letters, # for a point that is lit."""
    return ["".join(_letter(points, 8 * row, 1 + 6 * column) for column in range(21)).rstrip() for row in range(8)]


def _letter(points, top, left):
    columns = bytes(sum((points[top + bit][left + x] == "#") << bit for bit in range(8)) for x in range(5))
    return _LETTERS.get(columns, "?")
