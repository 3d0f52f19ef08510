# SPDX-License-Identifier: MIT
"""ChipCalendar: machine.RTC as seconds since 1970, UTC. The chip itself counts from 2000; its registers
are days and hours, so that does not matter here.
"""

from micropython import const

from core.dates import date_of, days_of

_DAY = const(86400)


class ChipCalendar:
    """See ports.Calendar.

    rtc      machine.RTC, datetime((year, month, day, weekday, hour, minute, second, microsecond))
    is_told  somebody who knows has told the time since the phone was switched on, see network_time.py
    """

    def __init__(self, rtc):
        self._rtc = rtc
        self.is_told = False

    def minute(self):
        if not self.is_told:
            return -1
        year, month, day, _, hour, minute, _, _ = self._rtc.datetime()
        return days_of(year, month, day) * 1440 + hour * 60 + minute

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
