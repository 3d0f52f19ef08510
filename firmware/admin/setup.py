# SPDX-License-Identifier: MIT
"""Setup: a phone that knows neither a network nor an account, until its owner has told it.

It opens a network of its own, with a page, and shows how to get there; or asks on the keypad, and then that
network is closed: two forms at once would overwrite each other. Nobody has to know that it exists: what
nobody uses closes after a while, and the radio is off until a key is pressed.
"""

from micropython import const

from admin import setup_screens
from admin.setup_menu import LEFT, STORED
from core.clock import ticks_diff
from core.statetable import IGNORED, find_row
from phone.keys import KEY_DOWN

_OPENING = const(0)         # states: the screen says so, then the radio looks around
_OPEN = const(1)
_TYPING = const(2)
_CLOSED = const(3)
_DONE = const(4)

_DUE = const(0)             # events. The first two are timers, too
_UNUSED = const(1)
_OK = const(2)
_KEY = const(3)             # any other
_GUESSED = const(4)         # wrong passwords
_STORED = const(5)
_LEFT = const(6)

_ADMIT = const(0)           # actions
_STAY = const(1)
_ASK = const(2)
_PRESS = const(3)
_SHUT = const(4)
_LOOK = const(5)
_LEAVE = const(6)
_RESTART = const(7)

SETUP = bytes([
    _OPENING, _DUE, _ADMIT, _OPEN,
    _OPEN, _OK, _ASK, _TYPING,
    _OPEN, _KEY, _STAY, _OPEN,
    _OPEN, _UNUSED, _SHUT, _CLOSED,
    _OPEN, _GUESSED, _SHUT, _CLOSED,
    _OPEN, _STORED, _LEAVE, _DONE,
    _TYPING, _OK, _PRESS, _TYPING,
    _TYPING, _KEY, _PRESS, _TYPING,
    _TYPING, _UNUSED, _SHUT, _CLOSED,
    _TYPING, _LEFT, _LOOK, _OPENING,
    _TYPING, _STORED, _LEAVE, _DONE,
    _CLOSED, _OK, _LOOK, _OPENING,
    _CLOSED, _KEY, _LOOK, _OPENING,
    _DONE, _DUE, _RESTART, _DONE,
])

_DRAWN_MS = const(500)      # the screen is drawn, a row a step, before the radio stands still
_UNUSED_MS = const(600000)
_ANSWERED_MS = const(4000)  # the browser has its answer, and a person has read the screen

_O = const(79)


class Setup:
    """
    radio     look() -> networks in reach, as SetupForm.seen; open(name, password) -> True; close(); words
    network   Network port of the phone's own network
    name      str, of that network
    restart   function: the phone starts anew; on a chip it does not return
    """

    owner = None

    def __init__(self, radio, network, name, form, pass_, site, door, menu, display, restart):
        self._radio = radio
        self._network = network
        self._name = name
        self._form = form
        self._pass = pass_
        self._site = site
        self._door = door
        self._menu = menu
        self._display = display
        self._restart = restart
        self._state = _OPENING
        self._is_on_air = False
        self._used_at = None            # tick of the last request or key
        self._code = 0                  # of the key that is being told of

    def start(self, now, out):
        self._look(now, out)

    def told(self, machine, event, detail, now, out):
        if machine is self._menu:
            if event == STORED or event == LEFT:
                self._step(_STORED if event == STORED else _LEFT, now, out)
            else:
                self._draw()
        elif event == KEY_DOWN:
            self._code = detail
            self._used_at = now
            self._step(_OK if detail == _O else _KEY, now, out)

    def timeout(self, timer, now, out):
        self._step(timer, now, out)

    def serve(self, now, out):
        """After the network's poll()."""
        if self._door.step(now):
            self._used_at = now
            out.arm(self, _UNUSED, _UNUSED_MS)
        if self._site.is_stored:
            self._step(_STORED, now, out)
        elif self._pass.is_spent and not self._door.is_answering():
            self._step(_GUESSED, now, out)

    def is_used(self, now):
        """-> True while somebody is at it: within the last minute, or what they typed was just stored."""
        return self._state == _DONE or self._used_at is not None and ticks_diff(now, self._used_at) < 60000

    def _step(self, event, now, out):
        row = find_row(SETUP, self._state, event)
        if row == IGNORED:
            return
        action = SETUP[row]
        self._state = SETUP[row + 1]
        if action == _ADMIT:
            self._admit(out)
        elif action == _STAY:
            out.arm(self, _UNUSED, _UNUSED_MS)
        elif action == _ASK:
            self._ask(out)
        elif action == _PRESS:
            out.arm(self, _UNUSED, _UNUSED_MS)
            self._menu.press(self._code, now, out)
        elif action == _SHUT:
            self._shut(out)
        elif action == _LOOK:
            self._look(now, out)
        elif action == _LEAVE:
            out.arm(self, _DUE, _ANSWERED_MS)
        else:
            self._close()
            self._restart()
        self._draw()

    def _look(self, now, out):
        self._close()
        self._draw()
        out.arm(self, _DUE, _DRAWN_MS)

    def _admit(self, out):
        self._form.seen = self._radio.look()
        self._pass.renew()
        self._is_on_air = self._radio.open(self._name, self._pass.password)
        if self._is_on_air:
            self._site.host = self._network.address()
            self._is_on_air = self._door.open()
        out.arm(self, _UNUSED, _UNUSED_MS)

    def _ask(self, out):
        self._close()
        out.arm(self, _UNUSED, _UNUSED_MS)

    def _shut(self, out):
        self._close()
        self._menu.begin()              # what was typed is gone
        out.cancel(self, _UNUSED)

    def _close(self):
        self._door.close()
        self._radio.close()
        self._site.host = b""
        self._is_on_air = False

    def _draw(self):
        rows = self._rows()
        for row in range(8):
            self._display.line(row, rows[row])

    def _rows(self):
        state = self._state
        if state == _OPENING:
            return setup_screens.looking()
        if state == _TYPING:
            return self._menu.rows()
        if state == _CLOSED:
            return setup_screens.closed(self._pass.is_spent)
        if state == _DONE:
            return setup_screens.stored()
        if not self._is_on_air:
            return setup_screens.no_radio(self._radio.words)
        return setup_screens.open_door(
            self._name, self._pass.password, self._network.address().decode())
