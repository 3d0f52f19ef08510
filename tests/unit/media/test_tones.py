# SPDX-License-Identifier: MIT
"""Tones: cadence, pitch and level. ITU-T E.180."""

from array import array

from media.tones import (
    BUSY,
    CLICK,
    CONGESTION,
    COUNTRIES,
    DIAL,
    ERROR,
    RINGBACK,
    SILENCE,
    WAITING,
    TonePlayer,
)

FRAME = 160


def played(tone, country, frames):
    """-> samples of so many frames."""
    player = TonePlayer()
    player.start(tone, country)
    heard = array("h")
    for _ in range(frames):
        pcm = array("h", bytes(2 * FRAME))
        player.mix(pcm)
        heard.extend(pcm)
    return heard


def cadence(pcm):
    """-> [ms of sound, ms of silence, ms of sound ...], sound where something is heard within 1 ms."""
    runs = []
    was_on = False
    for at in range(0, len(pcm), 8):
        is_on = max(pcm[at:at + 8]) > 0 or min(pcm[at:at + 8]) < 0
        if is_on != was_on or not runs:
            runs.append(0)
        was_on = is_on
        runs[-1] += 1
    return runs


def rising(pcm):
    """-> how often it crosses zero upwards."""
    count = 0
    for at in range(1, len(pcm)):
        if pcm[at - 1] < 0 <= pcm[at]:
            count += 1
    return count


def near(found, expected):
    """-> True when each ms is right to 2: a wave is silent where it crosses zero."""
    return len(found) == len(expected) and all(abs(a - b) <= 2 for a, b in zip(found, expected))


def test_a_dial_tone_has_no_end():
    for country in COUNTRIES:
        assert cadence(played(DIAL, country, 150)) == [3000]


def test_cadences_are_those_of_the_country():
    assert near(cadence(played(RINGBACK, "us", 450)), [2000, 4000, 2000, 1000])
    assert near(cadence(played(RINGBACK, "gb", 170)), [400, 200, 400, 2000, 400])
    assert near(cadence(played(BUSY, "fi", 60)), [300] * 4)
    assert near(cadence(played(CONGESTION, "gb", 95)), [400, 350, 225, 525, 400])
    assert near(cadence(played(BUSY, "de", 96)), [480] * 4)
    assert near(cadence(played(RINGBACK, "fr", 260)), [1500, 3500, 200])
    assert near(cadence(played(BUSY, "jp", 100)), [500] * 4)
    assert near(cadence(played(WAITING, "fi", 30)), [150, 150, 150, 150])


def test_a_single_wave_has_its_pitch():
    for country, tone, hertz in (("fi", DIAL, 425), ("fr", DIAL, 440), ("jp", DIAL, 400), ("au", BUSY, 425)):
        pcm = played(tone, country, 15)         # 300 ms
        assert abs(rising(pcm) - hertz * 3 // 10) <= 1


def test_two_waves_beat_at_the_rate_of_their_difference():
    pcm = played(RINGBACK, "jp", 50)            # 392 + 408 Hz: 16 beats in a second
    loud = [max(pcm[at:at + 40]) > 5000 for at in range(0, 8000, 40)]
    beats = sum([1 for at in range(1, len(loud)) if loud[at] and not loud[at - 1]])
    assert 15 <= beats <= 17


def test_levels_leave_room_and_can_be_heard():
    for country in COUNTRIES:
        for tone in (DIAL, RINGBACK, BUSY, CONGESTION, WAITING, CLICK, ERROR):
            peak = max(played(tone, country, 10))
            assert 2900 <= peak <= 10000


def test_a_click_and_an_error_are_heard_once():
    for tone, expected in ((CLICK, [20, 480]), (ERROR, [100, 80, 220, 100])):
        player = TonePlayer()
        player.start(tone, "fi")
        pcm = array("h")
        for _ in range(25):
            frame = array("h", bytes(2 * FRAME))
            player.mix(frame)
            pcm.extend(frame)
        assert near(cadence(pcm), expected)
        assert not player.is_sounding


def test_a_wave_begins_at_zero_each_time():
    pcm = played(BUSY, "gb", 100)               # 375 ms are no whole number of frames
    for at in range(1, len(pcm)):
        if pcm[at] and not pcm[at - 1] and not max(pcm[max(0, at - 80):at]):
            assert abs(pcm[at]) < 2500


def test_a_tone_is_added_to_what_is_heard():
    player = TonePlayer()
    player.start(DIAL, "fi")
    pcm = array("h", [20000] * FRAME)
    player.mix(pcm)
    assert 26000 < max(pcm) <= 27000 and 13000 <= min(pcm) < 14000


def test_silence_ends_a_tone_and_another_one_begins_from_the_start():
    player = TonePlayer()
    player.start(BUSY, "us")
    player.mix(array("h", bytes(2 * FRAME)))
    player.start(SILENCE, "us")
    pcm = array("h", bytes(2 * FRAME))
    player.mix(pcm)
    assert not player.is_sounding and max(pcm) == 0
    player.start(BUSY, "us")
    player.mix(pcm)
    assert list(pcm) == list(played(BUSY, "us", 1))


def test_an_unknown_country_has_the_tones_of_the_first():
    assert list(played(DIAL, "xx", 5)) == list(played(DIAL, "us", 5))
