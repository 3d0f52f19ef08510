# SPDX-License-Identifier: MIT
"""Call pages: the list of the last calls ("calls"), and one of them ("call"). See menu.py."""

from core.dates import date_of
from phone import book_pages
from phone.call_log import ADDRESS, DIALLED, KIND, MINUTE, NAME, RECEIVED, SECONDS
from phone.caption import COLUMNS, bare, decode, duration, sides
from phone.page_strings import text


def row(menu, title, at):
    if title == "calls":
        if at >= menu.call_log.count():
            return "" if at else text("empty")
        call = menu.call_log.entry(at)
        sign = ">" if call[KIND] == DIALLED else "<" if call[KIND] == RECEIVED else "!"
        name = sign + " " + decode(call[NAME] or bare(call[ADDRESS]))
        day, time = _when(menu, call)
        if not time:
            return name
        is_today = day == _day(menu.clock.local(menu.clock.minute())[0])
        return sides(name, time if is_today else day, COLUMNS - 1)
    call = menu.call
    if at < 2:
        return text("keep" if at else "dial_it")
    if at == 2:
        return decode(bare(call[ADDRESS])) or "?"
    if at == 3:
        kind = text(decode(call[KIND].lower()))
        seconds = int(call[SECONDS])
        return kind + " " + duration(seconds) if seconds else kind
    rows = [" ".join(_when(menu, call)).strip(), decode(call[NAME])]
    if not rows[0]:
        del rows[0]
    return rows[at - 4] if at - 4 < len(rows) else ""


def _when(menu, call):
    """-> ("23 Nov", "14:05") by the clocks here, or two empty ones where nobody knew."""
    if not menu.clock or not call[MINUTE]:
        return "", ""
    days, time = menu.clock.local(int(call[MINUTE]))
    return _day(days), time


def _day(days):
    _, month, day = date_of(days)
    return "%d %s" % (day, text("months").split(" ")[month - 1])


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
