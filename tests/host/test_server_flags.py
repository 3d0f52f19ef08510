# SPDX-License-Identifier: MIT
"""`python -m sim server` with wrong flags: one clear line and exit code 2."""

import socket

import pytest

from sim.__main__ import main as sim
from sim.server import command, flags
from tests.interop.phones import free_ports


@pytest.mark.parametrize("words, reason", [
    (["--listen", "5060"], "HOST:PORT"),
    (["--listen", "127.0.0.1:0"], "HOST:PORT"),
    (["--listen", "0.0.0.0:5060"], "that others reach"),
    (["--listen", "192.0.2.77:5060"], "this computer only"),
    (["--nonsense"], "--nonsense"),
    (["--mode", "forking"], "forking"),
    (["--domain", "voip test"], "HOST:PORT"),
    (["--seconds", "soon"], "a number"),
    (["--seconds", "nan"], "a number"),
    (["--user", "bob"], "NAME=URI"),
    (["--user", "b b=sip:bob@127.0.0.1"], "NAME=URI"),
    (["--user", "bob=bob@127.0.0.1"], "sip:bob@127.0.0.1:5062"),
    (["--user", "bob=sip:bob@192.0.2.1"], "loopback"),
    (["--user", "bob=sip:bob@127.0.0.1;transport=tls"], "transport=tcp"),
    (["--user", "bob=sip:bob@localhost"], "127.0.0.1"),
    (["--log", "/nowhere/log"], "--log /nowhere/log"),
    (["--log", "/"], "--log /"),
])
def test_a_wrong_flag_is_named(capfd, words, reason):
    given = words if words[0] == "--listen" else ["--listen", "127.0.0.1:%d" % free_ports(), *words]
    assert command.main(given) == 2
    out, err = capfd.readouterr()
    assert out == "" and err.count("\n") == 1 and err.startswith("sim server: ") and reason in err


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_a_busy_port_is_named(capfd, kind):
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        place = "127.0.0.1:%d" % taken.getsockname()[1]
        assert command.main(["--listen", place]) == 2
    err = capfd.readouterr().err
    assert place in err and "another program" in err and err.count("\n") == 1


def test_without_an_address_it_does_not_begin(capfd):
    assert sim(["server"]) == 2
    assert "--listen" in capfd.readouterr().err


def test_the_help_teaches_every_flag(capsys):
    with pytest.raises(SystemExit) as end:
        sim(["server", "--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    for word in ("--listen", "--domain", "--mode", "--record-route", "--user", "--log", "--seconds", "exit code"):
        assert word in text


def test_users_may_have_several_addresses_or_none():
    options = flags.parse([
        "--listen", "localhost:5070", "--user", "bob=sip:bob@127.0.0.1:5062;transport=tcp",
        "--user", "bob=sip:127.0.0.2", "--user", "eve="])
    assert options.listen == ("127.0.0.1", 5070) and options.mode == "proxy" and not options.record_route
    assert options.user == [
        ("bob", "sip:bob@127.0.0.1:5062;transport=tcp"), ("bob", "sip:127.0.0.2"), ("eve", "")]
