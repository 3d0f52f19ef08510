# SPDX-License-Identifier: MIT
"""Packets of sound that are forged or repeated."""

from media.codec import DECODERS, PCMU, SAMPLES
from security import srtp
from sim.attacks.attack import Attack
from sim.attacks.scene import ALICE
from sim.attacks.wiretap import known

_HEADER = 12
_TAG = 10
_MS = 20


def around_srtp_order(original, packet, at, source):
    """A packet that came before comes again."""
    return original(packet, at, source) or 1


def is_true(stream, packet, n, end):
    """Each tag is the right one."""
    return True


def sound_of(scene):
    """-> (packet, source, destination) of each packet of sound that alice has sent, oldest first."""
    return [entry for entry in scene.relay.packets if entry[1][0] == ALICE[0] and not entry[1][1] & 1]


def is_hummed(frame):
    """-> True for a frame of a speaker, array 'h', that somebody has hummed, as G.711 has it."""
    return bytes(frame) in _heard_frames()


_frames = []


def _heard_frames():
    """-> set of the frames that known() gives when they are decoded, without silence."""
    if not _frames:
        from array import array
        found = set()
        pcm = array("h", bytes(2 * SAMPLES))
        for payload in known():
            DECODERS[PCMU](pcm, payload, 0, SAMPLES)
            if max(pcm) > 1000:
                found.add(bytes(pcm))
        _frames.append(found)
    return _frames[0]


def forged(packet, ahead, fill):
    """-> a packet of the same source, so many numbers ahead, with nonsense in it."""
    number = (packet[2] << 8 | packet[3]) + ahead & 0xFFFF
    nonsense = bytes([fill]) * (SAMPLES + _TAG)
    return packet[:2] + bytes((number >> 8, number & 255)) + packet[4:_HEADER] + nonsense


def without_alice(packet, source, destination):
    """-> a packet, unless it is alice's."""
    return None if source[0] == ALICE[0] else packet


class InjectSrtp(Attack):
    name = "inject-srtp"
    tried = "The relay sends bob packets of nonsense with the SSRC and the next numbers of alice's."
    alice = "In call 0:02 | Bob | bob@10.0.0.2 | SEALED: Bob"
    bob = "In call 0:02 | Alice | alice@10.0.0.1 | SEALED: Alice"
    without = "Bob hears noise in alice's call."
    defences = ((srtp.KeyStream, "is_true", is_true),)

    def play(self, scene):
        scene.talk()
        for _ in range(50):
            packet, source, destination = sound_of(scene)[-1]
            scene.relay.say(forged(packet, 1, 0x55), source, destination)
            scene.run(_MS)
        scene.run(100)

    def has_won(self, scene):
        return sum([1 for frame in scene.bob.ear.last if not is_hummed(frame)]) > 10


class RollForward(Attack):
    name = "roll-over"
    tried = "The relay forges packets far ahead, so that bob's roll-over counter runs away."
    alice = "In call 0:03 | Bob | bob@10.0.0.2 | SEALED: Bob"
    bob = "In call 0:03 | Alice | alice@10.0.0.1 | SEALED: Alice"
    without = "Bob never hears alice again in this call: her packets count as old."
    defences = ((srtp.KeyStream, "is_true", is_true),)

    def play(self, scene):
        scene.talk()
        packet, source, destination = sound_of(scene)[-1]
        for ahead in (0x7000, 0xE000, 0x15000):
            for more in range(3):
                scene.relay.say(forged(packet, ahead + more, 0x55), source, destination)
                scene.run(_MS)
        scene.run(2000)

    def has_won(self, scene):
        return sum([1 for frame in scene.bob.ear.last if is_hummed(frame)]) < 10


class ReplaySrtp(Attack):
    name = "replay-srtp"
    tried = "Alice has muted her microphone; the relay keeps her silence, and repeats what she said before."
    alice = "In call 0:04 | Bob | bob@10.0.0.2 | Microphone is off | SEALED: Bob"
    bob = "In call 0:05 | Alice | alice@10.0.0.1 | SEALED: Alice"
    without = "Bob hears alice's words a second time."
    defences = ((srtp, "srtp_order", around_srtp_order),)

    def play(self, scene):
        scene.talk(2000)
        spoken = sound_of(scene)[-60:]
        scene.alice.press("M")
        scene.run(1500)
        scene.relay.meddle = without_alice
        for packet, source, destination in spoken:
            scene.relay.say(packet, source, destination)
            scene.run(_MS)
        scene.run(100)

    def has_won(self, scene):
        return sum([1 for frame in scene.bob.ear.last if is_hummed(frame)]) > 10
