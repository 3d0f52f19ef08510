# SPDX-License-Identifier: MIT
"""Rom link: esptool's connection to the loader that an ESP32 has in ROM, with faults in plain words.

The loader is what answers before any firmware runs, so a phone can always be flashed again.
"""

import contextlib
import termios

import esptool.cmds
from esp_pylib.logger import EspLog, EspLogBase
from esptool.util import FatalError, flash_size_bytes

from host_tools.firmware_image import MAGIC
from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.serial_ports import SLOW, port_words

_PROGRAM = 0x10000              # in flash, in all builds of MicroPython
_ATTEMPTS = 4                   # to get into the loader, each with a reset of the chip
_CHIPS = {"ESP32": "esp32", "ESP32-S3": "esp32s3"}


class LinkFault(Complaint):
    """The line or the chip failed. may_retry: a lower speed may help."""

    def __init__(self, message, may_retry):
        super().__init__(message)
        self.may_retry = may_retry


class _Quiet(EspLogBase):
    """esptool's words are for those who know esptool; of its progress we make our own bar."""

    def __init__(self):
        self.on_progress = None

    def print(self, *args, **kwargs):
        pass

    note = hint = debug = warn = err = set_verbosity = print

    def progress_bar(self, cur_iter, total_iters, prefix="", suffix="", bar_length=30):
        if self.on_progress is not None:
            self.on_progress(cur_iter, total_iters)


class RomLink:
    """
    port         path of the serial port
    resets       True: the chip is put into its loader by DTR and RTS; else somebody held BOOT
    stub         True: esptool's own loader is sent into the chip's RAM; it is faster
    chip         "esp32", "esp32s3", or esptool's name of another one
    name         of the chip, for people
    flash_bytes  size of its flash, 0 where that cannot be told
    """

    def __init__(self, port, resets=True, stub=True, attempts=_ATTEMPTS):
        self.port = port
        self.chip = self.name = None
        self.flash_bytes = 0
        self._resets = resets
        self._stub = stub
        self._attempts = attempts
        self._esp = None
        self._began = False             # something in flash was changed
        self._logger = _Quiet()

    def connect(self, baud=SLOW):
        """Find out what is there. Raises LinkFault."""
        EspLog.instance = self._logger
        try:
            with self._faults():
                self._esp = esptool.cmds.detect_chip(
                    self.port, SLOW, "default-reset" if self._resets else "no-reset",
                    connect_attempts=self._attempts)
                self.name = self._esp.CHIP_NAME
                self.chip = _CHIPS.get(self.name, self.name)
                if self._stub:
                    self._esp = esptool.cmds.run_stub(self._esp)
                if baud != SLOW:
                    self._esp.change_baud(baud)
                esptool.cmds.attach_flash(self._esp)
                self.flash_bytes = flash_size_bytes(esptool.cmds.detect_flash_size(self._esp)) or 0
        except Complaint:
            self.close(False)
            raise

    def has_program(self):
        """-> True when there is firmware where MicroPython's program begins. Raises LinkFault."""
        with self._faults():
            return self._esp.read_flash_slow(_PROGRAM, 4, None)[:1] == bytes((MAGIC,))

    def erase(self):
        """Erase all of the flash. Raises LinkFault."""
        self._began = True
        with self._faults():
            if self._esp.IS_STUB:
                esptool.cmds.erase_flash(self._esp)
            else:
                esptool.cmds.erase_region(self._esp, 0, self.flash_bytes)

    def write(self, pieces, on_progress):
        """Write and compare by MD5. Raises LinkFault.

        pieces       list of (offset in flash, bytes)
        on_progress  called with (bytes so far, bytes), of what goes over the line for one piece
        """
        self._began = True
        self._logger.on_progress = on_progress
        self._esp.WRITE_FLASH_ATTEMPTS = 1      # whoever unplugged the phone is asked to begin again
        with self._faults():
            for offset, data in pieces:
                esptool.cmds.write_flash(
                    self._esp, [(offset, data)], flash_freq="keep", flash_mode="keep", flash_size="keep")

    def close(self, restart):
        """Let go of the port. restart: run what is in flash now."""
        if self._esp is None:
            return
        esp, self._esp = self._esp, None
        with contextlib.suppress(FatalError, OSError, termios.error):
            if restart and self._resets:
                esptool.cmds.reset_chip(esp, "hard-reset")
        with contextlib.suppress(OSError, termios.error):
            esp._port.close()

    @contextlib.contextmanager
    def _faults(self):
        """What esptool and the serial port raise, as a LinkFault that says what to do."""
        try:
            yield
        except FatalError as fault:
            raise self._told(fault) from None
        except (OSError, termios.error):
            raise LinkFault("the phone was unplugged, or %s is gone. Plug it in and %s" % (
                self.port, self._again()), False) from None

    def _again(self):
        if self._began:
            return "run the same command again: until it has run to its end the phone does not start"
        return "run the same command again; nothing was changed"

    def _told(self, fault):
        if isinstance(fault.__context__, OSError) and self._esp is None and self.name is None:
            return LinkFault(port_words(self.port, fault.__context__), False)
        text = str(fault)
        if "MD5" in text or "region is empty" in text:
            return LinkFault(
                "what is in flash now is not what was sent. Use a shorter cable, another port, and %s. If it "
                "happens each time, the flash is worn out" % self._again(), True)
        if any(word in text for word in ("ecure ", "ecurity", "encryption")):
            return LinkFault("this chip is locked by secure boot or flash encryption; it takes firmware "
                             "of its owner only", False)
        if self.name is None:
            return LinkFault(
                "no chip answers on %s. Hold BOOT, press RESET, let go of both, then add --no-reset; and see "
                "that the cable carries data, not only power" % self.port, False)
        return LinkFault("the chip on %s stopped answering. Use a shorter cable, and %s" % (
            self.port, self._again()), True)
