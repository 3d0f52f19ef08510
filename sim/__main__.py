# SPDX-License-Identifier: MIT
"""python -m sim COMMAND: the simulator's commands."""

import sys

from sim import launcher

_HELP = """usage: python -m sim COMMAND ...

  phone     a complete desk phone in this computer: python -m sim phone --help
"""


def main(words):
    """-> exit code."""
    if words[:1] == ["phone"]:
        return launcher.main(words[1:])
    if words in (["-h"], ["--help"]):
        print(_HELP, end="")
        return 0
    print("sim: %s; the commands are: phone" % (
        "%s is no command" % words[0] if words else "which command?"), file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
