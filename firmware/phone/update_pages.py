# SPDX-License-Identifier: MIT
"""Update page ("update"): what the server has, the question whether to take it, how it gets on. See menu.py.

Loaded when it is opened. What it shows goes on while nobody looks; a call only lets it wait.
"""

from phone.caption import COLUMNS, wrap
from phone.page_strings import text


def row(menu, title, at):
    rows = _rows(menu)
    return rows[at] if at < len(rows) else ""


def choose(menu, title, at, now, out):
    updater = menu.updater
    if updater is None:
        return
    state = updater.state
    answer = at - len(_rows(menu))          # -1 is the last row
    if state == "idle":
        if at == 0:
            _look(menu, updater, out)
    elif state == "ready":
        if answer == -1:
            updater.restart()
        elif answer == -2:
            menu.back()
    elif state == "offered":
        if answer == -1:
            updater.agree(out)
        elif answer == -2:
            updater.stop(out)
    elif answer == -1:                      # stop, or understood
        updater.stop(out)


def _look(menu, updater, out):
    address = menu.config.get("update.address")
    if address:
        updater.look(address, out)
    else:
        menu.note = text("update_server")


def _rows(menu):
    updater = menu.updater
    if updater is None:
        return _wrapped(text("update_cable"))
    state = updater.state
    if state == "idle":
        return [text("look"), "%s: %s" % (text("version"), updater.runs or menu.version)]
    if state == "looking":
        return [text("looking"), text("stop")]
    if state == "offered":
        same = [text("same")] if updater.version == updater.runs else []
        return _wrapped(text("install") % updater.version) + same + [text("no"), text("yes")]
    if state == "loading":
        return _wrapped(text("loading") % updater.version) + ["%d %%" % updater.percent, text("stop")]
    if state == "ready":
        return _wrapped(text("ready") % updater.version) + [text("restart_now"), text("no"), text("yes")]
    return [text("refused")] + _wrapped(updater.reason) + [text("understood")]


def _wrapped(words):
    """-> rows of a list, which has a column less."""
    return wrap(words, COLUMNS - 1)
