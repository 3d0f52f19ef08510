# SPDX-License-Identifier: MIT
"""Nonces that were used, and how often: nc of RFC 7616."""

from core.clock import ticks_add
from security.replay import ReplayCache
from security.verdict import DONE, NO_RESOURCE, REPLAY

NOW = (1 << 30) - 5000


def test_a_nonce_for_one_use_is_accepted_once():
    cache = ReplayCache()
    assert cache.accept(b"a", 1, NOW) == DONE
    assert cache.accept(b"a", 1, NOW) == REPLAY
    assert cache.accept(b"b", 1, NOW) == DONE


def test_a_counted_nonce_must_count_upwards():
    cache = ReplayCache()
    counts = ((1, DONE), (2, DONE), (2, REPLAY), (1, REPLAY), (7, DONE), (6, REPLAY), (0xFFFFFFFF, DONE))
    for count, verdict in counts:
        assert cache.accept(b"a", count, NOW) == verdict, count
    assert cache.accept(b"b", 0, NOW) == REPLAY
    assert cache.live() == 1


def test_a_nonce_is_remembered_for_a_minute_after_its_last_use_across_the_wrap():
    cache = ReplayCache()
    cache.accept(b"a", 1, NOW)
    assert cache.accept(b"a", 1, ticks_add(NOW, 59999)) == REPLAY
    assert cache.accept(b"a", 2, ticks_add(NOW, 59999)) == DONE
    assert cache.accept(b"a", 2, ticks_add(NOW, 119998)) == REPLAY
    cache.accept(b"b", 1, ticks_add(NOW, 119999))
    assert cache.live() == 1


def test_a_full_cache_takes_nothing_new_until_something_is_forgotten():
    cache = ReplayCache()
    for at in range(64):
        assert cache.accept(b"%d" % at, 1, ticks_add(NOW, at)) == DONE
    assert cache.accept(b"new", 1, ticks_add(NOW, 100)) == NO_RESOURCE
    assert cache.accept(b"new", 1, ticks_add(NOW, 100)) == NO_RESOURCE
    assert cache.accept(b"5", 1, ticks_add(NOW, 100)) == REPLAY     # those it has are still told
    assert cache.accept(b"5", 2, ticks_add(NOW, 100)) == DONE
    assert cache.accept(b"new", 1, ticks_add(NOW, 60000)) == DONE
    assert cache.live() == 64


def test_a_long_sleep_leaves_nothing_behind():
    cache = ReplayCache()
    cache.accept(b"a", 1, NOW)
    asleep = ticks_add(ticks_add(NOW, 1 << 28), 3 << 28)            # ticks lie behind what was kept
    assert cache.accept(b"b", 1, ticks_add(asleep, (1 << 29) - 1)) == DONE
    assert cache.live() == 1
