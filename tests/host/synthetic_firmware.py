# SPDX-License-Identifier: MIT
"""A firmware image of the layout that MicroPython's has, for tests: its code is noise from a seed.

Bootloader, partition table with its MD5, empty settings, program; each part of code with header, two
segments, checksum and SHA-256. The layout of partitions is that of MicroPython 1.26 and later:
nvs, phy_init, factory; the rest of the flash is MicroPython's.
"""

import hashlib
import random
import struct
from functools import reduce

CHIPS = {"esp32": (0, 0x1000), "esp32s3": (9, 0x0)}
APP = 0x10000
NVS = (0x9000, 0x6000)
FACTORY = 0x1F0000


def code(chip_id, segments, seed):
    """-> bytes of one bootable part. segments: sizes in bytes, multiples of 4."""
    noise = random.Random(seed)
    body = b"".join(struct.pack("<II", 0x3FFF0000 + 0x8000 * number, size) + noise.randbytes(size)
                    for number, size in enumerate(segments))
    header = struct.pack("<BBBBIBBBBHBHHIB", 0xE9, len(segments), 2, 0x20, 0x40080000,
                         0xEE, 0, 0, 0, chip_id, 0, 0, 0xFFFF, 0, 1)
    data = header + body
    at, checksum = len(header), 0xEF
    for size in segments:
        checksum = reduce(lambda a, b: a ^ b, data[at + 8:at + 8 + size], checksum)
        at += 8 + size
    data += bytes(15 - len(data) % 16) + bytes((checksum,))
    return data + hashlib.sha256(data).digest()


def table(rows):
    """-> 0xC00 bytes. rows: (type, subtype, offset, size, label)."""
    entries = b"".join(struct.pack("<HBBII16sI", 0x50AA, *row[:4], row[4].encode(), 0) for row in rows)
    data = entries + b"\xeb\xeb" + b"\xff" * 14 + hashlib.md5(entries).digest()
    return data.ljust(0xC00, b"\xff")


ROWS = [(1, 2, *NVS, "nvs"), (1, 1, 0xF000, 0x1000, "phy_init"), (0, 0, APP, FACTORY, "factory")]


def firmware(chip, rows=ROWS, program=(6000, 9000), seed=1):
    """-> bytes of the file. chip: "esp32" or "esp32s3"."""
    chip_id, offset = CHIPS[chip]
    data = code(chip_id, (2000, 5000), seed).ljust(0x8000 - offset, b"\xff")
    return (data + table(rows)).ljust(APP - offset, b"\xff") + code(chip_id, program, seed + 1)
