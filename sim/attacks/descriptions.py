# SPDX-License-Identifier: MIT
"""Keys and profiles in descriptions: what a relay can do where it can read them, and where it cannot."""

from security import hearing
from security.sdes import CryptoLine, new_key, read_lines
from security.ssa import Ssa
from security.ssm import Ssm
from security.verdict import NOTHING
from sim.attacks import faith, frames
from sim.attacks.attack import Attack
from sim.attacks.scene import Scene
from sim.fakes import seeded_crypto


def any_encryption(is_encrypted, way, is_confirmed):
    """Where packets are encrypted, nobody can hear them."""
    return hearing.SEALED_NEW if is_encrypted else hearing.OPEN


def around_encrypt(original, ssa, message, frame, now, out):
    """Sign it, and let everybody read it."""
    seal = message.seal
    fingerprint, seal.fingerprint = seal.fingerprint, b""
    original(ssa, message, frame, now, out)
    seal.fingerprint = fingerprint
    return NOTHING


class SwapCrypto(Attack):
    name = "swap-crypto"
    tried = "With SRTP, but without security, the relay puts its own keys for theirs and recodes each packet."
    alice = "In call 0:01 | Bob | bob@10.0.0.2 | OPEN: anyone on the | way"
    bob = "In call 0:01 | Alice | alice@10.0.0.1 | OPEN: anyone on the | way"
    ladder = """
        relay: puts its own key there
        alice > bob  INVITE 1
        bob > alice  180
        relay: puts its own key there
        bob > alice  200
        alice > bob  ACK 1
    """
    without = "Both screens say SEALED, and the relay hears every word."
    defences = ((hearing, "_now", any_encryption),)

    def scene(self):
        return Scene("off", srtp_policy="require")

    def play(self, scene):
        relay = scene.relay
        crypto = seeded_crypto(1, "relay")
        theirs = {}                         # host: key that its packets have
        ours = {}                           # host: key that its packets get
        recoders = {}

        def change(frame, source, destination):
            value = frames.crypto_value(frame)
            if not value:
                return frame
            line = read_lines([value])[0]
            theirs[source[0]] = line.key
            ours[source[0]] = new_key(crypto, line.suite)
            relay.note("puts its own key there")
            for host in theirs:
                recoders[host] = Ssm(crypto, line.suite, ours[host], theirs[host]).ready()
            relay.wiretap.keys = [
                Ssm(crypto, line.suite, ours[host], theirs[host]).ready() for host in theirs]
            name = value.split(b" ")[1]
            return frame.replace(value, CryptoLine(1, line.suite, name, ours[source[0]]).value())

        def meddle(packet, source, destination):
            buf = bytearray(packet) + bytes(14)
            recoder = recoders[source[0]]
            if source[1] & 1:
                return packet
            n = recoder.encrypt(buf, recoder.decrypt(buf, len(packet)))
            return bytes(buf[:n])

        relay.change = change
        relay.meddle = meddle
        scene.forget()
        scene.dial(1500)
        scene.bob.lift()
        scene.run(1200)

    def has_won(self, scene):
        return scene.relay.wiretap.unlocked > 50 and scene.hearing(scene.alice) != "open"


class ReadCrypto(Attack):
    name = "read-crypto"
    tried = "The relay looks for a=crypto in every message of a sealed call, to read the keys."
    alice = "In call 0:01 | Bob | bob@10.0.0.2 | SEALED: Bob"
    bob = "In call 0:02 | Alice | alice@10.0.0.1 | SEALED: Alice"
    ladder = """
        alice > bob  INVITE 1
        bob > alice  401
        alice > bob  ACK 1
        alice > bob  INVITE 2
        bob > alice  100
        bob > alice  180
        bob > alice  200
        alice > bob  ACK 2
    """
    without = (
        "It finds them, signed and in clear: it hears both while the screens say SEALED. "
        + faith.READABLE_WALL)
    defences = ((Ssa, "_encrypt", around_encrypt), faith.READABLE_TOO)

    def play(self, scene):
        relay = scene.relay
        crypto = seeded_crypto(1, "relay")

        def change(frame, source, destination):
            value = frames.crypto_value(frame)
            if value:
                relay.note("reads a key")
                line = read_lines([value])[0]
                relay.wiretap.keys.append(Ssm(crypto, line.suite, line.key, line.key).ready())
            return frame

        relay.change = change
        scene.forget()
        scene.dial(1500)
        scene.bob.lift()
        scene.run(2000)

    def has_won(self, scene):
        return scene.relay.wiretap.unlocked > 50 and scene.hearing(scene.alice) == "sealed"


class PlainProfile(Attack):
    name = "savp-to-avp"
    tried = "With SRTP required, the relay turns RTP/SAVP into RTP/AVP and takes the keys out."
    alice = "Call ended | Bob | No common sound"
    bob = "bob | 10.0.0.2"
    ladder = """
        relay: turns RTP/SAVP into RTP/AVP
        alice > bob  INVITE 1
        bob > alice  488
        alice > bob  ACK 1
    """
    without = "They talk in clear, though both settings say `require`."
    defences = (faith.CLEAR_MEDIA,)

    def scene(self):
        return Scene("off", srtp_policy="require")

    def play(self, scene):
        relay = scene.relay

        def change(frame, source, destination):
            if b"a=crypto:" not in frame and b"RTP/SAVP" not in frame:
                return frame
            relay.note("turns RTP/SAVP into RTP/AVP")
            body = frames.lines_of(frame)[1].replace(b"RTP/SAVP", b"RTP/AVP")
            lines = [line for line in body.split(b"\r\n") if not line.startswith(b"a=crypto:")]
            return frames.with_description(frame, b"\r\n".join(lines))

        relay.change = change
        scene.forget()
        scene.dial(1500)
        scene.answer(scene.bob, 1000)

    def has_won(self, scene):
        return scene.relay.wiretap.clear > 0
