# SPDX-License-Identifier: MIT
"""main.py of a phone whose code is frozen into its firmware: the phone, or safe mode with * held."""

from frozen_facts import FACTS

from boards import boot
from boards.main import run


def main(root=""):
    """root: for tests. On a chip it returns in safe mode only, and the console answers."""
    boot.silence_radio()
    if boot.is_star_held(FACTS):
        print("boot: * is held; safe mode; the phone does not start")
        boot.show(FACTS, True)
        return
    run(FACTS["board"], root)


if __name__ == "__main__":
    main()
