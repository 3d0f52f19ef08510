# SPDX-License-Identifier: MIT
"""People pages: how calls with a contact are sealed ("policy"), its "key", giving that up
("sure_forget"), the contacts that the helper knows ("helper_book") and one of them ("told").

Only a phone with a Security Manager has these pages, and loads them with the first: in another
one nobody would keep what is chosen here. Such a phone has security.policy off and knows no key;
once that setting is another, the pages are there from the next start on. See menu.py.
"""

from phone import book_pages
from phone.caption import bare, decode
from phone.config import domain_of
from phone.dial_plan import find_uri
from phone.directory import NUMBER, URI
from phone.page_strings import text

_POLICIES = ("", "off", "prefer", "require")     # the first is the usual one
_WORDS_IN_A_ROW = 2
_DIAL = 0           # rows of "told"
_KEEP = 1


def uri_of(menu):
    """-> whom the contact that is being edited means, as dialling it would; b"" for nobody."""
    return find_uri(menu.contact[URI] or menu.contact[NUMBER], domain_of(menu.config))


def caption(menu, name):
    """-> the row of a contact, "policy" or "key", as text."""
    person = menu.guard.people.find(uri_of(menu))
    if name == "policy":
        value = person.policy if person and person.policy else text("usual")
    elif not person or not person.fingerprint:
        value = text("key_none")
    else:
        value = text("key_compared" if person.is_confirmed else "key_is_new")
    return text(name) + ": " + value


def row(menu, title, at):
    if title == "policy":
        usual = "%s (%s)" % (text("usual"), menu.config.get("security.policy"))
        rows = (usual,) + _POLICIES[1:]
    elif title == "key":
        rows = _words(menu) + [text("forget")]
    elif title == "sure_forget":
        rows = (text("no"), text("yes"))
    elif title == "helper_book":
        rows = [decode(name or bare(uri)) for uri, name in menu.guard.people.told()] or [text("empty")]
    else:
        rows = (text("dial_it"), text("keep"), decode(menu.known[1]), decode(bare(menu.known[0])))
    return rows[at] if at < len(rows) else ""


def choose(menu, title, at, now, out):
    people = menu.guard.people
    if title == "policy":
        is_kept = people.set_policy(uri_of(menu), _POLICIES[at])
        menu.back()
        _save(menu, is_kept, now)
    elif title == "sure_forget":
        menu.back()
        if at:
            menu.back()
            _save(menu, people.forget_key(uri_of(menu)), now)
    elif title == "key":
        if at == len(_words(menu)):
            menu.push("sure_forget")
    elif title == "helper_book":
        told = people.told()
        if at < len(told):
            menu.known = told[at]            # a copy: the helper may be asked anew meanwhile
            menu.push("told")
    elif at == _DIAL:
        menu.dial(menu.known[0], out)
    elif at == _KEEP:
        book_pages.begin_contact(menu, menu.known[0], menu.known[1])
        menu.open("contact")


def open_page(menu, title):
    """Show "policy" or "key" of a contact; that there is no key is a note."""
    if title == "policy":
        menu.open(title)
        return
    person = menu.guard.people.find(uri_of(menu))
    if person and person.fingerprint:
        menu.open("key")
    else:
        menu.note = text("key_why")


def _words(menu):
    """-> rows of the words of a key."""
    person = menu.guard.people.find(uri_of(menu))
    if not person or not person.fingerprint:        # a call has taught better meanwhile
        return []
    words = [decode(word) for word in menu.guard.key_words(person.fingerprint)]
    return ["  ".join(words[at:at + _WORDS_IN_A_ROW]) for at in range(0, len(words), _WORDS_IN_A_ROW)]


def _save(menu, is_kept, now):
    if not is_kept or not menu.guard.people.save(now):
        menu.note = text("not_saved")
