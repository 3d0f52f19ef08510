# SPDX-License-Identifier: MIT
"""A leak of each kind is planted, in each place that is watched, and is caught. See tests/secret_watch.py."""

from base64 import b64encode

import pytest
from security import sma_frames as frames

from host_tools.sinetti import new_key, policy
from host_tools.sinetti.keyring import Keyring
from sim.world import World
from tests import secret_watch
from tests.interop import phones
from tests.interop.certificates import Authority
from tests.secret_search import Secrets, private_number, private_pieces
from tests.secret_watch import Watch, leaks_in_folder

PLANTS_LEAKS = True

PASSWORD = "seeded-password-7Q"
PASSPHRASE = b"seeded passphrase 8W"
FORMS = {
    "plain": lambda value: value, "hex": lambda value: value.hex().encode(),
    "base64": b64encode, "base64 in the middle": lambda value: b64encode(b"x" + value + b"yz"),
    "as Python shows it": lambda value: repr(value).encode(), "as a text": lambda value: "".join(map(chr, value)),
    "its beginning": lambda value: value[:12], "its end": lambda value: value[-12:],
}


def a_sealed_world():
    """-> world, alice, {kind: secret}: phones in a sealed call, with all there is to be kept."""
    world = World()
    pair = world.pair(True, PASSPHRASE, **{"security.policy": "require", "account.password": PASSWORD})
    alice, bob = pair
    for phone, other in (pair, pair[::-1]):
        phone.host_link.identity.confirmed.append(other.host_link.fingerprint)
        phone.host_link._unlock(((frames.PASSPHRASE, PASSPHRASE), (frames.SECONDS, b"\1\0")))
    world.run(1500)
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    bob.lift()
    world.run_until(lambda: alice.has("connected"))
    world.run(500)
    key = alice.unit.media._streams[0].negotiation.keys.ssm._local
    return world, alice, {
        "password": PASSWORD.encode(), "passphrase": PASSPHRASE, "token": alice.host_link.token,
        "private key": alice.host_link.identity.secret, "SRTP key": bytes(key)}


KINDS = ("password", "passphrase", "token", "private key", "SRTP key")


def in_event(alice, leak):
    alice._hal.events.post("error", {"reason": leak})


def in_screen(alice, leak):
    alice.display.line(0, "".join(map(chr, leak)))
    alice.display.line(0, "")


def in_log(alice, leak):
    alice.unit.log.note(0, "".join(map(chr, leak)))


def in_ladder(alice, leak):
    alice._world.note("alice", "".join(map(chr, leak)))


def in_value(alice, leak):
    alice.storage.save("calls", b"missed\t" + leak)


def in_message(alice, leak):
    alice.sockets.woken = True
    alice._hal.network.udp(5099).send(b"OPTIONS sip:x SIP/2.0\r\nX-Word: " + leak + b"\r\n\r\n", (0, b"10.0.0.2", 5060))


def in_stream(alice, leak):
    alice._hal.trace.sent(b"OPTIONS sip:x SIP/2.0\r\nX-Word: " + leak, (1, b"10.0.0.2", 5060), 0)


PLACES = {
    "the events of alice": in_event, "the screen of alice": in_screen, "the log of alice": in_log,
    "the ladder": in_ladder, "the stored value calls of alice": in_value, "a message on its way": in_message,
}


def test_a_sealed_call_leaks_nothing():
    with Watch() as watch:
        _, _, secrets = a_sealed_world()
    assert watch.finish() == []
    assert set(secrets) == {*watch._secrets.kinds, *watch._media.kinds} == set(KINDS), "all of them are known"


@pytest.mark.parametrize("kind", KINDS)
def test_a_planted_leak_of_each_kind_is_caught_in_each_place(kind):
    with Watch() as watch:
        _, alice, secrets = a_sealed_world()
        for plant in PLACES.values():
            plant(alice, secrets[kind])
        in_stream(alice, secrets[kind])
    wanted = {"%s in %s" % (kind, place) for place in PLACES}
    if kind == "SRTP key":
        wanted.remove("SRTP key in a message on its way")      # where --security off sends it
    assert set(watch.finish()) == wanted


@pytest.mark.parametrize("form", FORMS)
def test_a_planted_leak_is_caught_in_each_form(form):
    with Watch() as watch:
        _, alice, secrets = a_sealed_world()
        for kind in KINDS:
            alice._hal.events.post("error", {"reason": FORMS[form](secrets[kind])})
    assert set(watch.finish()) == {"%s in the events of alice" % kind for kind in KINDS}


def test_what_is_printed_is_searched():
    with Watch() as watch:
        _, _, secrets = a_sealed_world()
    for kind in KINDS:
        assert kind + " in what was printed" in watch.finish("trace: %r" % secrets[kind])


def test_a_password_that_was_typed_is_known_in_the_end():
    with Watch() as watch:
        world = World()
        alice = world.add("alice")
        alice._hal.events.post("error", {"reason": PASSWORD})
        alice.storage.save("settings", b"account.password=" + PASSWORD.encode())
    assert watch.finish() == ["password in the events of alice"]


# Files and processes


def a_folder(folder):
    """-> {kind: secret}: a phone's data, a keyring and the file of a passphrase, and nothing out of place."""
    data = folder / "data"
    data.mkdir()
    token = bytes(range(100, 132))
    (data / "helper.token").write_bytes(token)
    (data / "settings").write_bytes(b"account.user=a\naccount.password=" + PASSWORD.encode() + b"\n")
    (folder / "word").write_bytes(PASSPHRASE + b"\n")
    secret, public = new_key.make("a <sip:a@x.test>", "ed25519", PASSPHRASE, 1700000000)
    Keyring(folder / "keys").add_identity("a", policy.check_certificate(public), secret)
    return {"password": PASSWORD.encode(), "passphrase": PASSPHRASE, "token": token,
            "private key": private_pieces(secret, public)[0]}


@pytest.mark.parametrize("name", ["trace.pcap", "helper.log", "crash.txt", "data/calls", "data/deep/trace"])
def test_a_planted_leak_is_caught_in_each_file(tmp_path, name):
    secrets = a_folder(tmp_path)
    assert leaks_in_folder(tmp_path) == []
    place = tmp_path / name
    place.parent.mkdir(exist_ok=True)
    for kind, secret in secrets.items():
        for form in ("plain", "hex", "base64"):
            place.write_bytes(b"\0\1" + FORMS[form](secret) + b"\n")
            assert leaks_in_folder(tmp_path) == ["%s in the file %s" % (kind, place)], form


def test_a_planted_key_of_tls_is_caught_and_no_certificate_is(tmp_path):
    """Their letters and those of a key agree in places, by chance: how it is named, and its public half."""
    for number in range(30):
        _, secret = Authority(tmp_path / str(number)).server("localhost", "127.0.0.1")
    assert leaks_in_folder(tmp_path) == []
    place = tmp_path / "29" / "copy.pem"
    place.write_bytes(private_number(secret.read_bytes()))
    assert leaks_in_folder(tmp_path) == ["private key in the file %s" % place]


class Said:
    """What is left of a phone's process: what it said."""

    uri = "sip:desk@here"

    def __init__(self, text):
        self._text = text

    def story(self):
        return self._text


@pytest.mark.parametrize("kind", ["password", "token", "private key"])
def test_a_planted_leak_is_caught_in_what_a_phone_process_says(tmp_path, kind):
    secrets = a_folder(tmp_path)
    (tmp_path / "password").write_bytes(secrets["password"] + b"\n")
    flags = ("--password-file", str(tmp_path / "password"), "--data", str(tmp_path / "data"),
             "--keyring", str(tmp_path / "keys"))
    watch = Watch()
    watch._processes.append((Said("Traceback: %r" % secrets[kind]), flags))
    assert watch.finish() == [kind + " in the output of sip:desk@here"]


def test_a_phone_process_is_noticed():
    with Watch() as watch:
        with phones.Phone("cpython") as desk:
            desk.end()
    assert [made for made, _ in watch._processes] == [desk] and watch.finish() == []


def test_everyday_words_and_short_ones_are_no_secrets():
    secrets = Secrets()
    for word in (b"", b"1234", b"password", bytes(32)):
        secrets.add("password", word)
    assert secrets.kinds == {} and secrets.found_in("password 1234") == []


def test_the_watch_leaves_nothing_behind():
    before = [vars(owner).copy() for owner in (secret_watch.phone.SimPhone, secret_watch.fakes.GridDisplay)]
    with Watch():
        pass
    assert before == [vars(owner).copy() for owner in (secret_watch.phone.SimPhone, secret_watch.fakes.GridDisplay)]
