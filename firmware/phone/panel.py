# SPDX-License-Identifier: MIT
"""Panel: display and message lamp, told only what changed."""

from phone import screens, views
from phone.caption import COLUMNS, decode, sides
from phone.strings import text

_ICONS = ("lock", "ring", "mute", "net")
_LAMPS = ("message", "secure")
_UP = 2                     # Network.state()


class Panel:
    """Chooses the screen of an Application, and remembers what the ports were told last.

    is_stale    something has happened that may change it
    Polled by the reactor: the screen is drawn once for all that has happened, then told to the display row
    by row, and sent to the glass in the same way.
    """

    litter = 1                  # KB of garbage

    def __init__(self, app, display, led, network):
        self._app = app
        self._display = display
        self._led = led
        self._network = network
        self._rows = [None] * 8
        self._wanted = self._rows           # what was drawn last
        self.is_stale = False
        self._is_drawn = False              # and not all of it was shown
        self._icons = [None] * len(_ICONS)
        self._lit = [None] * len(_LAMPS)

    def poll(self, now, out):
        """-> True when something was drawn, or shown."""
        if self.is_stale:
            self.is_stale = False
            self._is_drawn = True
            self._wanted = self._screen(self._app, self._app.view(), now)
            return True
        if self._is_drawn:
            return self._show()
        return self._display.changed != 0 and self._display.flush()

    def _show(self):
        """Tell the display the next row that changed, or at last the icons; and the lamps. -> True."""
        for row in range(8):
            line = self._wanted[row]
            if line != self._rows[row]:
                self._rows[row] = line
                self._display.line(row, line if len(line) <= COLUMNS else line[:COLUMNS])
                return True
        self._is_drawn = False
        app = self._app
        is_up = self._network.state() == _UP
        hearing = app.lines.front.hearing if app.lines.front else ""
        lock = hearing.startswith("sealed") or app.view() == views.LOCKED
        icons = (lock, app.lines.ringing() is not None, app.is_muted, is_up)
        for icon in range(len(_ICONS)):
            if icons[icon] != self._icons[icon]:
                self._icons[icon] = icons[icon]
                self._display.icon(_ICONS[icon], icons[icon])
        lit = (app.call_log.unread() > 0, hearing == "sealed")
        for lamp in range(len(_LAMPS)):
            if lit[lamp] != self._lit[lamp]:
                self._lit[lamp] = lit[lamp]
                self._led.set(_LAMPS[lamp], lit[lamp])
        return True

    def _screen(self, app, view, now):
        if view == views.ASKED:
            front = app.lines.front
            return app.trust.rows(front.caller() if front else "")
        if views.MENU < view < views.ASKED:
            return self._call(app, view, now)
        if app.message:
            return app.message
        if view == views.LOCKED:
            return app.lock.rows(self._name(app), now, app.note)
        if view == views.MENU:
            return app.menu.rows()
        if view == views.DIALLING:
            return screens.dialling(decode(app.dialer.digits), app.note)
        get = app.config.get
        user = get("account.user")
        domain = get("account.domain")
        link, reason = app.registration if self._network.state() == _UP else (text("down"), "")
        return screens.idle(
            self._name(app),
            decode(user + b"@" + domain if domain else self._network.address()),
            link, app.note, app.call_log.unread(), get("phone.dnd"), reason,
            text("helper_gone") if app.guard.lacks_helper else "",
        )

    def _name(self, app):
        """-> row 0 of a phone at rest: whose it is, and the time."""
        get = app.config.get
        name = decode(get("account.display") or get("account.user")) or text("product")
        return sides(name, app.clock.text) if app.clock and app.clock.text else name

    def _call(self, app, view, now):
        lines = app.lines
        shown = lines.ringing() if view == views.RINGING else lines.front
        note = app.note or (text("muted") if app.is_muted else "")
        other = None if view == views.RINGING else lines.other()
        return screens.call(shown, other, view, shown.seconds(now), note)
