# SPDX-License-Identifier: MIT
"""Keys and people: what two owners see and press when they meet, when a key changes, when theirs is locked."""

from security import sma_frames
from sim.fakes import MemoryStorage
from sim.world import World
from tests.scenarios.sealed_world import hearing, reason, sealed_pair, talk

BOB = b"sip:bob@10.0.0.2"
SECRET = "ddgjm"            # 3 and again 3, 4, 5, 6


def rows(phone):
    return phone.screen().split("\n")


def meet(world, caller, callee, number="1002#"):
    """A call to somebody whose key is new: its owner says yes, and it is answered."""
    caller.press(number)
    world.run_until(lambda: "New key" in caller.screen(), 5000)
    caller.press("O")
    answer(world, caller, callee)


def answer(world, caller, callee):
    """It rings there, and is answered."""
    world.run_until(lambda: "Incoming call" in callee.screen(), 5000)
    callee.press("O")
    world.run_until(lambda: "In call" in caller.screen(), 5000)
    world.run(200)


def end(world, phone):
    phone.press("B")
    world.run(6000)


def restart(world, phone, contacts=(("1002", "sip:bob@10.0.0.2", "Bob"),)):
    """Pull the plug of alice's phone, and put it in again. -> the phone.

    A phone of this world begins with the same chance again, so first nobody may remember its last call.
    """
    world.run(40000)
    again = world.add("alice", {"security.policy": "require"}, contacts, storage=world.remove(phone),
                      address="10.0.0.1", helper=True)
    world.run(1500)
    return again


def stored(phone):
    return phone.storage.values.get("people", b"")


def questions(phone):
    return [detail["question"] for event, detail in phone.events.posted if event == "asked"]


def test_two_owners_meet_compare_the_words_and_are_never_asked_again():
    world, alice, bob = sealed_pair("prefer", noted=False, confirmed=False)
    meet(world, alice, bob)
    assert questions(alice) == questions(bob) == ["new-key"]
    for phone in (alice, bob):
        assert hearing(phone) == "sealed-new"
        assert rows(phone)[4:6] == ["SEALED to new key", "OK:compare words"]
        assert "secure" not in phone.lamps.lit and "lock" in phone.display.icons
        phone.press("O")
    assert rows(alice) == rows(bob) and rows(alice)[0] == "Read to each other:"
    assert len(" ".join(rows(alice)[1:7]).split()) == 12
    alice.press("O")
    world.run(100)
    assert hearing(alice) == "sealed" and hearing(bob) == "sealed-new", "each owner says it for himself"
    assert "SEALED: Bob" in alice.screen() and "secure" in alice.lamps.lit
    assert stored(alice) == b"", "a write to flash stops the sound"
    bob.press("B")
    end(world, alice)
    fingerprint = bob.host_link.fingerprint
    assert stored(alice).startswith(BOB + b"\t") and stored(alice).endswith(b"\tc\t")
    assert stored(bob).endswith(b"\t\t"), "known, and not compared"
    assert alice.host_link.identity.confirmed == [fingerprint] and bob.host_link.identity.confirmed == []
    alice.press("1002#")
    answer(world, alice, bob)
    assert questions(alice) == questions(bob) == ["new-key"]
    assert hearing(alice) == "sealed" and hearing(bob) == "sealed-new"


def test_what_was_compared_holds_after_a_restart_without_the_helpers_word():
    world, alice, bob = sealed_pair(noted=False, confirmed=False)
    meet(world, alice, bob)
    alice.press("OO")
    end(world, alice)
    alice.host_link.identity.confirmed = []
    alice = restart(world, alice)
    alice.press("1002#")
    answer(world, alice, bob)
    assert hearing(alice) == "sealed" and questions(alice) == []


def test_who_says_no_to_a_new_key_has_called_nobody():
    world, alice, bob = sealed_pair(noted=False, confirmed=False)
    for _ in range(2):
        alice.press("1002#")
        world.run(1000)
        assert rows(alice)[:2] == ["New key", "Bob"]
        alice.press("B")
        world.run(6000)
        assert reason(alice) == "Key was not accepted"
    assert not bob.has("ringing") and stored(alice) == b"" and "INVITE 2" not in world.ladder()


def test_a_key_that_is_forgotten_is_new_again_whatever_the_helper_says():
    world, alice, bob = sealed_pair(noted=False)
    alice.press("1002#")
    answer(world, alice, bob)
    assert hearing(alice) == "sealed"
    end(world, alice)
    alice.press("U3" + "D" * 6)
    assert rows(alice)[1] == ">Key: compared"
    alice.press("O" + "DDD" + "O" + "2" + "O")
    assert rows(alice)[1] == ">Key: none"
    alice.press("BB")
    alice = restart(world, alice)
    assert alice.host_link.identity.confirmed == [bob.host_link.fingerprint], "the helper has not forgotten"
    meet(world, alice, bob)
    assert hearing(alice) == "sealed-new" and hearing(bob) == "sealed"


def with_policies(usual, own, theirs):
    """-> world, alice, bob, who never met. usual, own: alice's policy, and hers for bob; theirs: bob's."""
    world = World()
    storage = MemoryStorage()
    storage.values["people"] = BOB + b"\t\t\t" + own
    alice = world.add("alice", {"security.policy": usual}, (("1002", "sip:bob@10.0.0.2", "Bob"),),
                      storage=storage, helper=True)
    bob = world.add("bob", {"security.policy": theirs}, (("1001", "sip:alice@10.0.0.1", "Alice"),), 660,
                    helper=True)
    world.run(1500)
    return world, alice, bob


def test_the_policy_for_a_person_stands_above_the_usual_one():
    for usual in ("off", "prefer"):
        world, alice, bob = with_policies(usual, b"require", "prefer")
        meet(world, alice, bob)
        assert hearing(alice) == "sealed-new", usual
    for usual in ("prefer", "require"):
        world, alice, bob = with_policies(usual, b"off", "prefer")
        alice.press("1002#")
        answer(world, alice, bob)
        assert hearing(alice) == hearing(bob) == "open" and questions(alice) == [], usual
    world, alice, bob = with_policies("prefer", b"require", "off")
    alice.press("1002#")
    world.run(2000)
    assert reason(alice) == "They do not seal" and not bob.has("ringing")


def test_the_policy_for_a_person_is_chosen_on_the_keypad():
    world, alice, bob = sealed_pair("prefer", noted=False, confirmed=False)
    alice.press("U3" + "6" + "2" + "BB")
    assert stored(alice) == BOB + b"\t\t\toff"
    alice.press("1002#")
    answer(world, alice, bob)
    assert hearing(alice) == "open"
    end(world, alice)
    alice.press("U3" + "6" + "4" + "BB")
    meet(world, alice, bob)
    assert hearing(alice) == "sealed-new"
    end(world, alice)
    assert stored(alice).endswith(b"\t\trequire")


def with_another_key():
    """-> world, alice, bob: they have compared their keys, and then bob has got another one."""
    world, alice, bob = sealed_pair(noted=False)
    world.remove(bob)
    bob = world.add("bob anew", {"security.policy": "require", "account.user": "bob"},
                    (("1001", "sip:alice@10.0.0.1", "Alice"),), 660, address="10.0.0.2", helper=True)
    world.run(1500)
    return world, alice, bob


def test_who_has_another_key_is_not_called_and_the_owner_hears_of_it():
    world, alice, bob = with_another_key()
    for _ in range(2):
        alice.press("1002#")
        world.run(6000)
        assert rows(alice)[:2] == ["KEY CHANGED", "Bob"]
        assert alice.events.last("alarm")["reason"] == "KEY CHANGED"
        assert alice.events.last("asked") == {"question": "changed-key", "call": 0}
        assert reason(alice) == "Their key has changed" and not bob.has("ringing")
        alice.press("O")
        assert rows(alice)[0] == "KEY CHANGED"
        alice.press("B")
        assert rows(alice)[7] == "OK:menu ^:book v:log"
    assert alice.ear.heard == 0 or max(alice.ear.last[-1]) < 6000


def test_a_changed_key_that_is_given_up_is_a_first_meeting():
    world, alice, bob = with_another_key()
    alice.press("1002#")
    world.run(6000)
    alice.press("#")
    alice.press("1002#")
    world.run_until(lambda: "New key" in alice.screen(), 5000)
    alice.press("O")
    world.run_until(lambda: "New key" in bob.screen(), 5000)
    bob.press("O")
    world.run_until(lambda: "In call" in alice.screen(), 5000)
    world.run(200)
    assert hearing(alice) == "sealed-new"


def test_a_caller_with_another_key_does_not_ring_and_is_named():
    world, alice, bob = with_another_key()
    bob.press("1001#")
    world.run_until(lambda: "New key" in bob.screen(), 5000)
    bob.press("O")
    world.run(2000)
    assert not alice.has("ringing") and not bob.has("connected")
    assert rows(alice)[:2] == ["KEY CHANGED", "Bob"]
    assert alice.events.last("asked") == {"question": "changed-key", "call": -1}


def locked_pair():
    """-> world, alice, bob: they have compared their keys, and alice's has a passphrase that holds 10 s."""
    world = World()
    given = {"security.policy": "require", "security.unlock_s": 10}
    alice = world.add("alice", given, (("1002", "sip:bob@10.0.0.2", "Bob"),), helper=True,
                      passphrase=SECRET.encode())
    bob = world.add("bob", {"security.policy": "require"}, (("1001", "sip:alice@10.0.0.1", "Alice"),), 660,
                    helper=True)
    for phone, other in ((alice, bob), (bob, alice)):
        phone.host_link.identity.confirmed.append(other.host_link.fingerprint)
    world.run(1500)
    return world, alice, bob


def type_secret(world, phone, seen):
    """Its owner types the passphrase. seen: list that gets what the screen shows of it at rest."""
    for letter in SECRET:
        phone.press("3456"["dgjm".find(letter)])
        world.run(1100)
        seen.append(rows(phone)[2])
    phone.press("O")


def dial_locked(world, alice):
    alice.press("1002#")
    world.run_until(lambda: "Passphrase" in alice.screen(), 5000)


def test_a_passphrase_unlocks_the_key_and_is_kept_nowhere_on_the_phone():
    world, alice, bob = locked_pair()
    screens = []
    line = alice.display.line
    alice.display.line = lambda row, text: (screens.append(text), line(row, text))
    wire = []
    alice._hal.trace.sent = lambda frame, route, now: wire.append(bytes(frame))
    dial_locked(world, alice)
    assert alice.events.last("asked") == {"question": "passphrase", "call": 0}
    seen = []
    type_secret(world, alice, seen)
    assert seen == ["*" * n + "_" for n in range(1, 6)]
    answer(world, alice, bob)
    assert hearing(alice) == "sealed" and questions(alice) == ["passphrase"]
    entry = alice.unit.sealing.sst.owner.trust._entry
    assert entry.text == "" and alice.unit.sealing.sma._waiting == []
    for place in (alice.events.posted, screens, alice.storage.values, alice.unit.log.records(), wire):
        assert SECRET not in str(place)


def test_a_wrong_passphrase_is_asked_for_three_times_and_no_more():
    world, alice, bob = locked_pair()
    dial_locked(world, alice)
    for turn in range(3):
        assert ("It was not that one" in alice.screen()) == (turn > 0)
        alice.press("2O")
        world.run(500)
    assert reason(alice) == "Key is locked" and questions(alice) == ["passphrase"] * 3
    assert not bob.has("ringing")
    world.run(6000)
    assert rows(alice)[7] == "OK:menu ^:book v:log"


def test_a_second_try_may_be_the_right_one():
    world, alice, bob = locked_pair()
    dial_locked(world, alice)
    alice.press("2O")
    world.run(500)
    type_secret(world, alice, [])
    answer(world, alice, bob)
    assert hearing(alice) == "sealed" and questions(alice) == ["passphrase"] * 2


def test_a_passphrase_whose_time_is_over_is_asked_for_again():
    world, alice, bob = locked_pair()
    dial_locked(world, alice)
    type_secret(world, alice, [])
    answer(world, alice, bob)
    end(world, alice)                   # within its time
    world.run(10000)
    dial_locked(world, alice)
    assert "It was not that one" not in alice.screen()
    type_secret(world, alice, [])
    answer(world, alice, bob)
    assert hearing(alice) == "sealed"


def test_nobody_is_left_with_a_question_that_nobody_waits_for():
    world, alice, bob = locked_pair()
    dial_locked(world, alice)
    alice.press("23")
    world.run(40000)
    assert reason(alice) == "Key is locked" and rows(alice)[7] == "OK:menu ^:book v:log"
    assert alice.unit.sealing.sst.owner.trust._entry.text == ""
    assert not bob.has("ringing")


def test_that_the_helper_is_lost_is_seen_and_told_once():
    world, alice, bob = sealed_pair("prefer", noted=False)
    assert rows(alice)[6] == "" and not alice.has("error")
    world.helper.mode = "gone"
    world.run(12000)
    assert rows(alice)[6] == "No helper"
    assert alice.events.names().count("error") == 1 and alice.events.last("error")["reason"] == "No helper"
    world.helper.mode = ""
    world.run(12000)
    assert rows(alice)[6] == ""
    talk(world, alice, bob)
    assert hearing(alice) == "sealed"


def test_a_phone_that_is_to_seal_and_has_no_helper_says_so_from_the_start():
    for policy, shown in (("off", ""), ("prefer", "No helper"), ("require", "No helper")):
        world = World()
        alice = world.add("alice", {"security.policy": policy})
        world.run(3000)
        assert (rows(alice) + [""] * 8)[6] == shown and not alice.has("error"), policy


def test_a_sealed_call_has_the_name_of_the_key_and_one_in_clear_the_name_it_says():
    for policy, shown in (("prefer", "alice"), ("off", "The Boss")):
        assert name_at_a_stranger(policy) == shown, policy


def name_at_a_stranger(policy):
    """-> how alice, who calls herself the boss, is called on the screen of somebody who never met her."""
    world = World()
    alice = world.add("alice", {"security.policy": policy, "account.display": "The Boss"}, (), helper=True)
    bob = world.add("bob", {"security.policy": "prefer"}, (), 660, helper=True)
    world.run(1500)
    alice.press("T" + "B" * 4 + "##" + "10*0*0*2" + "O")
    world.run(1000)
    if policy != "off":
        alice.press("O")
    world.run_until(lambda: bob.has("ringing"), 5000)
    world.run(100)
    assert bob.events.last("ringing")["from"] == rows(bob)[1]
    return rows(bob)[1]


def test_who_claims_to_be_somebody_with_a_known_key_is_never_shown():
    world, _, bob = sealed_pair("prefer", noted=False)
    peer = world.add_peer("eve", "10.0.0.7")
    peer.send(
        b"INVITE sip:bob@10.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.7:5060;branch=z9hG4bKe;rport\r\n"
        b"Max-Forwards: 70\r\nFrom: \"Alice\" <sip:alice@10.0.0.1>;tag=e\r\nTo: <sip:bob@10.0.0.2>\r\n"
        b"Call-ID: e@10.0.0.7\r\nCSeq: 1 INVITE\r\nContact: <sip:eve@10.0.0.7>\r\n"
        b"Content-Length: 0\r\n\r\n", bob.address)
    seen = []
    line = bob.display.line
    bob.display.line = lambda row, text: (seen.append(text), line(row, text))
    world.run(5000)
    assert [frame[8:11] for frame in peer.take()] == [b"401"]
    assert not bob.has("ringing") and "Alice" not in "".join(seen) and bob.bell.pitches == []


def test_whom_the_helper_knows_is_called_from_its_book():
    world, alice, bob = sealed_pair(noted=False)
    alice = restart(world, alice, ())
    alice.press("U2")
    assert rows(alice)[:2] == ["Helper's book", ">bob"]
    alice.press("11")
    answer(world, alice, bob)
    assert rows(alice)[1] == "bob" and hearing(alice) == "sealed"


def test_a_call_that_breaks_is_silent_and_sends_nothing():
    world, alice, bob = sealed_pair(noted=False)
    talk(world, alice, bob)
    alice.press("H")
    world.run_until(lambda: world.helper.asked[-1] == ("bob", sma_frames.SIGN), 2000)
    world.helper.mode = "lying"         # the answer is signed by somebody else
    world.helper.liar = b"\x11" * 20
    world.run_until(lambda: hearing(alice) == "broken", 5000)
    packets = []
    world.network.spy = lambda ms, source, destination, data, lost: (
        packets.append(data) if source[0] == alice.address and data[:1] == b"\x80" and len(data) > 100 else None)
    world.run(2000)
    assert "BROKEN: do not talk" in alice.screen() and packets == []
    assert "secure" not in alice.lamps.lit and "lock" not in alice.display.icons
