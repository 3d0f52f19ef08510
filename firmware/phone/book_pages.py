# SPDX-License-Identifier: MIT
"""Book pages: the directory ("book"), one "contact", and taking it out ("sure"). See menu.py.

A phone with a Security Manager has rows more, which are those of people_pages.py.
"""

from phone.caption import bare, decode
from phone.directory import NAME, NUMBER, SPEED, URI
from phone.page_strings import text
from phone.text_entry import NUMBER as TYPE_NUMBER
from phone.text_entry import TEXT as TYPE_TEXT

# Rows of a contact: field and longest text; the first row calls it, the last one deletes it.
_NAMES = ("dial_it", "name", "number", "uri", "speed", "delete")
_FIELDS = (-1, NAME, NUMBER, URI, SPEED, -1)
_LENGTHS = (0, 40, 40, 90, 1, 0)
_TRUST = ("policy", "key")          # between the last two, of whoever has an address


def row(menu, title, at):
    if title == "book":
        at -= _heads(menu)
        if at < 0:
            return text("helper_book" if at == -1 and menu.people_pages() else "add")
        if at >= menu.directory.count():
            return ""
        contact = menu.directory.contact(at)
        name = decode(contact[NAME] or contact[NUMBER])
        return decode(contact[SPEED]) + " " + name if contact[SPEED] else name
    if title == "sure":
        return text(("no", "yes")[at]) if at < 2 else ""
    name = _name(menu, at)
    if name in _TRUST:
        return menu.people_pages().caption(menu, name)
    field = _FIELDS[_NAMES.index(name)] if name else -1
    return text(name) if field < 0 else text(name) + ": " + decode(menu.contact[field])


def choose(menu, title, at, now, out):
    if title == "book":
        if at == 1 and menu.people_pages():
            menu.open("helper_book")
            return
        menu.row = at - _heads(menu) if at else -1
        menu.contact = menu.directory.contact(menu.row) if at else [b"", b"", b"", b""]
        menu.push("contact")
    elif title == "sure":
        menu.back()
        if at and (menu.row < 0 or menu.directory.remove(menu.row, now)):
            menu.back()
        elif at:
            menu.note = text("not_saved")
    elif at == 0:
        menu.dial(menu.contact[NUMBER], out)
    else:
        _choose_field(menu, _name(menu, at))


def accept(menu, title, at, typed, now, out):
    contact = list(menu.contact)
    contact[_FIELDS[at]] = typed.encode()       # what is typed stands above the rows of trust
    if contact[NUMBER]:                     # until it has one there is nothing to keep
        kept = menu.directory.put(menu.row, contact, now)
        if kept < 0:
            menu.note = text("not_saved")
            return False
        menu.row = kept
    menu.contact = contact
    return True


def _heads(menu):
    """-> rows of the book above the contacts."""
    return 2 if menu.people_pages() else 1


def _name(menu, at):
    """-> what a row of a contact is, "" behind the last one."""
    names = _NAMES
    pages = menu.people_pages()
    if pages and pages.uri_of(menu):
        names = _NAMES[:-1] + _TRUST + _NAMES[-1:]
    return names[at] if at < len(names) else ""


def _choose_field(menu, name):
    if name == "delete":
        menu.push("sure")
    elif name in _TRUST:
        menu.people_pages().open_page(menu, name)
    else:
        row = _NAMES.index(name)
        field = _FIELDS[row]
        kind = TYPE_NUMBER if field == NUMBER or field == SPEED else TYPE_TEXT
        menu.type(name, decode(menu.contact[field]), kind, _LENGTHS[row])


def begin_contact(menu, address, name):
    """A contact that is yet to be kept, from a call's address and name (bytes)."""
    is_number = b"@" not in address and b":" not in address
    number = bare(address).split(b"@")[0]
    menu.row = -1
    menu.contact = [number, b"" if is_number else address, name, b""]
