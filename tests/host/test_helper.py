# SPDX-License-Identifier: MIT
"""A real `sinetti helper` over TLS: what it answers, whom it refuses, how it ends."""

import os
import pty
import select
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import tty
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from security import sma_frames as frames
from security.armor import write_body

from boards.drivers import cobs
from boards.drivers.serial_line import SerialLine
from host_tools.sinetti import certificates, new_key
from host_tools.sinetti.desk import Desk
from host_tools.sinetti.journal import Journal
from host_tools.sinetti.server import Descriptor
from host_tools.sinetti.session import Session
from sim.dice import Dice
from tests.host.helper_process import LIMIT_S, PASSPHRASE, ROOT, Helper, secrets_of
from tests.interop.phones import wait_until

BLOCK = b"INVITESIP/2.0From: seeded plaintext"
LOOK_S = 0.005          # at a serial line, which repeats its call after so many looks


@pytest.fixture(scope="module")
def helper(tmp_path_factory):
    with Helper(tmp_path_factory.mktemp("helper")) as running:
        yield running



def test_a_paired_phone_signs_and_another_verifies(helper):
    alice, bob = helper.phone("alice"), helper.phone("bob")
    assert alice.greeting[0] == frames.DONE
    code, fields = alice.ask(frames.SIGN, (frames.BLOCK, BLOCK))
    assert code == frames.DONE
    signature = frames.value_of(fields, frames.SIGNATURE)
    code, fields = bob.ask(frames.VERIFY, (frames.BLOCK, BLOCK), (frames.SIGNATURE, signature))
    assert code == frames.DONE
    assert frames.value_of(fields, frames.FINGERPRINT).hex() == helper.ring.fingerprint_of("alice")
    assert frames.value_of(fields, frames.USER_ID) == b"alice <sip:alice@x.test>"
    assert abs(frames.number_of(frames.value_of(fields, frames.CREATED)) - time.time()) < 60
    table = (
        (BLOCK + b"x", signature, frames.BAD_SIGNATURE), (BLOCK, signature[:-1], frames.MALFORMED),
        (BLOCK, b"", frames.MALFORMED), (BLOCK, b"AAAA", frames.MALFORMED),
    )
    for block, mark, expected in table:
        assert bob.ask(frames.VERIFY, (frames.BLOCK, block), (frames.SIGNATURE, mark))[0] == expected, mark


def test_a_phone_uses_its_own_key_and_no_other(helper):
    alice = helper.phone("alice")
    bobs = bytes.fromhex(helper.ring.fingerprint_of("bob"))
    assert alice.ask(frames.SIGN, (frames.BLOCK, BLOCK), (frames.KEY, bobs))[0] == frames.UNKNOWN_KEY
    code, fields = alice.ask(frames.ENCRYPT, (frames.PLAIN, BLOCK), (frames.KEY, bobs))
    assert code == frames.DONE
    cipher = write_body(frames.value_of(fields, frames.CIPHER))
    assert b"seeded" not in cipher
    assert alice.ask(frames.DECRYPT, (frames.CIPHER, cipher))[0] == frames.UNDECIPHERABLE
    bob = helper.phone("bob")
    code, fields = bob.ask(frames.DECRYPT, (frames.CIPHER, cipher))
    assert code == frames.DONE and frames.value_of(fields, frames.PLAIN) == BLOCK
    damaged = bytearray(cipher)
    damaged[200] = damaged[200] ^ 1
    assert bob.ask(frames.DECRYPT, (frames.CIPHER, bytes(damaged)))[0] == frames.UNDECIPHERABLE


def test_contacts_are_imported_looked_up_and_confirmed_by_their_phone_alone(helper):
    alice, bob = helper.phone("alice"), helper.phone("bob")
    code, fields = bob.ask(frames.EXPORT)
    certificate = frames.value_of(fields, frames.CERTIFICATE)
    code, fields = alice.ask(frames.IMPORT, (frames.CERTIFICATE, certificate))
    assert code == frames.DONE and frames.number_of(frames.value_of(fields, frames.CREATED)) == 1700000000
    code, fields = alice.ask(frames.LOOKUP, (frames.URI, b"SIP:bob@X.test;transport=tcp"))
    found = frames.value_of(fields, frames.FINGERPRINT)
    assert (code, frames.value_of(fields, frames.CONFIRMED)) == (frames.DONE, b"\0")
    assert alice.ask(frames.LOOKUP, (frames.URI, b"sip:eve@x.test"))[0] == frames.UNKNOWN_KEY
    assert alice.ask(frames.CONFIRM, (frames.FINGERPRINT, found), (frames.POLICY, b"require"))[0] == frames.DONE
    assert frames.value_of(
        alice.ask(frames.LOOKUP, (frames.FINGERPRINT, found))[1], frames.CONFIRMED) == b"\1"
    contact = frames.unpack(frames.value_of(alice.ask(frames.DIRECTORY)[1], frames.CONTACT))
    assert frames.value_of(contact, frames.POLICY) == b"require"
    assert frames.values_of(bob.ask(frames.DIRECTORY)[1], frames.CONTACT) == []
    assert alice.ask(frames.CONFIRM, (frames.FINGERPRINT, bytes(20)))[0] == frames.UNKNOWN_KEY
    assert alice.ask(frames.CONFIRM, (frames.FINGERPRINT, found), (frames.POLICY, b"\xff"))[0] == frames.MALFORMED
    assert alice.ask(frames.IMPORT, (frames.CERTIFICATE, b"no key"))[0] == frames.MALFORMED
    assert alice.ask(99)[0] == frames.UNSUPPORTED
    assert alice.ask(frames.SIGN)[0] == frames.MALFORMED


def test_a_key_that_somebody_imports_never_stands_before_one_that_is_known(helper):
    alice, bob = helper.phone("alice"), helper.phone("bob")
    _, public = new_key.make("Not Bob <sip:bob@x.test>", "ed25519", b"x", 1700000000)
    assert bob.ask(frames.IMPORT, (frames.CERTIFICATE, public))[0] == frames.DONE
    code, fields = alice.ask(frames.LOOKUP, (frames.URI, b"sip:bob@x.test"))
    assert frames.value_of(fields, frames.FINGERPRINT).hex() == helper.ring.fingerprint_of("bob")
    for number in range(2):
        _, public = new_key.make("Eve %d <sip:eve@x.test>" % number, "ed25519", b"x", 1700000000)
        assert bob.ask(frames.IMPORT, (frames.CERTIFICATE, public))[0] == frames.DONE
    assert alice.ask(frames.LOOKUP, (frames.URI, b"sip:eve@x.test"))[0] == frames.UNKNOWN_KEY, "a person chooses"


def test_a_user_id_that_its_key_did_not_sign_is_none(helper):
    phone = helper.phone("bob")
    _, public = new_key.make("Mallory <sip:mallory@x.test>", "ed25519", b"x", 1700000000)
    name = b"Alice <sip:alice@x.test>"
    code, fields = phone.ask(frames.IMPORT, (frames.CERTIFICATE, public + bytes((0xCD, len(name))) + name))
    assert code == frames.DONE and frames.values_of(fields, frames.USER_ID) == [b"Mallory <sip:mallory@x.test>"]


@pytest.mark.parametrize("wrong", ["authority", "name"])
def test_a_phone_does_not_talk_to_another_helper(helper, wrong, tmp_path):
    ca = certificates.make(tmp_path / "other") if wrong == "authority" else None
    with pytest.raises(ssl.SSLCertVerificationError):
        helper.phone(ca=ca, server_name="helper.other" if wrong == "name" else "helper.sinetti")


def test_who_is_not_paired_is_sent_away(helper):
    *most, last = helper.tokens["alice"]
    for token in (bytes(32), b"short", bytes([*most, last ^ 1])):
        phone = helper.phone(token=token)
        assert phone.greeting[0] == frames.AGAINST_POLICY and phone.is_ended()
    for verb in (frames.SIGN, frames.PING, frames.EXPORT):
        phone = helper.phone(greets=False)
        assert phone.ask(verb, (frames.BLOCK, BLOCK)) is None
    phone = helper.phone()
    assert phone.ask(frames.HELLO, (frames.TOKEN, helper.tokens["bob"])) is None, "nobody becomes another"


def test_garbage_half_frames_and_clear_tcp_harm_nobody_else(helper):
    alice = helper.phone("alice")
    broken = helper.phone("bob")
    broken.socket.sendall(b"\xff" * 100)
    assert broken.is_ended()
    half = helper.phone("bob")
    half.socket.sendall(bytes(frames.compose(2, frames.SIGN, ((frames.BLOCK, BLOCK),)))[:10])
    half.close()
    clear = socket.create_connection(("127.0.0.1", helper.port), LIMIT_S)
    clear.sendall(b"GET / HTTP/1.0\r\n\r\n")
    clear.settimeout(LIMIT_S)
    try:
        assert clear.recv(100)[:4] != b"HTTP"
    except ConnectionError:
        pass
    clear.close()
    assert alice.ask(frames.PING)[0] == frames.DONE


def test_a_slow_phone_is_served_and_a_silent_one_is_let_go(helper):
    silent = helper.phone(greets=False)
    slow = helper.phone("bob")
    other = helper.phone()
    for byte in bytes(frames.compose(5, frames.PING, ())):
        slow.socket.sendall(bytes((byte,)))
        assert other.ask(frames.PING)[0] == frames.DONE         # so that byte has been read, alone
    assert slow.read()[2] == frames.DONE
    began = time.monotonic()
    assert silent.is_ended() and time.monotonic() - began < 8


def test_more_than_four_requests_at_once_or_too_many_a_second_are_refused(helper):
    phone = helper.phone()
    for _ in range(160):
        phone.post(frames.PING)
    codes = [phone.read()[2] for _ in range(160)]
    assert codes.count(frames.NO_RESOURCE) > 20 and codes.count(frames.DONE) >= 4
    wait_until(lambda: phone.ask(frames.PING)[0] == frames.DONE, helper.process, "it is served again")


def test_fifty_phones_sign_at_once(helper):
    def sign(number):
        phone = helper.phone(("alice", "bob")[number % 2])
        codes = [phone.ask(frames.SIGN, (frames.BLOCK, b"%d" % number))[0] for _ in range(4)]
        phone.close()
        return codes

    with ThreadPoolExecutor(50) as pool:
        assert list(pool.map(sign, range(50))) == [[frames.DONE] * 4] * 50


def test_a_passphrase_opens_a_key_for_a_while_and_guesses_are_counted(tmp_path):
    with Helper(tmp_path, unlocked=False) as helper:
        phone = helper.phone()
        assert phone.ask(frames.SIGN, (frames.BLOCK, BLOCK))[0] == frames.NO_PASSPHRASE
        assert phone.ask(
            frames.SIGN, (frames.BLOCK, BLOCK), (frames.PASSPHRASE, PASSPHRASE))[0] == frames.DONE
        assert phone.ask(frames.SIGN, (frames.BLOCK, BLOCK))[0] == frames.NO_PASSPHRASE, "for that one only"
        unlock = ((frames.PASSPHRASE, PASSPHRASE), (frames.SECONDS, b"\0\2"))
        began = time.monotonic()
        assert phone.ask(frames.PASSPHRASE_FOR, *unlock)[0] == frames.DONE
        assert phone.ask(frames.SIGN, (frames.BLOCK, BLOCK))[0] == frames.DONE
        assert helper.phone("bob").ask(frames.SIGN, (frames.BLOCK, BLOCK))[0] == frames.NO_PASSPHRASE
        wait_until(lambda: phone.ask(frames.SIGN, (frames.BLOCK, BLOCK))[0] == frames.NO_PASSPHRASE,
                   helper.process, "its 2 s are over", 5)
        assert time.monotonic() - began >= 2
        wrong = ((frames.PASSPHRASE, b"guess"), (frames.SECONDS, b"\0\2"))
        codes = [phone.ask(frames.PASSPHRASE_FOR, *wrong)[0] for _ in range(6)]
        assert codes == [frames.NO_PASSPHRASE] * 5 + [frames.NO_RESOURCE]
        assert phone.ask(frames.PASSPHRASE_FOR, *unlock)[0] == frames.NO_RESOURCE, "the right one too"
        helper.stop()
        said = helper.log.read_bytes() + helper.errors.read_bytes()
        assert not any(secret in said for secret in [*secrets_of(helper), b"guess", b"seeded"])


def test_it_ends_when_it_is_told_and_answers_what_was_asked(tmp_path):
    for number in (signal.SIGTERM, signal.SIGINT):
        with Helper(tmp_path) as helper:
            phone = helper.phone()
            tickets = [phone.post(frames.SIGN, (frames.BLOCK, b"x" * 8000)) for _ in range(4)]
            answers = [phone.read()]
            assert helper.stop(number) == 0
            while answers[-1] is not None:
                answers.append(phone.read())
            got = [answer[0] for answer in answers[:-1]]
            assert set(got) <= set(tickets) and len(got) == len(set(got))
            assert helper.journal()[-1]["event"] == "stopped"


def test_after_a_kill_it_serves_again_at_the_same_port(tmp_path):
    with Helper(tmp_path) as helper:
        phone = helper.phone()
        port = helper.port
        helper.process.kill()
        helper.process.wait()
        assert phone.is_ended()
        helper.start(port)
        assert helper.port == port
        assert helper.phone().ask(frames.SIGN, (frames.BLOCK, BLOCK))[0] == frames.DONE


def test_the_journal_and_the_health_line_tell_what_happened_without_a_secret(tmp_path):
    with Helper(tmp_path) as helper:
        phone = helper.phone()
        phone.ask(frames.SIGN, (frames.BLOCK, BLOCK))
        phone.ask(frames.SIGN, (frames.BLOCK, BLOCK), (frames.KEY, bytes(20)))
        helper.phone(token=bytes(32))
        wait_until(lambda: "1 phones, 2 answers, 1 refused" in helper.errors.read_text(),
                   helper.process, "the health line counts them")
        helper.stop()
        rows = helper.journal()
        assert [row["event"] for row in rows if row["event"] != "end"] == [
            "listening", "hello", "answer", "answer", "stopped"]
        signed, refused = [row for row in rows if row["event"] == "answer"]
        assert (signed["phone"], signed["verb"], signed["code"]) == ("alice", "sign", 0)
        assert refused["code"] == frames.UNKNOWN_KEY
        said = helper.log.read_bytes() + helper.errors.read_bytes()
        assert not any(secret in said for secret in [*secrets_of(helper), b"seeded"])


class Bank:
    """A desk that never answers with anything but what it got."""

    def greet(self, identity):
        return frames.DONE, ()

    def answer(self, identity, verb, fields):
        return frames.DONE, ()


class Token:
    def owner_of(self, token):
        return None


def test_a_hundred_thousand_mangled_frames_at_the_codec():
    """No crash, no growth, and nobody is let in."""
    dice = Dice(3, "helper")
    secret = dice.take(32)
    samples = [
        bytes(frames.compose(1, frames.HELLO, ((frames.TOKEN, secret), (frames.NAME, b"alice")))),
        bytes(frames.compose(2, frames.SIGN, ((frames.BLOCK, b"b" * 60), (frames.PASSPHRASE, b"p" * 9)))),
        bytes(frames.compose(3, frames.IMPORT, ((frames.CERTIFICATE, bytes(80)),))),
    ]
    said = bytearray()
    for round_number in range(100000):
        sample = bytearray(samples[round_number % 3])
        throws = dice.take(4)
        sample[throws[0] % len(sample)] ^= throws[1] | 1
        sample[throws[2] % len(sample)] = throws[3]
        said.clear()
        session = Session(Bank(), Token(), Journal(), None, said.extend)
        session.feed(bytes(sample))
        assert session.phone is None and len(said) < 32 and secret not in said
        assert len(session._reader._held) <= frames.LIMIT + 2


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=400), max_size=8))
def test_any_stream_of_bytes_is_a_result(pieces):
    reader = frames.FrameReader()
    for piece in pieces:
        reader.feed(piece)
        frame = reader.next()
        while frame is not None:
            ticket, verb, fields = frame
            again = frames.compose(ticket, verb, fields)
            other = frames.FrameReader()
            other.feed(again)
            assert other.next() == frame
            frame = reader.next()


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 255), st.binary(max_size=cobs.MOST_DATA), st.integers(0, 2**16))
def test_a_block_on_the_line_comes_back_and_a_damaged_one_does_not(number, data, place):
    block = cobs.encode(number, data)
    assert block.count(b"\0") == 1 and block.endswith(b"\0")
    assert cobs.decode(block[:-1]) == (number, data)
    damaged = bytearray(block[:-1])
    damaged[place % len(damaged)] ^= 1 << place % 8
    assert cobs.decode(bytes(damaged)) is None


def test_nothing_of_a_secret_is_in_the_repr_of_what_holds_it(helper):
    from host_tools.sinetti.backends.sequoia import Sequoia

    desk = Desk(helper.ring, Sequoia(helper.ring))
    desk.unlock("alice", PASSPHRASE)
    said = "".join(repr(thing) for thing in (desk, desk._opened, helper.ring, Token(), Journal())).encode()
    assert not any(secret in said for secret in secrets_of(helper))
    desk.forget()
    assert desk._opened == {}


def serial_ask(line, descriptor, *frame):
    """-> frame of the answer, or None when the line closed. descriptor: what the line reads."""
    data = bytes(frames.compose(*frame))
    reader = frames.FrameReader()
    buf = bytearray(256)
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        state = line.state()
        if state == 2:
            return None
        if state == 1 and data:
            data = data[line.write(data, 0, len(data)):]
        n = line.readinto(buf)
        if n:
            reader.feed(bytes(buf[:n]))
            found = reader.next()
            if found is not None:
                return found
        select.select([descriptor], [descriptor] if state == 1 and data else [], [], LOOK_S)
    raise AssertionError("no answer")


def test_one_phone_is_served_over_a_serial_line_and_damage_begins_it_anew(tmp_path):
    helper = Helper(tmp_path)
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    path = os.ttyname(slave)
    with open(tmp_path / "errors", "wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "host_tools.sinetti", "helper", "--serial", path, "--tls-dir", str(helper.tls),
             "--keyring", str(tmp_path / "keys"), "--passphrase-file", str(tmp_path / "word")],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)
    try:
        line = SerialLine(Descriptor(master))
        line.open(b"", b"")
        hello = (1, frames.HELLO, ((frames.TOKEN, helper.tokens["alice"]),))
        assert frames.code_of(serial_ask(line, master, *hello)[2]) == frames.DONE
        long = (2, frames.SIGN, ((frames.BLOCK, bytes(range(256)) * 20),))
        assert frames.code_of(serial_ask(line, master, *long)[2]) == frames.DONE
        os.write(master, b"\x05noise\0")
        assert serial_ask(line, master, 3, frames.PING, ()) is None, "the helper says that the stream is broken"
        line.open(b"", b"")
        assert serial_ask(line, master, 4, frames.PING, ()) is None, "it does not know the phone any more"
        line.open(b"", b"")
        assert frames.code_of(serial_ask(line, master, *hello)[2]) == frames.DONE
        process.terminate()
        assert process.wait(LIMIT_S) == 0
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        os.close(master)
        os.close(slave)


def test_a_phone_that_reads_nothing_costs_the_helper_little(helper):
    deaf = helper.phone()
    before = helper.memory_kb()
    frame = bytes(frames.compose(7, frames.EXPORT, ()))

    def flood():
        try:
            for _ in range(3000):
                deaf.socket.sendall(frame)
        except OSError:
            pass

    writer = threading.Thread(target=flood, daemon=True)
    writer.start()
    writer.join(5)
    assert helper.phone("bob").ask(frames.PING)[0] == frames.DONE
    assert helper.memory_kb() - before < 20000
    deaf.close()
