# SPDX-License-Identifier: MIT
"""Sound through two I2S lines allocates nothing, on 32 bit neither."""

import gc
from array import array

from boards.drivers.i2s_audio import I2sMicrophone, I2sSpeaker
from micropython import heap_lock, heap_unlock
from sim.fakes import VirtualClock

RIGS = ("unix", "wasm32")           # where the heap can be locked


class Quiet:
    """As much of a machine.I2S as allocates nothing: each buffer is done when the test says so."""

    is_due = False

    def irq(self, handler):
        self.handler = handler

    def readinto(self, buf):
        buf[-1] = 0                         # it was filled
        return 640

    def write(self, buf):
        self.is_due = True
        return 640

    def done(self):
        self.is_due = False
        self.handler(self)


def test_a_second_of_sound_allocates_nothing():
    clock = VirtualClock()
    for form in ({}, {"bits": 32, "is_stereo": True}):
        rx, tx = Quiet(), Quiet()
        microphone = I2sMicrophone(clock, rx, 8192, up=4 if form else 0, **form)
        speaker = I2sSpeaker(clock, tx, 2048, **form)
        pcm = array("h", [0] * 160)
        microphone.start()
        speaker.start()

        def talk(frames, rx=rx, tx=tx, microphone=microphone, speaker=speaker, pcm=pcm):
            read = wrote = 0
            for step in range(2 * frames):
                clock.advance(10)
                if step & 1:
                    rx.done()
                if tx.is_due:
                    tx.done()
                if microphone.read(pcm):
                    read += 1
                if speaker.wants():
                    speaker.write(pcm)
                    wrote += 1
            return read * 1000 + wrote

        talk(10)
        gc.collect()
        heap_lock()
        try:
            moved = talk(50)
        finally:
            heap_unlock()
        assert moved == 50050
