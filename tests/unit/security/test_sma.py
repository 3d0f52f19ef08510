# SPDX-License-Identifier: MIT
"""Sma, its inlet and a virtual helper: questions and answers, good ones and all the others."""

from security import sma_frames as frames
from security.sma import MOST_TICKETS
from sim.fakes import VirtualClock
from sim.virtual_helper import VirtualHelper
from tests.unit.security.sma_fakes import LinkEnd, Message, Settings

STEP_MS = 10


class Desk(LinkEnd):
    """A phone at a virtual helper, in virtual time."""

    def __init__(self, helper, name, passphrase=None, token=None):
        self.link = helper.attach(name, passphrase=passphrase)
        super().__init__(helper.clock, self.link, Settings(name.encode(), token or self.link.token))

    def run(self, ms):
        for _ in range(ms // STEP_MS):
            self.step()
            self.clock.advance(STEP_MS)

    def sign(self, block, pass_=None):
        """-> (code at once, message, signature)."""
        message = Message(block)
        signature = bytearray()
        code = self.sma.sma_sign(signature, message, None, pass_, self, self.clock.now(), self.out)
        self.out.drain(self.clock.now())
        return code, message, signature

    def ask(self, what, *arguments):
        """Call one of the four functions and wait. -> (code, fields)."""
        code = what(*arguments, self, self.clock.now(), self.out)
        if code != frames.PENDING:
            return code, ()
        self.out.drain(self.clock.now())
        before = len(self.ended)
        self.run(12000)
        assert len(self.ended) == before + 1
        return self.ended[-1][1:]


def pair(**options):
    helper = VirtualHelper(VirtualClock())
    alice, bob = Desk(helper, "alice", **options), Desk(helper, "bob")
    alice.run(200)
    bob.run(200)
    return helper, alice, bob


def test_alice_signs_and_bob_knows_that_it_was_she():
    helper, alice, bob = pair()
    assert alice.links == [True] and alice.sma.fingerprint == alice.link.fingerprint
    code, message, signature = alice.sign(b"INVITESIP/2.0From: Alice")
    assert code == frames.PENDING and message.sec_ticket > 0
    alice.run(200)
    assert [end[:2] for end in alice.ended] == [(message.sec_ticket, frames.DONE)]
    code, fields = bob.ask(bob.sma.sma_verify_sign, signature, Message(message.sec_block), None, None)
    assert code == frames.DONE
    assert frames.value_of(fields, frames.FINGERPRINT) == alice.link.fingerprint
    assert frames.value_of(fields, frames.USER_ID) == b"alice <sip:alice@virtual>"
    assert frames.value_of(fields, frames.CONFIRMED) == b"\0"


def test_a_changed_block_or_another_key_is_no_signature():
    helper, alice, bob = pair()
    _, _, signature = alice.sign(b"block")
    alice.run(200)
    verify = bob.sma.sma_verify_sign
    table = (
        (signature, b"blocK", None, frames.BAD_SIGNATURE),
        (signature, b"block", bob.link.fingerprint, frames.UNKNOWN_KEY),
        (b"!", b"block", None, frames.UNKNOWN_KEY),
        (signature, b"block", alice.link.fingerprint, frames.DONE),
    )
    for mark, block, key, expected in table:
        code, fields = bob.ask(verify, mark, Message(block), key, None)
        assert code == expected or (expected == frames.UNKNOWN_KEY and code == frames.MALFORMED)
        assert fields == () or code == frames.DONE


def test_what_is_encrypted_for_bob_is_for_bob_alone():
    helper, alice, bob = pair()
    message = Message(plain=b"v=0 inline:key")
    assert alice.ask(alice.sma.sma_encrypt, message, bob.link.fingerprint, None)[0] == frames.DONE
    assert b"inline" not in message.sec_cipher
    received = Message(cipher=message.sec_cipher)
    assert bob.ask(bob.sma.sma_decrypt, received, None, None)[0] == frames.DONE
    assert received.sec_plain == b"v=0 inline:key"
    other = Message(cipher=message.sec_cipher)
    assert alice.ask(alice.sma.sma_decrypt, other, None, None)[0] == frames.UNDECIPHERABLE
    assert other.sec_plain == b""


def test_a_passphrase_is_needed_and_wiped():
    helper, alice, bob = pair(passphrase=b"sesame")
    assert alice.sign(b"x")[0] == frames.PENDING
    alice.run(200)
    assert alice.ended[-1][1] == frames.NO_PASSPHRASE
    typed = bytearray(b"sesame")
    alice.sign(b"x", typed)
    assert typed == bytes(6), "wiped at once"
    alice.run(200)
    assert alice.ended[-1][1] == frames.DONE
    typed = bytearray(b"sesame")
    code, ticket = alice.sma.unlock(typed, 60, alice, alice.out)
    alice.out.drain(alice.clock.now())
    assert code == frames.PENDING and ticket and typed == bytes(6)
    buf, _ = alice.sma.outgoing()
    alice.run(200)
    assert buf == bytes(len(buf)), "the frame too, once it has gone"
    alice.sign(b"x")
    alice.run(200)
    assert alice.ended[-1][1] == frames.DONE
    alice.run(61000)
    alice.sign(b"x")
    alice.run(200)
    assert alice.ended[-1][1] == frames.NO_PASSPHRASE


def test_hostile_helpers_never_make_a_verdict():
    table = (
        ("late",         frames.NO_RESOURCE),
        ("silent",       frames.NO_RESOURCE),
        ("gone",         frames.NO_RESOURCE),
        ("wrong ticket", frames.NO_RESOURCE),
        ("garbage",      frames.NO_RESOURCE),
    )
    for mode, expected in table:
        helper, alice, _ = pair()
        helper.mode = mode
        alice.sign(b"block")
        began = len(alice.ended)
        alice.run(10500)
        assert [end[1] for end in alice.ended[began:]] == [expected], mode
        assert alice.ended[-1][2] == (), mode
        helper.mode = ""
        alice.run(45000)
        assert len(alice.ended) == began + 1, mode
        alice.sign(b"again")
        alice.run(200)
        assert alice.ended[-1][1] == frames.DONE, mode


def test_an_answer_that_comes_twice_or_late_is_counted_and_changes_nothing():
    helper, alice, _ = pair()
    helper.mode = "twice"
    alice.sign(b"block")
    alice.run(500)
    assert len(alice.ended) == 1 and alice.sma.ignored == 1
    helper.mode = "late"
    alice.sign(b"block")
    alice.run(10200)
    helper.mode = ""
    alice.run(8000)
    assert len(alice.ended) == 2 and alice.sma.late == 1


def test_an_abandoned_ticket_tells_nobody():
    helper, alice, _ = pair()
    _, message, signature = alice.sign(b"block")
    alice.sma.abandon(message.sec_ticket, alice.out)
    alice.out.drain(alice.clock.now())
    alice.run(11000)
    assert alice.ended == [] and alice.sma.ignored == 1 and signature == b""


def test_four_tickets_are_open_and_a_fifth_is_refused():
    helper, alice, _ = pair()
    codes = [alice.sign(b"%d" % count)[0] for count in range(MOST_TICKETS + 1)]
    assert codes == [frames.PENDING] * MOST_TICKETS + [frames.NO_RESOURCE]
    alice.run(500)
    assert [end[1] for end in alice.ended] == [frames.DONE] * MOST_TICKETS
    assert len({end[0] for end in alice.ended}) == MOST_TICKETS


def test_without_a_link_the_refusal_comes_at_once_and_the_passphrase_is_wiped():
    helper = VirtualHelper(VirtualClock())
    helper.mode = "gone"
    alice = Desk(helper, "alice")
    alice.run(100)
    typed = bytearray(b"sesame")
    assert alice.sign(b"x", typed)[0] == frames.NO_RESOURCE
    assert typed == bytes(6) and alice.ended == []


def test_a_lost_link_is_tried_again_after_1_2_5_and_10_seconds():
    helper = VirtualHelper(VirtualClock())
    helper.mode = "gone"
    alice = Desk(helper, "alice")
    opened = []
    time_ms = [0]
    real_open = alice.link.open

    def noted_open(address, ca):
        opened.append(time_ms[0])
        real_open(address, ca)

    alice.link.open = noted_open
    while time_ms[0] < 40000:
        alice.run(STEP_MS)
        time_ms[0] += STEP_MS
    gaps = [(opened[at + 1] - opened[at]) // 1000 for at in range(len(opened) - 1)]
    assert gaps == [1, 2, 5, 10, 10, 10], gaps
    helper.mode = ""
    alice.run(11000)
    assert alice.links == [True]


def test_a_helper_that_says_nothing_is_left_and_found_again():
    helper, alice, _ = pair()
    helper.mode = "silent"
    alice.run(30500)            # asked after 20 s, given up 10 s later
    assert alice.links == [True, False]
    helper.mode = ""
    alice.run(3000)
    assert alice.links == [True, False, True]


def test_a_phone_that_is_not_paired_gets_nothing():
    helper = VirtualHelper(VirtualClock())
    alice = Desk(helper, "alice", token=bytes(32))
    alice.run(5000)
    assert alice.links == [] and not alice.sma.is_ready
    assert alice.sign(b"x")[0] == frames.NO_RESOURCE


def test_no_link_is_opened_while_there_is_sound():
    helper = VirtualHelper(VirtualClock())
    alice = Desk(helper, "alice")
    alice.media.is_running = True
    alice.run(3000)
    assert alice.links == [] and helper.asked == []
    alice.media.is_running = False
    alice.run(200)
    assert alice.links == [True]


def test_while_sound_runs_a_large_block_goes_in_pieces_of_256_bytes():
    assert longest_write(True) == 256


def test_without_sound_a_large_block_goes_whole():
    assert longest_write(False) > 2000


def longest_write(has_sound):
    _, alice, _ = pair()
    alice.media.is_running = has_sound
    sizes = []
    real_write = alice.link.write

    def noted_write(buf, off, n):
        sizes.append(n)
        return real_write(buf, off, n)

    alice.link.write = noted_write
    alice.sign(b"b" * 2000)
    alice.run(500)
    assert alice.ended[-1][1] == frames.DONE
    return max(sizes)


def test_done_without_a_result_is_not_done():
    helper, alice, _ = pair()
    _, message, signature = alice.sign(b"block")
    alice.sma.receive(bytes(frames.compose_answer(message.sec_ticket, frames.SIGN, frames.DONE)), 0, alice.out)
    alice.out.drain(alice.clock.now())
    assert alice.ended == [(message.sec_ticket, frames.MALFORMED, ())] and signature == b""


def test_an_answer_to_another_verb_is_ignored():
    helper, alice, _ = pair()
    _, message, _ = alice.sign(b"block")
    alice.sma.receive(bytes(frames.compose_answer(message.sec_ticket, frames.VERIFY, frames.DONE)), 0, alice.out)
    assert alice.ended == [] and alice.sma.ignored == 1


def test_keys_are_looked_up_confirmed_and_listed():
    helper, alice, bob = pair()

    def request(verb, fields):
        code, ticket = alice.sma.request(verb, fields, alice, alice.out)
        assert code == frames.PENDING
        alice.out.drain(alice.clock.now())
        alice.run(200)
        assert alice.ended[-1][0] == ticket
        return alice.ended[-1][1:]

    code, fields = request(frames.LOOKUP, ((frames.URI, b"sip:bob@virtual"),))
    found = frames.value_of(fields, frames.FINGERPRINT)
    assert code == frames.DONE and found == bob.link.fingerprint
    assert frames.value_of(fields, frames.CONFIRMED) == b"\0"
    assert request(frames.LOOKUP, ((frames.URI, b"sip:eve@virtual"),))[0] == frames.UNKNOWN_KEY
    assert request(frames.CONFIRM, ((frames.FINGERPRINT, found),))[0] == frames.DONE
    code, fields = request(frames.LOOKUP, ((frames.FINGERPRINT, found),))
    assert frames.value_of(fields, frames.CONFIRMED) == b"\1"
    code, fields = request(frames.DIRECTORY, ())
    contact = frames.unpack(frames.value_of(fields, frames.CONTACT))
    assert frames.value_of(contact, frames.URI) == b"sip:bob@virtual"
    code, fields = request(frames.EXPORT, ())
    certificate = frames.value_of(fields, frames.CERTIFICATE)
    assert request(frames.IMPORT, ((frames.CERTIFICATE, certificate),))[0] == frames.DONE


def test_numbers_of_tickets_wrap_without_a_zero():
    helper, alice, _ = pair()
    alice.sma._last = 0xFFFE
    numbers = []
    for _ in range(3):
        numbers.append(alice.sign(b"x")[1].sec_ticket)
        alice.run(200)
    assert numbers == [0xFFFF, 1, 2]
    assert alice.timers.armed == 1, "nothing but the pulse"
