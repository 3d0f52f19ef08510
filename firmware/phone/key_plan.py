# SPDX-License-Identifier: MIT
"""Key plan: what each key does, by what the phone is doing. One table, total by its shape."""

from micropython import const

from phone.keys import HOOK_OFF, HOOK_ON, KEY_DOWN, KEY_HELD
from phone.strings import text
from phone.views import LOCKED, MENU

_OK = const(79)         # O
_BACK = const(66)       # B
_UP = const(85)         # U
_SHARP = const(35)      # #

_LIFTED = "^"           # what is no key: the handset was lifted,
_REPLACED = "_"         # put back,
_HELD_DIGIT = "l"       # a digit was held down,
_HELD_BACK = "L"        # B was held down
_HELD_SHARP = "s"       # # was held down

_COLUMNS = "0OBUDHMRT^_lLs"             # 0 stands for each digit, * and #

# One row a view, see views.py. A letter names a branch of _act(); a dot does nothing.
_PLAN = (
    # 0OBUDHMRT^_lLs
    "dm.bc..raoi.z."                    # IDLE
    "dgxbc..ragij.K"                    # DIALLING
    "kkkkkkkkkoi.y."                    # MENU
    "p.evv.qS..u..."                    # CALLING
    ".Anww.s..Ai..."                    # RINGING
    "pCevvhqSt.u..."                    # TALKING
    "d.evvhqrthu..."                    # HELD
    "pAnvvAqSt.u..."                    # WAITING
    "p.evvhqSt.u..."                    # TWO
    "ffffff....f..."                    # ASKED
    "PPPPPPPPPQi..."                    # LOCKED
)
_NOT_LOCKED = "wCr"     # what the table allows while a call is up, and a locked phone does not


def press(app, event, code, now, out):
    """An event of phone.keys. A key that meets a message takes it away, then does its work."""
    meant = chr(code or 0)
    if event == HOOK_OFF or event == HOOK_ON:
        app.lines.off_hook = event == HOOK_OFF
        if app.outlets and app.lines.off_hook:
            app.outlets.is_hands_free = False
        meant = _LIFTED if event == HOOK_OFF else _REPLACED
    elif event == KEY_DOWN:
        app.pressed_in = app.view()
        app.clicks = app.pressed_in <= MENU or app.pressed_in == LOCKED
        if app.message and app.clicks:
            app.pressed_in = -1
            app.take_message_away(out)
            # OK says "I have read it"; and nobody presses for a menu that the message covers.
            if code == _OK or app.menu_is_open():
                return
    elif event == KEY_HELD and code == _BACK and app.pressed_in == app.view():
        meant = _HELD_BACK                      # it went down here: it has not just ended a call
    elif event == KEY_HELD and 48 <= code <= 57:
        meant = _HELD_DIGIT
    elif event == KEY_HELD and code == _SHARP:
        meant = _HELD_SHARP
    else:
        return
    if app.lock:
        app.lock.touched(out)
    _act(app, app.view(), meant, code, now, out)


def _act(app, view, meant, code, now, out):
    """Do what a key does in a view. meant: the key, or one of the constants above; code: ASCII.

    One function with a branch for each letter, where twenty-five small ones would cost the
    chip two kilobytes more.
    """
    column = 0 if meant in "0123456789*#" else _COLUMNS.find(meant)
    action = _PLAN[view * len(_COLUMNS) + column] if column >= 0 else "."
    lines = app.lines
    dialer = app.dialer
    if action in _NOT_LOCKED and app.is_locked():
        app.say(text("lock_is"), out)
    elif action == "k":
        app.menu.press(code, now, out)
    elif action == "d":
        app.silence(out)
        dialer.press(code, out)
    elif action == "g":
        dialer.finish(out)
    elif action == "x":
        dialer.delete(out)
        if not dialer.digits and (lines.front or not lines.off_hook):
            dialer.close(out)
    elif action == "o":
        app.clear(out)
        app.give_dial_tone(out)
    elif action == "i":
        app.clear(out)
    elif action == "m":
        app.open_menu("main", out)
    elif action == "b":
        app.open_menu("book", out)
    elif action == "c":
        app.open_menu("calls", out)
    elif action == "y":
        app.menu.close(out)
    elif action == "p":
        lines.press(code, now)
    elif action == "e":
        lines.front.hang_up(now, out)
    elif action == "u":
        _lay_down(app, now, out)
    elif action == "A":
        app.clear(out)
        lines.answer(now, out)
    elif action == "f":
        if meant == _REPLACED:
            if lines.front:
                _lay_down(app, now, out)
        else:
            app.trust.press(code, now, out)
    elif action == "C":
        app.open_trust().compare(lines.front.call)
    elif action == "n":
        lines.ringing().hang_up(now, out)
    elif action == "h":
        lines.hold(now, out)
    elif action == "q":
        app.mute(not app.is_muted)
    elif action == "s":
        app.alerting.silence()
    elif action == "v":
        _step_volume(app, app.volume_key(), code, out)
    elif action == "w":
        _step_volume(app, "phone.ringer_volume", code, out)
    elif action == "t":
        app.say(text("transfer"), out)
    elif action == "S":
        if app.outlets:
            app.outlets.press(out)
    elif action != ".":
        from phone.rare_keys import act
        act(app, action, code, now, out)


def _lay_down(app, now, out):
    """The handset lies again: the call in front ends, unless it is on hold, or heard from the loudspeaker."""
    if not app.lines.front.is_held and not (app.outlets and app.outlets.is_hands_free):
        app.lines.front.hang_up(now, out)


def _step_volume(app, key, code, out):
    percent = app.config.get(key) + (10 if code == _UP else -10)
    percent = max(0, min(100, percent))
    app.config.set(key, percent)
    app.apply(key)
    bar = "#" * (percent // 10) + "-" * (10 - percent // 10)
    app.say("%s %s %d" % (text("volume"), bar, percent), out)
