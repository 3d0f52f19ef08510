# SPDX-License-Identifier: MIT
"""A made-up voice to say, and how well what was heard fits what was said."""

import wave

import numpy as np

RATE = 8000
_PEAK = 12000
_EDGE_S = 0.2           # at both ends of what is compared: a start, an end, a frame that was made up


def write_voice(path, seconds, seed, lead_s=0):
    """Write a WAV of syllables that never repeat: gliding harmonics and breath, with pauses. -> path.

    lead_s  of silence before them
    """
    dice = np.random.default_rng(seed)
    voice = np.zeros(int(seconds * RATE))
    at = 0
    while at < len(voice):
        n = min(int(dice.integers(800, 2400)), len(voice) - at)
        pitch = np.linspace(1, dice.uniform(0.8, 1.25), n) * dice.uniform(90, 260)
        phase = 2 * np.pi * np.cumsum(pitch) / RATE
        syllable = 0.3 * dice.standard_normal(n)
        for harmonic in range(1, 12):
            syllable += np.sin(harmonic * phase + dice.uniform(0, 6)) / harmonic
        voice[at:at + n] = syllable * np.hanning(n)
        at += n + int(dice.integers(0, 1200))
    voice *= _PEAK / np.max(np.abs(voice))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(2 * lead_s * RATE))
        file.writeframes(voice.astype("<i2").tobytes())
    return path


def read_wav(path):
    """-> samples as floats. It must be 8 kHz, mono, 16 bit."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)


def seconds_of_tone(samples, pitch):
    """-> how long a tone is heard in it, in steps of 20 ms; it must be most of what is heard then."""
    n = RATE // 50
    frames = samples[:len(samples) // n * n].reshape(-1, n)
    power = np.sum(frames ** 2, axis=1)
    wave_at = np.exp(-2j * np.pi * pitch * np.arange(n) / RATE)
    of_tone = 2 / n * np.abs(frames @ wave_at) ** 2
    return np.count_nonzero((power > n * 100 ** 2) & (of_tone > 0.8 * power)) / 50


class Comparison:
    """How well a recording fits a voice.

    lag_s           where in the recording the voice begins; negative: it was cut off before
    seconds         of voice that are in the recording
    correlation, gain, snr_db   over these, but for a fifth of a second at both ends
    """

    def __init__(self, said, heard):
        n = 1 << (len(said) + len(heard)).bit_length()
        likeness = np.fft.irfft(np.fft.rfft(heard, n) * np.conj(np.fft.rfft(said, n)), n)
        lag = int(np.argmax(likeness))
        if lag > n // 2:
            lag -= n
        said = said[max(0, -lag):]
        heard = heard[max(0, lag):]
        n = min(len(said), len(heard))
        edge = int(_EDGE_S * RATE)
        said = said[edge:n - edge]
        heard = heard[edge:n - edge]
        self.lag_s = lag / RATE
        self.seconds = n / RATE
        self.correlation = float(np.corrcoef(said, heard)[0, 1])
        self.gain = float(np.dot(said, heard) / np.dot(said, said))
        noise = heard - self.gain * said
        self.snr_db = float(10 * np.log10(np.dot(heard, heard) / max(np.dot(noise, noise), 1e-9)))

    def __str__(self):
        return "%.2f s, correlation %.5f, gain %.3f, SNR %.1f dB" % (
            self.seconds, self.correlation, self.gain, self.snr_db)
