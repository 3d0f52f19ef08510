# SPDX-License-Identifier: MIT
"""Every call that a board makes of its chip exists there: pyright against the stubs of the chip.

    python -m host_tools.board_types BOARD...

What is checked: boards/BOARD with its bench scripts, the drivers, boot.py and main.py. Of pyright's rules
those about None
are off: what is set by the assembly is None before. Files of machine code are the cross compiler's affair.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from host_tools import board_image, image  # noqa: E402

STUBS = ROOT / "build" / "stubs"        # of each chip a folder: see set_up.py
PYRIGHT = ROOT / "node_modules" / "pyright" / "index.js"

_MACHINE_CODE = "boards/drivers/viper_*.py"


class Missing(Exception):
    """What the check needs is not there. The message is for a person."""


def check(board, also=()):
    """-> list of str, a line for each thing that is wrong. Raises Missing or image.ImageError.

    also  names of more files, in STUBS
    """
    chip = board_image.facts_of(board)["chip"]
    stubs = STUBS / chip
    if shutil.which("node") is None or not PYRIGHT.exists():
        raise Missing("there is no node, or no pyright in node_modules: make setup")
    if not (stubs / "machine.pyi").exists():
        raise Missing("there are no stubs of the %s in %s: make setup" % (chip, stubs.relative_to(ROOT)))
    config = STUBS / (board + ".json")
    config.write_text(json.dumps(_configured(board, chip, also)))
    done = subprocess.run(
        ["node", PYRIGHT, "-p", config, "--outputjson"], cwd=ROOT, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        told = json.loads(done.stdout)
    except ValueError:
        raise Missing("pyright says: %s" % (done.stderr or done.stdout).strip()[:500]) from None
    if not told["summary"]["filesAnalyzed"]:
        raise Missing("pyright found no file to look at")
    return ["%s:%d: %s" % (
        Path(wrong["file"]).relative_to(ROOT), wrong["range"]["start"]["line"] + 1, wrong["message"])
        for wrong in told["generalDiagnostics"] if wrong["severity"] == "error"]


def _configured(board, chip, also):
    up = "../.."                        # from build/stubs to the root
    machine_code = set(ROOT.glob(_MACHINE_CODE))
    drivers = sorted(set((ROOT / "boards" / "drivers").glob("*.py")) - machine_code)
    return {
        "include": [
            up + "/boards/" + board, up + "/boards/bench", up + "/boards/frozen", up + "/boards/boot.py",
            up + "/boards/main.py", *also,
            *("%s/boards/drivers/%s" % (up, path.name) for path in drivers)],
        # Run by MicroPython's makefile, which gives it its functions.
        "exclude": [up + "/boards/*/manifest.py"],
        "stubPath": up + "/host_tools/stubs", "typeshedPath": chip,
        "extraPaths": [chip, up + "/firmware", up], "pythonVersion": "3.11", "typeCheckingMode": "basic",
        "reportMissingModuleSource": False, "reportOptionalMemberAccess": False, "reportOptionalCall": False,
        "reportOptionalSubscript": False,
    }


def main(arguments=None):
    """-> exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m host_tools.board_types", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("boards", metavar="BOARD", nargs="+", choices=image.boards())
    wrong = 0
    for board in parser.parse_args(arguments).boards:
        try:
            found = check(board)
        except (Missing, image.ImageError) as fault:
            print("board_types: %s" % fault, file=sys.stderr)
            return 1
        wrong += len(found)
        print("%s: %d errors" % (board, len(found)))
        for line in found:
            print("    " + line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
