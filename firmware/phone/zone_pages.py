# SPDX-License-Identifier: MIT
"""Time zones to choose from ("phone.zone"), or to type as a rule. See menu.py.

The rules are those of the time zone database, which is in the public domain; tests/host/test_zones.py
compares them with it. A place whose summer follows the moon is left out: no rule says that.
"""

from phone import menu_pages
from phone.caption import decode
from phone.page_strings import text
from phone.text_entry import TEXT

_KEY = "phone.zone"

# By the country, or by the city where a country has several.
PLACES = """\
Argentina <-03>3
Australia, Adelaide ACST-9:30ACDT,M10.1.0,M4.1.0/3
Australia, Brisbane AEST-10
Australia, Darwin ACST-9:30
Australia, Perth AWST-8
Australia, Sydney AEST-10AEDT,M10.1.0,M4.1.0/3
Austria CET-1CEST,M3.5.0,M10.5.0/3
Bangladesh <+06>-6
Belgium CET-1CEST,M3.5.0,M10.5.0/3
Brazil, Sao Paulo <-03>3
Canada, Halifax AST4ADT,M3.2.0,M11.1.0
Canada, St. John's NST3:30NDT,M3.2.0,M11.1.0
Canada, Toronto EST5EDT,M3.2.0,M11.1.0
Canada, Winnipeg EST5
Chile, Santiago <-04>4<-03>,M9.1.6/24,M4.1.6/24
China CST-8
Czechia CET-1CEST,M3.5.0,M10.5.0/3
Denmark CET-1CEST,M3.5.0,M10.5.0/3
Egypt EET-2EEST,M4.5.5/0,M10.5.4/24
Estonia EET-2EEST,M3.5.0/3,M10.5.0/4
Finland EET-2EEST,M3.5.0/3,M10.5.0/4
France CET-1CEST,M3.5.0,M10.5.0/3
Germany CET-1CEST,M3.5.0,M10.5.0/3
Greece EET-2EEST,M3.5.0/3,M10.5.0/4
Greenland, Nuuk <-02>2<-01>,M3.5.0/-1,M10.5.0/0
Hungary CET-1CEST,M3.5.0,M10.5.0/3
Iceland GMT0
India IST-5:30
Ireland IST-1GMT0,M10.5.0,M3.5.0/1
Israel IST-2IDT,M3.4.4/26,M10.5.0
Italy CET-1CEST,M3.5.0,M10.5.0/3
Japan JST-9
Kenya EAT-3
Korea KST-9
Latvia EET-2EEST,M3.5.0/3,M10.5.0/4
Lithuania EET-2EEST,M3.5.0/3,M10.5.0/4
Mexico, Mexico City CST6
Nepal <+0545>-5:45
Netherlands CET-1CEST,M3.5.0,M10.5.0/3
New Zealand NZST-12NZDT,M9.5.0,M4.1.0/3
Nigeria WAT-1
Norway CET-1CEST,M3.5.0,M10.5.0/3
Pakistan PKT-5
Poland CET-1CEST,M3.5.0,M10.5.0/3
Portugal WET0WEST,M3.5.0/1,M10.5.0
Portugal, Azores <-01>1<+00>,M3.5.0/0,M10.5.0/1
Romania EET-2EEST,M3.5.0/3,M10.5.0/4
Saudi Arabia <+03>-3
Singapore <+08>-8
South Africa SAST-2
Spain CET-1CEST,M3.5.0,M10.5.0/3
Sweden CET-1CEST,M3.5.0,M10.5.0/3
Switzerland CET-1CEST,M3.5.0,M10.5.0/3
Thailand <+07>-7
Turkey <+03>-3
Ukraine EET-2EEST,M3.5.0/3,M10.5.0/4
United Kingdom GMT0BST,M3.5.0/1,M10.5.0
USA, Alaska AKST9AKDT,M3.2.0,M11.1.0
USA, Arizona MST7
USA, Chicago CST6CDT,M3.2.0,M11.1.0
USA, Denver MST7MDT,M3.2.0,M11.1.0
USA, Hawaii HST10
USA, Los Angeles PST8PDT,M3.2.0,M11.1.0
USA, New York EST5EDT,M3.2.0,M11.1.0
UTC UTC0
"""

_BY_COUNTRY = 0     # the rows before the places
_TYPED = 1
_HEADS = 2


def row(menu, title, at):
    if at < _HEADS:
        return text("zone_typed" if at else "zone_country")
    place, rule = _place(at - _HEADS)
    is_used = rule and rule == decode(menu.config.get(_KEY))
    return "*" + place if is_used else place


def choose(menu, title, at, now, out):
    if at == _TYPED:
        menu.type(_KEY, decode(menu.config.get(_KEY)), TEXT, menu.config.rule(_KEY)[3])
        return
    rule = "" if at == _BY_COUNTRY else _place(at - _HEADS)[1]
    menu_pages.keep(menu, _KEY, rule, now, out)
    menu.back()


def accept(menu, title, at, typed, now, out):
    try:
        menu_pages.keep(menu, _KEY, typed, now, out)
    except ValueError:
        menu.note = text("zone_rule")
        return False
    return True


def _place(at):
    """-> (name, rule), str; two empty ones behind the last."""
    places = PLACES.split("\n")
    name, _, rule = places[at].rpartition(" ") if at < len(places) else ("", "", "")
    return name, rule
