# SPDX-License-Identifier: MIT
"""Book pages: the directory ("book"), one "contact", and taking it out ("sure"). See menu.py."""

from phone.caption import bare, decode
from phone.directory import NAME, NUMBER, SPEED, URI
from phone.strings import text
from phone.text_entry import NUMBER as TYPE_NUMBER
from phone.text_entry import TEXT as TYPE_TEXT

# Rows of a contact: field and longest text; the first row calls it, the last one deletes it.
_NAMES = ("dial_it", "name", "number", "uri", "speed", "delete")
_FIELDS = (-1, NAME, NUMBER, URI, SPEED, -1)
_LENGTHS = (0, 40, 40, 90, 1, 0)


def row(menu, title, at):
    if title == "book":
        if at == 0:
            return text("add")
        if at > menu.directory.count():
            return ""
        contact = menu.directory.contact(at - 1)
        name = decode(contact[NAME] or contact[NUMBER])
        return decode(contact[SPEED]) + " " + name if contact[SPEED] else name
    if title == "sure":
        return text(("no", "yes")[at]) if at < 2 else ""
    if at >= len(_NAMES):
        return ""
    name = text(_NAMES[at])
    return name if _FIELDS[at] < 0 else name + ": " + decode(menu.contact[_FIELDS[at]])


def choose(menu, title, at, now, out):
    if title == "book":
        menu.row = at - 1
        menu.contact = menu.directory.contact(at - 1) if at else [b"", b"", b"", b""]
        menu.push("contact")
    elif title == "sure":
        menu.back()
        if at and (menu.row < 0 or menu.directory.remove(menu.row, now)):
            menu.back()
        elif at:
            menu.note = text("not_saved")
    elif at == 0:
        menu.dial(menu.contact[NUMBER], out)
    elif at == len(_NAMES) - 1:
        menu.push("sure")
    else:
        field = _FIELDS[at]
        kind = TYPE_NUMBER if field == NUMBER or field == SPEED else TYPE_TEXT
        menu.type(_NAMES[at], decode(menu.contact[field]), kind, _LENGTHS[at])


def accept(menu, title, at, typed, now, out):
    contact = list(menu.contact)
    contact[_FIELDS[at]] = typed.encode()
    if contact[NUMBER]:                     # until it has one there is nothing to keep
        kept = menu.directory.put(menu.row, contact, now)
        if kept < 0:
            menu.note = text("not_saved")
            return False
        menu.row = kept
    menu.contact = contact
    return True


def begin_contact(menu, address, name):
    """A contact that is yet to be kept, from a call's address and name (bytes)."""
    is_number = b"@" not in address and b":" not in address
    number = bare(address).split(b"@")[0]
    menu.row = -1
    menu.contact = [number, b"" if is_number else address, name, b""]
