# SPDX-License-Identifier: MIT
"""The screens of the phone as one picture, taken while two phones are used.

    python -m sim.gallery FILE.svg
"""

import sys
from pathlib import Path

from sim.picture import beside, screen, write_svg

ROOT = Path(__file__).resolve().parents[1]


def main(arguments):
    """-> exit code."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        sys.path[:0] = [str(ROOT / "firmware"), str(ROOT / "sim" / "cpython")]
        screens = [*_screens(), *_screens_of_keys(), *_screens_of_a_passphrase()]
        write_svg(arguments[0], "The phone, state by state", (beside(screens, 2),))
    except OSError as fault:
        print("gallery: %s: %s" % (arguments[0], fault.strerror), file=sys.stderr)
        return 2
    return 0


def _screens():
    """Yield the screens of alice, or of bob where he sees more."""
    from sim.world import World

    world = World()
    known = (("1002", "sip:bob@10.0.0.2", "Bob"), ("1003", "sip:carol@10.0.0.3", "Carol"))
    alice = world.add("alice", contacts=known)
    bob = world.add("bob", {"account.display": "Bob"}, (("1001", "sip:alice@10.0.0.1", "Alice"),), 660)
    carol = world.add("carol", {"account.display": "Carol"}, (("1001", "sip:alice@10.0.0.1", "Alice"),), 550)

    def shot(title, phone=alice):
        return screen(title, phone.screen().split("\n"))

    yield shot("idle")
    alice.press("1002")
    yield shot("dialling")
    alice.press("#")
    world.run_until(lambda: bob.has("ringing"))
    yield shot("calling")
    yield shot("ringing", bob)
    bob.lift()
    world.run(7000)
    yield shot("in a call")
    alice.press("M")
    yield shot("muted")
    alice.press("M" + "U")
    yield shot("volume")
    carol.press("1001#")
    world.run_until(lambda: alice.events.names().count("ringing") == 1)
    yield shot("a second call")
    alice.press("O")
    world.run(3000)
    yield shot("two calls")
    carol.press("B")
    world.run(4000)
    yield shot("on hold")
    yield shot("held by them", bob)
    bob.lay_down()
    world.run(100)
    yield shot("the end")
    world.run(5000)
    alice.press("1009#")
    world.run(200)
    yield shot("a wrong number")
    world.run(8000)
    alice.hold_key("B", 1500)
    carol.press("1001#")
    world.run(5000)
    yield shot("do not disturb")
    alice.press("D")
    yield shot("calls")
    alice.press("B" + "U")
    yield shot("directory")
    alice.press("O" + "2" + "#" + "22")
    yield shot("typing a name")
    alice.press("BOBB" + "O" + "5")
    yield shot("settings")


def _shot(title, phone):
    return screen(title, phone.screen().split("\n"))


def _screens_of_keys():
    """Yield what two owners see who seal their calls: they meet, compare, and lose what they had."""
    from security import sma_frames
    from sim.world import World

    world = World()
    alice, bob = world.pair(helper=True, **{"security.policy": "prefer"})
    world.run(1500)
    alice.press("1002#")
    world.run(500)
    yield _shot("a new key", alice)
    alice.press("O")
    world.run_until(lambda: bob.has("ringing"))
    yield _shot("a stranger rings", bob)
    bob.press("O")
    world.run(1000)
    yield _shot("sealed, new key", alice)
    alice.press("O")
    yield _shot("words to compare", alice)
    alice.press("O")
    world.run(1000)
    yield _shot("sealed", alice)
    alice.press("H")
    world.run_until(lambda: world.helper.asked[-1] == ("bob", sma_frames.SIGN))
    world.helper.mode = "lying"             # the answer is signed by somebody else
    world.helper.liar = bytes(20)
    world.run(1000)
    yield _shot("broken", alice)
    world.helper.mode = "gone"
    alice.press("B")
    world.run(6000)
    yield _shot("no helper", alice)
    alice.press("U3" + "6")
    yield _shot("a contact's calls", alice)
    alice.press("B" + "D" + "O")
    yield _shot("a contact's key", alice)
    alice.press("BBB")
    world.helper.mode = ""
    world.remove(bob)
    given = {"security.policy": "prefer", "account.user": "bob"}
    world.add("bob anew", given, address=bob.address, helper=True)
    world.run(12000)
    alice.press("1002#")
    world.run(2000)
    yield _shot("a changed key", alice)


def _screens_of_a_passphrase():
    """Yield what the owner of a locked key sees."""
    from sim.world import World

    world = World()
    alice, _ = world.pair(helper=True, passphrase=b"sesame", **{"security.policy": "prefer"})
    world.run(1500)
    alice.press("1002#")
    world.run(500)
    alice.press("O" if "New key" in alice.screen() else "")
    world.run(500)
    alice.press("7777" + "33" + "7777")
    yield _shot("a passphrase", alice)
    alice.press("O")
    world.run(500)
    yield _shot("the wrong one", alice)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
