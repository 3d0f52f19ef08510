# SPDX-License-Identifier: MIT
"""Hostile relays and peers against two phones: what each attack comes to, by ladder and by screens.

Those on sound are in test_attacks_on_sound.py: on 32 bit there is no room for the garbage of all.
"""

from sim.attacks import altering, descriptions, flooding, in_calls, keys, replaying, strangers, stripping
from sim.attacks.attack import faults, perform
from sim.attacks.registry import ATTACKS, ON_SOUND

_tested = []


def check(*attacks):
    """Each fails, is seen as it should be, and breaks no law of this phone."""
    for attack in attacks:
        _tested.append(attack)
        played = attack()
        found = faults(played, perform(played))
        assert not found, "%s: %s" % (attack.name, "\n".join(found))


def test_who_takes_a_header_off():
    check(stripping.StripAuthorization, stripping.StripEncryption, stripping.StripResponseKey)


def test_who_looks_for_keys_in_descriptions():
    check(descriptions.ReadCrypto, descriptions.PlainProfile)


def test_who_changes_a_call_that_is_up():
    check(in_calls.ReinviteToClear, in_calls.ReinviteToRelay, in_calls.HoldToClear, in_calls.SpoofBye)


def test_who_interferes_with_a_setup():
    check(in_calls.CancelByThird, in_calls.AnswerUnsigned, in_calls.AnswerByOther)


def test_who_repeats_an_invite():
    check(replaying.ReplayOld, replaying.ReplayInWindow)


def test_who_has_another_key():
    check(keys.Redirect, keys.OtherKeyAnswers, keys.OtherKeyCalls, keys.ResignCiphertext)


def test_strangers_who_claim_to_be_special():
    check(strangers.DemandEncryption, strangers.EmergencyName, strangers.OtherSpelling)


def test_who_writes_a_signed_invite_anew():
    check(altering.ReorderSigned, altering.FoldSigned, altering.AlterEachHeader)


def test_who_floods_with_signatures():
    check(flooding.Flood)


def test_each_attack_was_played():
    left = [attack for attack in ATTACKS if attack not in _tested]
    assert [attack.name for attack in left if attack not in ON_SOUND] == []
    assert len(ATTACKS) >= 17
