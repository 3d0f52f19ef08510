# SPDX-License-Identifier: MIT
"""Zone: the time of a place, from its rule as a POSIX TZ text (POSIX.1 8.3; RFC 9636 3.3.1).

    EET-2EEST,M3.5.0/3,M10.5.0/4    two hours ahead of UTC, from the last Sunday of March at 3:00 to the
                                    last one of October at 4:00 an hour more

Hours are -167 .. 167 with minutes. Seconds are refused: no place has any today. So are two names without
the days of change, for which every system has a rule of its own, and a text that goes on behind them.
Times are minutes since 1970, which fit 31 bits until the year 4011.
"""

from micropython import const

from core.dates import date_of, days_of

HOUR = 60
DAY = 1440

_LARGEST = const(167)           # hours of an offset or of a time of change
_CHANGE = const(120)            # minutes after midnight, where a rule says nothing
_PLUS = const(43)
_COMMA = const(44)
_MINUS = const(45)
_DOT = const(46)
_SLASH = const(47)
_COLON = const(58)
_OPEN = const(60)
_CLOSE = const(62)
_JULIAN = const(74)             # J: days 1 .. 365, 29 February is none of them
_MONTH = const(77)              # M: a day of a week of a month; neither letter: days 0 .. 365


class Zone:
    """text: bytes. Raises ValueError when it is no such rule."""

    def __init__(self, text):
        reader = _Reader(text)
        reader.name()
        self._usual = self._summer = -reader.clock()
        self._start = self._end = None
        if reader.at < len(text):
            reader.name()
            self._summer = self._usual + HOUR
            if reader.next() != _COMMA:
                self._summer = -reader.clock()
            self._start = reader.change()
            self._end = reader.change()
        if reader.at != len(text):
            raise ValueError("zone")

    def local(self, minute):
        """-> minutes since 1970 by the clocks of this place. minute: of UTC."""
        return minute + (self._summer if self._is_summer(minute) else self._usual)

    def _is_summer(self, minute):
        if self._start is None:
            return False
        year = date_of((minute + self._usual) // DAY)[0]
        start = _minute_of(self._start, year) - self._usual
        end = _minute_of(self._end, year) - self._summer
        if start < end:
            return start <= minute < end
        return not end <= minute < start


def _minute_of(change, year):
    """-> the minute of a change (kind, month, week, day, time) in a year, by the clocks before it."""
    kind, month, week, day, time = change
    if kind == _MONTH:
        first = days_of(year, month, 1)
        days = first + (day - first - 4) % 7 + 7 * week - 7
        following = days_of(year + month // 12, month % 12 + 1, 1)
        while days >= following:        # the fifth is the last one
            days -= 7
    elif kind == _JULIAN:
        days = days_of(year, 1, 1) + day - 1 if day < 60 else days_of(year, 3, 1) + day - 60
    else:
        days = days_of(year, 1, 1) + day
    return days * DAY + time


class _Reader:
    """Walks over the text. at: where it is. Raises ValueError at what does not belong there."""

    def __init__(self, text):
        self.at = 0
        self._text = text

    def next(self):
        """-> the byte that comes next, 0 at the end."""
        return self._text[self.at] if self.at < len(self._text) else 0

    def name(self):
        """Three letters or more; between < and > digits and signs, too. Nobody sees it."""
        is_quoted = self._takes(_OPEN)
        start = self.at
        while _is_letter(self.next()) or is_quoted and (self.next() in b"+-" or _is_digit(self.next())):
            self.at += 1
        if self.at - start < 3 or is_quoted and not self._takes(_CLOSE):
            raise ValueError("zone")

    def clock(self):
        """-> minutes of [+|-]hh[:mm]."""
        sign = -1 if self._takes(_MINUS) else 1
        if sign > 0:
            self._takes(_PLUS)
        minutes = self.number(0, _LARGEST) * HOUR
        if self._takes(_COLON):
            minutes += self.number(0, 59)
        return sign * minutes

    def number(self, least, most):
        start = self.at
        while _is_digit(self.next()) and self.at - start < 3:
            self.at += 1
        number = int(self._text[start:self.at] or b"-1")
        if not least <= number <= most:
            raise ValueError("zone")
        return number

    def change(self):
        """-> (kind, month, week, day, minutes after midnight) of ,Mm.w.d[/time] or ,Jn or ,n."""
        self._wants(_COMMA)
        kind = self.next()
        month = week = 0
        if kind == _MONTH or kind == _JULIAN:
            self.at += 1
        if kind == _MONTH:
            month = self.number(1, 12)
            self._wants(_DOT)
            week = self.number(1, 5)
            self._wants(_DOT)
            day = self.number(0, 6)
        else:
            day = self.number(1 if kind == _JULIAN else 0, 365)
        return kind, month, week, day, self.clock() if self._takes(_SLASH) else _CHANGE

    def _takes(self, byte):
        if self.next() != byte:
            return False
        self.at += 1
        return True

    def _wants(self, byte):
        if not self._takes(byte):
            raise ValueError("zone")


def _is_letter(byte):
    return 65 <= byte <= 90 or 97 <= byte <= 122


def _is_digit(byte):
    return 48 <= byte <= 57
