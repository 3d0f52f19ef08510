# SPDX-License-Identifier: MIT
"""Dates of the proleptic Gregorian calendar as days since 1 January 1970, which was a Thursday.

By years that begin in March: the day that leap years have more is then the last one, and months have
153 days in each five.
"""

from micropython import const

_FROM_MARCH_0 = const(719468)   # days from 1 March of the year 0 to 1 January 1970
_CENTURIES = const(146097)      # days of 400 years


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
