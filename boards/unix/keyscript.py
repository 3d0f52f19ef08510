# SPDX-License-Identifier: MIT
"""KeyScript: plays the row of tokens of `--keys`, as a person would.

The launcher has made a file of steps of it (sim/key_tokens.py), a line for each:

    press CODE MS    lift    lay    hang-up    sleep MS    wait EVENT MS
"""

from micropython import const

from core.clock import ticks_diff

_BACK = const(66)           # "B": ends a call that has no handset lifted
_PRESS_MS = const(60)
_HANDSET_MS = const(100)    # from hand to ear, before the first key
_REMEMBERED = const(64)     # events that nobody waited for


class KeyScript:
    """file: the steps, readline() -> bytes. They stay out of the heap, which is the phone's.

    A `wait` finds what was posted after the event of the wait before it, so nothing is missed
    that came while a key was still under the finger.

    is_over   the last step is done, or
    missed    the event that did not come in time, "" while all is well
    """

    def __init__(self, clock, finger, hook, file):
        self._clock = clock
        self._finger = finger
        self._hook = hook
        self._file = file
        self._step = None               # the words of the step that is waited for, or None
        self._begun = 0                 # tick at which it began
        self._heard = []                # names of events, oldest first
        self.is_over = False
        self.missed = ""

    def heard(self, event):
        """An event was posted."""
        if len(self._heard) == _REMEMBERED:
            self._heard.pop(0)
        self._heard.append(event)

    def service(self):
        """Once a step of the board's loop: do what can be done now, at most one step."""
        if self.is_over or self.missed or not self._finger.is_idle():
            return
        now = self._clock.now()
        if self._step is None:
            self._step = self._file.readline().decode().split()
            self._begun = now
        if not self._step:
            self.is_over = True
        elif self._is_done(self._step, ticks_diff(now, self._begun)):
            self._step = None

    def _is_done(self, step, since_ms):
        kind = step[0]
        if kind == "press":
            self._finger.press(int(step[1]), int(step[2]))
        elif kind == "lift" or kind == "lay":
            self._turn_hook(kind == "lift")
        elif kind == "hang-up":
            if self._hook.is_off():
                self._turn_hook(False)
            else:
                self._finger.press(_BACK, _PRESS_MS)
        elif kind == "sleep":
            return since_ms >= int(step[1])
        else:
            return self._has_come(step[1], int(step[2]), since_ms)
        return True

    def _turn_hook(self, is_off):
        self._hook.turn(is_off)
        self._finger.rest(_HANDSET_MS)

    def _has_come(self, event, limit_ms, since_ms):
        if event in self._heard:
            del self._heard[:self._heard.index(event) + 1]
            return True
        if since_ms >= limit_ms:
            self.missed = event
        return False
