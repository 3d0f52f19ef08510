# SPDX-License-Identifier: MIT
"""Bench of the keypad: which keys connect, how they bounce, how long a scan takes."""

from time import ticks_diff, ticks_us

from boards.bench.beat import steps

_BOUNCE_MS = 20


def run(board, seconds=30):
    keypad = board.keypad()
    print("Keypad of %s: press each key once, then two and three at a time. %d s." % (board.NAME, seconds))
    down, seen, bounces, scans, busy_us, changed = 0, 0, 0, 0, 0, {}
    for now in steps(seconds):
        begin = ticks_us()
        found = keypad.scan()
        busy_us += ticks_diff(ticks_us(), begin)
        scans += 1
        for key in range(len(keypad.codes)):
            if (found ^ down) >> key & 1:
                if now - changed.get(key, -1000) < _BOUNCE_MS:
                    bounces += 1
                changed[key] = now
                if found >> key & 1:
                    print("  down: %s" % chr(keypad.codes[key]))
        down = found
        seen |= found
    missing = [chr(code) for key, code in enumerate(keypad.codes) if not seen >> key & 1]
    print("never down: %s" % (" ".join(missing) or "none"))
    print("changes within %d ms of the one before: %d" % (_BOUNCE_MS, bounces))
    print("a scan: %d us, mean of %d" % (busy_us // scans, scans))
