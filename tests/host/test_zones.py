# SPDX-License-Identifier: MIT
"""phone/zone.py against Python's zoneinfo: each place of the menu with the time zone database, and rules by chance."""

import io
import struct
import zoneinfo
from datetime import datetime, timedelta, timezone
from importlib.resources import files

import pytest
from assembly import RELEASED
from hypothesis import given, settings
from hypothesis import strategies as st
from phone.wall_clock import COUNTRIES, RULES
from phone.zone import Zone
from phone.zone_pages import PLACES

RIGS = ("cpython",)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
FROM, TO = RELEASED // 60 // 1440 * 1440, RELEASED // 60 + 20 * 366 * 1440

# The keys of the database for the names of our menu.
KEYS = {
    "Argentina": "America/Argentina/Buenos_Aires", "Australia, Adelaide": "Australia/Adelaide",
    "Australia, Brisbane": "Australia/Brisbane", "Australia, Darwin": "Australia/Darwin",
    "Australia, Perth": "Australia/Perth", "Australia, Sydney": "Australia/Sydney", "Austria": "Europe/Vienna",
    "Bangladesh": "Asia/Dhaka", "Belgium": "Europe/Brussels", "Brazil, Sao Paulo": "America/Sao_Paulo",
    "Canada, Halifax": "America/Halifax", "Canada, St. John's": "America/St_Johns",
    "Canada, Toronto": "America/Toronto", "Canada, Winnipeg": "America/Winnipeg",
    "Chile, Santiago": "America/Santiago", "China": "Asia/Shanghai", "Czechia": "Europe/Prague",
    "Denmark": "Europe/Copenhagen", "Egypt": "Africa/Cairo", "Estonia": "Europe/Tallinn",
    "Finland": "Europe/Helsinki", "France": "Europe/Paris", "Germany": "Europe/Berlin", "Greece": "Europe/Athens",
    "Greenland, Nuuk": "America/Nuuk", "Hungary": "Europe/Budapest", "Iceland": "Atlantic/Reykjavik",
    "India": "Asia/Kolkata", "Ireland": "Europe/Dublin", "Israel": "Asia/Jerusalem", "Italy": "Europe/Rome",
    "Japan": "Asia/Tokyo", "Kenya": "Africa/Nairobi", "Korea": "Asia/Seoul", "Latvia": "Europe/Riga",
    "Lithuania": "Europe/Vilnius", "Mexico, Mexico City": "America/Mexico_City", "Nepal": "Asia/Kathmandu",
    "Netherlands": "Europe/Amsterdam", "New Zealand": "Pacific/Auckland", "Nigeria": "Africa/Lagos",
    "Norway": "Europe/Oslo", "Pakistan": "Asia/Karachi", "Poland": "Europe/Warsaw", "Portugal": "Europe/Lisbon",
    "Portugal, Azores": "Atlantic/Azores", "Romania": "Europe/Bucharest", "Saudi Arabia": "Asia/Riyadh",
    "Singapore": "Asia/Singapore", "South Africa": "Africa/Johannesburg", "Spain": "Europe/Madrid",
    "Sweden": "Europe/Stockholm", "Switzerland": "Europe/Zurich", "Thailand": "Asia/Bangkok",
    "Turkey": "Europe/Istanbul", "Ukraine": "Europe/Kyiv", "United Kingdom": "Europe/London",
    "USA, Alaska": "America/Anchorage", "USA, Arizona": "America/Phoenix", "USA, Chicago": "America/Chicago",
    "USA, Denver": "America/Denver", "USA, Hawaii": "Pacific/Honolulu", "USA, Los Angeles": "America/Los_Angeles",
    "USA, New York": "America/New_York", "UTC": "UTC",
}
KEYS_OF_COUNTRIES = {
    "gb": "Europe/London", "fi": "Europe/Helsinki", "de": "Europe/Berlin", "fr": "Europe/Paris",
    "jp": "Asia/Tokyo"}


def database(key):
    """-> ZoneInfo of the pinned version of the database, whatever this computer has."""
    with (files("tzdata") / "zoneinfo").joinpath(*key.split("/")).open("rb") as file:
        return zoneinfo.ZoneInfo.from_file(file)


def offset(place, minute):
    """-> minutes that a ZoneInfo is ahead of UTC."""
    return (EPOCH + timedelta(minutes=minute)).astimezone(place).utcoffset() // timedelta(minutes=1)


def assert_same(zone, place, minute):
    assert zone.local(minute) - minute == offset(place, minute), EPOCH + timedelta(minutes=minute)


def assert_same_for_years(rule, place):
    """Each day for twenty years, and each minute around each change."""
    zone = Zone(rule)
    before = offset(place, FROM)
    for day in range(FROM, TO, 1440):
        assert_same(zone, place, day)
        if offset(place, day) != before:
            before = offset(place, day)
            for minute in range(day - 1440, day + 1):
                assert_same(zone, place, minute)


@pytest.mark.parametrize("row", PLACES.splitlines(), ids=lambda row: row.rpartition(" ")[0])
def test_each_place_of_the_menu_has_the_time_of_the_database(row):
    name, _, rule = row.rpartition(" ")
    assert_same_for_years(rule.encode(), database(KEYS[name]))


def test_each_place_is_in_the_menu_once_and_in_order():
    names = [row.rpartition(" ")[0] for row in PLACES.splitlines()]
    assert sorted(KEYS) == sorted(names)
    assert names == sorted(names, key=lambda name: name.lower())


def test_the_countries_of_the_tones_have_the_time_of_the_database():
    assert len(COUNTRIES) == len(RULES)
    for country, rule in zip(COUNTRIES, RULES):
        assert_same_for_years(rule, database(KEYS_OF_COUNTRIES[country]))


def clocks(least, most):
    return st.integers(least, most).map(
        lambda minutes: "%s%d:%02d" % ("-" if minutes < 0 else "", abs(minutes) // 60, abs(minutes) % 60))


def changes(months):
    """One day in one of the months, so that the years do not meet: what then comes first nobody says.

    No days of the year: Python 3.11 takes J59 for 29 February in a leap year and counts days without J from 1,
    where POSIX says 28 February and 0. tests/unit/phone/test_zone.py has those."""
    return st.builds("M{}.{}.{}".format, st.sampled_from(months), st.integers(1, 5), st.integers(0, 6))


@st.composite
def rules(draw):
    usual = draw(clocks(-14 * 60, 12 * 60))
    first, last = draw(changes((2, 3, 4))), draw(changes((8, 9, 10)))
    if draw(st.booleans()):
        first, last = last, first
    times = [draw(st.one_of(st.just(""), clocks(-30 * 60, 50 * 60).map("/{}".format))) for _ in range(2)]
    summer = draw(st.one_of(st.just(""), clocks(-14 * 60, 12 * 60)))
    return "ABC%sDEF%s,%s%s,%s%s" % (usual, summer, first, times[0], last, times[1])


@settings(deadline=None)
@given(rules(), st.integers(FROM, TO))
def test_any_rule_means_what_it_means_to_python(rule, begin):
    """Over two years, four times a day."""
    zone, place = Zone(rule.encode()), ruled(rule)
    for minute in range(begin, begin + 2 * 366 * 1440, 359):
        assert_same(zone, place, minute)


@given(st.one_of(st.binary(max_size=64), st.text(alphabet="AE<>+-0123456789,./:MJ", max_size=64).map(str.encode)))
def test_any_text_is_a_rule_or_refused(text):
    try:
        zone = Zone(text)
    except ValueError:
        return
    for minute in range(FROM, TO, 100000):
        assert abs(zone.local(minute) - minute) <= 169 * 60


def ruled(rule):
    """-> ZoneInfo of a file that has this rule and nothing else (RFC 9636)."""
    head = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4)
    body = struct.pack(">lbb4s", 0, 0, 0, b"ABC\0")
    return zoneinfo.ZoneInfo.from_file(io.BytesIO(head + body + head + body + b"\n" + rule.encode() + b"\n"))
