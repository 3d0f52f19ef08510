# SPDX-License-Identifier: MIT
"""Outgoing calls: from what was dialled to a line, or to the reason why not. Loaded with the first one."""

from media.tones import ERROR
from phone import screens
from phone.caption import decode
from phone.config import domain_of
from phone.dial_plan import find_uri
from phone.directory import NAME, NUMBER, URI
from phone.strings import text


def dial(app, address, now, out):
    """Call a number or an address (bytes), as it was dialled. app: phone.application.Application."""
    if app.lock and not app.lock.allows(address):
        app.say(text("lock_is"), out)
        return
    contact = app.directory.find(NUMBER, address)
    domain = domain_of(app.config)
    uri = find_uri(contact[URI] if contact and contact[URI] else address, domain)
    name = contact[NAME] if contact else app.directory.name_of(uri, domain)
    if not name and app.guard.people:
        name = app.guard.people.name_of(uri)
    app.clear(out)
    if not uri:
        _fail(app, address, text("no_uri"), out)
    elif not app.lines.dial(address, uri, name, now, out):
        _fail(app, address, text("both_busy"), out)


def _fail(app, address, reason, out):
    app.events.post("error", {"reason": reason})
    if app.lines.front:
        app.say(reason, out)
    else:
        app.show(screens.message(text("failed"), decode(address), reason), ERROR, out)
