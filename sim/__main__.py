# SPDX-License-Identifier: MIT
"""python -m sim COMMAND: the simulator's commands."""

import sys

from sim import launcher
from sim.attacks import command as attacks
from sim.server import command as server

_HELP = """usage: python -m sim COMMAND ...

  phone     a complete desk phone in this computer: python -m sim phone --help
  server    registrar and proxy for such phones, on this computer only: python -m sim server --help
  attacks   hostile relays and peers against two sealed phones: python -m sim attacks --help
"""


def main(words):
    """-> exit code."""
    if words[:1] == ["phone"]:
        return launcher.main(words[1:])
    if words[:1] == ["server"]:
        return server.main(words[1:])
    if words[:1] == ["attacks"]:
        return attacks.main(words[1:])
    if words in (["-h"], ["--help"]):
        print(_HELP, end="")
        return 0
    print("sim: %s; the commands are: phone, server, attacks" % (
        "%s is no command" % words[0] if words else "which command?"), file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
