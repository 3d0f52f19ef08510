# SPDX-License-Identifier: MIT
"""Rare keys: actions of key_plan.py that need not be there at once, by its letters. Loaded with the first."""

from phone.caption import decode
from phone.directory import NUMBER, SPEED
from phone.strings import text


def act(app, action, code, now, out):
    """Do what a letter of the key plan says. code: of the key, ASCII."""
    dialer = app.dialer
    if action == "j":                           # held in the middle of a number it is a digit
        if dialer.digits == bytes((code,)):
            contact = app.directory.find(SPEED, dialer.digits)
            _dial(app, contact and contact[NUMBER], "no_speed", now, out)
    elif action == "r":
        if not dialer.digits:
            _dial(app, app.call_log.last_dialled(), "no_redial", now, out)
    elif action == "a":
        if app.open_menu("main", out):
            app.menu.type_address(decode(dialer.digits))
    elif action == "z":
        app.config.set("phone.dnd", not app.config.get("phone.dnd"))
        app.apply("phone.dnd")
    elif action == "K":
        if not dialer.digits:                   # it dials what stands there
            app.lock_up(now, out)
    elif action == "P":
        app.silence(out)
        app.lock.press(code, now, out)
    elif action == "Q":
        app.clear(out)
        if not app.lock.lifted(now, out):
            app.give_dial_tone(out)


def _dial(app, address, otherwise, now, out):
    """Dial an address, or say that there is none."""
    if address:
        app.dial(address, now, out)
    else:
        app.say(text(otherwise), out)
