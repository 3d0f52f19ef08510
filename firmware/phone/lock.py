# SPDX-License-Identifier: MIT
"""Lock: who does not know the PIN makes emergency calls, answers and ends calls, and nothing else.

Loaded in a phone that has a PIN; such a phone is locked from its start on, or pulling the plug would open it.
Rules that are ours:
 * An emergency number is dialled by #, OK, lifting the handset, or the usual pause, though the phone is
   locked and though somebody has to wait. So no PIN begins with one: the menu takes none that does.
 * After three wrong PINs there is a wait of 30 s, doubled with each that follows, an hour at most. A try is
   stored before it is judged: a restart forgets neither the tries nor the wait.
 * What is typed is shown as stars, and goes when the phone is left alone.
Who has forgotten the PIN needs a cable: it is a setting.
"""

from micropython import const

from core.clock import ticks_add, ticks_diff
from phone.caption import COLUMNS, decode, sides
from phone.page_strings import text

CHANGED = 1         # told to the owner: the screen is to be drawn

_TRIES = "lock.tries"           # of the storage: how many wrong ones, in digits
_BACK = const(66)               # B
_OK = const(79)                 # O
_SHARP = const(35)

_IDLE = const(0)                # timers: nobody has pressed a key for so long
_PAUSE = const(1)               # an emergency number stands there
_REST = const(2)                # what was typed is left lying

_LONGEST = const(20)            # digits
_FREE = const(3)                # wrong ones without a wait
_FIRST_MS = const(30000)
_MOST_MS = const(3600000)
_DOUBLINGS = const(7)
_REST_MS = const(15000)
_MOST_TRIES = const(999999)


def load(app):
    """-> the Lock of an application, None as long as it has no PIN."""
    if app.lock is None and app.config.get("phone.pin"):
        app.lock = Lock(app, app.hal.storage)
    return app.lock


def lock_up(app, now, out):
    """Lock the keypad, or say that there is no PIN."""
    app.clear(out)
    lock = load(app)
    if lock is None or not lock.close(now, out):
        app.say(text("lock_pin"), out)


class Lock:
    """
    app        phone.application.Application, the owner
    storage    the Storage port
    is_locked  the keypad is; digits: bytes that were typed
    """

    def __init__(self, app, storage):
        self.owner = app
        self.is_locked = False
        self.digits = b""
        self._app = app
        self._config = app.config
        self._storage = storage
        tries = storage.load(_TRIES) or b""
        self._tries = int(tries) if tries.isdigit() and len(tries) < 7 else 0
        self._since = None              # tick at which the wait began; None: there is none
        self._note = ""

    def close(self, now, out):
        """Lock the phone. -> False: there is no PIN."""
        if not self._config.get("phone.pin"):
            return False
        self.is_locked = True
        if self._tries >= _FREE and self._since is None:
            self._since = now
        self._clear(out)
        out.cancel(self, _IDLE)
        return True

    def touched(self, out):
        """Somebody uses the phone: the time until it locks itself begins anew."""
        after_s = self._config.get("phone.lock_after_s")
        if not self.is_locked and after_s and self._config.get("phone.pin"):
            out.arm(self, _IDLE, 1000 * after_s)
        else:
            out.cancel(self, _IDLE)

    def allows(self, address):
        """-> True when `address` (bytes) may be dialled now."""
        return not self.is_locked or self._is_emergency(address)

    def press(self, code, now, out):
        """A key, ASCII code, while the phone is locked."""
        self._note = ""
        if code == _OK or code == _SHARP:
            self._enter(now, out)
        elif code == _BACK:
            self.digits = self.digits[:-1]
            self._wait_for_more(out)
        elif code == 42 or 48 <= code <= 57:
            self.digits = (self.digits + bytes((code,)))[:_LONGEST]
            self._wait_for_more(out)

    def lifted(self, now, out):
        """-> True when lifting the handset dialled what had been typed."""
        if not self._is_emergency(self.digits):
            return False
        self._enter(now, out)
        return True

    def timeout(self, timer, now, out):
        if timer == _IDLE:
            if self._app.lines.is_idle():
                lock_up(self._app, now, out)
            else:
                self.touched(out)
        elif timer == _PAUSE:
            self._enter(now, out)
        else:
            self._clear(out)
        out.tell(self, CHANGED)

    def rows(self, name, now, note):
        """-> eight rows for the display. name: row 0; note: a passing message of the application."""
        numbers = decode(self._config.get("dial.emergency").replace(b",", b" "))
        left = self._left_ms(now)
        note = text("lock_wait") % ((left + 999) // 1000) if left else self._note or note
        return (
            name, text("lock_is"), "", sides(text("phone.pin") + ":", "*" * len(self.digits) + "_"), "", note,
            (text("lock_emergency") + " " + numbers)[:COLUMNS] if numbers else "", text("lock_keys"),
        )

    def _enter(self, now, out):
        digits = self.digits
        self._clear(out)
        if self._is_emergency(digits):
            self._app.dial(digits, now, out)
        elif digits and not self._left_ms(now):
            self._judge(digits, now, out)

    def _judge(self, digits, now, out):
        self._tries = min(self._tries + 1, _MOST_TRIES)
        if not self._storage.save(_TRIES, b"%d" % self._tries):
            self._note = text("not_saved")      # a try that nobody can count is none
            self._since = now
            return
        if digits == self._config.get("phone.pin"):
            self.is_locked = False
            self._tries = 0
            self._since = None
            self._storage.erase(_TRIES)
            self.touched(out)
            return
        self._note = text("lock_wrong")
        self._since = now if self._tries >= _FREE else None

    def _left_ms(self, now):
        """-> ms until a PIN is listened to."""
        if self._since is None:
            return 0
        wait = min(_FIRST_MS << min(max(self._tries - _FREE, 0), _DOUBLINGS), _MOST_MS)
        left = ticks_diff(ticks_add(self._since, wait), now)
        if 0 < left <= wait:
            return left
        self._since = None
        return 0

    def _is_emergency(self, digits):
        return bool(digits) and digits in self._config.get("dial.emergency").split(b",")

    def _wait_for_more(self, out):
        if self._is_emergency(self.digits):
            out.arm(self, _PAUSE, self._config.get("dial.timeout_ms"))
            out.cancel(self, _REST)
        else:
            out.cancel(self, _PAUSE)
            out.arm(self, _REST, _REST_MS)

    def _clear(self, out):
        self.digits = b""
        out.cancel(self, _PAUSE)
        out.cancel(self, _REST)
