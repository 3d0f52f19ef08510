# SPDX-License-Identifier: MIT
"""What goes into a phone: compiled files and the ROMFS image."""

import shutil

import pytest

from host_tools import folding, image, ram_report


@pytest.fixture(scope="module")
def unix_files():
    return image.compile_all("unix")


def test_every_device_file_compiles_for_the_chip():
    names = [name for name, _ in image.compile_all("chip")]
    assert "kernels/viper.mpy" in names and "boards/drivers/socket_ports.mpy" in names


def test_documentation_and_cpython_are_not_shipped(unix_files):
    names = {name for name, _ in unix_files}
    assert "hal/__init__.mpy" in names and "boards/unix/main.mpy" in names
    assert not names & {"hal/ports.mpy", "boards/unix/host.mpy", "kernels/bulk.mpy", "kernels/bulk_sdp.mpy",
                        "kernels/bulk_text.mpy"}


def test_the_image_for_32_bit_has_no_machine_code():
    assert not [name for name, _ in image.sources("wasm") if "viper" in name]


def test_the_image_is_the_same_every_time_and_names_no_folder_of_this_machine(unix_files):
    data = image.romfs(unix_files)
    assert data == image.romfs(image.compile_all("unix"))
    assert str(image.ROOT).encode() not in data
    assert b"core.boot" in data, "crash reports name the module"


def test_a_module_of_which_only_constants_are_wanted_is_not_loaded():
    """What a module hands on, though it does not use it itself, stays."""
    folded = folding.fold({
        "views": "IDLE = 0\nMENU = 1\n", "tables": "ROWS = 2\ndef row():\n    return ROWS\n",
        "panel": "import x\nfrom phone import views, tables\nprint(views.MENU, tables.ROWS, tables.row())\n",
        "phone.views": "MENU = 1\n", "phone.tables": "ROWS = 2\n", "shelf": "from phone import views as seen\n"})
    assert folded["panel"] == "import x\nfrom phone import tables\nprint(1, 2, tables.row())\n"
    assert folded["shelf"] == "from phone import views as seen\n"


def test_it_is_built_once_and_said_in_a_line():
    said = []
    path = image.build("unix", say=said.append)
    assert path.read_bytes()[:3] == b"\xd2\xcd\x31"
    assert len(said) <= 1
    said.clear()
    assert image.build("unix", say=said.append) == path and said == []
    path.with_name(path.name + ".stamp").write_text("of older sources")
    image.build("unix", say=said.append)
    assert len(said) == 1 and "sources" in said[0]


@pytest.mark.skipif(shutil.which("node") is None, reason="node is missing")
def test_code_in_flash_costs_less_heap_than_code_in_files():
    flash = dict(ram_report.measure("flash"))
    files = dict(ram_report.measure("files"))
    assert set(flash) == set(files) and "core.timers" in flash
    assert 0 < sum(flash.values()) < sum(files.values())


def test_a_module_is_imported_after_those_it_imports():
    order = ram_report.import_order()
    assert len(order) == len(set(order)) == len(image.sources("parts"))
    assert order.index("core.faults") < order.index("core.outbox")
    assert order.index("boards.drivers.socket_ports") < order.index("boards.drivers.socket_network")
