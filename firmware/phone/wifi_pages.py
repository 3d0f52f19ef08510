# SPDX-License-Identifier: MIT
"""Wi-Fi: the networks that the phone knows ("wifi"), one of them ("wifi_one"), and those that it sees
("wifi_near"), which takes it two seconds. See menu.py.

What is changed holds at once: the radio joins another network where it has to.
"""

from phone.caption import decode
from phone.page_strings import text
from phone.text_entry import SECRET, TEXT

_LONGEST_NAME = 32          # letters, as any network's
_LONGEST_KEY = 64
_MOST = 8                   # networks that a phone knows
_ADD = 0                    # the row of "wifi" before the networks, and
_TYPED = 0                  # that of "wifi_near"


def row(menu, title, at):
    if title == "wifi":
        rows = (text("wifi_add"),) + menu.wifi().names()
    elif title == "wifi_near":
        rows = (text("wifi_typed"),) + menu.near
    else:
        rows = (text("wifi_forget"), menu.chosen)
    if at >= len(rows):
        return ""
    return decode(rows[at]) if isinstance(rows[at], bytes) else rows[at]


def choose(menu, title, at, now, out):
    if title == "wifi" and at == _ADD:
        if len(menu.wifi().names()) < _MOST:
            menu.near = menu.wifi().near()
            menu.push("wifi_near")
        else:
            menu.note = text("wifi_full")
    elif title == "wifi":
        menu.chosen = menu.wifi().names()[at - 1]
        menu.push("wifi_one")
    elif title == "wifi_near" and at == _TYPED:
        menu.chosen = b""
        menu.type("wifi_name", "", TEXT, _LONGEST_NAME)
    elif title == "wifi_near":
        menu.chosen = menu.near[at - 1]
        menu.type("wifi_key", "", SECRET, _LONGEST_KEY)
    elif at == 0:
        menu.back()
        menu.note = text("wifi_gone" if menu.wifi().forget(menu.chosen) else "not_saved")


def accept(menu, title, at, typed, now, out):
    if not menu.chosen:
        menu.chosen = typed.encode()
        if menu.chosen:
            menu.type("wifi_key", "", SECRET, _LONGEST_KEY)
        return bool(menu.chosen)
    try:
        is_kept = menu.wifi().add(menu.chosen, typed.encode())
    except ValueError:
        menu.note = text("wifi_rule")
        return False
    menu.back()
    menu.note = text("wifi_kept" if is_kept else "not_saved")
    return True
