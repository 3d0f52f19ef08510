# SPDX-License-Identifier: MIT
"""Provisioner: fetches the settings file, has the helper verify and read it, and takes what it says.

At the start and once a day, while the network is up, the helper is there and nobody talks. In this order:
is it for this phone, is it newer than what holds, has the one key in settings.signer signed it, can the
helper read it, can each line be used. The first no ends it: nothing has changed, and its reason is told
once. When all is well the phone starts anew, so that each part of it has the new settings.
"""

from micropython import const

from core.statetable import IGNORED, find_row
from provisioning.plan import Plan
from provisioning.sealed_file import SealedFile
from security.pgp import read_fingerprint
from security.sma import SMA_DONE
from security.sma_frames import (
    AGAINST_POLICY, BAD_SIGNATURE, DONE, FINGERPRINT, MALFORMED, NO_PASSPHRASE, NO_RESOURCE, PENDING,
    UNKNOWN_KEY, value_of,
)
from update.fetch import DONE as FETCHED
from update.fetch import FAILED

_FIRST_MS = const(3000)
_SOON_MS = const(2000)          # until what is missing is there
_SEEN_MS = const(10000)         # until the owner has read that the phone starts anew
_HOUR_MS = const(3600000)       # after a failure
_DAY_MS = const(86400000)
_PATIENCE = const(30)           # times without a helper, before the owner is told
_UP = const(2)                  # state of a network
_ROUND = const(1)               # timer

_RESTING = const(0)             # states
_FETCHING = const(1)
_VERIFYING = const(2)
_READING = const(3)
_HOLDING = const(4)             # it is read, and waits until nobody talks
_LEAVING = const(5)             # it holds: the phone starts anew

_DUE = const(0)                 # events
_COME = const(1)                # the file
_OLD = const(2)                 # it is the one that holds
_ANSWERED = const(3)
_FAILS = const(4)

_FETCH = const(0)               # actions
_VERIFY = const(1)
_READ = const(2)
_HOLD = const(3)
_APPLY = const(4)
_REST = const(5)
_GIVE_UP = const(6)
_LEAVE = const(7)

PROVISIONER = bytes([
    # state     event       action      next
    _RESTING,   _DUE,       _FETCH,     _FETCHING,
    _FETCHING,  _COME,      _VERIFY,    _VERIFYING,
    _FETCHING,  _FAILS,     _GIVE_UP,   _RESTING,
    _VERIFYING, _ANSWERED,  _READ,      _READING,
    _VERIFYING, _OLD,       _REST,      _RESTING,
    _VERIFYING, _FAILS,     _GIVE_UP,   _RESTING,
    _READING,   _ANSWERED,  _HOLD,      _HOLDING,
    _READING,   _FAILS,     _GIVE_UP,   _RESTING,
    _HOLDING,   _DUE,       _APPLY,     _LEAVING,
    _LEAVING,   _FAILS,     _GIVE_UP,   _RESTING,
    _LEAVING,   _DUE,       _LEAVE,     _RESTING,
])

_GONE = "the helper cannot be asked"
_REASONS = {
    BAD_SIGNATURE: "a signature does not fit: it was changed after it was signed",
    UNKNOWN_KEY: "it was not signed by who may set up this phone",
    AGAINST_POLICY: "the key of who signed it is too weak, or its time is over",
    MALFORMED: "its signature cannot be read",
    NO_PASSPHRASE: "the key of this phone is locked",
}


class Provisioner:
    """
    config, directory   of the phone; hal: its ports
    fetch      update.fetch.Fetch, polled by the reactor
    busy       is_running: while it is nothing is begun and nothing is stored
    sma        security.sma.Sma; never ready in a phone that is not paired
    announce   function(title, words, now, out): the owner is told
    """

    def __init__(self, config, directory, hal, fetch, busy, sma, announce):
        self._config = config
        self._directory = directory
        self._hal = hal
        self._fetch = fetch
        self._busy = busy
        self._sma = sma
        self._announce = announce
        self._state = _RESTING
        self._actions = (self._begin, self._verify, self._read, self._hold, self._apply, self._rest,
                         self._give_up, self._leave)
        self._file = None
        self._reason = ""               # of what fails
        self._told = ""                 # the reason that the owner knows
        self._waits = 0                 # times in a row without a helper
        fetch.owner = self

    def start(self, out):
        """Look for it from now on."""
        out.arm(self, _ROUND, _FIRST_MS)

    def timeout(self, timer, now, out):
        if self._busy.is_running or self._state == _RESTING and not self._may_begin(now, out):
            out.arm(self, _ROUND, _SOON_MS)
        else:
            self._step(_DUE, now, out)

    def told(self, machine, event, detail, now, out):
        if event == SMA_DONE and machine is not self._fetch:
            self._take_answer(detail[1], detail[2], now, out)
        elif event == FETCHED:
            self._step(_COME, now, out)
        elif event == FAILED:
            self._fail(detail, now, out)

    def _may_begin(self, now, out):
        if self._hal.network.state() != _UP:
            return False
        if self._sma.is_ready:
            self._waits = 0
            return True
        self._waits += 1
        if self._waits == _PATIENCE:
            self._complain(_GONE, now, out)
        return False

    # Actions

    def _begin(self, now, out):
        self._file = SealedFile()
        reason = self._fetch.start(self._config.get("settings.address"), self._file, out)
        if reason:
            self._fail(reason, now, out)

    def _verify(self, now, out):
        file = self._file
        serial = self._config.get("settings.serial")
        signer = read_fingerprint(self._config.get("settings.signer"))
        if file.serial == serial:
            self._step(_OLD, now, out)
        elif file.recipient != self._sma.fingerprint:
            self._fail("it is for another phone", now, out)
        elif file.serial < serial:
            self._fail("it is older than what holds: number %d, and this phone has %d" % (
                file.serial, serial), now, out)
        elif not signer:
            self._fail("no signer is set: nobody may set up this phone", now, out)
        else:
            self._expect(
                self._sma.sma_verify_sign(file.signature, file, signer, None, self, now, out), now, out)

    def _read(self, now, out):
        self._expect(self._sma.sma_decrypt(self._file, None, None, self, now, out), now, out)

    def _expect(self, code, now, out):
        """The helper was asked; where that could not even be done it is gone."""
        if code != PENDING:
            self._fail(_GONE, now, out)

    def _take_answer(self, code, fields, now, out):
        signer = read_fingerprint(self._config.get("settings.signer"))
        if code == DONE and self._state == _VERIFYING and value_of(fields, FINGERPRINT) != signer:
            code = UNKNOWN_KEY
        if code == DONE:
            self._step(_ANSWERED, now, out)
        elif self._state == _READING and code not in (NO_PASSPHRASE, NO_RESOURCE):
            self._fail("it is not encrypted for this phone", now, out)
        else:
            self._fail(_REASONS.get(code, _GONE), now, out)

    def _hold(self, now, out):
        out.arm(self, _ROUND, 0)

    def _apply(self, now, out):
        file = self._file
        plan = Plan(file.sec_plain, self._config, self._directory)
        if plan.reason:
            self._fail(plan.reason, now, out)
        elif not plan.carry_out(file.serial, self._hal.storage, now):
            self._fail("the memory of the phone is full", now, out)
        else:
            self._told = ""
            self._hal.events.post("settings", {"serial": file.serial, "count": plan.count})
            self._announce("New settings", "They hold from the next start on", now, out)
            out.arm(self, _ROUND, _SEEN_MS)

    def _rest(self, now, out):
        self._file = None
        out.arm(self, _ROUND, _DAY_MS)

    def _give_up(self, now, out):
        self._file = None
        self._complain(self._reason, now, out)
        out.arm(self, _ROUND, _HOUR_MS)

    def _leave(self, now, out):
        self._rest(now, out)
        if self._hal.restart is not None:
            self._hal.restart()

    # The end

    def _fail(self, reason, now, out):
        self._reason = reason
        self._step(_FAILS, now, out)

    def _complain(self, reason, now, out):
        if reason != self._told:
            self._told = reason
            words = "Settings file: " + reason
            self._hal.events.post("error", {"reason": words})
            self._announce("No new settings", words, now, out)

    def _step(self, event, now, out):
        row = find_row(PROVISIONER, self._state, event)
        if row != IGNORED:
            self._state = PROVISIONER[row + 1]
            self._actions[PROVISIONER[row]](now, out)
