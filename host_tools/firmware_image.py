# SPDX-License-Identifier: MIT
"""Firmware image: a file with MicroPython for an ESP32, checked before anything is erased for it.

Such a file is what lies in flash from the bootloader on: bootloader, partition table at 0x8000,
program. Formats: "Firmware Image Format" of the esptool documentation, "Partition Tables" of the
ESP-IDF Programming Guide. Both parts of code have a checksum and a SHA-256 at their end.
"""

import hashlib
import struct

MAGIC = 0xE9
TABLE = 0x8000                  # of the partition table in flash, in all builds of MicroPython
_TABLE_BYTES = 0xC00
_ENTRY = struct.Struct("<HBBII16sI")
_ENTRY_MAGIC = 0x50AA
_MD5_MAGIC = 0xEBEB
_HEADER = 24                    # bytes before the first segment
_CHECKSUM_SEED = 0xEF
_MOST_SEGMENTS = 16
_APP, _DATA = 0, 1              # partition types
_NVS, _PHY = 2, 1               # subtypes of data
_SETTINGS = (_NVS, 0x81, 0x82, 0x83)        # and the file systems: FAT, SPIFFS, LittleFS
_LEAST_FILES = 0x100000         # bytes for two slots and settings, where the table leaves that to MicroPython

# Of each chip: its name for people, its number in images, and where its bootloader begins.
CHIPS = {"esp32": ("ESP32", 0, 0x1000), "esp32s3": ("ESP32-S3", 9, 0x0)}


class FirmwareError(Exception):
    """The file is not to be flashed. The message is for a person, and follows the file's name."""


class Partition:
    """kind, subtype: numbers; offset, size: bytes in flash; label: str."""

    def __init__(self, kind, subtype, offset, size, label):
        self.kind = kind
        self.subtype = subtype
        self.offset = offset
        self.size = size
        self.label = label

    def is_settings(self):
        """-> True where a phone keeps what is not of the firmware."""
        return self.kind == _DATA and self.subtype in _SETTINGS


class FirmwareImage:
    """
    data        bytes of the file
    chip        "esp32" or "esp32s3"
    offset      where in flash it begins
    partitions  list of Partition, as they lie in flash
    needs       bytes of flash that it takes, with room for a phone's files
    """

    def __init__(self, data, chip):
        """Raises FirmwareError unless it is whole and for this chip."""
        self.data = data
        self.chip = chip
        self.offset = CHIPS[chip][2]
        if len(data) < TABLE - self.offset + _TABLE_BYTES:
            raise FirmwareError("is too short for a MicroPython image; download it again")
        _check_code(data, chip, "bootloader")
        self.partitions = _read_table(data[TABLE - self.offset:][:_TABLE_BYTES])
        self._check_programs()
        self.needs = max(part.offset + part.size for part in self.partitions)
        if not any(part.is_settings() and part.subtype != _NVS for part in self.partitions):
            self.needs += _LEAST_FILES

    def _check_programs(self):
        programs = [part for part in self.partitions if part.kind == _APP]
        found = 0
        for part in programs:
            code = self.data[max(0, part.offset - self.offset):][:part.size]
            if code[:1] == bytes((MAGIC,)):
                _check_code(code, self.chip, part.label)
                found += 1
        if not found:
            raise FirmwareError("has no program; use the file with the whole firmware, not an update of it")
        end = max(part.offset + part.size for part in programs)
        if self.offset + len(self.data) > end:
            raise FirmwareError("is longer than its partition table says; download it again")

    def pieces(self, keep_settings):
        """-> list of (offset in flash, bytes) to write. keep_settings: leave what a phone has stored."""
        if not keep_settings:
            return [(self.offset, self.data)]
        pieces = []
        at = self.offset
        for part in self.partitions:
            if part.is_settings() or part.kind == _DATA and part.subtype == _PHY:
                pieces.append((at, part.offset))
                at = part.offset + part.size
        pieces.append((at, self.offset + len(self.data)))
        cut = [(start, self.data[start - self.offset:end - self.offset]) for start, end in pieces]
        return [(start, data) for start, data in cut if data.strip(b"\xff")]


def _check_code(code, chip, label):
    """Header, segments, checksum and SHA-256 of a bootloader or program."""
    name, number, _ = CHIPS[chip]
    if code[0] != MAGIC:
        raise FirmwareError("is no firmware for an %s: its first byte is 0x%02X, not 0xE9" % (name, code[0]))
    found = int.from_bytes(code[12:14], "little")
    if found != number:
        others = {row[1]: row[0] for row in CHIPS.values()}
        raise FirmwareError("is for %s, and this board has an %s; download the one for %s" % (
            others.get(found, "another chip"), name, name))
    at, checksum = _HEADER, _CHECKSUM_SEED
    if not 1 <= code[1] <= _MOST_SEGMENTS:
        raise FirmwareError("is damaged in its %s; download it again" % label)
    for _ in range(code[1]):
        size = int.from_bytes(code[at + 4:at + 8], "little")
        at += 8
        if at + size > len(code):
            raise FirmwareError("is cut off in its %s; download it again" % label)
        checksum ^= _xor(code[at:at + size])
        at += size
    at += 15 - at % 16
    if code[23] != 1:
        raise FirmwareError("has no SHA-256 in its %s; use an image by the makers of MicroPython" % label)
    if code[at:at + 1] != bytes((checksum,)) \
            or hashlib.sha256(code[:at + 1]).digest() != code[at + 1:at + 33]:
        raise FirmwareError("is damaged in its %s; download it again" % label)


def _xor(data):
    """-> XOR of all bytes."""
    while len(data) > 1:
        half = len(data) // 2
        mixed = int.from_bytes(data[:half], "little") ^ int.from_bytes(data[half:2 * half], "little")
        data = mixed.to_bytes(half, "little") + data[2 * half:]
    return data[0] if data else 0


def _read_table(table):
    """-> list of Partition, sorted by offset. Raises FirmwareError."""
    found = []
    for at in range(0, len(table), _ENTRY.size):
        magic, kind, subtype, offset, size, label, _ = _ENTRY.unpack_from(table, at)
        if magic == _MD5_MAGIC:
            if hashlib.md5(table[:at]).digest() != table[at + 16:at + 32]:
                raise FirmwareError("has a damaged partition table; download it again")
            break
        if magic != _ENTRY_MAGIC:
            break
        found.append(Partition(kind, subtype, offset, size, label.rstrip(b"\0").decode("ascii", "replace")))
    if not found:
        raise FirmwareError("has no partition table at 0x8000; use the file with the whole firmware")
    found.sort(key=lambda part: part.offset)
    end = TABLE + 0x1000
    for part in found:
        if part.offset < end:
            raise FirmwareError("has partitions that overlap; download it again")
        end = part.offset + part.size
    return found
