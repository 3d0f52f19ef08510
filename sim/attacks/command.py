# SPDX-License-Identifier: MIT
"""`python -m sim attacks`: hostile relays and peers against two phones, with each defence and without."""

import argparse
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]

_EXAMPLES = """exit code: 0 each attack fails, and succeeds without its defence; 1 one does not; 2 wrong words

examples:
  python -m sim attacks
  python -m sim attacks --list
  python -m sim attacks strip-encryption redirect --ladder
"""


def main(words):
    """Play attacks and tell of each. -> exit code."""
    for folder in (_ROOT, _ROOT / "sim" / "cpython", _ROOT / "firmware"):
        sys.path.insert(0, str(folder))
    from sim.attacks.registry import attacks_called

    options = _parser().parse_args(words)
    try:
        attacks = attacks_called(options.names)
    except KeyError as fault:
        print("sim attacks: no attack is called %s; --list tells them all" % fault.args[0], file=sys.stderr)
        return 2
    if options.list:
        for attack in attacks:
            print("%-22s %s" % (attack.name, attack.tried))
        return 0
    failed = [attack.name for attack in attacks if not _told(attack, options.ladder)]
    print("%d attacks: %d as they should be%s" % (
        len(attacks), len(attacks) - len(failed), ", not: " + ", ".join(failed) if failed else ""))
    return 1 if failed else 0


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m sim attacks", description=__doc__.partition(": ")[2], epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="which attacks (default: all)")
    parser.add_argument("--list", action="store_true", help="name them, and what each tries")
    parser.add_argument("--ladder", action="store_true", help="show who said what to whom, too")
    return parser


def _screens(scene):
    return "Alice sees [%s], bob [%s]." % scene.screens


def _told(attack, shows_ladder):
    """Play one with its defence and without, and print a line about it. -> True: it went as it should."""
    from sim.attacks.attack import faults, perform
    from sim.attacks.defences import taken_away

    scene = perform(attack)
    wrong = faults(attack, scene)
    with taken_away(attack.defences):
        bad = perform(attack)
        if not attack.has_won(bad):
            wrong.append("it fails without its defence, too: it proves nothing")
    print("%s: %s %s Without the defence: %s %s" % (
        attack.name, attack.tried, _screens(scene), attack.without, _screens(bad)))
    if shows_ladder:
        print("\n".join("    " + line for line in attack.told(scene).split("\n") if line))
    for fault in wrong:
        print("  WRONG: " + fault)
    return not wrong
