# SPDX-License-Identifier: MIT
"""Menu: the way through the pages, and the line that is being typed.

A page has a module and a title, which is a name of strings.py. The module has the functions
    row(menu, title, at) -> str, "" behind the last row
    choose(menu, title, at, now, out)               OK was pressed on a row
    accept(menu, title, at, typed, now, out) -> bool   what menu.type() asked for; False: no
"""

from micropython import const

from phone import book_pages, call_pages, menu_pages, page_screens
from phone.dialer import DIALLED
from phone.page_strings import text
from phone.text_entry import TEXT, TextEntry

SETTING = 2         # told to the owner, as DIALLED is; the detail is the key of what changed
TYPED = 3           # a character came to rest: the screen is to be drawn
LOCK = 4            # the keypad is to be locked
WIPE = 5            # everything is to be forgotten, and the phone to start anew

_OK = const(79)             # O
_BACK = const(66)           # B
_UP = const(85)             # U
_DOWN = const(68)           # D


class Menu:
    """Open while it has a page. The pages use its attributes.

    call           the entry of the call log that is being looked at
    known          (URI, name) of the helper's contact that is being looked at
    contact, row   the contact that is being edited, and its row in the directory or -1
    note           a passing message (str), shown until the next key
    hal, clock, outlets   as the application has them
    near, chosen   names (bytes) of the Wi-Fi networks that were seen, and of the one that is being set up
    updater        update.updater.Updater, once the page about updates was opened, or None: they come by cable
    """

    updater = _wifi = None
    near = ()
    chosen = b""

    def __init__(self, app, network, version):
        self.owner = app
        self.config = app.config
        self.directory = app.directory
        self.call_log = app.call_log
        self.guard = app.guard
        self.hal = app.hal
        self.clock = app.clock
        self.outlets = app.outlets
        self.network = network
        self.version = version
        self.call = self.known = None
        self.contact = None
        self.row = -1
        self.note = ""
        self._entry = TextEntry()
        self._entry.owner = self
        self._modules = []
        self._titles = []
        self._cursors = []
        self._typing = ""               # title of the line being typed

    def is_open(self):
        return len(self._titles) > 0

    def close(self, out):
        self._modules = []
        self._titles = []
        self._cursors = []
        self._typing = ""
        self._entry.rest(out)

    def open(self, title):
        """Show the page of this title; B goes back to the page before."""
        self._show(self._module_of(title), title)

    def _module_of(self, title):
        """-> the module of a page. What is seldom opened is loaded when it is wanted first."""
        module = menu_pages
        if title == "calls":
            module = call_pages
            self.call_log.mark_read()
        elif title == "book" or title == "contact":
            module = book_pages
        elif title in ("policy", "key", "helper_book"):
            module = self.people_pages()
        elif title == "update":
            module = self._update_pages()
        elif title == "wifi":
            from phone import wifi_pages
            module = wifi_pages
        elif title == "phone.zone":
            from phone import zone_pages
            module = zone_pages
        elif title == "reset":
            from phone import reset_pages
            module = reset_pages
        return module

    def wifi(self):
        """-> WifiBook of the board."""
        if self._wifi is None:
            self._wifi = self.hal.wifi()
        return self._wifi

    def people_pages(self):
        """-> the module, or None in a phone that knows nobody's key. Loaded when it is wanted first."""
        if not self.guard.people:
            return None
        from phone import people_pages
        return people_pages

    def _update_pages(self):
        """-> the module. It and what it needs are loaded when they are wanted first."""
        from phone import update_pages
        if self.updater is None and self.hal.updates is not None:
            self.updater = self.hal.updates()
            self.updater.owner = self
        return update_pages

    def push(self, title):
        """Show another page of the module whose page is shown."""
        self._show(self._modules[-1], title)

    def _show(self, module, title):
        self.note = ""
        self._modules.append(module)
        self._titles.append(title)
        self._cursors.append(0)

    def back(self):
        self._modules.pop()
        self._titles.pop()
        self._cursors.pop()

    def type(self, title, typed, kind, limit):
        """Have a line typed; it goes to accept() of the page. See TextEntry.begin()."""
        self._typing = title
        self._entry.begin(typed, kind, limit)

    def type_address(self, typed):
        """Have an address typed and dial it; `typed` (str) is there already."""
        self.type("address", typed or "sip:", TEXT, 96)

    def dial(self, address, out):
        out.tell(self, DIALLED, address)

    def changed(self, key, out):
        """A setting has a new value."""
        out.tell(self, SETTING, key)

    def lock_up(self, out):
        """The keypad is to be locked."""
        out.tell(self, LOCK)

    def wipe(self, out):
        """Everything that was stored is to go."""
        out.tell(self, WIPE)

    def told(self, entry, event, detail, now, out):
        out.tell(self, TYPED)

    def press(self, code, now, out):
        """A key, ASCII code."""
        self.note = ""
        if self._typing:
            self._press_typing(code, now, out)
            return
        module = self._modules[-1]
        title = self._titles[-1]
        at = self._cursors[-1]
        if 49 <= code <= 57:            # 1 .. 9 choose a row at once
            at = code - 49
            code = _OK
        if code == _BACK:
            self.back()
        elif code == _UP:
            self._cursors[-1] = max(0, at - 1)
        elif code == _DOWN:
            if module.row(self, title, at + 1):
                self._cursors[-1] = at + 1
        elif code == _OK and module.row(self, title, at):
            self._cursors[-1] = at
            module.choose(self, title, at, now, out)

    def _press_typing(self, code, now, out):
        entry = self._entry
        if code == _OK:
            entry.rest(out)
            typing = self._typing
            self._typing = ""
            accept = self._modules[-1].accept
            if not accept(self, self._titles[-1], self._cursors[-1], entry.text, now, out):
                self._typing = typing
        elif code == _BACK and not entry.text:
            self._typing = ""
        else:
            entry.press(code, out)

    def rows(self):
        """-> eight rows for the display."""
        if self._typing:
            entry = self._entry
            return page_screens.entry(text(self._typing), entry.shown(), entry.cursor, entry.mode,
                                 self.note or text("k9"))
        module = self._modules[-1]
        title = self._titles[-1]
        while self._cursors[-1] and not module.row(self, title, self._cursors[-1]):
            self._cursors[-1] -= 1      # the last row was taken out
        at = self._cursors[-1]
        first = at - at % page_screens.LIST_ROWS
        rows = [module.row(self, title, first + row) for row in range(page_screens.LIST_ROWS)]
        return page_screens.entries(text(title), rows, at - first, self.note or text("k2"))
