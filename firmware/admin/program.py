# SPDX-License-Identifier: MIT
"""The map of the setup: who is made of what. A program of its own: a phone that is set up never loads it."""

from micropython import const

from admin.door import Door
from admin.form import SetupForm
from admin.one_time_pass import OneTimePass
from admin.setup import Setup
from admin.setup_menu import SetupMenu
from admin.site import Site
from core.log import Log
from core.outbox import Outbox
from core.timers import Timers
from phone.config import Config
from phone.keys import Keys

_TIMERS = const(8)
_ACTIONS = const(16)
_RECORDS = const(8)
_IDLE_MS = const(10)


def assemble_setup(hal, network, radio, networks, staged, name, restart):
    """-> Program.

    hal       of the board: clock, keypad, display, storage and crypto are used
    network   Network port whose address is that of the phone's own network
    radio, name, restart   see Setup
    networks, staged       see SetupForm
    """
    log = Log(_RECORDS)
    form = SetupForm(
        hal.storage, lambda storage: Config(storage, log, hal.clock.now()), networks, staged)
    pass_ = OneTimePass(hal.crypto.random)
    site = Site(form, pass_, hal.clock)
    menu = SetupMenu(form)
    setup = Setup(radio, network, name, form, pass_, site, Door(network, site), menu, hal.display, restart)
    keys = Keys(hal.keypad.codes)
    keys.owner = menu.owner = setup
    return Program(hal, setup, keys)


class Program:
    """step(now) again after the time it returns, or sooner; the network is to be polled in between."""

    def __init__(self, hal, setup, keys):
        self._keypad = hal.keypad
        self._display = hal.display
        self._setup = setup
        self._keys = keys
        self._timers = Timers(_TIMERS)
        self._out = Outbox(_ACTIONS, self._timers, None)
        now = hal.clock.now()
        setup.start(now, self._out)
        self._out.drain(now)

    def step(self, now):
        """-> ms until the next step."""
        out = self._out
        self._keys.receive(self._keypad.scan(), False, now, out)
        out.drain(now)
        self._setup.serve(now, out)
        out.drain(now)
        while self._timers.expire_one(now, out):
            out.drain(now)
        self._display.flush()
        return self._timers.next_delay(now, _IDLE_MS) or 1

    def is_used(self, now):
        """-> True while somebody is at it."""
        return self._setup.is_used(now)
