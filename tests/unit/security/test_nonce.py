# SPDX-License-Identifier: MIT
"""Nonces that verify themselves."""

from core.clock import ticks_add
from security.nonce import BAD, OK, STALE, Nonces
from tests.unit.security.digest_fakes import Crypto

NOW = (1 << 30) - 5000          # 5 s before the ticks wrap
CALL = (b"desk", b"c1@host", b"sip:bob@example.com", b"10.0.0.9")
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def issued():
    nonces = Nonces(Crypto(), NOW)
    return nonces, nonces.issue(*(CALL + (NOW,)))


def check(nonces, nonce, now=NOW, call=CALL):
    return nonces.check(*((nonce,) + call + (now,)))


def test_a_nonce_is_38_characters_that_need_no_quotes():
    _, nonce = issued()
    assert len(nonce) == 38
    for character in nonce:
        assert character in _LETTERS


def test_no_two_are_the_same():
    nonces, nonce = issued()
    assert nonces.issue(*(CALL + (NOW,))) != nonce


def test_it_is_good_for_a_minute_across_the_wrap_and_stale_beyond():
    nonces, nonce = issued()
    assert check(nonces, nonce) == OK
    assert check(nonces, nonce, ticks_add(NOW, 59900)) == OK
    assert check(nonces, nonce, ticks_add(NOW, 60000)) == STALE
    assert check(nonces, nonce, ticks_add(NOW, 3600000)) == STALE


def test_it_is_no_younger_after_a_whole_turn_of_the_ticks():
    nonces, nonce = issued()
    now = NOW
    for _ in range(4):
        now = ticks_add(now, 1 << 28)                   # three days
        nonces.beat(now)
    assert now == NOW
    assert check(nonces, nonce, now) == STALE


def test_it_is_of_one_realm_call_sender_and_source():
    nonces, nonce = issued()
    for at in range(4):
        other = list(CALL)
        other[at] += b"x"
        assert check(nonces, nonce, NOW, tuple(other)) == BAD, at
    moved = (b"des", b"kc1@host") + CALL[2:]
    assert check(nonces, nonce, NOW, moved) == BAD
    assert check(Nonces(Crypto(), NOW), b"A" * 38) == BAD


def test_another_boot_knows_nothing_of_it():
    _, nonce = issued()
    crypto = Crypto()
    crypto.random(1)
    assert check(Nonces(crypto, NOW), nonce) == BAD
    nonces, nonce = issued()
    nonces.wipe()
    assert check(nonces, nonce) == BAD


def test_every_changed_character_and_every_other_spelling_is_bad():
    nonces, nonce = issued()
    for at in range(len(nonce)):
        for letter in _LETTERS:
            if letter != nonce[at]:
                changed = nonce[:at] + bytes((letter,)) + nonce[at + 1:]
                assert check(nonces, changed) == BAD, (at, letter)      # the last has four spare bits


def test_what_is_no_nonce_is_bad():
    nonces, nonce = issued()
    for text in (b"", b"x", nonce[:-1], nonce + b"=", b"=" * 38, b"\xff" * 38, b" " * 38, nonce[:20] + b"\n" + nonce[21:],
                 nonce.replace(nonce[:1], b"+")[:38], b"*" * 38):
        assert check(nonces, text) == BAD, text
