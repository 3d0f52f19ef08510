# SPDX-License-Identifier: MIT
"""Time zones: the rules of places, as POSIX writes them. What the rest of the world computes is compared on the host,
in tests/host/test_zones.py."""

from core.dates import date_of, days_of
from phone.zone import Zone

HELSINKI = b"EET-2EEST,M3.5.0/3,M10.5.0/4"
SYDNEY = b"AEST-10AEDT,M10.1.0,M4.1.0/3"
NEW_YORK = b"EST5EDT,M3.2.0,M11.1.0"
SANTIAGO = b"<-04>4<-03>,M9.1.6/24,M4.1.6/24"
DUBLIN = b"IST-1GMT0,M10.5.0,M3.5.0/1"


def at(text):
    """-> minutes since 1970 of "2026-11-23 14:05"."""
    date, time = text.split(" ")
    year, month, day = [int(part) for part in date.split("-")]
    hour, minute = [int(part) for part in time.split(":")]
    return days_of(year, month, day) * 1440 + hour * 60 + minute


def told(minute):
    year, month, day = date_of(minute // 1440)
    return "%d-%02d-%02d %02d:%02d" % (year, month, day, minute % 1440 // 60, minute % 60)


def shows(rule, *pairs):
    zone = Zone(rule)
    for utc, local in pairs:
        assert told(zone.local(at(utc))) == local, (rule, utc, told(zone.local(at(utc))))


def test_a_place_without_summer_time():
    shows(b"UTC0", ("2026-11-23 14:05", "2026-11-23 14:05"))
    shows(b"<+0545>-5:45", ("2026-11-23 23:30", "2026-11-24 05:15"))
    shows(b"NST3:30", ("2026-01-01 01:00", "2025-12-31 21:30"))


def test_summer_time_of_the_north_begins_and_ends():
    shows(HELSINKI,
          ("2026-03-29 00:59", "2026-03-29 02:59"), ("2026-03-29 01:00", "2026-03-29 04:00"),
          ("2026-10-25 00:59", "2026-10-25 03:59"), ("2026-10-25 01:00", "2026-10-25 03:00"))
    shows(NEW_YORK,
          ("2027-03-14 06:59", "2027-03-14 01:59"), ("2027-03-14 07:00", "2027-03-14 03:00"),
          ("2027-11-07 05:59", "2027-11-07 01:59"), ("2027-11-07 06:00", "2027-11-07 01:00"))


def test_summer_time_of_the_south_lasts_over_the_end_of_the_year():
    shows(SYDNEY,
          ("2026-04-04 15:59", "2026-04-05 02:59"), ("2026-04-04 16:00", "2026-04-05 02:00"),
          ("2026-10-03 15:59", "2026-10-04 01:59"), ("2026-10-03 16:00", "2026-10-04 03:00"),
          ("2026-12-31 12:59", "2026-12-31 23:59"), ("2026-12-31 13:00", "2027-01-01 00:00"),
          ("2027-01-31 12:00", "2027-01-31 23:00"))


def test_hours_beyond_a_day():
    shows(SANTIAGO, ("2026-04-05 02:59", "2026-04-04 23:59"), ("2026-04-05 03:00", "2026-04-04 23:00"))
    shows(b"IST-2IDT,M3.4.4/26,M10.5.0", ("2026-03-26 23:59", "2026-03-27 01:59"), ("2026-03-27 00:00", "2026-03-27 03:00"))
    shows(b"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", ("2026-03-29 00:59", "2026-03-28 22:59"), ("2026-03-29 01:00", "2026-03-29 00:00"))


def test_a_summer_that_is_the_usual_time():
    shows(DUBLIN, ("2026-07-01 12:00", "2026-07-01 13:00"), ("2026-12-01 12:00", "2026-12-01 12:00"))


def test_days_of_a_year_with_and_without_29_february():
    julian = b"AAA0BBB,J60/0,J300/0"                # 1 March in each year
    shows(b"AAA0BBB,J59/0,J300/0", ("2027-02-28 00:00", "2027-02-28 01:00"), ("2028-02-27 23:59", "2028-02-27 23:59"),
          ("2028-02-28 00:00", "2028-02-28 01:00"))
    plain = b"AAA0BBB,60/0,300/0"                   # from 0 on: 2 March, and 1 March in a leap year
    shows(julian, ("2027-02-28 23:59", "2027-02-28 23:59"), ("2027-03-01 00:00", "2027-03-01 01:00"),
          ("2028-02-29 23:59", "2028-02-29 23:59"), ("2028-03-01 00:00", "2028-03-01 01:00"))
    shows(plain, ("2027-03-01 23:59", "2027-03-01 23:59"), ("2027-03-02 00:00", "2027-03-02 01:00"),
          ("2028-02-29 23:59", "2028-02-29 23:59"), ("2028-03-01 00:00", "2028-03-01 01:00"))


def test_what_is_no_rule_is_refused():
    for text in (
            b"", b"EET", b"EE-2", b"-2", b"EET-2EEST", b"EET-2EEST,M3.5.0", b"EET-2EEST,M3.5.0,M10.5.0,", b"EET-2 ",
            b"EET-168", b"EET-2:60", b"EET-2:30:15", b"EET--2", b"EET-2EEST,M0.5.0,M10.5.0", b"EET-2EEST,M3.6.0,M10.5.0",
            b"EET-2EEST,M3.0.0,M10.5.0", b"EET-2EEST,M3.5.7,M10.5.0", b"EET-2EEST,M13.5.0,M10.5.0", b"EET-2EEST,J0,J5",
            b"EET-2EEST,J366,J5", b"EET-2EEST,366,5", b"EET-2EEST,M3.5,M10.5.0", b"EET-2EEST,M3.5.0/,M10.5.0", b"<+03-3",
            b"<>-3", b"E\xc4T-2", b"Europe/Helsinki", b":EET-2", b"EET-2EEST,M3.5.0/1234,M10.5.0", b"\0", b"+03-3"):
        try:
            Zone(text)
        except ValueError:
            continue
        raise AssertionError(text)


def test_no_broken_rule_does_anything_but_be_refused():
    for rule in (HELSINKI, SYDNEY, SANTIAGO, DUBLIN):
        for at_byte in range(len(rule)):
            for byte in (0, 32, 44, 45, 57, 60, 65, 77, 255):
                try:
                    Zone(rule[:at_byte] + bytes((byte,)) + rule[at_byte + 1:]).local(at("2026-06-01 00:00"))
                except ValueError:
                    pass
            try:
                Zone(rule[:at_byte]).local(at("2026-06-01 00:00"))
            except ValueError:
                pass
