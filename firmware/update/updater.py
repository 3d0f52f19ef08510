# SPDX-License-Identifier: MIT
"""Updater: the way to a new version, for a person who asks for it: look, be asked, load, start it.

Nothing is loaded that was not agreed to, nothing is started before it is whole. What is on its way
stands still while there is a call, and goes on by itself.
"""

from micropython import const

from core.statetable import IGNORED, find_row
from update.fetch import DONE, FAILED, OFFERED, PROGRESS

CHANGED = 1                     # told the owner: there is something new to be shown

_IDLE = const(0)                # states; STATES has their names
_LOOKING = const(1)
_OFFERED = const(2)
_LOADING = const(3)
_DONE = const(4)                # it is in its slot and is tried with the next start
_REFUSED = const(5)

STATES = ("idle", "looking", "offered", "loading", "ready", "refused")

_LOOK = const(0)                # events
_FOUND = const(1)
_AGREED = const(2)
_STOPPED = const(3)
_LOADED = const(4)
_FAILS = const(5)

_BEGIN = const(0)               # actions
_TELL = const(1)
_AGREE = const(2)
_STOP = const(3)

UPDATER = bytes([
    # state     event       action      next
    _IDLE,      _LOOK,      _BEGIN,     _LOOKING,
    _LOOKING,   _FOUND,     _TELL,      _OFFERED,
    _LOOKING,   _FAILS,     _TELL,      _REFUSED,
    _LOOKING,   _STOPPED,   _STOP,      _IDLE,
    _OFFERED,   _AGREED,    _AGREE,     _LOADING,
    _OFFERED,   _STOPPED,   _STOP,      _IDLE,
    _LOADING,   _LOADED,    _TELL,      _DONE,
    _LOADING,   _FAILS,     _TELL,      _REFUSED,
    _LOADING,   _STOPPED,   _STOP,      _IDLE,
    _REFUSED,   _STOPPED,   _STOP,      _IDLE,
])


class Updater:
    """
    fetch     update.fetch.Fetch, polled by the reactor
    versions  of the board: running(), writer(); see boards.drivers.slot_versions
    restart   function: the phone starts anew
    events    the port: "update" is posted at each step, with the version, or the reason why not
    owner     told CHANGED, or None

    version   str, what is offered; "" while nothing is known
    percent   of what is loaded
    reason    str, why it was refused
    """

    def __init__(self, fetch, versions, restart, events):
        self.owner = None
        self.version = ""
        self.percent = 0
        self.reason = ""
        self._fetch = fetch
        self._versions = versions
        self._restart = restart
        self._events = events
        self._url = b""
        self._state = _IDLE
        self._actions = (self._begin, self._tell, self._agree, self._stop)
        fetch.owner = self

    @property
    def state(self):
        """One of STATES."""
        return STATES[self._state]

    @property
    def runs(self):
        """str: the version that runs; "" where it is in no slot."""
        return self._versions.running()

    def look(self, url, out):
        """Ask the server at this address (bytes) what it has."""
        self._url = url
        self._step(_LOOK, out)

    def agree(self, out):
        """Load what is offered."""
        self._step(_AGREED, out)

    def stop(self, out):
        """Nobody wants it, or a refusal was read."""
        self._step(_STOPPED, out)

    def restart(self):
        """Start what is ready."""
        self._restart()

    def told(self, machine, event, detail, now, out):
        if event == PROGRESS:
            self.percent = detail
            out.tell(self, CHANGED)
        elif event == OFFERED:
            self.version = detail.decode()
            self._step(_FOUND, out)
        elif event == FAILED:
            self.reason = detail
            self._step(_FAILS, out)
        elif event == DONE:
            self._step(_LOADED, out)

    def _step(self, event, out):
        row = find_row(UPDATER, self._state, event)
        if row != IGNORED:
            self._state = UPDATER[row + 1]
            self._actions[UPDATER[row]](out)

    def _begin(self, out):
        self.version = self.reason = ""
        self.percent = 0
        self.reason = self._fetch.start(self._url, self._versions.writer(), out, True)
        if self.reason:
            self._step(_FAILS, out)
        else:
            self._tell(out)

    def _agree(self, out):
        self._fetch.agree(out)
        self._tell(out)

    def _stop(self, out):
        if self._fetch.is_running:
            self._fetch.stop(out)
        self._tell(out)

    def _tell(self, out):
        detail = {"state": self.state}
        if self._state == _REFUSED:
            detail["reason"] = self.reason
        elif self.version:
            detail["version"] = self.version
        self._events.post("update", detail)
        out.tell(self, CHANGED)
