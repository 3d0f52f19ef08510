# SPDX-License-Identifier: MIT
"""The socket drivers over the real sockets of this interpreter, on loopback."""

import gc
import sys

from micropython import heap_lock, heap_unlock

from boards.drivers.socket_network import SocketNetwork
from boards.unix import platform
from boards.unix.clock import UnixClock
from boards.unix.loopback import Loopback
from core.route import TCP, UDP

RIGS = ("cpython", "unix")

HOST = b"127.0.0.1"
WAIT_MS = 500               # at most, for what loopback does at once
FIRST_PORT = 46200 if sys.implementation.name == "cpython" else 46400     # two rigs may run at once
PORTS = 100


def network():
    return SocketNetwork(platform.sockets, platform.select, platform.addresses, Loopback(HOST),
                         UnixClock(platform.ticks_ms), 8193)


def free_port(net):
    """-> UdpPort on the first free port of ours."""
    for number in range(FIRST_PORT, FIRST_PORT + PORTS):
        port = net.udp(number)
        if port is not None:
            return port
    raise AssertionError("no free port")


def free_listener(net):
    for number in range(FIRST_PORT, FIRST_PORT + PORTS):
        listener = net.listen(number)
        if listener is not None:
            return listener
    raise AssertionError("no free port")


def pair():
    """-> network and two UDP ports, each connected to the other."""
    net = network()
    one = free_port(net)
    two = free_port(net)
    one.connect((UDP, HOST, two.port))
    two.connect((UDP, HOST, one.port))
    return net, one, two


def close(*ports):
    for port in ports:
        port.close()


def test_a_datagram_arrives_with_the_route_back():
    net = network()
    one = free_port(net)
    two = free_port(net)
    assert one.send(b"OPTIONS", (UDP, HOST, two.port))
    net.wait(WAIT_MS)
    assert two.is_ready() and not one.is_ready()
    data, route = two.receive()
    assert data == b"OPTIONS" and route == (UDP, HOST, one.port)
    assert two.receive() is None
    close(one, two)


def test_a_taken_port_is_refused():
    net = network()
    one = free_port(net)
    assert net.udp(one.port) is None
    close(one)
    listener = free_listener(net)
    assert net.listen(listener.port) is None
    close(listener)


def test_an_empty_datagram_is_dropped_and_the_next_one_read():
    net, one, two = pair()
    packet = bytearray(200)
    one.send(b"", (UDP, HOST, two.port))
    one.write(packet, 172)
    net.wait(WAIT_MS)
    got = two.readinto(packet, 172) or two.readinto(packet, 172)
    assert got == 172
    assert two.dropped == 1
    close(one, two)


def test_a_connected_port_hears_its_peer_only_until_it_is_told_otherwise():
    net, one, two = pair()
    stranger = free_port(net)
    stranger.send(b"not you", (UDP, HOST, two.port))
    one.write(b"you", 3)
    net.wait(WAIT_MS)
    assert two.receive()[0] == b"you"
    assert two.receive() is None
    two.connect(None)
    stranger.send(b"now you", (UDP, HOST, two.port))
    net.wait(WAIT_MS)
    assert two.receive() == (b"now you", (UDP, HOST, stranger.port))
    close(one, two, stranger)


def test_a_peer_that_is_not_there_yet_does_no_harm():
    net, one, two = pair()
    port = two.port
    two.close()
    packet = bytearray(172)
    for _ in range(4):
        one.write(packet, 172)
        net.wait(5)
        assert one.readinto(packet, 172) == 0
    two = net.udp(port)
    one.write(packet, 172)
    assert one.write(packet, 172)
    net.wait(WAIT_MS)
    assert two.receive() is not None
    close(one, two)


def test_reading_writing_and_looking_allocate_nothing():
    net, one, two = pair()
    packet = bytearray(172)

    def hundred_frames():
        there = 0
        for _ in range(100):
            one.write(packet, 172)
            net.poll()
            if two.is_ready():
                there += two.readinto(packet, 172)
            two.write(packet, 172)
            net.poll()
            there += one.readinto(packet, 172)
            there += one.readinto(packet, 172)
        return there

    hundred_frames()
    gc.collect()
    heap_lock()
    try:
        there = hundred_frames()
    finally:
        heap_unlock()
    assert there == 200 * 172
    close(one, two)


def test_a_stream_carries_bytes_both_ways():
    net = network()
    listener = free_listener(net)
    caller = net.tcp((TCP, HOST, listener.port))
    net.wait(WAIT_MS)
    callee = listener.accept()
    assert callee is not None and listener.accept() is None
    assert caller.state() == 1 and callee.state() == 1
    assert callee.route[0] == TCP and callee.route[1] == HOST
    assert caller.write(b"--INVITE--", 2, 6) == 6
    buf = bytearray(100)
    net.wait(WAIT_MS)
    assert callee.readinto(buf) == 6 and bytes(buf[:6]) == b"INVITE"
    assert callee.readinto(buf) == 0
    assert callee.write(b"100", 0, 3) == 3
    net.wait(WAIT_MS)
    assert caller.readinto(buf) == 3
    close(caller, callee, listener)


def test_a_slow_reader_gets_all_of_it_in_pieces():
    net = network()
    listener = free_listener(net)
    caller = net.tcp((TCP, HOST, listener.port))
    net.wait(WAIT_MS)
    callee = listener.accept()
    data = bytes(range(250)) * 400
    sent = taken = 0
    total = 40 * len(data)
    buf = bytearray(4096)
    while sent < total and callee.state() == 1:
        took = caller.write(data, sent % len(data), len(data) - sent % len(data))
        sent += took
        if took == 0:
            break
    assert sent < total, "the sockets never filled"
    while taken < sent:
        net.wait(WAIT_MS)
        n = callee.readinto(buf)
        assert n
        assert buf[0] == data[taken % len(data)]
        taken += n
    assert caller.write(data, 0, 10) == 10
    close(caller, callee, listener)


def test_a_refused_stream_closes():
    net = network()
    listener = free_listener(net)
    listener.close()
    caller = net.tcp((TCP, HOST, listener.port))
    net.wait(WAIT_MS)
    assert caller.state() == 2
    assert caller.write(b"x", 0, 1) == 0


def test_a_stream_whose_far_end_went_away_closes_at_the_first_answer():
    net = network()
    listener = free_listener(net)
    caller = net.tcp((TCP, HOST, listener.port))
    net.wait(WAIT_MS)
    callee = listener.accept()
    net.wait(0)
    caller.close()
    net.wait(WAIT_MS)
    assert callee.readinto(bytearray(10)) == 0
    assert callee.state() == 1
    callee.write(b"200", 0, 3)
    net.wait(WAIT_MS)
    assert callee.state() == 2
    close(listener)


def test_waiting_ends_at_once_when_something_comes():
    net, one, two = pair()
    clock = net.clock
    one.write(b"now", 3)
    before = clock.now()
    net.wait(2000)
    assert clock.now() - before < 1000
    assert two.is_ready()
    close(one, two)
