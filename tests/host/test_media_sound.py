# SPDX-License-Identifier: MIT
"""How the media package sounds, measured: noise, steps, pitch, filters."""

import warnings
from array import array

import numpy as np
import pytest

import kernels
from media.jitter import JitterBuffer
from media.tones import COUNTRIES, DIAL, RINGBACK, TonePlayer
from tests.unit.media.media_fakes import packet

FRAME = 160
RATE = 8000


def sine(hertz, seconds, amplitude=8000.0, rate=RATE):
    return amplitude * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)


def samples(wave):
    return array("h", [int(round(value)) for value in wave])


def through_a_call(wave, lost=()):
    """Encode, pack, lose, buffer, decode. -> what is heard, as floats."""
    pcm = samples(wave)
    buffer = JitterBuffer()
    heard = array("h")
    frame = array("h", bytes(2 * FRAME))
    codes = bytearray(FRAME)
    for number in range(len(pcm) // FRAME):
        kernels.ulaw_encode(codes, 0, pcm[number * FRAME:(number + 1) * FRAME], FRAME)
        if number not in lost:
            buffer.put(bytearray(packet(number, number * FRAME, bytes(codes))), 12 + FRAME, 0, 20 * number)
        buffer.take(frame, 20 * number)
        heard.extend(frame)
    return np.array(heard, dtype=float)


def levels_db(wave, hertz, rate=RATE):
    """-> level of each frequency, 0 dB at full scale."""
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)))) / len(wave) * 4
    return [20 * np.log10(spectrum[int(round(f * len(wave) / rate))] / 32768 + 1e-9) for f in hertz]


def test_speech_levels_pass_with_the_noise_of_g711_only():
    for law, encode, decode in (
        ("u", kernels.ulaw_encode, kernels.ulaw_decode), ("A", kernels.alaw_encode, kernels.alaw_decode),
    ):
        for amplitude in (300.0, 3000.0, 30000.0):
            pcm = samples(sine(1004, 1, amplitude))
            codes = bytearray(len(pcm))
            encode(codes, 0, pcm, len(pcm))
            back = array("h", bytes(2 * len(pcm)))
            decode(back, codes, 0, len(pcm))
            noise = np.array(back, float) - np.array(pcm, float)
            ratio = 10 * np.log10(np.mean(np.square(pcm, dtype=float)) / np.mean(np.square(noise)))
            assert ratio > (33 if amplitude > 1000 else 24), (law, amplitude, ratio)


def test_an_undisturbed_call_delays_by_whole_frames_and_changes_nothing():
    wave = sine(440, 1)
    heard = through_a_call(wave)
    delay = 2 * FRAME
    gain = np.dot(heard[delay:], wave[:-delay]) / np.dot(wave[:-delay], wave[:-delay])
    noise = heard[delay + FRAME:] - wave[FRAME:-delay]
    assert 0.99 < gain < 1.01
    assert 10 * np.log10(np.mean(np.square(wave)) / np.mean(np.square(noise))) > 35


def test_a_gap_has_no_step_where_real_sound_begins_again():
    """A low tone, whose own steps are small: a click would stand out."""
    wave = sine(100, 1, 10000.0)
    largest = np.max(np.abs(np.diff(wave)))
    for lost in ((20,), (20, 21), (20, 21, 22, 23, 24, 25)):
        heard = through_a_call(wave, lost)
        again = (lost[-1] + 3) * FRAME              # the first real frame behind the gap
        steps = np.abs(np.diff(heard[again - 5:again + FRAME]))
        assert np.max(steps) < 6 * largest, lost


def test_a_long_gap_fades_and_ends_in_silence():
    heard = through_a_call(sine(440, 1), range(20, 35))
    gap = heard[22 * FRAME:37 * FRAME].reshape(-1, FRAME)
    peaks = np.max(np.abs(gap), axis=1)
    assert peaks[0] > 6000 and peaks[0] > peaks[1] > peaks[2] > 0
    assert not peaks[3:].any()


def test_tones_are_pure_and_on_pitch():
    facts = {
        "us": (350, 440), "gb": (350, 440), "fi": (425,), "de": (425,), "fr": (440,), "jp": (400,),
        "au": (413, 438),
    }
    for country in COUNTRIES:
        player = TonePlayer()
        player.start(DIAL, country)
        pcm = array("h")
        for _ in range(400):
            frame = array("h", bytes(2 * FRAME))
            player.mix(frame)
            pcm.extend(frame)
        wave = np.array(pcm, float)
        spectrum = np.abs(np.fft.rfft(wave * np.blackman(len(wave))))
        hertz = np.arange(len(spectrum)) * RATE / len(wave)
        near = np.zeros(len(spectrum), bool)
        for wanted in facts[country]:
            at = np.argmin(np.abs(hertz - wanted))
            top = at - 8 + np.argmax(spectrum[at - 8:at + 9])
            assert abs(hertz[top] - wanted) <= 0.2
            near |= np.abs(hertz - wanted) < 2
        rest = np.sqrt(np.sum(spectrum[~near] ** 2)) / np.sqrt(np.sum(spectrum[near] ** 2))
        assert 20 * np.log10(rest) < -55, country


def test_a_tone_stays_in_time_for_a_minute():
    player = TonePlayer()
    player.start(RINGBACK, "us")
    pcm = array("h")
    for _ in range(3000):
        frame = array("h", bytes(2 * FRAME))
        player.mix(frame)
        pcm.extend(frame)
    loud = np.abs(np.array(pcm, float)).reshape(-1, 80).max(axis=1) > 0
    starts = np.flatnonzero(loud[1:] & ~loud[:-1]) + 1
    assert list(np.diff(starts)) == [600] * (len(starts) - 1)       # every 6 s, of 10 ms each


def test_halving_keeps_speech_and_stops_what_would_fold_back():
    def halved(wave):
        src = array("h", bytes(2 * (30 + 320)))
        dst = array("h", bytes(2 * FRAME))
        out = array("h")
        pcm = samples(wave)
        for at in range(0, len(pcm) - 319, 320):
            src[30:] = pcm[at:at + 320]
            kernels.halve(dst, src, FRAME)
            out.extend(dst)
        return np.array(out[FRAME:], float)

    for hertz in (300, 1000, 2000, 3000, 3400):
        gain = levels_db(halved(sine(hertz, 1, 8000.0, 16000)), (hertz,))[0] - 20 * np.log10(8000 / 32768)
        assert abs(gain) < 0.2, hertz
    for hertz in (4600, 5000, 6000, 7500):
        folded = levels_db(halved(sine(hertz, 1, 8000.0, 16000)), (8000 - hertz,))[0]
        assert folded - 20 * np.log10(8000 / 32768) < -36, hertz


def test_doubling_keeps_speech_and_has_no_image():
    def doubled(wave):
        src = array("h", bytes(2 * (15 + FRAME)))
        dst = array("h", bytes(2 * 320))
        out = array("h")
        pcm = samples(wave)
        for at in range(0, len(pcm) - FRAME + 1, FRAME):
            src[15:] = pcm[at:at + FRAME]
            kernels.double(dst, src, FRAME)
            out.extend(dst)
        return np.array(out[320:], float)

    for hertz in (300, 1000, 2000, 3000, 3400):
        wave = doubled(sine(hertz, 1))
        tone, image = levels_db(wave, (hertz, 8000 - hertz), 16000)
        assert abs(tone - 20 * np.log10(8000 / 32768)) < 0.2, hertz
        assert image - tone < -36, hertz


def test_the_codes_are_those_of_another_implementation():
    """CPython's audioop works on 14 bits in mu-law and differs by one code in at most 381 samples."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        audioop = pytest.importorskip("audioop")
    pcm = array("h", range(-32768, 32768))
    for encode, other, differing in (
        (kernels.ulaw_encode, audioop.lin2ulaw, 381), (kernels.alaw_encode, audioop.lin2alaw, 0),
    ):
        codes = bytearray(65536)
        encode(codes, 0, pcm, 65536)
        theirs = other(pcm.tobytes(), 2)
        apart = [abs(a - b) for a, b in zip(codes, theirs, strict=True) if a != b]
        assert len(apart) <= differing and max(apart, default=0) <= 1
    every = bytes(range(256))
    for decode, other in ((kernels.ulaw_decode, audioop.ulaw2lin), (kernels.alaw_decode, audioop.alaw2lin)):
        back = array("h", bytes(512))
        decode(back, bytearray(every), 0, 256)
        assert back.tobytes() == other(every, 2)
