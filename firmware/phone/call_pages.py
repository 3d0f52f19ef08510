# SPDX-License-Identifier: MIT
"""Call pages: the list of the last calls ("calls"), and one of them ("call"). See menu.py."""

from phone import book_pages
from phone.call_log import ADDRESS, DIALLED, KIND, NAME, RECEIVED, SECONDS
from phone.caption import bare, decode, duration
from phone.page_strings import text


def row(menu, title, at):
    if title == "calls":
        if at >= menu.call_log.count():
            return "" if at else text("empty")
        call = menu.call_log.entry(at)
        sign = ">" if call[KIND] == DIALLED else "<" if call[KIND] == RECEIVED else "!"
        return sign + " " + decode(call[NAME] or bare(call[ADDRESS]))
    call = menu.call
    if at < 2:
        return text("keep" if at else "dial_it")
    if at == 2:
        return decode(bare(call[ADDRESS])) or "?"
    if at == 3:
        kind = text(decode(call[KIND].lower()))
        seconds = int(call[SECONDS])
        return kind + " " + duration(seconds) if seconds else kind
    return decode(call[NAME]) if at == 4 else ""


def choose(menu, title, at, now, out):
    call = menu.call
    if title == "calls":
        if menu.call_log.count():
            menu.call = menu.call_log.entry(at)     # a copy: the list may move meanwhile
            menu.push("call")
    elif at == 0:
        menu.dial(call[ADDRESS], out)
    elif at == 1:
        book_pages.begin_contact(menu, call[ADDRESS], call[NAME])
        menu.open("contact")
