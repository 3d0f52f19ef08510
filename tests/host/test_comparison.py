# SPDX-License-Identifier: MIT
"""Comparison: what it says of sound that came through well, and of sound that did not."""

import wave

import numpy
import pytest

from sim.comparison import Comparison, ComparisonError

RATE = 8000
DICE = numpy.random.default_rng(1)


def speech():
    """Two words with a pause between them, 2.4 s."""
    word = numpy.sin(numpy.arange(RATE) ** 1.2 / 3) * 9000 * numpy.hanning(RATE)
    return numpy.concatenate([word, numpy.zeros(RATE * 2 // 5), word[::-1]])


def wav(path, samples, rate=RATE, channels=1):
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, rate, 0, "NONE", ""))
        file.writeframes(numpy.asarray(samples).clip(-32768, 32767).astype("<i2").tobytes())
    return path


def compared(folder, heard):
    return Comparison(wav(folder / "said.wav", speech()), wav(folder / "heard.wav", heard))


def late(samples, ms=500):
    silence = numpy.zeros(RATE * ms // 1000)
    return numpy.concatenate([silence, samples, silence])


def test_what_came_late_but_whole_is_good(tmp_path):
    noise = DICE.normal(0, 20, len(late(speech())))
    result = compared(tmp_path, late(speech()) + noise)
    assert result.is_good()
    assert result.correlation > 0.999 and abs(result.gain - 1) < 0.01 and 30 < result.snr_db < 60
    assert result.share == 1


def test_what_is_wrong_shows_in_its_own_figure(tmp_path):
    quiet = compared(tmp_path, late(speech()) / 2)
    assert abs(quiet.gain - 0.5) < 0.01 and quiet.correlation > 0.99 and not quiet.is_good()
    noisy = compared(tmp_path, late(speech()) + DICE.normal(0, 400, len(late(speech()))))
    assert noisy.snr_db < 30 and not noisy.is_good()
    gaps = speech()
    for start in range(0, len(gaps), RATE // 2):
        gaps[start:start + RATE // 20] = 0
    torn = compared(tmp_path, late(gaps))
    assert torn.share < 0.95 and not torn.is_good()
    assert not compared(tmp_path, late(DICE.normal(0, 3000, len(speech())))).is_good()
    assert not compared(tmp_path, late(0 * speech())).is_good()


def test_files_that_cannot_be_compared_say_why(tmp_path):
    said = wav(tmp_path / "said.wav", speech())
    for heard, reason in (
        (tmp_path / "none.wav", "cannot be read"),
        (wav(tmp_path / "fast.wav", speech(), rate=16000), "is not 8000 Hz"),
        (wav(tmp_path / "short.wav", speech()[:RATE]), "shorter than what was said"),
    ):
        with pytest.raises(ComparisonError, match=reason):
            Comparison(said, heard)
    (tmp_path / "text.wav").write_text("no sound")
    with pytest.raises(ComparisonError, match="cannot be read"):
        Comparison(said, tmp_path / "text.wav")
    with pytest.raises(ComparisonError, match="nothing was said"):
        Comparison(wav(tmp_path / "still.wav", 0 * speech()), said)
