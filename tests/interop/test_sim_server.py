# SPDX-License-Identifier: MIT
"""Phones as processes, and SIPp, call each other through a real `python -m sim server`."""

import signal
import socket
import subprocess

import pytest

from tests.interop.peers import Sipp, needs
from tests.interop.phones import HOST, RUNTIMES, Phone, free_ports, sockets_of, wait_until
from tests.interop.servers import Server

DOMAIN = "voip.test"


def bound(name, phone):
    return ("--user", "%s=sip:%s@%s" % (name, name, phone.address))


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_two_phones_call_each_other_through_the_server(tmp_path, runtime, transport):
    with Phone(runtime, "--auto-answer", "50", name="bob") as bob:
        with Server(tmp_path, "--domain", DOMAIN, "--record-route", *bound("bob", bob)) as server:
            proxy = "%s;transport=%s" % (server.address, transport)
            with Phone(runtime, "--proxy", proxy, "--domain", DOMAIN, "--contact", "1002=sip:bob@voip.test,Bob",
                       "--mic", "tone:440", "--keys", "1002# wait:connected sleep:0.5 hangup wait:ended",
                       name="alice") as alice:
                alice.wait("connected")
                bob.wait("ended")
                alice.finish()
            assert alice.told()[-1] == "ended: You hung up" and bob.told()[-1] == "ended: They hung up"
            seen = server.seen()
            for method in ("INVITE", "ACK", "BYE", "200"):
                assert ("received", method) in seen and ("sent", method) in seen, seen
            assert server.end(signal.SIGTERM) == (0, "")


def test_a_redirected_phone_calls_directly(tmp_path):
    with Phone("cpython", "--auto-answer", "50", name="bob") as bob:
        with Server(tmp_path, "--domain", DOMAIN, "--mode", "redirect", *bound("bob", bob)) as server:
            with Phone("cpython", "--contact", "1002=sip:bob@%s" % server.address,
                       "--keys", "1002# wait:connected sleep:0.2 hangup wait:ended", name="alice") as alice:
                alice.wait("connected")
                alice.finish()
            assert [entry for entry in server.seen() if entry[0] == "sent"] == [("sent", "302")]


@needs("sipp")
@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("records", [True, False])
def test_sipp_calls_a_phone_through_the_server(tmp_path, transport, records):
    flags = ("--record-route",) if records else ()
    with Phone("cpython", "--auto-answer", "50") as phone:
        with Server(tmp_path, *flags, *bound("desk", phone)) as server:
            with Sipp("uac_call", tmp_path / "sipp", server.address, transport=transport, calls=3,
                      flags=("-d", 100)) as sipp:
                sipp.finish()
                phone.wait("ended", 3)
            # SIPp sends everything to the server, which knows the address that the phone is bound to.
            assert server.seen().count(("received", "INVITE")) == server.seen().count(("sent", "BYE")) == 3
            assert server.end(signal.SIGINT)[0] == 0


@needs("sipsak")
def test_sipsak_asks_for_somebody_behind_the_server(tmp_path):
    with Phone("cpython") as phone:
        with Server(tmp_path, "--domain", DOMAIN, *bound("desk", phone)) as server:
            # By the domain: sipsak 0.9.8.1 cuts the last digit off a port that it writes into a URI.
            done = subprocess.run(
                ["sipsak", "-p", server.address, "-s", "sip:desk@" + DOMAIN], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=30)
            assert done.returncode == 0
            assert ("sent", "OPTIONS") in server.seen()


def test_it_says_when_it_is_ready_and_ends_by_itself(tmp_path):
    with Server(tmp_path, "--domain", DOMAIN, "--seconds", "0.3") as server:
        assert server.ready == "ready: proxy for voip.test at %s, UDP and TCP\n" % server.address
        assert server.process.wait(10) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_is_a_good_end_also_with_callers_on_the_line(tmp_path, number):
    with Server(tmp_path) as server:
        with socket.create_connection((HOST, server.port)) as caller:
            caller.sendall(b"INVITE sip:half")
            assert server.end(number) == (0, "")
        with Server(tmp_path, port=server.port) as again:       # its address is free again at once
            assert again.ready


def test_callers_by_the_hundred_and_garbage_leave_no_socket_behind(tmp_path):
    with Server(tmp_path) as server:
        alone = sockets_of(server.process.pid)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as throwing:
            throwing.bind((HOST, free_ports()))
            for at in range(300):
                throwing.sendto(bytes([at & 255]) * (at * 7), (HOST, server.port))
        callers = [socket.create_connection((HOST, server.port)) for _ in range(150)]
        for caller in callers:
            try:
                caller.sendall(b"\r\n" * 2000 + b"\x00\xff: \r\n\r\n")
            except OSError:                 # it was closed for another one
                pass
            caller.close()
        wait_until(lambda: sockets_of(server.process.pid) == alone, server.process, "all of them are closed")
        assert server.end(signal.SIGTERM)[0] == 0
