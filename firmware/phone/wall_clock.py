# SPDX-License-Identifier: MIT
"""WallClock: the time of the place where the phone stands, as the screens show it.

Loaded on a board that has a calendar. The zone is phone.zone, or else that of phone.country. Where a country
has several, nobody knows which one it is: then the time is that of UTC, and says so.
"""

from micropython import const

from phone.zone import DAY, HOUR, Zone

MINUTE = 1          # told to the owner: the time on the screen is another

_LOOK_BITS = const(10)          # the calendar is looked at each 1,024 ms

# The countries of the tones that have one zone, and those.
COUNTRIES = ("gb", "fi", "de", "fr", "jp")
RULES = (
    b"GMT0BST,M3.5.0/1,M10.5.0", b"EET-2EEST,M3.5.0/3,M10.5.0/4", b"CET-1CEST,M3.5.0,M10.5.0/3",
    b"CET-1CEST,M3.5.0,M10.5.0/3", b"JST-9",
)


class WallClock:
    """An inlet of the reactor.

    calendar  the port; config: Config
    text      str, "14:05"; "" while the time is not known
    """

    litter = 0
    owner = None

    def __init__(self, calendar, config):
        self.text = ""
        self._calendar = calendar
        self._config = config
        self._rule = b""
        self._zone = Zone(b"UTC0")
        self._looked = -1
        self._shown = -1

    def poll(self, now, out):
        if now >> _LOOK_BITS == self._looked:
            return False
        self._looked = now >> _LOOK_BITS
        minute = self._calendar.minute()
        if minute == self._shown and self._rule == self._wanted():
            return False
        self._shown = minute
        self.text = self._words(minute)
        out.tell(self, MINUTE)
        return True

    def minute(self):
        """-> minutes since 1970, UTC; -1 while they are not known."""
        return self._calendar.minute()

    def local(self, minute):
        """-> (days since 1970, "14:05") by the clocks here. minute: of UTC."""
        rule = self._wanted()
        if rule != self._rule:
            self._zone = Zone(rule or b"UTC0")
            self._rule = rule
        minute = self._zone.local(minute)
        words = "%02d:%02d" % (minute % DAY // HOUR, minute % HOUR)
        return minute // DAY, words if rule else words + " UTC"

    def _words(self, minute):
        return self.local(minute)[1] if minute >= 0 else ""

    def _wanted(self):
        """-> the rule (bytes), b"" where nobody knows it."""
        country = self._config.get("phone.country")
        rule = self._config.get("phone.zone")
        if not rule and country in COUNTRIES:
            rule = RULES[COUNTRIES.index(country)]
        return rule
