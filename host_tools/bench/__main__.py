# SPDX-License-Identifier: MIT
"""make bench: measure the phone, and its peers beside it, into one table and build/bench.json.

    python -m host_tools.bench [--only NAME-PREFIX] [--quick]

Instructions and bytes are the same on each computer; times are those of this one. Exit code 1
when a limit is broken or the phone failed while it was measured, else 0. What this computer
lacks a tool for is left out, with the reason in the table.
"""

import argparse
import json
import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from host_tools import image
from host_tools.bench import (
    ear_delay, frame_bytes, frame_secure, helper_load, image_size, import_time, invite_rate, parsing,
    pgp_time, ram, round_trip, setup_sealed, setup_time, srtp_rate, steps, table, world_speed,
)
from host_tools.bench.faults import Failure, Missing
from host_tools.bench.row import Gap

# Each has NAMES, the names of its rows, and measure(options, say) -> list of Row and Gap.
_GROUPS = (
    frame_bytes, frame_secure, steps, parsing, round_trip, import_time, setup_time, setup_sealed,
    invite_rate, ram,
    ear_delay, srtp_rate, world_speed, pgp_time, helper_load, image_size,
)


def main(arguments=None):
    """-> exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m host_tools.bench", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--only", metavar="NAME-PREFIX", default="",
        help="only the rows whose names begin so; bench.json stays as it is")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter measurements")
    options = parser.parse_args(arguments)
    groups = [group for group in _GROUPS if _is_wanted(group.NAMES, options)]
    if not groups:
        parser.error("--only %s: no row begins so; there are %s" % (
            options.only, " ".join(name for group in _GROUPS for name in group.NAMES)))
    rows = [row for row in _measure(groups, options) if row.name.startswith(options.only)]
    table.show(rows)
    if not options.only:
        image.BUILD.mkdir(exist_ok=True)
        records = [row.record() for row in rows if not isinstance(row, Gap)]
        (image.BUILD / "bench.json").write_text(json.dumps(records, indent=1) + "\n")
    return 1 if any(map(_is_broken, rows)) else 0


def _is_wanted(names, options):
    return any(name.startswith(options.only) for name in names)


def _is_broken(row):
    return row.is_failure() if isinstance(row, Gap) else row.holds() is False


def _measure(groups, options):
    """Yield Row and Gap of each group, and say meanwhile what is being measured."""
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    # Not refreshed by itself: it would take time from what is measured.
    with Progress(*columns, console=console, auto_refresh=False, transient=True) as progress:
        bar = progress.add_task("", total=len(groups))

        def say(text):
            if console.is_terminal:
                progress.update(bar, description=text, refresh=True)
            else:
                print("bench: " + text, file=sys.stderr, flush=True)

        for group in groups:
            try:
                yield from group.measure(options, say)
            except (Failure, Missing, image.ImageError) as fault:
                yield from (Gap(name, "", fault) for name in group.NAMES)
            progress.update(bar, advance=1, refresh=console.is_terminal)


if __name__ == "__main__":
    sys.exit(main())
