# SPDX-License-Identifier: MIT
"""RingingSpeaker: a speaker that rings as well, for a board without a buzzer.

The phone's sound comes first: a call, a tone or a key's click takes the speaker, and a ringing goes on
when it is given back. So a second caller is not rung into somebody's ear. While it rings the amplifier is
fully open and the ringer's volume counts, and of two outlets it is the loudspeaker that rings; the phone's
own volume and outlet are back before its next sound.
"""

from array import array

from micropython import const

from kernels import silence, tone

_SAMPLES = const(160)       # of a frame, 20 ms
_HZ = const(67109)          # step of a phase of 16 bits for 1 Hz at 8 kHz, times 8192
_LOUDEST = const(24000)     # of 32767
_PHASE = const(0)           # of what kernels.tone() takes
_STEP = const(1)
_LEVEL = const(2)


class RingingSpeaker:
    """See ports.AudioOut.

    speaker  AudioOut that nobody else uses
    ringer   SpeakerRinger
    """

    def __init__(self, speaker):
        self._speaker = speaker
        self._percent = 100
        self._outlet = 0
        self._is_taken = False          # by the phone's sound
        self._is_ringing = False        # it runs for the ringer
        self._wave = array("H", (0, 0, 0))
        self._pcm = array("h", [0] * _SAMPLES)
        self.ringer = SpeakerRinger(self)
        self.wants = speaker.wants
        self.write = speaker.write
        self.queued_ms = speaker.queued_ms
        self.outlets = speaker.outlets

    def start(self):
        self._give_back()
        self._is_taken = True
        self._speaker.start()

    def volume(self, percent):
        self._percent = percent
        if not self._is_ringing:
            self._speaker.volume(percent)

    def route(self, outlet):
        self._outlet = outlet
        if not self._is_ringing:
            self._speaker.route(outlet)

    def stop(self):
        if self._is_taken:
            self._is_taken = False
            self._speaker.stop()

    def tune(self, pitch_hz, level):
        """For the ringer. level: 0 .. 32767, 0 is silence."""
        self._wave[_STEP] = (pitch_hz * _HZ + 4096) >> 13
        self._wave[_LEVEL] = level
        if not level:
            self._give_back()

    def step(self):
        """Queue a frame of the ringing where one is wanted. Between two steps of the phone; never waits."""
        if self._is_taken or not self._wave[_LEVEL]:
            return
        if not self._is_ringing:
            self._is_ringing = True
            self._wave[_PHASE] = 0
            self._speaker.route(1)
            self._speaker.volume(100)
            self._speaker.start()
        if self._speaker.wants():
            silence(self._pcm, _SAMPLES)
            tone(self._pcm, 0, _SAMPLES, self._wave)
            self._speaker.write(self._pcm)

    def _give_back(self):
        if self._is_ringing:
            self._is_ringing = False
            self._speaker.stop()
            self._speaker.route(self._outlet)
            self._speaker.volume(self._percent)


class SpeakerRinger:
    """See ports.Ringer. step(): to be called as often as the phone makes a step."""

    def __init__(self, speaker):
        self._speaker = speaker
        self._percent = 100
        self.step = speaker.step

    def volume(self, percent):
        self._percent = min(max(percent, 0), 100)

    def set(self, pitch_hz):
        """Loudness goes with the square of the volume: ears hear ratios."""
        level = self._percent * self._percent * _LOUDEST // 10000 if pitch_hz > 0 else 0
        self._speaker.tune(pitch_hz, level)
