# SPDX-License-Identifier: MIT
"""Bytes of the image in which a board finds its code."""

from host_tools import image
from host_tools.bench.row import Row

NAMES = ("image.size.unix",)


def measure(options, say):
    """-> list of Row. Raises image.ImageError."""
    say("size of the image")
    size = image.build("unix", say=say).stat().st_size
    return [Row(
        NAMES[0], round(size / 1024, 1), "KB", "unix",
        "the ROMFS image of the unix board: firmware, drivers and board, compiled with viper for x86-64")]
