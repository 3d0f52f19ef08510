# SPDX-License-Identifier: MIT
"""Sound of a desk phone: AudioIn and AudioOut over two machine.I2S, 16 kHz there, 8 kHz here.

machine.I2S in irq mode has a task of its own: it moves one whole buffer, then has a callback run
between two bytecodes, and takes the next buffer from a queue of one. It drops what finds the queue
full and says nothing; so one buffer is with the task at a time, and its callback hands over
the other one. Until it does, the line lives on its own memory (`ibuf`). A callback is lost when
too many are due at once: after _LOST_MS without one this begins anew.

Callback and phone share no variable that both change while a buffer is with the task.

What waits in a speaker is counted by the phone's clock: on the chip it and the lines follow one
crystal, and 16 kHz is an exact fraction of it.

The filters are kernels.halve() and kernels.double(), 31 taps: 0.13 dB of ripple up to 3.4 kHz,
36.9 dB down from 4.6 kHz on; ITU-T G.712 asks for 25. Neither a frame nor a callback allocates.
Unproven on a chip.

ibuf        what machine.I2S was given; 4 descriptors of 256 frames carry a step of 45 ms. That is
            8192 for a microphone, and 2048 for a speaker of 16 bits, mono
bits        16 or 32, the words of a buffer, as machine.I2S was given them. Of a microphone 16 are
            the upper half of its slot: enough for a codec
is_stereo   the same. A mono line has the left slot of a microphone, and feeds both of a speaker
"""

from array import array

from micropython import const

from core.clock import ticks_add, ticks_diff
from kernels import double, gain, halve, silence
from kernels.slots import put_slots, take_slots, take_slots_louder

RATE = 16000                # Hz, at the line
_FRAME = const(160)         # samples of the phone
_WIDE = const(320)          # samples at the line, 20 ms
_FRAME_MS = const(20)
_HALVE_PAST = const(30)     # samples that the filters keep of the frame before
_DOUBLE_PAST = const(15)
_DESCRIPTOR = const(256)    # frames, fixed in the ESP32's machine_i2s.c
_DESCRIPTOR_MS = const(16)
_RX_BYTES = const(8)        # a frame of a microphone's line in its own memory, whatever the form
_LOST_MS = const(200)       # the task is never so late, not even behind a SIP message
_MARK = const(0x5AA5)       # twice at the end of a buffer: it was not filled
_UNITY = const(1024)        # of kernels.gain()
_TARGET_MS = const(50)      # a frame is wanted below that: 40 are left when a step takes 10


def _halves(bits, is_stereo):
    """-> pieces of 16 bits in a frame of the buffer. Raises ValueError."""
    if bits not in (16, 32):
        raise ValueError("a line has words of 16 or 32 bits")
    return bits // 16 * (2 if is_stereo else 1)


def _buffers(halves):
    return array("h", [0] * (_WIDE * halves)), array("h", [0] * (_WIDE * halves))


def _descriptors(ibuf, frame_bytes):
    return max(2, ibuf // (_DESCRIPTOR * frame_bytes))


class I2sMicrophone:
    """See ports.AudioIn.

    i2s       machine.I2S of mode RX; nobody else calls its irq()
    is_right  the part speaks in the right slot
    up        louder by 6 dB each, 0 .. 8, for a part without an amplifier (INMP441): then words of
              32 bits, since what comes up has to be there
    overruns  how often sound was lost, because nobody called read()
    lost      how often a callback was
    """

    def __init__(self, clock, i2s, ibuf, bits=16, is_stereo=False, is_right=False, up=0):
        self._step = _halves(bits, is_stereo)
        if up and bits != 32 or not 0 <= up <= 8:
            raise ValueError("a microphone gets louder by 1 to 8 bits, out of words of 32")
        if is_right and not is_stereo:
            raise ValueError("a mono line gives the left slot only")
        self._clock = clock
        self._i2s = i2s
        self._up = up
        self._at = bits // 16 - 1 + (bits // 16 if is_right else 0)
        self._memory = _descriptors(ibuf, _RX_BYTES)
        self._buffers = _buffers(self._step)
        self._wide = array("h", [0] * (_HALVE_PAST + _WIDE))
        self._is_on = False
        self._is_idle = True            # no buffer is with the task
        self._came = 0                  # buffers that came, and those that were read; modulo 4
        self._taken = 0
        self._stale = 0                 # buffers to come that hold what was heard before start()
        self._since = 0                 # tick of the last hand-over, or of the callback that could make none
        self.overruns = 0
        self.lost = 0
        i2s.irq(self._filled)

    def start(self):
        if self._is_on:
            return
        silence(self._wide, _HALVE_PAST)
        self._came = self._taken = 0
        # While nobody listened the line went on, and its memory is full of what it heard.
        self._stale = (self._memory * _DESCRIPTOR + _WIDE - 1) // _WIDE
        if not self._is_idle:
            self._stale += 1
        self._is_on = True
        if self._is_idle:
            self._hand_over()

    def read(self, pcm):
        if not self._is_on:
            return False
        if self._came == self._taken:
            if not self._is_idle and self._is_late():
                self.lost += 1
                self._hand_over()
            return False
        line = self._buffers[self._taken & 1]
        if self._up:
            take_slots_louder(self._wide, _HALVE_PAST, line, self._at, self._step, _WIDE, self._up)
        else:
            take_slots(self._wide, _HALVE_PAST, line, self._at, self._step, _WIDE)
        self._taken = (self._taken + 1) & 3
        if self._is_idle:
            self._resume()
        halve(pcm, self._wide, _FRAME)
        return True

    def stop(self):
        self._is_on = False

    def _resume(self):
        """Both buffers were full for some time. The line's memory has one descriptor in use."""
        waited = ticks_diff(self._clock.now(), self._since)
        if waited > (self._memory - 1) * _DESCRIPTOR_MS:
            self.overruns += 1
        self._hand_over()

    def _is_late(self):
        waited = ticks_diff(self._clock.now(), self._since)
        return waited > _LOST_MS or waited < 0

    def _hand_over(self):
        line = self._buffers[self._came & 1]
        line[-1] = line[-2] = _MARK
        self._is_idle = False
        self._since = self._clock.now()
        self._i2s.readinto(line)

    def _filled(self, _):
        """Callback of machine.I2S."""
        if self._is_on:
            line = self._buffers[self._came & 1]
            if line[-1] == _MARK == line[-2]:
                return                  # of a buffer that was taken for lost, because the line stood still
            if self._stale:
                self._stale -= 1
            else:
                self._came = (self._came + 1) & 3
            if (self._came - self._taken) & 3 < 2:
                self._hand_over()
                return
        self._is_idle = True
        self._since = self._clock.now()


class I2sSpeaker:
    """See ports.AudioOut.

    i2s        machine.I2S of mode TX; nobody else calls its irq()
    amplifier  has volume(percent) and mute(is_muted), or None. What is in the line's own memory
               cannot be taken back, up to `ibuf`: only an amplifier keeps it from being heard
               after stop()
    is_scaled  the volume is made here, as the amplifier has none: with the square, ears hear ratios
    loudspeaker  None, or a second amplifier at the same line, without a volume: of the two one is heard
    underruns  how often the line had nothing to play, by the clock
    lost       how often a callback was lost
    """

    def __init__(self, clock, i2s, ibuf, bits=16, is_stereo=False, amplifier=None, is_scaled=False,
                 loudspeaker=None):
        step = _halves(bits, is_stereo)
        self._clock = clock
        self._i2s = i2s
        self._amplifier = amplifier
        self._is_scaled = is_scaled
        self._loudspeaker = loudspeaker
        self._earpiece = amplifier
        self.outlets = 1 if loudspeaker is None else 2
        if loudspeaker is not None:
            loudspeaker.mute(True)
        self._factor = _UNITY
        self._step = step
        self._at = bits // 16 - 1
        self._right = self._at + bits // 16 if is_stereo else -1
        self._tail_ms = _descriptors(ibuf, 2 * step) * _DESCRIPTOR_MS + 2 * _FRAME_MS
        self._buffers = _buffers(step)
        self._narrow = array("h", [0] * (_DOUBLE_PAST + _FRAME))
        self._wide = self._buffers[0] if step == 1 else array("h", [0] * _WIDE)
        self._is_on = False
        self._is_idle = True            # no buffer is with the task
        self._is_resting = False        # what was queued before stop() may still be heard
        self._is_fresh = True           # nothing was written since start()
        self._put = 0                   # buffers that were written, and those that went; modulo 4
        self._went = 0
        self._since = 0                 # tick of the last hand-over, or of stop()
        self._end = 0                   # tick at which all that was written will have been heard
        self.underruns = 0
        self.lost = 0
        i2s.irq(self._emptied)

    def start(self):
        if not self._is_on:
            silence(self._narrow, _DOUBLE_PAST)
            self._is_fresh = True
            self._is_on = True

    def wants(self):
        if not self._is_on or self._is_resting and not self._has_rested():
            return False
        if not self._is_idle and self._is_late():
            self.lost += 1
            self._rest()
            return False
        return (self._put - self._went) & 3 < 2 and self.queued_ms() < _TARGET_MS

    def write(self, pcm):
        if not self._is_on or self._is_resting or (self._put - self._went) & 3 > 1:
            return                      # nobody asked wants()
        self._fill(self._buffers[self._put & 1], pcm)
        self._count()
        self._put = (self._put + 1) & 3
        if self._is_idle:
            self._hand_over()

    def queued_ms(self):
        if not self._is_on or self._is_fresh:
            return 0
        left = ticks_diff(self._end, self._clock.now())
        least = _FRAME_MS if (self._put - self._went) & 3 > 1 else 0    # one has not even left us
        return left if left > least else least

    def volume(self, percent):
        if self._amplifier is not None:
            self._amplifier.volume(percent)
        if self._is_scaled or self.outlets > 1 and self._amplifier is self._loudspeaker:
            percent = min(max(percent, 0), 100)
            self._factor = max(_UNITY * percent * percent // 10000, 1 if percent else 0)

    def route(self, outlet):
        if self.outlets > 1:
            self._amplifier.mute(True)
            self._amplifier = self._loudspeaker if outlet else self._earpiece
            self._amplifier.mute(self._is_resting)
            self._factor = _UNITY               # until the volume of this one is told

    def stop(self):
        if not self._is_on:
            return
        self._is_on = False
        if self._amplifier is not None:
            self._amplifier.mute(True)
        self._rest()

    def _rest(self):
        """Forget what was queued, and wait until task and line have nothing left of it."""
        self._is_resting = True
        self._is_fresh = True
        for buffer in self._buffers:    # the task goes on with one of them
            silence(buffer, _WIDE * self._step)
        self._since = self._clock.now()

    def _has_rested(self):
        waited = ticks_diff(self._clock.now(), self._since)
        if 0 <= waited <= self._tail_ms or not (self._is_idle or self._is_late()):
            return False
        self._is_resting = False
        self._is_idle = True
        self._put = self._went = 0
        if self._amplifier is not None:
            self._amplifier.mute(False)
        return True

    def _fill(self, buffer, pcm):
        narrow = self._narrow
        put_slots(narrow, _DOUBLE_PAST, 1, pcm, _FRAME)
        if self._step == 1:
            double(buffer, narrow, _FRAME)
            self._scale(buffer)
            return
        double(self._wide, narrow, _FRAME)
        self._scale(self._wide)
        put_slots(buffer, self._at, self._step, self._wide, _WIDE)
        if self._right >= 0:
            put_slots(buffer, self._right, self._step, self._wide, _WIDE)

    def _scale(self, samples):
        if self._factor != _UNITY:
            gain(samples, _WIDE, self._factor)

    def _count(self):
        """One more frame will be heard behind those before it."""
        now = self._clock.now()
        if self._is_fresh:
            self._is_fresh = False
            self._end = now
        elif ticks_diff(self._end, now) < 0:
            if self._is_idle:
                self.underruns += 1
            self._end = now
        self._end = ticks_add(self._end, _FRAME_MS)

    def _is_late(self):
        waited = ticks_diff(self._clock.now(), self._since)
        return waited > _LOST_MS or waited < 0

    def _hand_over(self):
        self._is_idle = False
        self._since = self._clock.now()
        self._i2s.write(self._buffers[self._went & 1])

    def _emptied(self, _):
        """Callback of machine.I2S."""
        if self._is_on and not self._is_resting:
            self._went = (self._went + 1) & 3
            if self._went != self._put:
                self._hand_over()
                return
        self._is_idle = True
