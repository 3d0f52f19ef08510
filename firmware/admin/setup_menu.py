# SPDX-License-Identifier: MIT
"""SetupMenu: the way through the setup by keypad, question after question, to the same form as the page.

OK goes on, B deletes and goes back. What nobody needs is not asked: the password of an open network, or
where a server is whose domain says that already.
"""

from micropython import const

from admin.form import NETWORK, NETWORK_KEY, SECRETS
from phone import page_screens
from phone.caption import COLUMNS, wrap
from phone.text_entry import SECRET, TEXT, TextEntry
from sip.uri import is_numeric

STORED = 1          # told to the owner: done
LEFT = 2            # the person went back before the first question
TYPED = 3           # the screen is to be drawn

_OK = const(79)             # O
_BACK = const(66)           # B
_UP = const(85)             # U
_DOWN = const(68)           # D

_USER = "account.user"
_DOMAIN = "account.domain"
_SUM = ""                   # the last step: all that was typed, to be saved

_STEPS = (NETWORK, NETWORK_KEY, _USER, _DOMAIN, "account.registrar", "account.password", _SUM)
_TITLES = {
    NETWORK: "Wi-Fi network", NETWORK_KEY: "Its password", _USER: "User or number", _DOMAIN: "Domain",
    "account.registrar": "Server, numbers", "account.password": "Password", _SUM: "Save this?",
}
_BY_NAME = "Type its name"
_CABLE = "None: a cable"
_LIST_KEYS = "OK:choose B:back"
_LINE_KEYS = "OK:next B:del #:mode"
_SUM_KEYS = "OK:save B:back"


class SetupMenu:
    """form: SetupForm. The owner is told STORED, LEFT or TYPED."""

    owner = None

    def __init__(self, form):
        self._form = form
        self._entry = TextEntry()
        self._entry.owner = self
        self.begin()

    def begin(self):
        """At the first question, with nothing typed."""
        self._values = {}
        self._step = 0
        self._cursor = 0
        self._is_typing = False
        self._trouble = ""              # what is wrong, shown until a key

    def told(self, entry, event, detail, now, out):
        out.tell(self, TYPED)

    def press(self, code, now, out):
        """A key, ASCII code."""
        if self._trouble:
            self._trouble = ""
        elif self._is_typing:
            self._press_typing(code, out)
        elif code == _BACK:
            self._go_back(out)
        elif self._field() == _SUM:
            if code == _OK:
                self._save(now, out)
        else:
            self._press_list(code)

    def rows(self):
        """-> eight rows for the display."""
        if self._trouble:
            return (["Not saved", ""] + wrap(self._trouble) + [""] * 8)[:7] + ["any key: go on"]
        title = _TITLES[self._field()]
        if self._is_typing:
            entry = self._entry
            return page_screens.entry(title, entry.shown(), entry.cursor, entry.mode, _LINE_KEYS)
        if self._field() == _SUM:
            return ([title, ""] + self._summary() + [""] * 8)[:7] + [_SUM_KEYS]
        choices = self._choices()
        first = self._cursor - self._cursor % page_screens.LIST_ROWS
        return page_screens.entries(
            title, choices[first:first + page_screens.LIST_ROWS], self._cursor - first, _LIST_KEYS)

    # The list of networks

    def _choices(self):
        return [name[:COLUMNS - 1] for name, _ in self._form.seen] + [_BY_NAME, _CABLE]

    def _press_list(self, code):
        choices = self._choices()
        if 49 <= code <= 57 and code - 49 < len(choices):       # 1 .. 9 choose a row at once
            self._cursor = code - 49
            code = _OK
        if code == _UP:
            self._cursor = max(0, self._cursor - 1)
        elif code == _DOWN:
            self._cursor = min(len(choices) - 1, self._cursor + 1)
        elif code == _OK:
            self._choose()

    def _choose(self):
        seen = self._form.seen
        if self._cursor < len(seen):
            self._values[NETWORK] = seen[self._cursor][0]
            self._go_on()
        elif self._cursor == len(seen):
            self._type()
        else:
            self._values[NETWORK] = ""
            self._go_on()

    # A line being typed

    def _type(self):
        field = self._field()
        self._is_typing = True
        self._entry.begin("" if field in SECRETS else self._values.get(field, ""),
                          SECRET if field in SECRETS else TEXT, self._form.longest(field))

    def _press_typing(self, code, out):
        entry = self._entry
        if code == _OK:
            entry.rest(out)
            self._values[self._field()] = entry.text
            self._go_on()
        elif code == _BACK and not entry.text:
            entry.rest(out)
            self._go_back(out)
        else:
            entry.press(code, out)

    # Question after question

    def _field(self):
        return _STEPS[self._step]

    def _go_on(self):
        self._step += 1
        while not self._is_asked(self._field()):
            self._values[self._field()] = ""
            self._step += 1
        self._show()

    def _go_back(self, out):
        if self._step == 0 and not self._is_typing:
            self.begin()
            out.tell(self, LEFT)
            return
        if self._step:
            self._step -= 1
            while not self._is_asked(self._field()):
                self._step -= 1
        self._show()

    def _show(self):
        self._is_typing = False
        if self._step and self._field() != _SUM:
            self._type()

    def _is_asked(self, field):
        get = self._values.get
        if field == NETWORK_KEY:
            return bool(get(NETWORK)) and self._form.needs_key(get(NETWORK)) is not False
        if field == "account.registrar":
            return bool(get(_DOMAIN)) and not is_numeric(get(_DOMAIN).split(":")[0].encode())
        if field == _DOMAIN or field == "account.password":
            return bool(get(_USER))
        return True

    def _summary(self):
        get = self._values.get
        rows = ["Wi-Fi " + (get(NETWORK) or "none: a cable")]
        if get(_USER):
            rows += wrap(get(_USER) + ("@" + get(_DOMAIN) if get(_DOMAIN) else ""))
        else:
            rows.append("no account")
        return rows + wrap(get("account.registrar") or "")

    def _save(self, now, out):
        errors = self._form.check(self._values)
        if not errors:
            if self._form.save(self._values, now):
                self.begin()
                out.tell(self, STORED)
            else:
                self._trouble = "The phone could not store this"
            return
        for step in range(len(_STEPS) - 1):
            if _STEPS[step] in errors:
                self._trouble = errors[_STEPS[step]]
                self._step = step
                self._show()
                return
        self._trouble = list(errors.values())[0]
