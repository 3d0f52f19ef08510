# SPDX-License-Identifier: MIT
"""The radio of a phone: which network it joins, when it looks around, and what it does when one goes."""

from boards.drivers.wifi import WifiLink, check
from sim.fakes import VirtualClock
from tests.chip import network
from tests.chip.air import AccessPoint, Air

HOME = (b"home", b"correct horse")
SHOP = (b"shop", b"battery staple")
FAR = b"\x02\0\0\0\0\2"
DOWN, JOINING, UP = 0, 1, 2


class Desk:
    """A phone that looks at its link each 128 ms, as runtime/inlets.py does."""

    def __init__(self, *points, known=(HOME, SHOP)):
        self.clock = VirtualClock()
        self.air = Air(self.clock, *points)
        network.use(self.air)
        self.link = WifiLink(network, self.clock, known)
        self.addresses = []             # as they changed
        self.words = []
        self.link.join()

    def run(self, ms):
        """-> how long the link was up."""
        up = 0
        while ms > 0:
            before = self.air.blocked_ms
            if self.link.state() == UP:
                up += 128
            self._note(self.addresses, self.link.address())
            self._note(self.words, self.link.words)
            self.clock.advance(128)
            ms -= 128 + self.air.blocked_ms - before
        return up

    def _note(self, seen, now):
        if not seen or seen[-1] != now:
            seen.append(now)

    def is_up(self):
        return self.link.state() == UP

    def busy(self):
        return False


def test_a_phone_joins_the_network_that_it_knows():
    desk = Desk(AccessPoint(b"neighbour", b"something else", -30), AccessPoint(*HOME))
    assert desk.link.state() == JOINING and desk.link.address() == b""
    desk.run(5000)
    assert desk.is_up()
    assert desk.addresses == [b"", b"192.0.2.20"]
    assert desk.words == ["Wi-Fi: joining", "Wi-Fi: connected"]
    assert desk.air.scans == 1


def test_of_two_it_joins_the_stronger_and_of_that_the_stronger_access_point():
    desk = Desk(AccessPoint(*SHOP, rssi=-60), AccessPoint(*HOME, rssi=-75),
                AccessPoint(*HOME, rssi=-48, bssid=FAR))
    desk.run(5000)
    assert desk.is_up() and desk.air.joins == [(b"home", FAR)]


def test_power_saving_is_off_and_the_radio_does_not_try_by_itself():
    desk = Desk(AccessPoint(*HOME))
    desk.run(5000)
    assert desk.air.radio.config("pm") == network.WLAN.PM_NONE
    assert desk.air.radio.config("reconnects") == 0


def test_an_open_access_point_with_our_name_is_not_ours():
    desk = Desk(AccessPoint(b"home", b"", -30, bssid=FAR), AccessPoint(b"home", b"", -35, security=1, bssid=FAR),
                AccessPoint(*HOME, rssi=-80))
    desk.run(6000)
    assert desk.is_up() and desk.air.joins == [(b"home", b"\x02\0\0\0\0\1")]


def test_an_open_network_is_joined_where_the_owner_wants_one_and_no_other_of_its_name():
    desk = Desk(AccessPoint(b"cafe", b"a password", -30, bssid=FAR), AccessPoint(b"cafe", b"", -60),
                known=((b"cafe", b""),))
    desk.run(6000)
    assert desk.is_up() and desk.air.joins == [(b"cafe", b"\x02\0\0\0\0\1")]


def test_a_network_that_hides_its_name_is_found_by_it():
    desk = Desk(AccessPoint(*SHOP, is_hidden=True))
    desk.run(12000)
    assert desk.is_up()
    assert desk.air.joins == [(b"home", None), (b"shop", None)]


def test_a_wrong_password_is_told_and_the_other_network_gets_its_turn():
    desk = Desk(AccessPoint(b"home", b"was changed", -40), AccessPoint(*SHOP, rssi=-70))
    desk.run(10000)
    assert "Wi-Fi: wrong password" in desk.words
    assert desk.is_up() and desk.air.joins[-1][0] == b"shop"


def test_a_wrong_password_alone_is_tried_less_and_less_often():
    desk = Desk(AccessPoint(b"home", b"was changed"), known=(HOME,))
    desk.run(600000)
    assert desk.link.state() == JOINING and desk.link.words == "Wi-Fi: wrong password"
    assert 8 < len(desk.air.joins) < 16
    assert desk.air.blocked_ms < 40000


def test_an_old_failure_is_not_taken_for_a_new_one():
    """status() keeps saying that nobody was there while the radio joins somebody."""
    desk = Desk(AccessPoint(*HOME, dhcp_ms=9000), known=(HOME,))
    desk.air.points[0].is_on = False
    desk.run(5000)
    assert desk.link.words == "Wi-Fi: none in reach"
    desk.air.points[0].is_on = True
    desk.run(16000)
    assert desk.is_up() and len(desk.air.joins) == 2


def test_without_an_address_there_is_no_link():
    desk = Desk(AccessPoint(*HOME, dhcp_ms=None), known=(HOME,))
    desk.run(30000)
    assert desk.link.state() == JOINING and desk.link.address() == b""
    assert desk.link.words in ("Wi-Fi: no answer", "Wi-Fi: joining")
    desk.air.points[0].dhcp_ms = 10000
    desk.run(40000)
    assert desk.is_up(), "ten seconds are slow, and enough"


def test_a_new_address_is_told_and_a_lease_that_ended_is_no_address():
    desk = Desk(AccessPoint(*HOME))
    desk.run(6000)
    desk.air.renumber(desk.air.points[0], "192.0.2.99")
    desk.run(2000)
    assert desk.addresses == [b"", b"192.0.2.20", b"192.0.2.99"]
    desk.air.renumber(desk.air.points[0], "0.0.0.0")
    desk.run(2000)
    assert desk.link.state() == JOINING and desk.link.address() == b""
    desk.air.points[0].address = "192.0.2.50"
    desk.run(25000)
    assert desk.link.address() == b"192.0.2.50", "it joined anew"


def test_an_access_point_that_comes_back_is_joined_again():
    point = AccessPoint(*HOME)
    desk = Desk(point)
    desk.run(40000)
    desk.air.switch_off(point)
    desk.run(20000)
    assert desk.link.state() == JOINING and desk.link.address() == b""
    point.is_on = True
    desk.run(40000)
    assert desk.is_up()


def test_in_a_call_nobody_looks_around_and_the_way_back_is_by_name():
    point = AccessPoint(*HOME)
    desk = Desk(point)
    desk.run(40000)
    desk.link.may_block = desk.busy
    desk.air.kick(point)
    desk.run(2000)
    assert desk.is_up(), "one that sends us away and takes us back costs two seconds"
    desk.air.switch_off(point)
    desk.run(30000)
    tries = len(desk.air.joins)
    assert tries > 5, "in a call it is tried each few seconds"
    point.is_on = True
    desk.run(6000)
    assert desk.is_up()
    assert desk.air.scans == 1 and desk.air.joins[2:] == [(b"home", None)] * (len(desk.air.joins) - 2)


def test_after_the_call_it_may_go_elsewhere():
    point = AccessPoint(*HOME)
    desk = Desk(point, AccessPoint(*SHOP, rssi=-80))
    desk.run(40000)
    desk.link.may_block = desk.busy
    desk.air.switch_off(point)
    desk.run(30000)
    assert not desk.is_up()
    desk.link.may_block = lambda: True
    desk.run(15000)
    assert desk.is_up() and desk.air.joins[-1][0] == b"shop"


def test_a_link_that_comes_and_goes_is_left_in_peace_for_longer_and_longer():
    point = AccessPoint(*HOME)
    desk = Desk(point)
    desk.run(5000)
    joins = []
    for _ in range(20):                 # 20 minutes
        until = 60000
        while until > 0:
            desk.run(1000)
            until -= 1000
            if desk.is_up():
                desk.air.kick(point)
        joins.append(len(desk.air.joins))
    assert joins[0] < 10
    assert joins[-1] - joins[-4] <= 4, "at most once a minute in the end"
    desk.run(120000)
    assert desk.is_up()
    desk.air.kick(point)
    desk.run(3000)
    assert desk.is_up(), "it held for a minute, and owes nothing"
    desk.air.kick(point)
    desk.run(4000)
    assert desk.is_up(), "so it waits a second now, and not a minute"


def test_in_a_weak_spot_it_moves_to_a_clearly_stronger_access_point():
    near = AccessPoint(*HOME, rssi=-55, bssid=FAR)
    first = AccessPoint(*HOME)
    desk = Desk(first, near)
    near.is_on = False
    desk.run(10000)
    first.rssi = -75
    desk.run(60000)
    assert desk.air.scans == 2, "it looked, and stayed"
    near.is_on = True
    near.rssi = -70
    desk.run(360000)
    assert desk.air.scans == 3 and len(desk.air.joins) == 1, "five decibels are no reason"
    near.rssi = -55
    desk.link.may_block = desk.busy
    desk.run(600000)
    assert desk.air.scans == 3 and len(desk.air.joins) == 1, "in a call it neither looks nor moves"
    desk.link.may_block = lambda: True
    desk.run(360000)
    assert desk.is_up() and desk.air.joins[1:] == [(b"home", FAR)]


def test_in_a_good_spot_it_never_looks_around():
    desk = Desk(AccessPoint(*HOME), AccessPoint(*HOME, rssi=-20, bssid=FAR))
    desk.run(3600000)
    assert desk.air.scans == 1


def test_one_look_never_takes_longer_than_the_scan():
    desk = Desk(AccessPoint(*HOME))
    desk.link.may_block = desk.busy
    desk.run(60000)
    assert desk.air.blocked_ms == 0 and desk.is_up()


def test_a_radio_without_memory_is_told_and_tried_again():
    desk = Desk(AccessPoint(*HOME))
    desk.air.has_memory = False
    desk.run(5000)
    assert desk.link.words == "Wi-Fi does not start"
    desk.air.has_memory = True
    desk.run(20000)
    assert desk.is_up()


def test_a_radio_that_was_left_is_off_until_it_is_wanted_again():
    desk = Desk(AccessPoint(*HOME))
    desk.run(10000)
    desk.link.leave()
    assert desk.link.state() == DOWN and desk.link.address() == b""
    desk.run(60000)
    assert desk.air.radio.active() is False and len(desk.air.joins) == 1
    desk.link.join()
    desk.run(5000)
    assert desk.is_up()


def test_a_phone_that_knows_no_network_says_so():
    desk = Desk(known=())
    desk.run(1000)
    assert desk.link.state() == DOWN and desk.link.words == "Wi-Fi: no network set"
    assert desk.air.radio is None


def test_words_fit_a_row_and_hold_no_password():
    desk = Desk(AccessPoint(b"home", b"was changed"), AccessPoint(*SHOP, dhcp_ms=None))
    desk.run(120000)
    for words in desk.words:
        assert len(words) <= 21 and "horse" not in words and "staple" not in words
    assert "horse" not in repr(desk.link)


def test_names_and_passwords_that_no_network_has_are_refused_in_words():
    for known, words in (((b"", b""), "name"), ((b"x" * 33, b""), "name"), ((b"home", b"short"), "password"),
                         ((b"home", b"x" * 65), "password")):
        try:
            check((known,))
        except ValueError as fault:
            assert words in str(fault) and "short" not in str(fault)
        else:
            raise AssertionError(known)
    check(((b"home", b"x" * 64), (b"cafe", b"")))


def test_the_clock_may_wrap_while_it_waits():
    desk = Desk(AccessPoint(*HOME))
    for _ in range(10):                 # twelve days and a half in all; each half is too long for one difference
        desk.clock.advance(100000000)
        desk.run(3000)
    assert desk.is_up() and len(desk.air.joins) < 4


def test_the_fake_refuses_what_the_radio_refuses():
    clock = VirtualClock()
    network.use(Air(clock, AccessPoint(*HOME)))
    wlan = network.WLAN(network.WLAN.IF_STA)
    assert wlan is network.WLAN()
    for call in (lambda: wlan.connect(*HOME), wlan.scan, lambda: wlan.config(pm=0), lambda: wlan.status("rssi")):
        try:
            call()
        except OSError:
            continue
        raise AssertionError("it was taken")
    wlan.active(True)
    wlan.connect(*HOME)
    assert wlan.status() == network.STAT_CONNECTING and wlan.scan() == []
    try:
        wlan.connect(*SHOP)
    except OSError:
        pass
    else:
        raise AssertionError("two at once")
    clock.advance(1500)
    assert wlan.isconnected() and wlan.ifconfig()[0] == "192.0.2.20"


def test_the_fake_tries_again_for_ever_unless_it_is_told_not_to():
    for reconnects, tries in ((-1, 4), (0, 1)):
        clock = VirtualClock()
        air = Air(clock)
        network.use(air)
        wlan = network.WLAN()
        wlan.active(True)
        wlan.config(reconnects=reconnects)
        wlan.connect(*HOME)
        seen = 0
        for _ in range(100):
            clock.advance(100)
            wlan.isconnected()
            seen += 1 if wlan._is_busy else 0
        assert wlan.status() == network.STAT_NO_AP_FOUND
        assert (seen > 90) == (tries > 1)
