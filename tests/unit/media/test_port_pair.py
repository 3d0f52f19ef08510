# SPDX-License-Identifier: MIT
"""PortPair: which ports are taken, who is heard, where packets go. RFC 4961."""

from core.route import UDP
from media.port_pair import PortPair
from tests.unit.media.media_fakes import PEER, THERE, FakeNetwork

BEHIND_NAT = (UDP, b"203.0.113.5", 61000)
STRANGER = (UDP, b"198.51.100.9", 40404)
AUDIO = bytes(172)


def opened():
    """-> a pair whose peer is named, and its RTP socket."""
    pair = PortPair()
    assert pair.open(FakeNetwork(), 40000)
    pair.name(THERE, 50000, THERE, 50001)
    return pair, pair.rtp


def hear(pair, source, count=1, data=AUDIO):
    """Valid packets come from source. -> how many were taken."""
    packet = bytearray(200)
    taken = 0
    for _ in range(count):
        pair.rtp.deliver(data, source)
        n = pair.read(packet)
        if n > 0:
            pair.confirm(n)
            taken += 1
    return taken


def target(pair):
    pair.write(bytearray(b"voice"), 5)
    return pair.rtp.sent[-1][1]


# Ports.

def test_the_first_free_pair_of_an_even_and_an_odd_port_is_taken():
    network = FakeNetwork()
    network.taken = (40000, 40003)
    pair = PortPair()
    assert pair.open(network, 40001)
    assert pair.port == 40004 and sorted(network.open_ports) == [40004, 40005]
    pair.close()
    assert not network.open_ports


def test_after_sixteen_pairs_the_search_ends():
    network = FakeNetwork()
    network.taken = tuple(range(40000, 40032))
    pair = PortPair()
    assert not pair.open(network, 40000)
    assert not network.open_ports and pair.rtp is None
    network.taken = tuple(range(40000, 40030))
    assert pair.open(network, 40000) and pair.port == 40030


def test_what_came_before_the_call_is_thrown_away():
    pair, rtp = opened()
    for _ in range(40):
        rtp.deliver(AUDIO)
    pair.flush()
    assert not rtp.is_ready()


# Who is heard.

def test_before_anybody_is_heard_packets_go_where_the_description_says():
    pair, rtp = opened()
    assert target(pair) == PEER and not pair.is_connected


def test_a_peer_that_speaks_for_a_second_is_all_that_is_heard():
    pair, rtp = opened()
    assert hear(pair, PEER, 49) == 49
    assert rtp.peer is None and not pair.expected
    assert hear(pair, PEER) == 1
    assert rtp.peer == PEER and pair.is_connected and pair.expected == 172
    assert target(pair) == PEER


def test_packets_go_back_to_where_they_come_from():
    pair, rtp = opened()
    assert hear(pair, BEHIND_NAT, 3) == 3
    assert target(pair) == BEHIND_NAT
    hear(pair, BEHIND_NAT, 50)
    assert rtp.peer == BEHIND_NAT


def test_a_stranger_is_not_heard_beside_the_peer():
    pair, rtp = opened()
    hear(pair, BEHIND_NAT)
    assert hear(pair, STRANGER, 5) == 0
    assert target(pair) == BEHIND_NAT


def test_the_place_of_the_description_comes_before_any_other():
    pair, rtp = opened()
    hear(pair, STRANGER, 10)
    assert hear(pair, PEER) == 1
    assert target(pair) == PEER
    assert hear(pair, STRANGER) == 0


def test_a_peer_that_moves_is_found_again_when_it_is_searched():
    pair, rtp = opened()
    hear(pair, PEER, 60)
    pair.search()
    assert rtp.peer is None and not pair.expected
    assert target(pair) == PEER             # until it is heard
    assert hear(pair, BEHIND_NAT) == 1
    assert target(pair) == BEHIND_NAT


def test_a_new_description_moves_the_peer_at_once():
    pair, rtp = opened()
    hear(pair, PEER, 60)
    pair.name(b"192.0.2.77", 6000, b"192.0.2.77", 6001)
    assert rtp.peer is None and target(pair) == (UDP, b"192.0.2.77", 6000)


def test_the_same_description_again_keeps_the_peer_but_looks_at_its_packets():
    pair, rtp = opened()
    hear(pair, PEER, 60)
    pair.name(THERE, 50000, THERE, 50001)
    assert rtp.peer == PEER and not pair.expected
    hear(pair, PEER, 50, bytes(92))
    assert pair.expected == 92


def test_after_something_odd_datagrams_are_read_whole_for_a_while():
    pair, rtp = opened()
    hear(pair, PEER, 60)
    pair.be_careful()
    assert not pair.expected and rtp.peer == PEER
    hear(pair, PEER, 49)
    assert not pair.expected
    hear(pair, PEER, 1)
    assert pair.expected == 172


def test_a_datagram_that_is_too_long_is_dropped():
    pair, rtp = opened()
    assert hear(pair, PEER, 1, bytes(201)) == 0
    assert hear(pair, PEER, 1, bytes(200)) == 1


# RTCP.

def control(pair, source):
    """RTCP comes from source. -> True when it was taken."""
    pair.control.deliver(b"report", source)
    if not pair.read_control():
        return False
    pair.confirm_control()
    return True


def test_reports_go_where_the_description_says():
    pair, rtp = opened()
    pair.send_control(b"report")
    assert pair.control.sent == [(b"report", (UDP, THERE, 50001))]
    pair.name(THERE, 50000, b"192.0.2.3", 6666)
    pair.send_control(b"report")
    assert pair.control.sent[-1][1] == (UDP, b"192.0.2.3", 6666)


def test_reports_go_behind_the_nat_too():
    pair, rtp = opened()
    hear(pair, BEHIND_NAT)
    pair.send_control(b"report")
    assert pair.control.sent[-1][1] == (UDP, b"203.0.113.5", 61001)
    assert control(pair, (UDP, b"203.0.113.5", 62222))
    pair.send_control(b"report")
    assert pair.control.sent[-1][1] == (UDP, b"203.0.113.5", 62222)


def test_reports_of_strangers_are_not_read():
    pair, rtp = opened()
    assert not control(pair, STRANGER)
    assert control(pair, (UDP, THERE, 1234))
    pair.send_control(b"report")
    assert pair.control.sent[-1][1] == (UDP, THERE, 1234)
    assert pair.read_control() is None


def test_without_a_description_nobody_is_heard_or_told():
    pair = PortPair()
    pair.open(FakeNetwork(), 40000)
    assert not control(pair, STRANGER)
    pair.send_control(b"report")
    assert pair.control.sent == []


def test_a_port_beyond_the_last_one_is_not_sent_to():
    pair, rtp = opened()
    pair.name(THERE, 65535, THERE, 65536)
    pair.send_control(b"report")
    assert pair.control.sent == []
