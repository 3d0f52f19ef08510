# SPDX-License-Identifier: MIT
import hashlib

from security.pgp import read_fingerprint
from security.words import words_of, words_of_pair
from tests.vectors.rfc2543_messages import ALICE_FINGERPRINT, BOB_FINGERPRINT

ONE = bytes(range(20))
OTHER = bytes(range(20, 40))


def sha256(data):
    return hashlib.sha256(data).digest()


def all_words():
    return [words_of(b"", lambda data, byte=byte: bytes((byte,)), 1)[0] for byte in range(256)]


def test_there_are_256_words_of_four_to_seven_letters():
    words = all_words()
    assert len(set(words)) == 256
    for word in words:
        assert 4 <= len(word) <= 7 and word.isalpha() and word == word.lower(), word
    lengths = [len(word) for word in words]
    assert lengths == sorted(lengths)


def test_no_two_words_differ_in_one_letter_only():
    """Neither one changed, nor one more or less."""
    words = set(all_words())
    seen = {}
    for word in words:
        for at in range(len(word)):
            changed = word[:at] + b"?" + word[at + 1:]
            assert changed not in seen, (word, seen.get(changed))
            seen[changed] = word
            assert word[:at] + word[at + 1:] not in words, word


def test_no_two_words_begin_alike():
    assert len({word[:4] for word in all_words()}) == 256


def test_a_key_has_six_words_and_two_keys_have_twelve_the_same_on_both_sides():
    assert words_of(ONE, sha256) == words_of(ONE, sha256) and len(words_of(ONE, sha256)) == 6
    pair = words_of_pair(ONE, OTHER, sha256)
    assert pair == words_of_pair(OTHER, ONE, sha256) and len(pair) == 12
    assert pair == words_of(ONE + OTHER, sha256, 12) and words_of_pair(OTHER, ONE, sha256, 6) == pair[:6]
    assert words_of_pair(ONE, ONE[:19] + b"\xff", sha256) != pair


# Version 4 fingerprints of keys that differ in the second in which they were made: what somebody
# in the middle of a call finds in a minute on a laptop, by looking through 2^24 seconds for each side.
SHOWN_TO_ONE = (b"4cc8f15bba585a2d87828a086b96189ba473c704", b"6bf8034b43416f63ba4f4cd9215adf95df378588")
SHOWN_TO_OTHER = (b"5f237fc2d3b3ac02580dd7550c81aff7d21f924f", b"d0515d6e9cf5e088a2867e11126cd3863e7a36f0")


def test_six_words_of_a_pair_would_not_tell_a_man_in_the_middle():
    one = read_fingerprint(ALICE_FINGERPRINT)
    other = read_fingerprint(BOB_FINGERPRINT)
    for false_other, false_one in zip(SHOWN_TO_ONE, SHOWN_TO_OTHER):
        false_other = read_fingerprint(false_other)
        false_one = read_fingerprint(false_one)
        assert words_of_pair(one, false_other, sha256, 6) == words_of_pair(other, false_one, sha256, 6)
        assert words_of_pair(one, false_other, sha256) != words_of_pair(other, false_one, sha256)
        assert words_of(false_other, sha256) != words_of(other, sha256)


def test_each_word_is_a_byte_of_the_hash():
    words = all_words()
    assert words_of(ONE, sha256) == [words[byte] for byte in sha256(ONE)[:6]]


def test_the_words_stay_what_they_are():
    """Two phones of different age must read the same: the list is never changed."""
    assert hashlib.sha256(b" ".join(all_words())).digest()[:4].hex() == "3f4daa27"
    assert b" ".join(words_of(ONE, sha256)) == b"harvest nickel raisin wheat farmer avenue"
