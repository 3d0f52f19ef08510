# SPDX-License-Identifier: MIT
"""The serial loader in the ROM of an ESP32 or ESP32-S3, on a pty, so that the real esptool works with it.

Source: "Serial Protocol" of the esptool documentation. SLIP frames; requests <BBHI: 0, op, length,
checksum; answers 1, op, length, value, data and 4 bytes of status. The flash behaves as NOR
flash: erasing sets whole sectors of 4 KB to ones, writing clears bits.

What the ROM would refuse is refused here, or fails the test by AssertionError (see `wrongs`): data before a
begin, blocks out of turn, flash that was not attached, addresses behind its end.

Not modelled: time, the reset lines, the stub. Each SYNC counts as the first after a reset: the
loader takes the speed at which it hears it.
"""

import hashlib
import os
import struct
import termios

from tests.host.serial_port import SerialPort

SECTOR = 4096
_SYNC, _WRITE_REG, _READ_REG, _PARAMS, _ATTACH, _BAUD = 0x08, 0x09, 0x0A, 0x0B, 0x0D, 0x0F
_BEGIN, _DATA, _END = 0x02, 0x03, 0x04
_DEFL_BEGIN, _DEFL_DATA, _DEFL_END = 0x10, 0x11, 0x12
_MD5, _SECURITY, _READ_SLOW = 0x13, 0x14, 0x0E
_INVALID, _FAILED, _BAD_CHECKSUM = 5, 6, 7          # codes of the ROM
_MAGIC_REG = 0x40001000
_SPEEDS = {termios.B9600: 9600, termios.B115200: 115200, termios.B460800: 460800, termios.B921600: 921600}
# Of each chip: chip id, magic word, and registers of the SPI unit of its flash.
_CHIPS = {
    "esp32": (None, 0x00F01D83, {"usr2": 0x3FF42024, "cmd": 0x3FF42000, "w0": 0x3FF42080}),
    "esp32s3": (9, 0x00000009, {"usr2": 0x60002020, "cmd": 0x60002000, "w0": 0x60002058}),
    "esp32c3": (5, 0x6921506F, {"usr2": 0x60002020, "cmd": 0x60002000, "w0": 0x60002058}),
}
_RDID = 0x9F


class RomLoader:
    """
    chip       "esp32", "esp32s3", or "esp32c3" for a chip that is neither
    flash      bytearray: what is in it; kept from one loader to the next by the test
    flip       number of the block in which a bit flips on its way into flash, each time it comes; or None
    flips      how often at most
    unplug     number of the block at which the port vanishes; or None
    deaf_at    speed from which on nothing is heard
    is_mute    nothing ever answers
    path       of the port
    changes    list of (op, offset, size): what was erased and written
    blocks     how many were written
    wrongs     list of str: what a real ROM would not have let pass
    """

    def __init__(self, chip="esp32", flash=None, flip=None, flips=10 ** 6, unplug=None, deaf_at=10 ** 9,
                 is_mute=False):
        self.chip = chip
        self.flash = bytearray(b"\xff" * 4 * 1024 * 1024) if flash is None else flash
        self.changes = []
        self.blocks = 0
        self.wrongs = []
        self._faults = flip, unplug, deaf_at, is_mute
        self._flips = flips
        self._id, magic, self._spi = _CHIPS[chip]
        self._registers = {_MAGIC_REG: magic}
        self._restart()
        self._port = SerialPort()
        self.path = self._port.path
        self._port.serve(self._run)

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        self._port.end()
        assert not self.wrongs, self.wrongs

    def _restart(self):
        self._is_attached = False
        self._size = 2 * 1024 * 1024        # what the ROM takes it for until it is told
        self._begun = None                  # (offset, blocks, size of a block) of a download
        self._next = 0

    def _run(self):
        heard = b""
        while self._port.phone is not None and self._port.wait(self._port.phone):
            heard += os.read(self._port.phone, 65536)
            *frames, heard = heard.split(b"\xc0")
            for frame in frames:
                if len(frame) >= 8 and self._port.phone is not None:
                    self._take(frame.replace(b"\xdb\xdc", b"\xc0").replace(b"\xdb\xdd", b"\xdb"))

    def _take(self, frame):
        _, _, deaf_at, is_mute = self._faults
        speed = _SPEEDS.get(self._port.speed(), 0)
        direction, op, size, check = struct.unpack_from("<BBHI", frame)
        data = frame[8:]
        if is_mute or speed >= deaf_at:
            return
        if direction != 0 or size != len(data):
            self._answer(op, 0, b"", _INVALID)
        elif op == _SYNC:
            self._restart()
            for _ in range(8):
                self._answer(op, 0x20120707, b"", 0)
        else:
            handler = self._HANDLERS.get(op)
            value, told, status = handler(self, data, check) if handler else (0, b"", _INVALID)
            if self._port.phone is not None:
                self._answer(op, value, told, status)

    def _answer(self, op, value, told, status):
        body = told + bytes((bool(status), status, 0, 0))
        frame = struct.pack("<BBHI", 1, op, len(body), value) + body
        slip = frame.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc")
        os.write(self._port.phone, b"\xc0" + slip + b"\xc0")

    def _wrong(self, what):
        self.wrongs.append(what)
        return 0, b"", _FAILED

    # Registers. Those of the flash's SPI unit run its commands; the others keep what is written.

    def _read_reg(self, data, check):
        address, = struct.unpack("<I", data)
        return self._registers.get(address, 0), b"", 0

    def _write_reg(self, data, check):
        for at in range(0, len(data), 16):
            address, value, mask, _ = struct.unpack_from("<IIII", data, at)
            old = self._registers.get(address, 0)
            self._registers[address] = old & ~mask | value & mask
            if address == self._spi["cmd"]:
                self._registers[address] = 0            # it is done at once
                if self._registers.get(self._spi["usr2"], 0) & 0xFF == _RDID and self._is_attached:
                    size = len(self.flash).bit_length() - 1
                    self._registers[self._spi["w0"]] = size << 16 | 0x40 << 8 | 0xC8
        return 0, b"", 0

    def _security(self, data, check):
        if self._id is None:
            return 0, b"", _INVALID
        return 0, struct.pack("<IB7sII", 0, 0, bytes(7), self._id, 0), 0

    # Flash

    def _attach(self, data, check):
        if len(data) != 8:
            return self._wrong("SPI_ATTACH with %d bytes" % len(data))
        self._is_attached = True
        return 0, b"", 0

    def _params(self, data, check):
        self._size = struct.unpack("<6I", data)[1]
        return 0, b"", 0

    def _begin(self, data, check):
        erased, blocks, block, offset = struct.unpack_from("<IIII", data)
        if len(data) != (16 if self.chip == "esp32" else 20):
            return self._wrong("FLASH_BEGIN with %d bytes" % len(data))
        if not self._is_attached:
            return self._wrong("flash is not attached")
        end = -(-(offset + erased) // SECTOR) * SECTOR
        if end > min(self._size, len(self.flash)):
            return self._wrong("erasing up to 0x%x" % end)
        start = offset // SECTOR * SECTOR
        self.flash[start:end] = b"\xff" * (end - start)
        self.changes.append(("erase", start, end - start))
        self._begun = (offset, blocks, block)
        self._next = 0
        return 0, b"", 0

    def _data(self, data, check):
        flip, unplug, _, _ = self._faults
        size, number = struct.unpack_from("<II", data)
        payload = data[16:]
        checksum = 0xEF
        for byte in payload:
            checksum ^= byte
        if checksum != check:
            return 0, b"", _BAD_CHECKSUM
        if self._begun is None or size != len(payload) or size > self._begun[2]:
            return self._wrong("a block of %d bytes without a begin" % size)
        if number != self._next or number >= self._begun[1]:
            return self._wrong("block %d after %d of %d" % (number, self._next - 1, self._begun[1]))
        if self.blocks == unplug:
            self._port.vanish()
            return 0, b"", 0
        if self.blocks == flip and self._flips:
            self._flips -= 1
            payload = bytes((payload[0] ^ 4,)) + payload[1:]
        at = self._begun[0] + number * self._begun[2]
        old = int.from_bytes(self.flash[at:at + size], "little")
        self.flash[at:at + size] = (old & int.from_bytes(payload, "little")).to_bytes(size, "little")
        self.changes.append(("write", at, size))
        self._next += 1
        self.blocks += 1
        return 0, b"", 0

    def _end(self, data, check):
        self._begun = None
        return 0, b"", 0

    def _md5(self, data, check):
        at, size, _, _ = struct.unpack("<IIII", data)
        if not self._is_attached or at + size > len(self.flash):
            return self._wrong("MD5 of 0x%x bytes at 0x%x" % (size, at))
        return 0, hashlib.md5(self.flash[at:at + size]).hexdigest().encode(), 0

    def _read_slow(self, data, check):
        at, size = struct.unpack_from("<II", data)
        return 0, bytes(self.flash[at:at + size]).ljust(64, b"\0"), 0

    def _baud(self, data, check):
        return 0, b"", 0

    _HANDLERS = {
        _READ_REG: _read_reg, _WRITE_REG: _write_reg, _SECURITY: _security, _ATTACH: _attach, _PARAMS: _params,
        _BEGIN: _begin, _DATA: _data, _END: _end, _MD5: _md5, _READ_SLOW: _read_slow, _BAUD: _baud,
    }
