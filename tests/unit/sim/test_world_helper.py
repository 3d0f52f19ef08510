# SPDX-License-Identifier: MIT
"""The helper of a world: phones that are paired with it, under the name that they go by on the wire."""

from core.log import Log
from phone.config import Config
from security import sma_frames as frames
from security.armor import write_body
from security.helper_settings import HelperSettings
from security.sma_frames import value_of
from sim.world import World
from tests.unit.security.sma_fakes import LinkEnd
from tests.worlds.registrar import Registrar

STEP_MS = 10
BLOCK = b"INVITESIP/2.0From: Alice"


class End(LinkEnd):
    """Another link with what pairing left in a phone's storage."""

    def __init__(self, world, phone):
        self.world = world
        config = Config(phone.storage, Log(8), 0, {"account.user": phone.name})
        self.settings = HelperSettings(config, phone.storage)
        super().__init__(world.clock, world.helper.attach(phone.name), self.settings)
        self.run(200)

    def run(self, ms):
        for _ in range(ms // STEP_MS):
            self.step()
            self.world.run(STEP_MS)

    def ask(self, verb, *fields):
        """-> (code, fields)."""
        before = len(self.ended)
        assert self.sma.request(verb, fields, self, self.out)[0] == frames.PENDING
        self.out.drain(self.clock.now())
        self.run(500)
        assert len(self.ended) == before + 1
        return self.ended[-1][1:]

    def sign(self, block=BLOCK):
        code, fields = self.ask(frames.SIGN, (frames.BLOCK, block))
        assert code == frames.DONE
        return value_of(fields, frames.SIGNATURE)

    def certificate(self):
        return value_of(self.ask(frames.EXPORT)[1], frames.CERTIFICATE)


def froms(world):
    """-> list that gets the From of each message on the wire."""
    seen = []

    def spy(ms, source, destination, data, lost):
        at = data.find(b"From: ")
        if at >= 0:
            seen.append(data[data.find(b"<", at) + 1:data.find(b">", at)])

    world.network.spy = spy
    return seen


def test_both_phones_are_paired_and_their_links_open():
    world = World()
    phones = world.pair(helper=True)
    for phone in phones:
        end = End(world, phone)
        settings = end.settings
        assert settings.is_paired and settings.address == b"10.0.0.254:7061" and settings.ca
        assert end.links == [True] and end.sma.fingerprint == phone.host_link.fingerprint
    assert phones[0].host_link.fingerprint != phones[1].host_link.fingerprint


def test_a_key_is_for_what_its_phone_says_in_from():
    world = World()
    seen = froms(world)
    alice, bob = world.pair(helper=True)
    alice.lift()
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    assert seen[0] == alice.host_link.identity.uri == b"sip:alice@10.0.0.1:5060"


def registering(settings):
    """-> (From of its REGISTER, its identity at the helper) of a phone called carol."""
    world = World()
    world.add_peer("pbx", "10.0.0.9", Registrar({}))
    seen = froms(world)
    given = {"account.registrar": "10.0.0.9:5060"}
    given.update(settings)
    carol = world.add("carol", given, helper=True)
    world.run_until(lambda: seen)
    return seen[0], carol.host_link.identity


def test_a_key_of_a_phone_that_registers_is_for_its_domain():
    for settings, uri in (
            ({"account.domain": "voip.test"}, b"sip:carol@voip.test"), ({}, b"sip:carol@10.0.0.9:5060"),
            ({"account.user": "c", "sip.port": 5070}, b"sip:c@10.0.0.9:5060"),
            ({"account.user": ""}, b"sip:10.0.0.9:5060")):
        sent, identity = registering(settings)
        assert sent == identity.uri == uri and identity.user_id == b"carol <" + uri + b">"


def test_who_dials_no_port_finds_the_key_of_the_usual_one():
    world = World()
    alice, bob = world.pair(helper=True)
    end = End(world, alice)
    for uri, expected in (
            (b"sip:bob@10.0.0.2", frames.DONE), (b"sip:bob@10.0.0.2:5060", frames.DONE),
            (b"sip:bob@10.0.0.2:5062", frames.UNKNOWN_KEY), (b"sip:eve@10.0.0.2", frames.UNKNOWN_KEY)):
        assert end.ask(frames.LOOKUP, (frames.URI, uri))[0] == expected, uri


def test_a_phone_without_a_helper_has_no_link_and_no_token():
    world = World()
    alice = world.add("alice")
    assert alice.host_link is None and alice.storage.values == {}


def test_a_phone_that_comes_again_has_its_key_and_what_it_confirmed():
    world = World()
    alice, bob = world.pair(helper=True)
    fingerprint = alice.host_link.fingerprint
    assert End(world, alice).ask(frames.CONFIRM, (frames.FINGERPRINT, bob.host_link.fingerprint))[0] == frames.DONE
    again = world.add("alice", storage=world.remove(alice), address="10.0.0.1", helper=True)
    assert again.host_link.fingerprint == fingerprint
    code, fields = End(world, again).ask(frames.LOOKUP, (frames.URI, b"sip:bob@10.0.0.2"))
    assert code == frames.DONE and value_of(fields, frames.CONFIRMED) == b"\1"


def test_a_passphrase_of_the_world_locks_each_key():
    world = World()
    alice, _ = world.pair(helper=True, passphrase=b"sesame")
    end = End(world, alice)
    assert end.ask(frames.SIGN, (frames.BLOCK, BLOCK))[0] == frames.NO_PASSPHRASE
    assert end.ask(frames.SIGN, (frames.BLOCK, BLOCK), (frames.PASSPHRASE, b"sesame"))[0] == frames.DONE


def test_a_signature_is_verified_against_a_certificate_that_is_not_kept():
    world = World()
    alice, bob = (End(world, phone) for phone in world.pair(helper=True))
    world.helper.forget(alice.sma.fingerprint)
    signature, certificate = alice.sign(), alice.certificate()
    signed = ((frames.BLOCK, BLOCK), (frames.SIGNATURE, signature))
    shown = (frames.CERTIFICATE, certificate)
    assert bob.ask(frames.VERIFY, *signed)[0] == frames.UNKNOWN_KEY
    code, fields = bob.ask(frames.VERIFY, *signed, shown)
    assert code == frames.DONE and value_of(fields, frames.FINGERPRINT) == alice.sma.fingerprint
    assert value_of(fields, frames.USER_ID) == b"alice <sip:alice@10.0.0.1:5060>"
    assert value_of(fields, frames.CONFIRMED) == b"\0" and value_of(fields, frames.CREATED)
    table = (
        (shown, (frames.KEY, alice.sma.fingerprint), frames.DONE),
        (shown, (frames.KEY, bob.sma.fingerprint), frames.UNKNOWN_KEY),
        ((frames.CERTIFICATE, bob.certificate()), (frames.KEY, None), frames.UNKNOWN_KEY),
        ((frames.CERTIFICATE, certificate[:-1] + b"!"), (frames.KEY, None), frames.MALFORMED),
        ((frames.CERTIFICATE, b""), (frames.KEY, None), frames.MALFORMED),
    )
    for given, key, expected in table:
        assert bob.ask(frames.VERIFY, *signed, given, key)[0] == expected, (given, key)
    other = ((frames.BLOCK, BLOCK + b"x"), (frames.SIGNATURE, signature))
    assert bob.ask(frames.VERIFY, *other, shown)[0] == frames.BAD_SIGNATURE
    assert bob.ask(frames.VERIFY, *signed)[0] == frames.UNKNOWN_KEY, "it was not kept"
    assert bob.ask(frames.LOOKUP, (frames.URI, b"sip:alice@10.0.0.1"))[0] == frames.UNKNOWN_KEY
    assert bob.ask(frames.IMPORT, shown)[0] == frames.DONE
    assert bob.ask(frames.VERIFY, *signed)[0] == frames.DONE


def test_a_message_is_encrypted_for_a_certificate_that_is_not_kept():
    world = World()
    alice, bob = (End(world, phone) for phone in world.pair(helper=True))
    world.helper.forget(bob.sma.fingerprint)
    plain, shown = (frames.PLAIN, b"v=0 inline:key"), (frames.CERTIFICATE, bob.certificate())
    assert alice.ask(frames.ENCRYPT, plain, (frames.KEY, bob.sma.fingerprint))[0] == frames.UNKNOWN_KEY
    assert alice.ask(frames.ENCRYPT, plain)[0] == frames.UNKNOWN_KEY, "for nobody"
    assert alice.ask(frames.ENCRYPT, plain, (frames.CERTIFICATE, b"CERT"))[0] == frames.MALFORMED
    code, fields = alice.ask(frames.ENCRYPT, plain, shown, (frames.KEY, alice.sma.fingerprint))
    assert code == frames.DONE
    binary = value_of(fields, frames.CIPHER)
    for cipher in (binary, write_body(binary)):
        for end in (alice, bob):
            code, fields = end.ask(frames.DECRYPT, (frames.CIPHER, cipher))
            assert code == frames.DONE and value_of(fields, frames.PLAIN) == b"v=0 inline:key"
    assert alice.ask(frames.ENCRYPT, plain, (frames.KEY, bob.sma.fingerprint))[0] == frames.UNKNOWN_KEY
