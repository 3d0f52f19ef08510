# SPDX-License-Identifier: MIT
"""RAM that an assembled phone takes on 32 bit, after boot and in a call, by package.

Code is counted where nothing else is loaded, so that no name of another program fills the
interpreter's tables: as it is on a phone, with modules joined, and each module by itself for
the account by package. Objects are counted by taking the phone away from those it deals with.
"""

import re

from host_tools import image, ram_report
from host_tools.bench import micropython
from host_tools.bench.row import Row

NAMES = ("ram.boot.flash", "ram.boot.files", "ram.call", "ram.sealed")
_BOOT_LIMITS = {"flash": 64, "files": 150}       # KB

_KB = 1024
_STORAGE = "boards.drivers.file_storage"
_DESK = "from host_tools.bench.programs.desk import Desk; desk = Desk()"
_BOOT = "desk.assemble(); desk.run(500)"
_AWAY = "desk.unit = None"
_CALL = "desk.take_call()"
_PAIR = "from host_tools.bench.programs.pair import Pair; pair = Pair(%s)"
_SEALED_LIMIT = 130         # KB
_PADDINGS = (16, 5008, 70000)
_MODULES = "print(' '.join(sys.modules))"
_HOW = (
    "MicroPython compiled to WebAssembly, 4-byte words; gc.mem_alloc() after a collection. Code: its modules "
    "are imported one by one where nothing else is. Objects: the phone is assembled and steps for 0.5 s of "
    "its time, and what is free once it is taken away was its own")


class Objects:
    """boot, call: bytes of what a phone makes beside its code, until it is switched on, and in a call."""

    def __init__(self):
        """Raises Missing, Failure or image.ImageError."""
        self.boot = _freed(_DESK, _BOOT, _AWAY)
        self.call = _freed(_DESK, _BOOT, _CALL, _AWAY) - self.boot


class Memory:
    """What one way of storing the code takes.

    boot, call      dict: package to bytes of code loaded by then, or with the first call, were it not joined
    boot_code, call_code   bytes of the same as it is, with the interpreter's table of names
    objects         Objects
    """

    def __init__(self, mode, objects):
        """mode: "flash" or "files". Raises Missing, Failure or image.ImageError."""
        at_boot, with_call = modules(mode)
        taken, names = _taken(mode, [*at_boot, *with_call])
        self.boot_code, self.call_code = _sums(list(map(sum, zip(taken, names))), len(at_boot))
        at_boot, with_call = _parts_of(at_boot), _parts_of(with_call)
        taken, _ = _taken(mode, [*at_boot, *with_call], "parts")
        self.boot = _by_package(at_boot, taken)
        self.call = _by_package(with_call, taken[len(at_boot):])
        self.objects = objects

    def after_boot(self):
        """-> KB."""
        return (self.boot_code + self.objects.boot) / _KB

    def in_call(self):
        """-> KB."""
        return self.after_boot() + (self.call_code + self.objects.call) / _KB


def measure(options, say):
    """-> list of Row. Raises Missing, Failure or image.ImageError."""
    memories = {}
    objects = Objects()
    for mode in _BOOT_LIMITS:
        say("RAM on 32 bit, code in %s" % mode)
        memories[mode] = Memory(mode, objects)
    rows = [
        Row("ram.boot." + mode, round(memories[mode].after_boot(), 1), "KB", "wasm32", _HOW, most=limit)
        for mode, limit in _BOOT_LIMITS.items()]
    flash, files = memories["flash"].in_call(), memories["files"].in_call()
    rows.append(Row(
        "ram.call", round(flash, 1), "KB", "wasm32", _HOW + "; then a call is answered and goes on for 2 s; "
        "code in flash; loaded from files it is %.1f" % files, note="%.1f with code from files" % files,
        parts=(
            "bytes on 32 bit", ["", "boot, flash", "boot, files", "with a call, flash", "with a call, files"],
            _parts(memories["flash"], memories["files"]))))
    say("RAM of a sealed call on 32 bit")
    sealed = SealedMemory()
    rows.append(Row(
        "ram.sealed", round(flash + sealed.more(), 1), "KB", "wasm32",
        "ram.call, and what a sealed call takes beyond one in clear: the modules that only it loads, and "
        "half of what two phones of a world have more; a key of AES counts as mbedTLS has it, 288 bytes",
        most=_SEALED_LIMIT,
        note="%.1f more than in clear" % sealed.more()))
    return rows


class SealedMemory:
    """What a phone takes in a sealed call beyond what it takes in one in clear, code in flash.

    parts     dict: module to bytes, of those that only a sealed call loads, were they not joined
    code      bytes of the same as it is
    objects   bytes of what is made beside it
    """

    def __init__(self):
        """Raises Missing, Failure or image.ImageError."""
        clear, sealed = (_loaded_by_pair(is_sealed) for is_sealed in (False, True))
        more = [module for module in sealed if module not in clear]
        taken, names = _taken("flash", [*clear, *more])
        _, self.code = _sums(list(map(sum, zip(taken, names))), len(clear))
        clear, more = _parts_of(clear), _parts_of(more)
        self.parts = dict(zip(more, _taken("flash", [*clear, *more], "parts")[0][len(clear):]))
        self.objects = (_freed(*_pair(True)) - _freed(*_pair(False))) // 2

    def more(self):
        """-> KB."""
        return (self.code + self.objects) / _KB


def _loaded_by_pair(is_sealed):
    """-> modules of the firmware, as they are joined."""
    told = micropython.run_wasm("flash", [_MODULES, *_pair(is_sealed), _MODULES])
    before, after = (set(told[place][0][-1].split()) for place in (0, -1))
    return _ours(after - before)


def _pair(is_sealed):
    return [_PAIR % is_sealed, "pair.assemble()", "pair.take_call()", "pair.take_away()"]


def _taken(mode, modules, target="wasm"):
    """-> (bytes of each module, bytes by which the table of names grew at each).

    Modules are imported in this order where nothing else is. The table doubles when it is full, and its
    letters come in pieces: whose name is the first that finds no place does not matter. So for the parts
    all names are there before, in their letters, and each module pays for the rest.
    """
    names = [] if target == "wasm" else _names_of(modules)
    look = "import micropython\nfor name in %r.split(): getattr(0, name, 0)\nmicropython.qstr_info()"
    pieces = [look % " ".join(names)]
    for module in modules:
        pieces.append(_import(module) + "; micropython.qstr_info()")
    told = micropython.run_wasm(mode, pieces, target)
    tables = [_table_size(lines[-1]) for lines, _ in told]
    used = [heap - table for (_, heap), table in zip(told, tables)]
    return _steps(used), _steps(tables)


def _names_of(modules):
    """-> the names in modules, and those that MicroPython makes of one when it looks for its file."""
    names = set()
    texts = image.texts("parts")
    for module in modules:
        path = module.replace(".", "/")
        names.update((module, "/code/%s.mpy" % path, "/code/%s/__init__.mpy" % path))
        names.update(re.findall(r"[A-Za-z_]\w*", texts[module]))
    return sorted(names)


def _steps(values):
    return [after - before for before, after in zip(values, values[1:])]


def _table_size(line):
    """-> bytes of heap, from what qstr_info() prints: all of the names' bytes but their letters."""
    numbers = dict(re.findall(r"(n_\w+)=(\d+)", line))
    return int(numbers["n_total_bytes"]) - int(numbers["n_str_data_bytes"])


def _freed(*pieces):
    """-> bytes that the last of the pieces frees.

    The collector keeps what a number in the heap happens to point at: the most of a few tries,
    each with all at other addresses, is the truth.
    """
    most = 0
    for padding in _PADDINGS:
        told = micropython.run_wasm("flash", ["padding = bytearray(%d)" % padding, *pieces])
        most = max(most, told[-2][1] - told[-1][1])
    return most


def _parts(flash, files):
    packages = sorted({*flash.boot, *flash.call})
    lines = [
        [package, *(str(part.get(package, 0)) for part in (flash.boot, files.boot, flash.call, files.call))]
        for package in packages]
    lines.append(["names; less by joining", *(str(n) for n in (
        flash.boot_code - sum(flash.boot.values()), files.boot_code - sum(files.boot.values()),
        flash.call_code - sum(flash.call.values()), files.call_code - sum(files.call.values())))])
    objects = flash.objects
    lines.append(["objects", *(str(n) for n in (objects.boot, objects.boot, objects.call, objects.call))])
    lines.append(["all", *(str(round(kb * _KB)) for kb in (
        flash.after_boot(), files.after_boot(), flash.in_call() - flash.after_boot(),
        files.in_call() - files.after_boot()))])
    return lines


def modules(mode):
    """-> (modules that boot loads, those that the first call adds), as they are joined."""
    told = micropython.run_wasm(mode, [_DESK, _MODULES, _BOOT, _MODULES, _CALL, _MODULES])
    before, boot, call = (set(told[place][0][-1].split()) for place in (1, 3, 5))
    # A board has the drivers of its storage as well, which the measured phone does without.
    boot.add(_STORAGE)
    return _ours(boot - before), _ours(call - boot)


def _ours(modules):
    """-> sorted list of those that are of the firmware's image."""
    return sorted(set(modules) & image.modules("wasm"))


def _parts_of(joined):
    """-> the modules of which some are made, each after those it imports."""
    lines = image.lines("wasm")
    parts = {part for module in joined for _, part, _ in lines.get(module, [(1, module, {})])}
    return [module for module in ram_report.import_order() if module in parts]


def _sums(taken, count):
    """-> (sum of the first, sum of the others)."""
    return sum(taken[:count]), sum(taken[count:])


def _import(module):
    return '__import__("%s")' % module


def _by_package(modules, taken):
    packages = {}
    for module, n in zip(modules, taken):
        package = module.rpartition(".")[0] or module
        packages[package] = packages.get(package, 0) + n
    return packages
