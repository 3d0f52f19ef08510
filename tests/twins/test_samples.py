# SPDX-License-Identifier: MIT
"""Kernels for samples: the quick twins against plain, over whole domains."""

from array import array

from kernels import plain
from sim.dice import Dice

try:
    from kernels import viper as quick
except AttributeError:              # CPython has no machine code; its twin is another one
    from kernels import bulk as quick

RIGS = ("cpython", "unix")          # where there are two

EXTREMES = (-32768, -32767, -1, 0, 1, 32766, 32767)


def both(run):
    """run(twin) -> a value that has to be the same for both twins."""
    expected = run(plain)
    found = run(quick)
    assert found == expected
    return expected


def noise(seed, count):
    """Samples of every size, the extremes among them."""
    dice = Dice(seed, "noise")
    pcm = array("h", bytes(2 * count))
    for i in range(count):
        pcm[i] = EXTREMES[dice.below(7)] if dice.happens(20) else dice.below(65536) - 32768
    return pcm


def test_encoders_agree_on_every_sample():
    for first in range(-32768, 32768, 4096):
        pcm = array("h", range(first, first + 4096))
        for name in ("ulaw_encode", "alaw_encode"):
            def run(twin, pcm=pcm, name=name):
                codes = bytearray(4096)
                getattr(twin, name)(codes, 0, pcm, 4096)
                return codes
            both(run)


def test_encoders_agree_on_every_offset_and_length():
    pcm = noise(1, 40)
    for d in range(5):
        for n in range(40):
            for name in ("ulaw_encode", "alaw_encode"):
                def run(twin, d=d, n=n, name=name):
                    codes = bytearray(48)
                    getattr(twin, name)(codes, d, pcm, n)
                    return codes
                both(run)


def test_decoders_agree_on_every_code_offset_and_length():
    codes = bytearray(range(256)) + bytearray(range(8))
    for name in ("ulaw_decode", "alaw_decode"):
        for s in range(5):
            for n in (0, 1, 7, 40, 256):
                def run(twin, s=s, n=n, name=name):
                    pcm = array("h", [99] * 256)
                    getattr(twin, name)(pcm, codes, s, n)
                    return list(pcm)
                both(run)


def test_copies_agree_on_every_offset_and_length():
    src = bytearray([(7 * i + 1) & 0xFF for i in range(64)])
    for d in range(6):
        for s in range(6):
            for n in range(40):
                def run(twin, d=d, s=s, n=n):
                    dst = bytearray(64)
                    twin.copy(dst, d, src, s, n)
                    return dst
                assert both(run)[d:d + n] == src[s:s + n]


def test_silence_is_written_up_to_its_length():
    for n in range(12):
        def run(twin, n=n):
            pcm = array("h", [5] * 12)
            twin.silence(pcm, n)
            return list(pcm)
        assert both(run) == [0] * n + [5] * (12 - n)


def test_gains_agree_and_clip():
    for factor in (0, 1, 64, 1023, 1024, 1025, 9999, 16231, 32767):
        def run(twin, factor=factor):
            pcm = noise(2, 300)
            twin.gain(pcm, 300, factor)
            return list(pcm)
        both(run)
    pcm = array("h", EXTREMES)
    quick.gain(pcm, 7, 1024)
    assert tuple(pcm) == EXTREMES


def test_fades_agree():
    for level, step in ((0, 0), (0, 816), (32640, -68), (32640, 0), (32767, -1), (1, 0)):
        def run(twin, level=level, step=step):
            pcm = noise(3, 40)
            twin.fade(pcm, 40, level, step)
            return list(pcm)
        both(run)


def test_mixes_agree_on_the_extremes_and_on_noise():
    first = array("h", [a for a in EXTREMES for _ in EXTREMES])
    second = array("h", [b for _ in EXTREMES for b in EXTREMES])
    for a, b in ((first, second), (noise(4, 200), noise(5, 200))):
        def run(twin, a=a, b=b):
            pcm = array("h", a)
            twin.mix(pcm, b, len(b))
            return list(pcm)
        both(run)


def test_tones_agree_for_a_whole_turn_of_each_step():
    for step in (0, 1, 255, 256, 2867, 3604, 32768, 65535):
        for level in (0, 1, 7000, 32767):
            def run(twin, step=step, level=level):
                pcm = noise(6, 100)
                wave = array("H", (65000, step, level))
                twin.tone(pcm, 10, 80, wave)
                return list(pcm), list(wave)
            both(run)


def test_rate_changes_agree_frame_after_frame():
    for name, room, history, factor in (("halve", 350, 30, 2), ("double", 175, 15, 1)):
        def run(twin, name=name, room=room, history=history, factor=factor):
            src = array("h", bytes(2 * room))
            heard = []
            for seed in range(4):
                frame = noise(seed, room - history)
                for i in range(room - history):
                    src[history + i] = frame[i]
                dst = array("h", bytes(640))
                getattr(twin, name)(dst, src, 160)
                heard.append(list(dst))
            return heard
        both(run)
