# SPDX-License-Identifier: MIT
"""JitterBuffer: the whole buffer after each step, and what comes out of it.

A picture shows the slots from the one that is played next: # full, + partly filled, . empty;
then the stamp of that one.
"""

from array import array

from kernels import ulaw_encode
from media.codec import PCMA, PCMU
from media.jitter import FILLED, SLOTS, JitterBuffer
from tests.unit.media.media_fakes import packet

START = (1 << 30) - 5000
FRAME = 160


class Ear:
    """A buffer, a clock, and the frames that were heard."""

    def __init__(self):
        self.buffer = JitterBuffer()
        self.now = START
        self.pcm = array("h", bytes(2 * FRAME))

    def put(self, frame, samples=FRAME, codec=PCMU, marker=False, level=1000, offset=0):
        """A packet with the samples from 160 * frame on, all of `level`."""
        codes = bytearray(samples)
        ulaw_encode(codes, 0, array("h", [level] * samples), samples)
        data = packet(frame & 0xFFFF, frame * FRAME + offset, bytes(codes), 0, marker)
        return self.buffer.put(bytearray(data), 12 + samples, codec, self.now)

    def take(self, count=1):
        """Let `count` frames of 20 ms be heard. -> for each a letter: - silence, x made up, # real."""
        heard = ""
        for _ in range(count):
            self.now = (self.now + 20) & 0x3FFFFFFF
            is_made_up = self.buffer.take(self.pcm, self.now)
            heard += "x" if is_made_up else "#" if max(self.pcm) > 0 else "-"
        return heard

    def picture(self):
        slots = ""
        for at in range(SLOTS):
            n = self.buffer.slots[FILLED + (self.buffer.head[1] + at) % SLOTS]
            slots += "#" if n == FRAME else "+" if n else "."
        return "%s %d" % (slots, self.buffer.head[0])

    def playing(self):
        """Frames 0 .. 2 came in time and 0 was heard."""
        for frame in range(3):
            self.put(frame)
        self.take(2)
        assert self.picture() == "##.............. 160"
        return self


# The usual.

def test_nothing_is_silence():
    ear = Ear()
    assert ear.picture() == "................ 0"
    assert ear.take(3) == "---"
    assert ear.picture() == "................ 0"


def test_the_first_packet_is_heard_forty_milliseconds_later():
    ear = Ear()
    ear.put(100)
    assert ear.picture() == "#............... 16000"
    assert ear.take() == "-"
    ear.put(101)
    assert ear.picture() == "##.............. 16000"
    assert ear.take() == "#"
    assert ear.picture() == "#............... 16160"


def test_packets_out_of_order_find_their_places():
    ear = Ear()
    for frame in (7, 9, 8, 11):
        ear.put(frame)
    assert ear.picture() == "###.#........... 1120"
    assert ear.take(6) == "-###x#"
    assert ear.picture() == "................ 1920"


def test_slots_are_used_in_turn_over_the_end_of_the_buffer_and_of_the_stamps():
    ear = Ear()
    first = 65536 // FRAME - 8              # the stamp wraps after eight frames
    for frame in range(first, first + 2):
        ear.put(frame)
    assert ear.take() == "-"
    for frame in range(first + 2, first + 42):
        ear.put(frame)
        assert ear.take() == "#"
        assert ear.picture()[:4] == "##.."
    assert ear.picture() == "##.............. %d" % ((first + 40) * FRAME & 0xFFFF)


def test_audio_may_lie_up_to_a_quarter_of_a_second_ahead():
    ear = Ear().playing()
    for frame in range(3, 13):
        assert ear.put(frame)
    assert ear.picture() == "############.... 160"


def test_both_laws_may_be_in_the_buffer_at_once():
    ear = Ear()
    ear.put(0)
    ear.put(1, codec=PCMA)
    ear.take(2)
    ulaw = ear.pcm[100]
    ear.take()
    assert 980 < ulaw < 1020 and ear.pcm[100] != ulaw


# Packets of other lengths.

def test_packets_of_forty_and_sixty_milliseconds_fill_their_slots():
    ear = Ear()
    ear.put(0, 320)
    assert ear.picture() == "##.............. 0"
    ear.put(2, 480)
    assert ear.picture() == "#####........... 0"
    assert ear.take(6) == "-#####"


def test_packets_of_ten_and_thirty_milliseconds_share_slots():
    ear = Ear()
    ear.put(0, 80)
    assert ear.picture() == "+............... 0"
    ear.put(0, 80, offset=80)
    assert ear.picture() == "#............... 0"
    ear.put(1, 240)
    assert ear.picture() == "##+............. 0"
    ear.put(2, 240, offset=80)
    assert ear.picture() == "####............ 0"
    assert ear.take(5) == "-####"


def test_what_is_missing_of_a_slot_is_silence():
    ear = Ear()
    ear.put(0, 80)
    assert ear.picture() == "+............... 0"
    assert ear.take(2) == "-#"
    assert min(ear.pcm[40:80]) > 980 and list(ear.pcm[80:]) == [0] * 80


def test_a_payload_across_the_end_of_the_buffer_is_whole():
    ear = Ear()
    ear.put(0, 480)
    assert ear.take() == "-"
    for frame in range(3, 48, 3):
        assert ear.put(frame, 480)
        assert ear.picture() == "######.......... %d" % ((frame - 3) * FRAME)
        assert ear.take(3) == "###"


# Loss.

def test_a_lost_frame_is_the_last_one_again_and_quieter():
    ear = Ear().playing()
    assert ear.take(2) == "##"
    ear.put(4)
    ear.put(5)
    assert ear.picture() == ".##............. 480"
    assert ear.take() == "x"
    assert 950 < ear.pcm[0] <= 1000 and 640 < ear.pcm[159] < 690
    assert ear.take(2) == "##"


def test_what_is_made_up_fades_to_silence_in_sixty_milliseconds():
    ear = Ear().playing()
    assert ear.take(2) == "##"
    assert ear.take(5) == "xxx--"
    assert ear.picture() == "................ 1280"


def test_real_sound_is_blended_in_behind_a_gap():
    ear = Ear().playing()
    ear.take(3)
    ear.put(5)
    ear.put(6)
    ear.take(1)
    assert ear.take() == "#"
    steps = [abs(ear.pcm[at + 1] - ear.pcm[at]) for at in range(159)]
    assert max(steps) < 60 and ear.pcm[159] > 980


# Too late, too early.

def test_a_late_packet_is_dropped():
    ear = Ear().playing()
    ear.take(3)
    assert not ear.put(2)
    assert ear.picture() == "................ 640"
    assert ear.put(4)
    assert ear.picture() == "#............... 640"


def test_the_end_of_a_long_packet_that_came_late_is_still_heard():
    ear = Ear().playing()
    ear.take(3)
    assert ear.put(2, 480)
    assert ear.picture() == "#............... 640"


def test_a_jump_ahead_begins_anew():
    ear = Ear().playing()
    assert ear.put(50)
    assert ear.picture() == "#............... 8000"
    assert ear.take(3) == "x#x"


def test_a_marked_packet_may_jump_back_at_once():
    ear = Ear().playing()
    assert ear.put(-40, marker=True)
    assert ear.picture() == "#............... %d" % (65536 - 40 * FRAME)


def test_when_all_come_too_late_for_sixty_milliseconds_the_buffer_follows():
    ear = Ear().playing()
    ear.take(10)
    said = []
    for frame in range(3, 10):
        said.append(ear.put(frame))
        ear.take()
    assert said == [False] * 3 + [True] * 4
    assert ear.picture() == "#............... %d" % (9 * FRAME)


def test_a_burst_after_a_stall_does_not_turn_the_buffer_back():
    ear = Ear().playing()
    ear.take(20)
    for frame in range(3, 21):              # all at one moment
        assert not ear.put(frame)
    assert ear.put(21) and ear.put(22)
    assert ear.take(2) == "##"


# The peer's clock.

def run(ear, frames, early):
    """Let frames come and be heard, each `early` frames before its turn. -> what was heard."""
    heard = ""
    for frame in range(frames):
        ear.put(frame)
        if frame >= early:
            heard += ear.take()
    return heard


def test_a_buffer_that_is_always_deep_drops_a_frame():
    ear = Ear()
    heard = run(ear, 200, 6)
    assert heard == "-" + "#" * 193
    assert ear.picture() == "######.......... %d" % (194 * FRAME)


def test_a_buffer_of_the_right_depth_is_left_alone():
    ear = Ear()
    heard = run(ear, 420, 1)
    assert heard == "-" + "#" * 418
    assert ear.picture() == "##.............. %d" % (418 * FRAME & 0xFFFF)


def test_a_buffer_in_which_some_come_late_repeats_a_frame():
    ear = Ear()
    heard = ""
    for frame in range(80):
        if frame not in (20, 40):
            ear.put(frame)
        if frame in (23, 43):
            assert not ear.put(frame - 3)   # its time was just over
        if frame:
            heard += ear.take()
    assert heard.count("x") == 3            # two for those that came late, and the repeated one
    assert ear.picture() == "###............. %d" % (77 * FRAME)


def test_a_reset_buffer_knows_nothing():
    ear = Ear().playing()
    ear.take(2)
    ear.buffer.reset()
    assert ear.picture() == "................ 0"
    assert ear.take(2) == "--"
