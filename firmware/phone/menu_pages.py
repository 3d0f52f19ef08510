# SPDX-License-Identifier: MIT
"""Menu pages: the first page ("main"), the settings, and what the phone is ("info"). See menu.py.

The page of an ENUM setting, its words to choose from, has the key of the setting as its title.
"""

from phone.caption import decode
from phone.config import BOOL, ENUM, INT, KEY
from phone.page_strings import text
from phone.text_entry import INTEGER, PIN, SECRET, TEXT

_MAIN = ("address", "calls", "book", "phone.dnd", "settings", "info")

_SETTINGS = (
    "phone.ringer", "phone.ringer_volume", "phone.volume", "media.gain_db", "phone.country",
    "phone.dnd", "dial.timeout_ms", "dial.map", "account.display", "account.user",
    "account.domain", "account.proxy", "account.auth_user", "account.password", "account.registrar",
    "account.expires", "account.login", "security.policy", "srtp.policy", "security.encoding",
    "security.unlock_s", "settings.address", "update.address", "update",
    "phone.zone", "phone.pin", "phone.lock_after_s",
)
_PAGES = ("update", "phone.zone", "wifi", "reset")       # what is no setting to be chosen or typed here


def row(menu, title, at):
    if title == "main":
        names = _main(menu)
        return _setting(menu, names[at]) if at < len(names) else ""
    if title == "settings":
        settings = _settings(menu)
        return _setting(menu, settings[at]) if at < len(settings) else ""
    rows = _info(menu) if title == "info" else _words(menu, title)
    return rows[at] if at < len(rows) else ""


def choose(menu, title, at, now, out):
    if title == "main":
        _choose_main(menu, _main(menu)[at], now, out)
    elif title == "settings":
        _choose_setting(menu, _settings(menu)[at], now, out)
    elif title != "info":
        keep(menu, title, _words(menu, title)[at], now, out)
        menu.back()


def accept(menu, title, at, typed, now, out):
    if title == "main":
        menu.dial(typed.encode(), out)
        return True
    key = _settings(menu)[at]
    if key == "phone.pin" and _begins_like_emergency(menu, typed):
        menu.note = text("pin_emergency")
        return False
    try:
        keep(menu, key, typed, now, out)
        return True
    except ValueError:
        menu.note = text("pin_rule") if key == "phone.pin" else text("between") % menu.config.rule(key)[2:]
        return False


def _choose_main(menu, name, now, out):
    if name == "address":
        menu.type_address("")
    elif name == "phone.dnd":
        _choose_setting(menu, name, now, out)
    elif name == "lock":
        menu.lock_up(out)
    else:
        menu.open(name)


def _choose_setting(menu, key, now, out):
    if key in _PAGES:
        menu.open(key)
        return
    value = menu.config.get(key)
    kind, _, _, longest = menu.config.rule(key)
    if kind == BOOL:
        keep(menu, key, not value, now, out)
    elif kind == ENUM:
        menu.push(key)
    elif kind == INT:
        menu.type(key, "%d" % value, INTEGER, 6)
    elif kind == KEY:
        menu.type(key, "", PIN if key == "phone.pin" else SECRET, longest)
    else:
        menu.type(key, decode(value), TEXT, longest)


def keep(menu, key, value, now, out):
    """Store a setting. Raises ValueError when it cannot have this value."""
    menu.config.set(key, value)
    if not menu.config.save(now):
        menu.note = text("not_saved")
    elif key == "security.policy" and value != "off" and menu.guard.people is None:
        menu.note = text("restart")         # the Security Manager is made when the phone starts
    elif key == "settings.address":
        menu.note = text("restart")         # and so is who looks for a settings file
    menu.changed(key, out)


def _main(menu):
    """-> names of the rows of "main"."""
    return _MAIN + (("lock",) if menu.config.get("phone.pin") else ())


def _settings(menu):
    """-> names of the rows of "settings": what this board has."""
    hal = menu.hal
    return _SETTINGS + (("phone.speaker_volume",) if menu.outlets else ()) + (
        ("wifi",) if hal.wifi else ()) + (("reset",) if hal.restart else ())


def _begins_like_emergency(menu, pin):
    for number in menu.config.get("dial.emergency").split(b","):
        if number and pin.encode().startswith(number):
            return True
    return False


def _setting(menu, name):
    """-> "Label: value"; a label alone for what is no setting. A secret is three stars."""
    if "." not in name or name in _PAGES:
        return text(name)
    value = menu.config.get(name)
    kind = menu.config.rule(name)[0]
    if kind == BOOL:
        value = text("on" if value else "off")
    elif kind == KEY:
        value = "***" if value else ""
    elif isinstance(value, bytes):
        value = decode(value)
    return "%s: %s" % (text(name), value)


def _words(menu, key):
    return menu.config.rule(key)[2].split(" ")


def _info(menu):
    get = menu.config.get
    return (
        text("number"), decode(get("account.user") + b"@" + get("account.domain")),
        text("uri"), "%s:%d" % (decode(menu.network.address()), get("sip.port")),
        text("version"), menu.version,
    )
