# SPDX-License-Identifier: MIT
"""Bench of the hook switch: what it says, and how it bounces."""

from boards.bench.beat import steps


def run(board, seconds=15):
    hook = board.hook()
    print("Hook of %s: lift the handset and lay it down, five times. %d s." % (board.NAME, seconds))
    state, last, shortest = hook.is_off(), 0, None
    print("  now: %s" % _word(state))
    changes = 0
    for now in steps(seconds, 1):
        if hook.is_off() != state:
            state = not state
            changes += 1
            if changes > 1 and (shortest is None or now - last < shortest):
                shortest = now - last
            last = now
            print("  %s at %d ms" % (_word(state), now))
    print("changes: %d; shortest time between two: %s" % (
        changes, "none" if shortest is None else "%d ms" % shortest))


def _word(is_off):
    return "lifted" if is_off else "lies"
