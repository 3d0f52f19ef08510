# SPDX-License-Identifier: MIT
"""Progress bar: bytes that went over a slow line, and how long it will take."""


def bar_of_bytes(console):
    """-> rich.progress.Progress. console: rich.console.Console, of the errors: programs read the other."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(),
                    console=console)
