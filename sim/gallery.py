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
        write_svg(arguments[0], "The phone, state by state", (beside(list(_screens()), 2),))
    except OSError as fault:
        print("gallery: %s: %s" % (arguments[0], fault.strerror), file=sys.stderr)
        return 2
    return 0


def _screens():
    """Yield the screens of alice, or of bob where he sees more."""
    sys.path[:0] = [str(ROOT / "firmware"), str(ROOT / "sim" / "cpython")]
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
