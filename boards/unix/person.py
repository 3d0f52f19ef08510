# SPDX-License-Identifier: MIT
"""Person: whoever presses the keys, a script or somebody at the keyboard."""

from boards.unix import platform
from boards.unix.auto_answer import AutoAnswer
from boards.unix.keyboard import Keyboard
from boards.unix.keypad import Finger
from boards.unix.keyscript import KeyScript


class Person:
    """settings: a dict, as sim/launcher.py makes it:

    keys             descriptor of the steps of a KeyScript, or None
    auto_answer_ms   how long the phone rings before the call is taken, or None
    keyboard         descriptor of a terminal, non-blocking, or None
    """

    def __init__(self, hal, settings):
        self._script = None
        finger = Finger(hal.clock, hal.keypad)
        self._parts = []
        if settings["keys"] is not None:
            file = platform.open_descriptor(settings["keys"], "rb")
            self._script = KeyScript(hal.clock, finger, hal.hook, file)
            self._parts.append(self._script)
            hal.events.listeners.append(self._script.heard)
        if settings["auto_answer_ms"] is not None:
            answerer = AutoAnswer(hal.clock, finger, settings["auto_answer_ms"])
            self._parts.append(answerer)
            hal.events.listeners.append(answerer.heard)
        if settings["keyboard"] is not None:
            file = platform.open_descriptor(settings["keyboard"], "rb")
            self._parts.append(Keyboard(file, finger, hal.hook))
        self._parts.append(finger)          # the last: it does at once what the others want

    def service(self):
        """Once a step of the board's loop."""
        for part in self._parts:
            part.service()

    def has_finished(self):
        """-> True when the script is over, or cannot go on."""
        return self._script is not None and (self._script.is_over or self._script.missed != "")

    def complaint(self):
        """-> why the script was not played to its end, "" when it was or there is none."""
        if self._script is None or self._script.is_over:
            return ""
        if self._script.missed:
            return "%s did not come in time" % self._script.missed
        return "the phone ended before the script did"
