# SPDX-License-Identifier: MIT
"""ChipCalendar: machine.RTC as seconds since 1970, UTC. The chip itself counts from 2000; its registers
are days and hours, so that does not matter here.

Dates of the proleptic Gregorian calendar, by years that begin in March: the day that leap years have
more is then the last one, and months have 153 days in each five.
"""

from micropython import const

_DAY = const(86400)
_FROM_MARCH_0 = const(719468)   # days from 1 March of the year 0 to 1 January 1970
_CENTURIES = const(146097)      # days of 400 years


class ChipCalendar:
    """rtc: machine.RTC, datetime((year, month, day, weekday, hour, minute, second, microsecond))."""

    def __init__(self, rtc):
        self._rtc = rtc

    def now(self):
        """-> seconds since 1970."""
        year, month, day, _, hour, minute, second, _ = self._rtc.datetime()
        return days_of(year, month, day) * _DAY + hour * 3600 + minute * 60 + second

    def set(self, seconds, ms=0):
        days = seconds // _DAY
        rest = seconds % _DAY
        year, month, day = date_of(days)
        # 1 January 1970 was a Thursday; the chip counts from Monday.
        self._rtc.datetime((
            year, month, day, (days + 3) % 7, rest // 3600, rest % 3600 // 60, rest % 60, ms * 1000))


def days_of(year, month, day):
    """-> days since 1 January 1970."""
    if month < 3:
        year -= 1
        month += 12
    years = year * 365 + year // 4 - year // 100 + year // 400
    return years + (month * 153 - 457) // 5 + day - 1 - _FROM_MARCH_0


def date_of(days):
    """-> (year, month, day)."""
    days += _FROM_MARCH_0
    era = days // _CENTURIES
    days %= _CENTURIES
    years = (days - days // 1460 + days // 36524 - days // 146096) // 365
    days -= years * 365 + years // 4 - years // 100
    month = (days * 5 + 2) // 153
    day = days - (month * 153 + 2) // 5 + 1
    return era * 400 + years + (1 if month > 9 else 0), month + 3 if month < 10 else month - 9, day
