# SPDX-License-Identifier: MIT
"""A signed INVITE that is written differently when it arrives."""

from security import ssa
from sim.attacks import faith, frames
from sim.attacks.attack import Attack
from sim.attacks.in_calls import keep_invite
from sim.attacks.scene import ALICE, BOB

_DIVIDER = b"Authorization: "
_VERIFIED_MS = 250          # until bob has answered, twice over


def signed_rows(frame):
    """-> the rows of the head below the signature."""
    lines = frames.lines_of(frame)[0]
    first = [at for at in range(len(lines)) if lines[at].startswith(_DIVIDER)][0]
    return range(first + 1, len(lines))


def around_block_written_anew(original, message, divider, nonce):
    """A message is verified as it came, and in no other way."""
    return None


class ReorderSigned(Attack):
    name = "reorder-signed"
    tried = "The relay puts the last signed header of the INVITE in front of the first."
    alice = "Call ended | Bob | Not allowed"
    bob = "bob | 10.0.0.2"
    ladder = """
        alice > bob  INVITE 1
        bob > alice  401
        alice > bob  ACK 1
        relay: changes the order
        alice > bob  INVITE 2
        bob > alice  100
        bob > alice  401
        alice > bob  ACK 2
        relay: changes the order
        alice > bob  INVITE 3
        bob > alice  100
        bob > alice  403
        alice > bob  ACK 3
    """
    without = "Bob's phone rings, for an INVITE that is not as alice has signed it."
    defences = (faith.ANY_SIGNATURE,)

    def play(self, scene):
        def change(frame):
            scene.relay.note("changes the order")
            lines, body = frames.lines_of(frame)
            first = signed_rows(frame)[0]
            lines.insert(first, lines.pop())
            return frames.joined(lines, body)

        scene.change_signed(change)
        scene.dial(2500)
        if not scene.bob.has("ringing"):
            scene.until_the_end()


class FoldSigned(Attack):
    name = "fold-signed"
    tried = "The relay folds each signed header of the INVITE, and writes two in compact form, as it may."
    alice = "In call 0:00 | Bob | bob@10.0.0.2 | SEALED: Bob"
    bob = "In call 0:01 | Alice | alice@10.0.0.1 | SEALED: Alice"
    ladder = """
        alice > bob  INVITE 1
        bob > alice  401
        alice > bob  ACK 1
        relay: folds the signed headers
        alice > bob  INVITE
        bob > alice  100
        bob > alice  180
        bob > alice  200
        alice > bob  ACK 2
    """
    without = "The call does not get through: what any proxy may do to a message breaks its seal."
    defences = ((ssa, "block_written_anew", around_block_written_anew),)

    def play(self, scene):
        def change(frame):
            scene.relay.note("folds the signed headers")
            lines, body = frames.lines_of(frame)
            for row in signed_rows(frame):
                lines[row] = lines[row].replace(b": ", b":\r\n   ", 1)
            folded = frames.joined(lines, body)
            return folded.replace(b"\r\nFrom:", b"\r\nf :").replace(b"\r\nCall-ID:", b"\r\ni:")

        scene.change_signed(change)
        scene.dial(1500)
        scene.answer(scene.bob, 1000)

    def has_won(self, scene):
        return scene.hearing(scene.alice) != "sealed"


class AlterEachHeader(Attack):
    name = "alter-each-header"
    tried = "The relay keeps the sealed INVITE and sends others: with a digit changed, in each line in turn."
    alice = "Calling | Bob | bob@10.0.0.2"
    bob = "bob | 10.0.0.2"
    ladder = """
        relay: alters Contact
        alice > bob  INVITE 2
        bob > alice  100  (lost)
        bob > alice  401  (lost)
        relay: alters From
        alice > bob  INVITE 2
        bob > alice  100  (lost)
        bob > alice  403  (lost)
        relay: alters To
        alice > bob  INVITE 2
        bob > alice  100  (lost)
        bob > alice  401  (lost)
        relay: alters Call-ID
        alice > bob  INVITE 2
        bob > alice  100  (lost)
        bob > alice  401  (lost)
        alice > bob  INVITE 2  (lost)
        relay: alters CSeq
        alice > bob  INVITE 3
        bob > alice  100  (lost)
        bob > alice  401  (lost)
        relay: alters WWW-Authenticate
        alice > bob  INVITE 2
        bob > alice  100  (lost)
        bob > alice  403  (lost)
        relay: alters Encryption
        alice > bob  INVITE 2
        bob > alice  100  (lost)
        bob > alice  401  (lost)
        relay: alters Content-Length
        alice > bob  INVITE 2
        bob > alice  100  (lost)
        bob > alice  401  (lost)
        relay: alters the body
        alice > bob  INVITE 2
        bob > alice  100  (lost)
        bob > alice  403  (lost)
    """
    without = "Bob's phone rings, for an INVITE that is not as alice has signed it."
    defences = (faith.ANY_SIGNATURE,)

    def play(self, scene):
        invite = keep_invite(scene)
        relay = scene.relay
        relay.change = keep_all
        for at, frame in enumerate(altered(invite)):
            via = frames.value(frame, b"Via").replace(b"branch=z9hG4bK", b"branch=z9hG4bK%d-" % at)
            relay.note("alters " + self._line(invite, at))
            relay.say(frames.with_value(frame, b"Via", via), ALICE, BOB)
            scene.run(_VERIFIED_MS)
            if scene.bob.has("ringing"):
                break
        scene.look()

    def _line(self, invite, at):
        rows = signed_rows(invite)
        return frames.lines_of(invite)[0][rows[at]].split(b":")[0].decode() if at < len(rows) else "the body"


def keep_all(frame, source, destination):
    """-> None: neither gets anything."""
    return None


def altered(invite):
    """-> the frames that differ from a signed one in a digit of one signed line, or a byte of the body."""
    found = []
    lines, body = frames.lines_of(invite)
    for row in signed_rows(invite):
        changed = list(lines)
        line = lines[row]
        at = max([place for place in range(len(line)) if 48 <= line[place] < 58])
        changed[row] = line[:at] + bytes((line[at] ^ 1,)) + line[at + 1:]
        found.append(frames.joined(changed, body))
    found.append(frames.joined(lines, body[:-1] + bytes((body[-1] ^ 1,))))
    return found
