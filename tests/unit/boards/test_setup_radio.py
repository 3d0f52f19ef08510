# SPDX-License-Identifier: MIT
"""The radio of a phone that knows no network: it looks around, then is an access point with a password, or nothing."""

from boards.drivers.setup_radio import SetupRadio
from sim.fakes import VirtualClock
from tests.chip import network
from tests.chip.air import AccessPoint, Air

NAME, PASSWORD = "Sinetti-0102", "abcdefghjkmn"


class Bench:
    def __init__(self, *points):
        self.air = Air(VirtualClock(), *points)
        network.use(self.air)
        self.radio = SetupRadio(network)


def test_its_network_has_the_name_and_the_password_of_the_screen():
    bench = Bench()
    assert bench.radio.state() == 0 and bench.radio.address() == b""
    assert bench.radio.open(NAME, PASSWORD)
    assert bench.air.own == (NAME, PASSWORD)
    assert bench.radio.state() == 2 and bench.radio.address() == b"192.168.4.1"
    bench.radio.close()
    assert bench.air.own is None and bench.radio.state() == 0 and bench.radio.address() == b""
    assert bench.radio.open(NAME, "another one"), "and again"
    assert bench.air.own == (NAME, "another one")


def test_networks_in_reach_are_listed_strongest_first_and_once():
    bench = Bench(
        AccessPoint(b"far", b"correct horse", -80), AccessPoint(b"near", b"", -30), AccessPoint(b"far", b"correct horse", -50),
        AccessPoint(b"old", b"wired", -20, security=1), AccessPoint(b"hidden", b"correct horse", -10, is_hidden=True),
        AccessPoint(b"\xff\xfe", b"", -10), AccessPoint(b"bad\x07", b"", -10), AccessPoint("käsi".encode(), b"battery staple", -60))
    assert bench.radio.look() == [("near", False), ("far", True), ("käsi", True)]
    assert bench.air.joins == [] and bench.air.scans == 1
    assert network.WLAN(network.WLAN.IF_STA).active() is False


def test_a_long_list_ends_after_twelve():
    bench = Bench(*[AccessPoint(b"net %d" % number, b"", -number) for number in range(40)])
    assert [name for name, _ in bench.radio.look()] == ["net %d" % number for number in range(12)]


def test_a_network_that_would_be_open_to_all_is_switched_off():
    bench = Bench()
    bench.air.ignores_security = True
    assert not bench.radio.open(NAME, PASSWORD)
    assert bench.air.own is None and bench.radio.state() == 0 and bench.radio.words == "Wi-Fi does not start"


def test_a_radio_without_memory_is_told():
    bench = Bench()
    bench.air.has_memory = False
    assert bench.radio.look() == []
    assert not bench.radio.open(NAME, PASSWORD) and bench.radio.words == "Wi-Fi does not start"
    bench.radio.close()
