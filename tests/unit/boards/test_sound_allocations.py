# SPDX-License-Identifier: MIT
"""Sound through real files allocates nothing, not even where a second ends."""

import gc
import os
from array import array

from micropython import heap_lock, heap_unlock

from boards.unix.microphone import Microphone, Recording
from boards.unix.speaker import Speaker, WavFile

RIGS = ("unix",)            # where the heap can be locked and files have MicroPython's methods

PATH = "build/test-sound.wav"


class Clock:
    tick = 0x3FFFFFFF - 500

    def now(self):
        return self.tick


def test_three_seconds_of_mouth_and_ear_allocate_nothing():
    try:
        os.mkdir("build")
    except OSError:
        pass
    clock = Clock()
    speaker = Speaker(clock, WavFile(open(PATH, "wb")))
    microphone = Microphone(clock, Recording(open(__file__, "rb"), 0, 640, True))
    pcm = array("h", [0] * 160)
    speaker.start()
    microphone.start()

    def talk(ms):
        frames = 0
        for _ in range(ms // 5):
            clock.tick = (clock.tick + 5) & 0x3FFFFFFF
            if microphone.read(pcm):
                frames += 1
            if speaker.wants():
                speaker.write(pcm)
            microphone.service()
            speaker.service()
        return frames

    talk(100)
    gc.collect()
    heap_lock()
    try:
        frames = talk(3000)
    finally:
        heap_unlock()
    speaker.close()
    assert frames == 150
    assert os.stat(PATH)[6] == 44 + 3100 * 16
