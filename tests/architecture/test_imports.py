# SPDX-License-Identifier: MIT
"""Imports point one way. docs/architecture.md has the table; here it is held."""

import ast

from host_tools.image import NEVER_SHIPPED
from tests.architecture.sources import FIRMWARE, ROOT, files, imports, module_of, tree

PACKAGES = ("core", "kernels", "hal", "sip", "security", "media", "phone", "runtime", "update", "provisioning", "admin")

# Who may import what of ours. A dot names single modules of a package.
MAY = {
    "core": (),
    "kernels": (),
    "hal": (),
    "sip": ("core", "kernels"),
    "security": (
        "core", "kernels", "sip.address", "sip.ending", "sip.events", "sip.grammar", "sip.inspection", "sip.message",
        "sip.params", "sip.parser", "sip.uri", "sip.writer"),
    "media": ("core", "kernels"),
    "phone": ("core", "sip.events", "sip.ending", "media.events", "media.tones", "security.questions"),
    "runtime": ("core",),
    "update": ("core", "hal"),
    "admin": (
        "core", "phone.caption", "phone.config", "phone.keys", "phone.page_screens", "phone.text_entry",
        "phone.zone_pages", "security.equality", "sip.uri", "update.address"),
    "provisioning": (
        "core", "phone.caption", "phone.config", "phone.directory", "security.pgp", "security.sma", "security.sma_frames",
        "update.fetch"),
}
BOARDS = ("boards", "hal", "kernels", "core.clock", "core.dates", "core.octets", "core.route", "update", "fetching", "admin.program",
          "assembly", "preloading")

# What only a board may touch.
HARDWARE = (
    "machine", "network", "esp", "esp32", "socket", "select", "ssl", "tls", "cryptolib", "hashlib",
    "_thread", "neopixel", "os", "time", "asyncio", "uctypes", "vfs",
)
# What does not exist on the chip.
ABSENT = ("typing", "enum", "dataclasses", "abc", "re", "logging", "functools", "itertools", "__future__")


def is_allowed(name, allowed):
    return any(name == other or name.startswith(other + ".") for other in allowed)


def ours(names):
    """-> the modules of the firmware among imported names; a name of one counts as the module."""
    modules = {module_of(path, FIRMWARE) for path in files("firmware")}
    return {name for name in names if name in modules}


def test_the_firmware_imports_only_downwards():
    wrong = []
    for path in files("firmware"):
        module = module_of(path, FIRMWARE)
        package = module.split(".")[0]
        if package not in PACKAGES:
            continue                        # the assembly knows everything
        for name in ours(imports(path)):
            if name.split(".")[0] != package and not is_allowed(name, MAY[package]):
                wrong.append("%s imports %s" % (module, name))
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle():
    waiting = {}
    for path in files("firmware"):
        module = module_of(path, FIRMWARE)
        # A package is no circle with the modules that it gathers.
        waiting[module] = {name for name in ours(imports(path)) if not module.startswith(name + ".")} - {module}
    while True:
        done = {module for module, needs in waiting.items() if not needs & set(waiting)}
        if not done:
            break
        for module in done:
            del waiting[module]
    assert waiting == {}


def test_nobody_imports_the_assembly_but_entry_points():
    importers = [path.relative_to(ROOT).as_posix() for folder in ("firmware", "boards", "sim", "host_tools")
                 for path in files(folder) if "assembly" in imports(path)]
    assert importers == ["boards/drivers/phone_start.py", "boards/unix/main.py", "sim/phone.py", "host_tools/bench/programs/desk.py",
                         "host_tools/bench/programs/sealed_pair.py"]


def test_the_firmware_touches_no_hardware_and_nothing_that_the_chip_lacks():
    wrong = []
    for path in files("firmware"):
        if path.relative_to(ROOT).as_posix() in NEVER_SHIPPED:
            continue
        for name in imports(path):
            if name.split(".")[0] in HARDWARE + ABSENT:
                wrong.append("%s imports %s" % (path.relative_to(ROOT), name))
    assert wrong == []


def test_boards_know_ports_and_clock_but_not_the_phone():
    wrong = []
    modules = {module_of(path, FIRMWARE) for path in files("firmware")}
    for path in files("boards"):
        for name in imports(path):
            if name in modules and not is_allowed(name, BOARDS):
                wrong.append("%s imports %s" % (path.relative_to(ROOT), name))
    assert wrong == []


def test_what_is_fetched_is_loaded_when_it_is_asked_for():
    """Not with the phone: it would take the RAM of a call."""
    late = ("firmware.update", "firmware.provisioning", "firmware.fetching", "boards.drivers.slot_versions")
    for path in files("firmware") + files("boards"):
        if module_of(path, ROOT).startswith(late):
            continue
        for node in tree(path).body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
                assert not any(name.startswith(("update", "provisioning", "fetching")) for name in names), path


def test_nobody_imports_the_simulator_the_tests_or_the_tools():
    wrong = []
    for folder in ("firmware", "boards"):
        for path in files(folder):
            for name in imports(path):
                if name.split(".")[0] in ("sim", "tests", "host_tools"):
                    wrong.append("%s imports %s" % (path.relative_to(ROOT), name))
    assert wrong == []


def test_the_contract_of_the_ports_is_never_imported():
    for folder in ("firmware", "boards", "sim"):
        for path in files(folder):
            assert "hal.ports" not in imports(path), path
