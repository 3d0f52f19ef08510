# SPDX-License-Identifier: MIT
"""The screens of the phone as one picture, taken while two phones are used.

    python -m sim.gallery FILE.svg
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "firmware"), str(ROOT / "sim" / "cpython")]

from sim import glass_picture  # noqa: E402

_MICROPYTHON = "import sys, micropython_unix as m; sys.exit(m.run_main(['micropython'] + sys.argv[1:]))"
_SAFE_MODE = """
import framebuf, sys
sys.path[:0] = [""]
from boards import boot
print(boot.picture(framebuf, True).hex())
"""


def main(arguments):
    """-> exit code."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        screens = [
            *_screens_of_setup(), *_screens(), *_screens_of_keys(), *_screens_of_a_passphrase(),
            *_staged(), _safe_mode()]
        glass_picture.write(arguments[0], "The phone, state by state", screens)
    except OSError as fault:
        print("gallery: %s: %s" % (arguments[0], fault.strerror), file=sys.stderr)
        return 2
    return 0


def _screens_of_setup():
    """Yield what a new phone shows, by the two ways to set it up."""
    from sim.new_phone import NewPhone

    phone = NewPhone()
    phone.run(1000)
    yield _drawn("a new phone", phone)
    phone.press("O")
    yield _drawn("a network", phone)
    phone.press("2" + "##1001O")                # an open one; who its owner is
    for keys in ("##192", "#1##0", "#1##2", "#1##5", "O", "##4711O"):
        phone.press(keys)
        phone.rest()
    yield _drawn("all that it asks", phone)
    phone.press("O")
    yield _drawn("saved", phone)


def _screens():
    """Yield the screens of alice, or of bob where he sees more."""
    from sim.world import World

    world = World()
    known = (("1002", "sip:bob@10.0.0.2", "Bob"), ("1003", "sip:carol@10.0.0.3", "Carol"))
    alice = world.add("alice", contacts=known)
    bob = world.add("bob", {"account.display": "Bob"}, (("1001", "sip:alice@10.0.0.1", "Alice"),), 660)
    carol = world.add("carol", {"account.display": "Carol"}, (("1001", "sip:alice@10.0.0.1", "Alice"),), 550)

    def shot(title, phone=alice):
        return _drawn(title, phone)

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


def _drawn(title, phone):
    """-> a screen as glass_picture.write() takes it."""
    phone.screen()                      # what is on its way comes to the glass
    rows = phone.display.text().split("\n")
    return title, rows, glass_picture.drawn(rows, sorted(phone.display.icons))


def _screens_of_keys():
    """Yield what two owners see who seal their calls: they meet, compare, and lose what they had."""
    from security import sma_frames
    from sim.world import World

    world = World()
    alice, bob = world.pair(helper=True, **{"security.policy": "prefer"})
    world.run(1500)
    alice.press("1002#")
    world.run(500)
    yield _drawn("a new key", alice)
    alice.press("O")
    world.run_until(lambda: bob.has("ringing"))
    world.run(100)
    yield _drawn("a stranger rings", bob)
    bob.press("O")
    world.run(1000)
    yield _drawn("sealed, new key", alice)
    alice.press("O")
    yield _drawn("words to compare", alice)
    alice.press("O")
    world.run(1000)
    yield _drawn("sealed", alice)
    alice.press("H")
    world.run_until(lambda: world.helper.asked[-1] == ("bob", sma_frames.SIGN))
    world.helper.mode = "lying"             # the answer is signed by somebody else
    world.helper.liar = bytes(20)
    world.run(1000)
    yield _drawn("broken", alice)
    world.helper.mode = "gone"
    alice.press("B")
    world.run(6000)
    yield _drawn("no helper", alice)
    alice.press("U3" + "6")
    yield _drawn("a contact's calls", alice)
    alice.press("B" + "D" + "O")
    yield _drawn("a contact's key", alice)
    alice.press("BBB")
    world.helper.mode = ""
    world.remove(bob)
    given = {"security.policy": "prefer", "account.user": "bob"}
    world.add("bob anew", given, address=bob.address, helper=True)
    world.run(12000)
    alice.press("1002#")
    world.run(2000)
    yield _drawn("a changed key", alice)


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
    yield _drawn("a passphrase", alice)
    alice.press("O")
    world.run(500)
    yield _drawn("the wrong one", alice)


class _Offer:
    """What the menu takes for the way to a new version: it stands still, so that it can be looked at."""

    version = "0.2.0"
    runs = "0.1.0"
    percent = 0
    state = "idle"
    reason = ""
    owner = None


def _staged():
    """Yield what here no server can bring about: one that has the keys of a call, and an update."""
    from sim.world import World

    world = World()
    alice = world.add("alice", contacts=(("1002", "sip:bob@10.0.0.2", "Bob"),))
    bob = world.add("bob", contacts=(("1001", "sip:alice@10.0.0.1", "Alice"),))
    alice.unit.media.hearing = lambda call, *known: "pbx"
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"))
    bob.lift()
    world.run(3000)
    yield _drawn("a server has the keys", alice)
    bob.lay_down()
    world.run(6000)
    offer = _Offer()
    application = alice.unit.media.owner
    application.hal.updates = lambda: offer
    alice.press("O5")
    while ">Update" not in alice.screen().replace(">Update server", ""):
        alice.press("D")
    alice.press("O")
    for state, percent in (("offered", 0), ("loading", 47)):
        offer.state, offer.percent = state, percent
        alice.press("U")
        yield _drawn("an update", alice)


def _safe_mode():
    """What boot.py shows, in the letters that MicroPython has."""
    from boards import boot

    told = subprocess.run(
        [sys.executable, "-I", "-c", _MICROPYTHON, "-c", _SAFE_MODE], cwd=ROOT, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, text=True, check=True, env={"MICROPYPATH": "firmware:.:.frozen"})
    return "safe mode", boot.lines(True), bytes.fromhex(told.stdout.strip())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
