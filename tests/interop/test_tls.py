# SPDX-License-Identifier: MIT
"""SIP over TLS on both runtimes, with servers that this process makes: who is believed, and who is not."""

import re
import socket
import threading

import pytest

from tests.interop.certificates import Authority
from tests.interop.phones import HOST, RUNTIMES, Phone, free_ports
from tests.interop.programs import result_of, start
from tests.interop.tls_pbx import Pbx
from tests.interop.tls_server import TlsServer

STEP_MS = 60            # a piece of the handshake, on a computer that others use too
CLEAR = re.compile(rb"SIP(/2\.0| \d+ SIP)")      # ciphertext holds three given letters now and then by chance

pytestmark = pytest.mark.parametrize("runtime", RUNTIMES)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def certificate(authority):
    """Of a server called pbx.test that is also called by its address."""
    return authority.server("pbx.test", HOST)


def call(runtime, port, authority, name, job="talk"):
    """-> the process of a caller."""
    path = str(authority.der) if authority else ""
    return start(runtime, "tests/interop/tls_caller.py", str(port), path, name, str(free_ports()), job)


def refused(runtime, server, authority, name):
    """-> what the caller says of a server that is not the one. It heard nothing of SIP, and was left."""
    found = result_of(call(runtime, server.port, authority, name))
    assert found["is over"] and found["failed"] == 1 and found["heard"] == 0
    assert server.heard == b"" and not CLEAR.search(server.raw)
    said, = found["said"]
    return said


@pytest.mark.parametrize("name", ["pbx.test", HOST])
def test_frames_go_both_ways_to_the_server_that_is_meant(runtime, name, authority, certificate):
    with TlsServer(certificate) as server:
        found = result_of(call(runtime, server.port, authority, name))
    assert found["is same"] and found["failed"] == 0 and found["said"] == []
    assert found["longest ms"] <= STEP_MS
    assert server.shaken == 1 and not CLEAR.search(server.raw)


@pytest.mark.parametrize("piece", [1, 3, 700])
def test_bytes_may_come_in_any_pieces(runtime, piece, authority, certificate):
    with TlsServer(certificate, piece=piece) as server:
        found = result_of(call(runtime, server.port, authority, "pbx.test"))
    assert found["is same"] and found["failed"] == 0


def test_what_was_not_taken_is_offered_again_and_nothing_is_lost(runtime, authority, certificate):
    may_read = threading.Event()

    def answer(data):
        return b"all of it" if server.heard.endswith(b"END") else b""

    with TlsServer(certificate, answer, may_read=may_read) as server:
        process = call(runtime, server.port, authority, "pbx.test", "fill")
        assert process.stdout.readline() == "full\n"
        may_read.set()
        found = result_of(process)
    assert found["is full"] and found["is empty"] and found["answered"]
    whole = bytes(range(256)) * (found["sent"] // 256 + 1)
    assert server.heard == whole[:found["sent"]] + b"END"


def test_another_authority_is_not_trusted(runtime, tmp_path, certificate):
    with TlsServer(certificate) as server:
        assert re.search("signed|issuer|signature", refused(runtime, server, Authority(tmp_path), "pbx.test"))


def test_an_authority_of_the_same_name_is_not_trusted(runtime, tmp_path, authority):
    with TlsServer(Authority(tmp_path).server("pbx.test")) as server:
        refused(runtime, server, authority, "pbx.test")


def test_a_server_that_signed_for_itself_is_not_trusted(runtime, tmp_path, authority):
    liar = Authority(tmp_path, "pbx.test")
    with TlsServer((liar.pem, liar.key)) as server:
        refused(runtime, server, authority, "pbx.test")


@pytest.mark.parametrize("names, wanted", [
    (("other.test",), "pbx.test"), (("pbx.test",), HOST), ((HOST,), "pbx.test"), (("127.0.0.2",), HOST),
    (("pbx.test.evil.test",), "pbx.test"), (("test",), "pbx.test"),
])
def test_another_name_is_not_believed(runtime, names, wanted, authority):
    with TlsServer(authority.server(*names)) as server:
        assert re.search("match|mismatch", refused(runtime, server, authority, wanted))


@pytest.mark.parametrize("days, words", [(-1, "expired"), (20, "future|not yet valid")])
def test_a_certificate_holds_for_a_time(runtime, days, words, authority):
    with TlsServer(authority.server("pbx.test", days=days)) as server:
        assert re.search(words, refused(runtime, server, authority, "pbx.test"))


def test_without_an_authority_nothing_is_sent(runtime, certificate, tmp_path):
    with TlsServer(certificate) as server:
        assert refused(runtime, server, None, "pbx.test") == "the certificate of an authority is missing"
        broken = Authority(tmp_path)
        broken.der.write_bytes(broken.der.read_bytes()[:-40])
        assert refused(runtime, server, broken, "pbx.test") == "the certificate of the authority cannot be read"
    assert server.raw == b""


def test_a_server_that_never_answers_is_given_up(runtime, authority):
    with socket.create_server((HOST, 0)) as silent:
        found = result_of(call(runtime, silent.getsockname()[1], authority, "pbx.test"))
        silent.setblocking(False)
        peer, _ = silent.accept()
        with peer:
            assert not CLEAR.search(peer.recv(65536))
    assert found["failed"] == 1 and found["heard"] == 0 and found["said"] == []


@pytest.mark.parametrize("most", [0, 5, 100, 300])
def test_a_server_that_leaves_in_mid_handshake_gets_nothing(runtime, most, authority, certificate):
    with TlsServer(certificate, most=most) as server:
        found = result_of(call(runtime, server.port, authority, "pbx.test"))
    assert found["failed"] == 1 and found["heard"] == 0 and server.heard == b"" and not CLEAR.search(server.raw)


def test_a_server_in_clear_gets_nothing(runtime, authority):
    heard = bytearray()

    def answer_in_clear():
        peer, _ = server.accept()
        with peer:
            peer.settimeout(20)
            heard.extend(peer.recv(65536))
            peer.sendall(b"SIP/2.0 200 OK\r\n\r\n")
            try:
                heard.extend(peer.recv(65536))      # its alert
            except ConnectionResetError:
                pass

    with socket.create_server((HOST, 0)) as server:
        server.settimeout(20)
        thread = threading.Thread(target=answer_in_clear)
        thread.start()
        found = result_of(call(runtime, server.getsockname()[1], authority, "pbx.test"))
        thread.join()
    assert found["failed"] == 1 and found["heard"] == 0 and heard and not CLEAR.search(heard)


def test_a_port_where_nobody_is(runtime, authority):
    found = result_of(call(runtime, free_ports(), authority, "pbx.test"))
    assert found["failed"] == 1 and found["said"] == []


# Whole phones

def flags(server, ca, *more, host=HOST):
    """-> flags of a phone that registers there."""
    return ("--user", "alice", "--domain", "pbx.test", "--proxy", "%s:%d;transport=tls" % (host, server.port),
            "--register", "--ca", str(ca), *more)


def pbx(certificate, calls):
    """-> (server, its Pbx)."""
    made = []
    server = TlsServer(certificate, lambda data: made[0](data))
    made.append(Pbx("%s:%d" % (HOST, server.port), free_ports(), calls))
    return server, made[0]


@pytest.mark.parametrize("host", [HOST, "localhost"])
def test_a_phone_registers_and_is_called_down_the_same_connection(runtime, host, authority):
    server, seen = pbx(authority.server(host), calls=True)
    with server:
        with Phone(runtime, *flags(server, authority.pem, "--auto-answer", "0", host=host)) as phone:
            phone.wait("registered")
            phone.wait("ended")
            contact, = seen.contacts
            phone.end()
        assert contact == "<sip:alice@%s;transport=tls>;expires=3600" % phone.address
        assert server.shaken == 1 and not CLEAR.search(server.raw)
    assert [line for line in seen.seen if line != "SIP/2.0 100 Trying"] == [
        "REGISTER sip:pbx.test SIP/2.0", "SIP/2.0 180 Ringing", "SIP/2.0 200 OK", "SIP/2.0 200 OK",
        "REGISTER sip:pbx.test SIP/2.0"]
    assert phone.last("ended")["reason"] == "They hung up" and phone.count("error") == 0
    assert phone.last("unregistered")["reason"] == "Phone is turned off"


def test_a_phone_calls_over_the_connection_that_it_registered_with(runtime, authority, certificate):
    server, seen = pbx(certificate, calls=False)
    with server:
        with Phone(runtime, *flags(
            server, authority.der, "--contact", "2=sip:bob@pbx.test", "--keys",
            "wait:registered 2# wait:connected hangup wait:ended",
        )) as phone:
            phone.finish()
        assert server.shaken == 1
    assert [line.split(" ")[0] for line in seen.seen] == ["REGISTER", "INVITE", "ACK", "BYE", "REGISTER"]


@pytest.mark.parametrize("names, words", [(("pbx.test",), "match"), (None, "sign|issuer")])
def test_a_phone_does_not_register_at_another_server(runtime, names, words, authority, tmp_path):
    """It says so; the registrar hears nothing, and neither does who dials."""
    other = Authority(tmp_path / "other")
    server, seen = pbx(authority.server(*names) if names else other.server("localhost"), calls=False)
    with server, Phone(runtime, *flags(
        server, authority.pem, "--contact", "2=sip:bob@pbx.test", "--keys", "wait:unregistered 2# wait:ended",
        host="localhost",
    )) as phone:
        phone.finish()
        assert server.shaken == 0 and seen.seen == [] and not CLEAR.search(server.raw)
    assert phone.last("unregistered")["reason"] == phone.last("ended")["reason"] == "Cannot be reached"
    assert phone.count("registered") == 0
    reason = phone.last("error")["reason"]
    assert reason.startswith("TLS with localhost: ") and re.search(words, reason)


def test_without_the_authority_a_stored_proxy_is_not_reached(runtime, authority, certificate, tmp_path):
    server, seen = pbx(certificate, calls=False)
    proxy = "%s:%d;transport=tls" % (HOST, server.port)
    (tmp_path / "settings").write_text("account.proxy=%s\naccount.registrar=%s" % (proxy, proxy))
    words = ("--domain", "pbx.test", "--data", str(tmp_path))
    with server:
        with Phone(runtime, *words) as phone:
            phone.wait("unregistered")
            phone.end()
        assert phone.last("unregistered")["reason"] == "Cannot be reached"
        assert phone.last("error")["reason"] == "TLS with %s: the certificate of an authority is missing" % HOST
        assert server.raw == b""
        (tmp_path / "account.ca").write_bytes(authority.der.read_bytes())
        with Phone(runtime, *words) as phone:
            phone.wait("registered")
            phone.end()
    assert len(seen.contacts) == 2
