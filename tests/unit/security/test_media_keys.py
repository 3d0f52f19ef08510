# SPDX-License-Identifier: MIT
"""MediaKeys: what two phones with each policy agree on. RFC 4568."""

from security.media_keys import AVP, OFF, PREFER, REQUIRE, SAVP, MediaKeys
from sim.fakes import seeded_crypto

POLICIES = (OFF, PREFER, REQUIRE)


def keys(policy, name="alice"):
    return MediaKeys(seeded_crypto(1, name), policy)


def exchange(caller, callee):
    """One offer and answer. -> (profile answered, agreed), None: refused."""
    profile, values = caller.offer()
    reply = callee.answer(profile, values)
    if reply is None:
        caller.revert()
        return None
    assert caller.settle(*reply)
    return reply[0]


def passes(sender, receiver):
    """-> True when a packet of one is understood by the other."""
    packet = bytearray(b"\x80\x00\x00\x01" + bytes(8) + b"sound" + bytes(20))
    n = sender.ssm.ready().encrypt(packet, 17)
    return n > 0 and receiver.ssm.ready().decrypt(packet, n) == 17 and bytes(packet[12:17]) == b"sound"


def test_each_pair_of_policies_seals_what_both_can_and_no_more():
    expected = {
        (OFF, OFF): AVP, (OFF, PREFER): AVP, (PREFER, OFF): AVP, (PREFER, PREFER): AVP,
        (PREFER, REQUIRE): AVP, (REQUIRE, PREFER): SAVP, (REQUIRE, REQUIRE): SAVP,
        (OFF, REQUIRE): None, (REQUIRE, OFF): None,
    }
    for caller_policy in POLICIES:
        for callee_policy in POLICIES:
            caller, callee = keys(caller_policy), keys(callee_policy, "bob")
            agreed = exchange(caller, callee)
            assert agreed == expected[caller_policy, callee_policy]
            sealed = agreed is not None and OFF not in (caller_policy, callee_policy)
            assert caller.is_sealed == callee.is_sealed == sealed
            if agreed is not None:
                assert passes(caller, callee) and passes(callee, caller)


def test_who_requires_keys_lets_nothing_pass_before_and_without_them():
    caller, callee = keys(REQUIRE), keys(REQUIRE, "bob")
    assert not passes(caller, caller)
    assert not caller.settle(AVP, ()) and not caller.settle(SAVP, ())
    assert callee.answer(AVP, ()) is None
    assert callee.answer(SAVP, ["1 AES_CM_128_HMAC_SHA1_80 inline:short".encode()]) is None
    assert callee.answer(b"UDP/TLS/RTP/SAVPF", ()) is None
    assert not passes(callee, callee)


def test_each_call_and_each_offer_has_keys_of_its_own():
    caller = keys(REQUIRE)
    seen = set()
    for _ in range(4):
        for value in caller.offer()[1]:
            seen.add(value.split(b"inline:")[1])
    assert len(seen) == 8


def test_a_re_invite_changes_the_keys_and_the_old_ones_live_a_moment_longer():
    caller, callee = keys(REQUIRE), keys(REQUIRE, "bob")
    exchange(caller, callee)
    packet = bytearray(b"\x80\x00\x00\x01" + bytes(8) + b"sound" + bytes(20))
    n = callee.ssm.ready().encrypt(packet, 17)
    caller.ssm.ready()
    exchange(caller, callee)
    assert passes(caller, callee) and passes(callee, caller)
    assert caller.ssm.ready().decrypt(packet, n) == 17


def test_an_answer_that_nobody_offered_seals_nothing():
    caller = keys(PREFER)
    other = keys(PREFER, "eve")
    caller.offer()
    reply = other.answer(*keys(PREFER, "mallory").offer())
    assert caller.settle(AVP, [b"7" + reply[1][0][1:]]) is False and not caller.is_sealed
    assert caller.settle(AVP, caller.offer()[1][:1]) is False       # our own key, sent back


def test_a_call_in_clear_after_a_sealed_one_is_clear_only_where_policy_lets_it():
    caller, callee = keys(PREFER), keys(PREFER, "bob")
    exchange(caller, callee)
    assert callee.answer(AVP, ()) == (AVP, ()) and not callee.is_sealed
    caller, callee = keys(REQUIRE), keys(REQUIRE, "bob")
    exchange(caller, callee)
    assert callee.answer(AVP, ()) is None and callee.is_sealed and passes(caller, callee)


def test_at_the_end_nothing_passes():
    caller, callee = keys(REQUIRE), keys(REQUIRE, "bob")
    exchange(caller, callee)
    caller.wipe()
    assert not passes(caller, callee) and not passes(callee, caller)
