# SPDX-License-Identifier: MIT
"""Images that `cryptography` signed, from Python's own web server, into the slot of a phone on this computer."""

import base64
import hashlib
import http.server
import threading
import time

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from boards.drivers.socket_network import SocketNetwork
from boards.unix import platform
from boards.unix.clock import UnixClock
from boards.unix.loopback import Loopback
from core.outbox import Outbox
from core.timers import Timers
from tests.chip import esp32
from tests.unit.update import releases
from tests.unit.update.slot_phone import SlotPhone
from update.fetch import DONE, FAILED, Fetch

RIGS = ("cpython",)

FILES = dict(releases.NEW, **{"sip/large.mpy": bytes(range(256)) * 400})
_LIMIT_S = 20


@pytest.fixture(scope="module")
def keys():
    return [rsa.generate_private_key(65537, 3072) for _ in range(3)]


def modulus_of(key):
    return key.public_key().public_numbers().n.to_bytes(384, "big")


def id_of(key):
    return hashlib.sha256(modulus_of(key)).hexdigest()[:16].encode()


def trust(keys, need):
    return b"need %d\n" % need + b"".join(
        b"key %s %s\n" % (id_of(key), base64.b64encode(modulus_of(key))) for key in keys)


def image(signers, how=None):
    text = releases.manifest(FILES, ())
    how = how or (padding.PKCS1v15(), hashes.SHA256())
    for key in signers:
        text += b"sign %s %s\n" % (id_of(key), base64.b64encode(key.sign(text.partition(b"sign ")[0], *how)))
    return text + b"\n" + releases.contents(FILES)


class Owner:
    def __init__(self):
        self.heard = []

    def told(self, machine, event, detail, now, out):
        if event in (DONE, FAILED):
            self.heard.append((event, detail))


def fetch(phone, port):
    """-> what the owner was told at the end."""
    clock = UnixClock(platform.ticks_ms)
    net = SocketNetwork(
        platform.sockets, platform.select, platform.addresses, Loopback(b"127.0.0.1"), clock, 8193)
    timers = Timers(4)
    out = Outbox(16, timers, None)
    machine = Fetch(net, type("Media", (), {"is_running": False}))
    machine.owner = owner = Owner()
    assert machine.start(b"http://127.0.0.1:%d/desk_s3.sinetti" % port, phone.writer(), out) == ""
    out.drain(clock.now())
    end = time.monotonic() + _LIMIT_S
    while machine.is_running and time.monotonic() < end:
        net.wait(0 if machine.poll(clock.now(), out) else 2)
        out.drain(clock.now())
        while timers.expire_one(clock.now(), out):
            out.drain(clock.now())
    return owner.heard


@pytest.fixture
def served(tmp_path):
    """-> (folder, port) of a web server on loopback."""
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(tmp_path / "www"))

        def log_message(self, *words):
            pass

    (tmp_path / "www").mkdir()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield tmp_path / "www", server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def phone_of(tmp_path):
    def made(text):
        esp32.erase()
        (tmp_path / "flash").mkdir()
        return SlotPhone(str(tmp_path / "flash"), keys=text).set_up()
    return made


def test_two_of_three_have_signed_and_the_phone_takes_it(keys, served, phone_of):
    folder, port = served
    phone = phone_of(trust(keys, 2))
    (folder / "desk_s3.sinetti").write_bytes(image(keys[1:]))
    assert fetch(phone, port) == [(DONE, None)]
    assert phone.version("b") == FILES and phone.pointer.read() == ("b", True)


def test_one_of_two(keys, served, phone_of):
    folder, port = served
    phone = phone_of(trust(keys[:2], 2))
    (folder / "desk_s3.sinetti").write_bytes(image(keys[1:]))
    assert fetch(phone, port) == [(FAILED, "it has 1 of the 2 signatures that it needs")]


def test_no_file(served, phone_of, keys):
    assert fetch(phone_of(trust(keys, 1)), served[1]) == [(FAILED, "there is no such file on the server")]


@pytest.mark.parametrize("how", [
    (padding.PKCS1v15(), hashes.SHA512()), (padding.PKCS1v15(), hashes.SHA224()),
    (padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())])
def test_other_kinds_of_signatures_of_the_right_key(keys, how, phone_of):
    writer = phone_of(trust(keys, 1)).update(image(keys[:1], how))
    assert writer.reason == "a signature does not fit: it was changed after it was signed"


@pytest.mark.parametrize("bits, exponent", [(2048, 65537), (4096, 65537), (3072, 3)])
def test_other_kinds_of_keys(bits, exponent, phone_of):
    key = rsa.generate_private_key(exponent, bits)
    modulus = key.public_key().public_numbers().n.to_bytes(bits // 8, "big")
    name = hashlib.sha256(modulus).hexdigest()[:16].encode()
    text = releases.manifest(FILES, ())
    signature = key.sign(text, padding.PKCS1v15(), hashes.SHA256())
    text += b"sign %s %s\n" % (name, base64.b64encode(signature))
    phone = phone_of(b"need 1\nkey %s %s\n" % (name, base64.b64encode(modulus)))
    writer = phone.update(text + b"\n" + releases.contents(FILES))
    assert writer.reason and not writer.is_done and phone.names("b") == []
