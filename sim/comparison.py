# SPDX-License-Identifier: MIT
"""Comparison: what an ear heard against what a mouth said. It knows nothing but two WAV files."""

import wave

import numpy

_RATE = 8000
_FRAME = 160                # 20 ms
_QUIET = 0.01               # of the loudest frame's energy: a pause, not speech
_SPOILT = 0.1               # of a frame's energy: that much difference, and it was not understood


class ComparisonError(Exception):
    """The files cannot be compared. The message is one line for a person."""


class Comparison:
    """delay_ms, correlation, gain, snr_db; share: how much of the speech arrived, 0 .. 1."""

    def __init__(self, mouth, ear):
        """mouth, ear: paths of WAV files, 8 kHz s16 mono. Raises ComparisonError."""
        said = _speech(_samples(mouth))
        heard = _samples(ear)
        if len(heard) < len(said):
            raise ComparisonError("%s is shorter than what was said" % ear)
        at = _best_place(said, heard)
        heard = heard[at:at + len(said)]
        energy = float(numpy.dot(said, said))
        self.delay_ms = at * 1000 / _RATE
        self.gain = float(numpy.dot(said, heard)) / energy
        self.correlation = float(numpy.corrcoef(said, heard)[0, 1]) if heard.any() else 0.0
        error = heard - self.gain * said
        spoilt = float(numpy.dot(error, error)) or 1e-9
        self.snr_db = float(10 * numpy.log10(max(self.gain ** 2 * energy, 1e-9) / spoilt))
        self.share = _share(said, heard - said)

    def is_good(self):
        """-> True when this is a call that one would call perfect: G.711 alone costs 37 dB."""
        return (
            self.correlation >= 0.99 and 0.9 <= self.gain <= 1.1 and self.snr_db >= 30
            and self.share >= 0.95
        )

    def figures(self):
        """-> correlation, gain, SNR and share, as a person reads them."""
        return (
            "%.4f" % self.correlation, "%.3f" % self.gain, "%.1f dB" % self.snr_db,
            "%.1f %%" % (100 * self.share),
        )


def _samples(path):
    try:
        with wave.open(str(path)) as file:
            if file.getparams()[:3] != (1, 2, _RATE):
                raise ComparisonError("%s is not 8000 Hz, 16 bit, mono" % path)
            return numpy.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(float)
    except (OSError, EOFError, wave.Error) as fault:
        raise ComparisonError("%s cannot be read: %s" % (path, fault)) from None


def _frames(samples):
    count = len(samples) // _FRAME
    return samples[:count * _FRAME].reshape(count, _FRAME)


def _is_speech(samples):
    """-> for each frame whether somebody speaks in it."""
    energies = (_frames(samples) ** 2).sum(axis=1)
    return energies > _QUIET * energies.max() if len(energies) else numpy.zeros(0, bool)


def _speech(samples):
    """-> the samples from the first word to the last."""
    spoken = numpy.flatnonzero(_is_speech(samples))
    if not len(spoken):
        raise ComparisonError("nothing was said")
    return samples[spoken[0] * _FRAME:(spoken[-1] + 1) * _FRAME]


def _best_place(said, heard):
    """-> where in `heard` the words are, by correlation over every shift."""
    size = 1 << (len(heard) + len(said)).bit_length()
    product = numpy.fft.rfft(heard, size) * numpy.conj(numpy.fft.rfft(said, size))
    return int(numpy.argmax(numpy.fft.irfft(product, size)[:len(heard) - len(said) + 1]))


def _share(said, error):
    spoken = _is_speech(said)
    energies = (_frames(said) ** 2).sum(axis=1)[spoken]
    errors = (_frames(error) ** 2).sum(axis=1)[spoken]
    return float((errors < _SPOILT * energies).mean())
