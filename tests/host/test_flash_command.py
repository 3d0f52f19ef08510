# SPDX-License-Identifier: MIT
"""`sinetti flash` with the real esptool, against the ROM loader of both chips: what is in flash afterwards."""

import fcntl
import os
import subprocess
import sys

import pytest

from host_tools.firmware_image import CHIPS, FirmwareError, FirmwareImage
from tests.host import synthetic_firmware
from tests.host.commands import FACTS, run, use_boards
from tests.host.helper_process import ROOT
from tests.host.rom_loader import RomLoader
from tests.host.synthetic_firmware import NVS, firmware

MB = 1024 * 1024
FLAGS = ("--no-reset", "--no-stub")
BLOCK = 1024


class Bench:
    """A folder with boards and firmware files."""

    def __init__(self, folder):
        self.folder = folder

    def file(self, data, name="firmware.bin"):
        (self.folder / name).write_bytes(data)
        return self.folder / name

    def flash(self, rom, chip, *more, data=None):
        """-> (exit code, output, errors) of the command for the board of a chip."""
        file = self.file(firmware(chip) if data is None else data)
        return run("flash", "--port", rom.path, "--board", FACTS[chip], "--firmware", file, *FLAGS, *more)


@pytest.fixture
def bench(tmp_path, monkeypatch):
    use_boards(monkeypatch, tmp_path)
    return Bench(tmp_path)


def used():
    """-> flash of a phone that was in use: everywhere something."""
    return bytearray(b"\x5a" * 4 * MB)


def expected(chip, before=None):
    """-> what flash holds when firmware(chip) was written to erased flash."""
    data, offset = firmware(chip), CHIPS[chip][2]
    flash = bytearray(b"\xff" * 4 * MB)
    flash[offset:offset + len(data)] = data
    return flash


@pytest.mark.parametrize("chip", CHIPS)
def test_the_whole_flash_is_as_in_the_file_byte_for_byte(bench, chip):
    with RomLoader(chip, used()) as rom:
        code, out, err = bench.flash(rom, chip)
    assert (code, "compared by MD5" in out, "sinetti install" in out) == (0, True, True), (out, err)
    assert rom.flash == expected(chip)


@pytest.mark.parametrize("chip", CHIPS)
def test_settings_and_files_are_kept_when_that_is_wanted(bench, chip):
    with RomLoader(chip, used()) as rom:
        code, out, err = bench.flash(rom, chip, "--keep-settings")
    assert code == 0 and "settings were kept" in out, err
    wanted = expected(chip)
    nvs, factory_end = NVS[0], 0x10000 + synthetic_firmware.FACTORY
    assert rom.flash[nvs:nvs + NVS[1]] == b"\x5a" * NVS[1], "accounts and keys"
    assert rom.flash[factory_end:] == b"\x5a" * (4 * MB - factory_end), "the files of the phone"
    assert rom.flash[CHIPS[chip][2]:nvs] == wanted[CHIPS[chip][2]:nvs]
    program = len(firmware(chip)) + CHIPS[chip][2]
    assert rom.flash[0x10000:program] == wanted[0x10000:program]


@pytest.mark.parametrize("chip, here", [("esp32", "esp32s3"), ("esp32s3", "esp32"), ("esp32s3", "esp32c3")])
def test_another_chip_is_refused_before_anything_is_erased(bench, chip, here):
    with RomLoader(here, used()) as rom:
        code, out, err = bench.flash(rom, chip)
    assert code == 1 and "Nothing was changed" in err and CHIPS[chip][0] in err, err
    assert rom.changes == [] and rom.flash == used()


def test_a_flash_that_is_too_small_is_refused_before_anything_is_erased(bench):
    with RomLoader("esp32", bytearray(2 * MB)) as rom:
        code, out, err = bench.flash(rom, "esp32")
    assert code == 1 and "has 2 MB" in err and "takes 4 MB" in err, err
    assert rom.changes == []


def test_the_flash_that_a_board_has_counts_and_not_only_what_the_firmware_takes(bench):
    (bench.folder / "boards" / "test_s3" / "board.json").write_text('{"chip": "esp32s3", "flash_kb": 8192}')
    with RomLoader("esp32s3") as rom:
        code, out, err = bench.flash(rom, "esp32s3")
        assert code == 1 and "takes 8 MB" in err and rom.changes == [], err


def test_a_bit_that_flips_once_is_cured_at_a_lower_speed(bench):
    with RomLoader("esp32", used(), flip=20, flips=1) as rom:
        code, out, err = bench.flash(rom, "esp32")
    assert code == 0 and "It failed at 460800 baud; again, with 115200" in err, err
    assert rom.flash == expected("esp32")


@pytest.mark.parametrize("block", [0, 31, 74])
def test_a_bit_that_flips_each_time_is_found_and_another_run_succeeds(bench, block):
    class Stubborn(RomLoader):
        """The same block of each attempt."""

        def _begin(self, data, check):
            self.blocks = 0
            return super()._begin(data, check)

        _HANDLERS = {**RomLoader._HANDLERS, 0x02: _begin}

    with Stubborn("esp32", used(), flip=block) as rom:
        code, out, err = bench.flash(rom, "esp32")
    assert code == 1 and "what is in flash now is not what was sent" in err and "Traceback" not in err, err
    assert rom.flash != expected("esp32")
    with RomLoader("esp32", rom.flash) as rom:
        assert bench.flash(rom, "esp32")[0] == 0
    assert rom.flash == expected("esp32")


def test_a_cable_that_cannot_do_the_high_speed_is_driven_slowly(bench):
    with RomLoader("esp32s3", used(), deaf_at=460800) as rom:
        code, out, err = bench.flash(rom, "esp32s3")
    assert code == 0 and "again, with 115200" in err, err
    assert rom.flash == expected("esp32s3")


@pytest.mark.parametrize("chip", CHIPS)
def test_a_phone_may_be_unplugged_at_any_block(bench, chip):
    blocks = -(-len(firmware(chip)) // BLOCK)
    for block in range(0, blocks, 1 if os.environ.get("SINETTI_SOAK") else 6):
        with RomLoader(chip, used(), unplug=block) as rom:
            code, out, err = bench.flash(rom, chip)
        assert (code, "was unplugged" in err, "until it has run to its end" in err) == (1, True, True), (block, err)
        assert "Traceback" not in err
        with RomLoader(chip, rom.flash) as rom:
            code, out, err = bench.flash(rom, chip)
        assert code == 0 and rom.flash == expected(chip), (block, err)


def test_an_unplugged_phone_keeps_its_settings_when_they_are_kept(bench):
    with RomLoader("esp32", used(), unplug=40) as rom:
        code, out, err = bench.flash(rom, "esp32", "--keep-settings")
        assert code == 1 and "until it has run to its end the phone does not start" in err, err
    with RomLoader("esp32", rom.flash) as rom:
        assert bench.flash(rom, "esp32", "--keep-settings")[0] == 0
    assert rom.flash[NVS[0]:NVS[0] + NVS[1]] == b"\x5a" * NVS[1]


def test_the_command_is_a_program_with_an_exit_code(tmp_path):
    """As people run it: on the boards of the project, in a process of its own."""
    board = sorted(path.parent.name for path in (ROOT / "boards").glob("*/board.json"))[0]
    file = tmp_path / "firmware.bin"
    file.write_bytes(firmware("esp32"))
    with RomLoader("esp32c3") as rom:
        done = subprocess.run(
            [sys.executable, "-m", "host_tools.sinetti", "flash", "--port", rom.path, "--board", board,
             "--firmware", str(file), *FLAGS], cwd=ROOT, stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 1 and done.stderr.startswith("sinetti: ") and done.stdout == "", done
    assert rom.changes == []


# Ports


def test_a_port_that_is_not_there_is_named(bench):
    file = bench.file(firmware("esp32"))
    code, out, err = run("flash", "--port", "/dev/ttyNONE", "--board", "test_esp32", "--firmware", file)
    assert code == 1 and "there is no port /dev/ttyNONE" in err and "sinetti doctor" in err, err


def test_a_port_that_another_program_has_is_named(bench):
    file = bench.file(firmware("esp32"))
    with RomLoader("esp32") as rom:
        holder = os.open(rom.path, os.O_RDWR | os.O_NOCTTY)
        fcntl.flock(holder, fcntl.LOCK_EX)
        code, out, err = run("flash", "--port", rom.path, "--board", "test_esp32", "--firmware", file, *FLAGS)
        os.close(holder)
    assert code == 1 and "used by another program" in err, err
    assert rom.changes == []


def test_words_for_a_port_that_one_may_not_use():
    """Root may use every port, so here the words alone."""
    from host_tools.sinetti.serial_ports import port_words
    assert "dialout" in port_words("/dev/ttyUSB0", PermissionError(13, "no"))


def test_a_file_that_is_no_port_is_named(bench):
    file = bench.file(firmware("esp32"))
    code, out, err = run("flash", "--port", file, "--board", "test_esp32", "--firmware", file, *FLAGS)
    assert code == 1 and "Traceback" not in err and "it is no serial port" in err, err


def test_a_chip_that_does_not_answer_is_named_with_what_to_hold(bench):
    with RomLoader("esp32", is_mute=True) as rom:
        code, out, err = bench.flash(rom, "esp32")
    assert code == 1 and "no chip answers" in err and "Hold BOOT" in err, err
    assert rom.changes == []


# Files


def broken(how, chip="esp32"):
    """-> a firmware file with one thing wrong."""
    data, offset = bytearray(firmware(chip)), CHIPS[chip][2]
    table, program = 0x8000 - offset, 0x10000 - offset
    if how == "no magic":
        data[0] = 0x7F
    elif how == "bit in bootloader":
        data[1000] ^= 1
    elif how == "bit in program":
        data[program + 3000] ^= 1
    elif how == "bit in the SHA-256":
        data[-1] ^= 1
    elif how == "bit in the table":
        data[table + 4] ^= 1
    elif how == "no table":
        data[table:table + 0xC00] = b"\xff" * 0xC00
    elif how == "overlap":
        rows = [(1, 2, 0x9000, 0x8000, "nvs"), (0, 0, 0x10000, 0x1F0000, "factory")]
        data = firmware(chip, rows)
    elif how == "program alone":
        data = synthetic_firmware.code(0, (40000, 40000), 1)
    elif how == "cut":
        data = data[:-1000]
    elif how == "short":
        data = data[:0x6000]
    elif how == "longer":
        rows = [(1, 2, 0x9000, 0x6000, "nvs"), (0, 0, 0x10000, 0x1000, "factory")]
        data = firmware(chip, rows)
    elif how == "no program":
        data = data[:program] + b"\xff" * 100
    return bytes(data)


@pytest.mark.parametrize("how, says", [
    ("no magic", "its first byte is 0x7F"), ("bit in bootloader", "damaged in its bootloader"),
    ("bit in program", "damaged in its factory"), ("bit in the SHA-256", "damaged in its factory"),
    ("bit in the table", "damaged partition table"), ("no table", "no partition table"),
    ("overlap", "overlap"), ("program alone", "no partition table"), ("cut", "cut off in its factory"),
    ("short", "too short"), ("longer", "cut off in its factory"), ("no program", "has no program"),
])
def test_a_file_that_is_not_whole_is_refused_before_the_port_is_opened(bench, how, says):
    file = bench.file(broken(how))
    code, out, err = run("flash", "--port", "/dev/ttyNONE", "--board", "test_esp32", "--firmware", file)
    assert code == 1 and says in err and "/dev/ttyNONE" not in err, err


def test_firmware_for_the_other_chip_is_refused(bench):
    for chip, other in (("esp32", "esp32s3"), ("esp32s3", "esp32")):
        with pytest.raises(FirmwareError, match="is for %s, and this board" % CHIPS[other][0]):
            FirmwareImage(firmware(other).ljust(0x20000, b"\xff"), chip)


def test_no_byte_of_the_code_can_be_changed_unseen():
    data = firmware("esp32s3", program=(64, 64))
    good = FirmwareImage(data, "esp32s3")
    assert good.offset == 0 and good.data == data
    program = range(0x10000, len(data))
    for at in [*range(0, 24), *range(24, 7000, 97), *program]:
        with pytest.raises(FirmwareError):
            FirmwareImage(data[:at] + bytes((data[at] ^ 1,)) + data[at + 1:], "esp32s3")


@pytest.mark.parametrize("words, code, says", [
    (["flash"], 2, "--port"),
    (["flash", "--port", "/dev/null", "--board", "nope", "--firmware", "x"], 2, "there are: test_esp32, test_s3"),
    (["flash", "--port", "/dev/null", "--board", "../x", "--firmware", "x"], 2, "there is no board"),
    (["flash", "--port", "/dev/null", "--board", "test_s3", "--firmware", "nowhere"], 2, "No such file"),
    (["flash", "--port", "/dev/null", "--board", "test_s3", "--firmware", "/dev/null"], 1, "too short"),
    (["flash", "--help"], 0, "checked before anything is erased"),
])
def test_a_wrong_word_is_named_with_what_to_do(bench, words, code, says):
    got, out, err = run(*words)
    assert (got, says in out + err) == (code, True), (got, out, err)
