# SPDX-License-Identifier: MIT
"""RAM that an assembled phone takes on 32 bit, after boot and in a call, by package.

The ports, the peer and whoever uses the phone are there before the counting begins.
"""

from host_tools import ram_report
from host_tools.bench import micropython
from host_tools.bench.row import Row

NAMES = ("ram.boot.flash", "ram.boot.files", "ram.call", "ram.sealed")
_BOOT_LIMITS = {"flash": 64, "files": 150}       # KB

_KB = 1024
_STORAGE = "boards.drivers.file_storage"
_DESK = "from host_tools.bench.programs.desk import Desk; desk = Desk()"
_BOOT = "desk.assemble(); desk.run(500)"
_CALL = "desk.take_call()"
_PAIR = "from host_tools.bench.programs.pair import Pair; pair = Pair(%s)"
_SEALED_LIMIT = 130         # KB
_MODULES = "print(' '.join(sys.modules))"
_HOW = (
    "MicroPython compiled to WebAssembly, 4-byte words; gc.mem_alloc() after a collection. Before the count "
    "begins the ports, the sockets in memory and the peer are made and their code is loaded; then the "
    "modules are imported one by one, and the phone is assembled and steps for 0.5 s of its time")


class Memory:
    """What one way of storing the code takes.

    boot, call      dict: package to bytes; code loaded by then, or with the first call
    boot_objects, call_objects   bytes of what is made beside it
    """

    def __init__(self, mode):
        """mode: "flash" or "files". Raises Missing, Failure or image.ImageError."""
        at_boot, with_call = modules(mode)
        told = micropython.run_wasm(
            mode, [_DESK, *map(_import, at_boot), _BOOT, *map(_import, with_call), _CALL])
        used = [heap for _, heap in told]
        taken = [after - before for before, after in zip(used, used[1:])]
        count = len(at_boot)
        self.boot = _by_package(at_boot, taken[:count])
        self.boot_objects = taken[count]
        self.call = _by_package(with_call, taken[count + 1:-1])
        self.call_objects = taken[-1]

    def after_boot(self):
        """-> KB."""
        return (sum(self.boot.values()) + self.boot_objects) / _KB

    def in_call(self):
        """-> KB."""
        return self.after_boot() + (sum(self.call.values()) + self.call_objects) / _KB


def measure(options, say):
    """-> list of Row. Raises Missing, Failure or image.ImageError."""
    memories = {}
    for mode in _BOOT_LIMITS:
        say("RAM on 32 bit, code in %s" % mode)
        memories[mode] = Memory(mode)
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
        "ram.call, and what a sealed call takes beyond one in clear: the modules that only it loads, alone "
        "in an interpreter, and half of what two phones of a world make more; a key of AES counts as "
        "mbedTLS has it, 288 bytes",
        most=_SEALED_LIMIT,
        note="%.1f more than in clear" % sealed.more()))
    return rows


class SealedMemory:
    """What a phone takes in a sealed call beyond what it takes in one in clear, code in flash.

    code      dict: module to bytes, of those that only a sealed call loads
    objects   bytes of what is made beside it
    """

    def __init__(self):
        """Raises Missing, Failure or image.ImageError."""
        clear, sealed = (_loaded_by_pair(is_sealed) for is_sealed in (False, True))
        more = [module for module in sealed if module not in clear]
        # Alone, so that the names of what surrounds a phone in the world do not fill its tables.
        told = micropython.run_wasm("flash", ["0", *map(_import, clear), *map(_import, more)])
        used = [heap for _, heap in told]
        taken = [after - before for before, after in zip(used, used[1:])]
        self.code = dict(zip(more, taken[len(clear):]))
        self.objects = _objects_of_pair(True, sealed) - _objects_of_pair(False, clear)

    def more(self):
        """-> KB."""
        return (sum(self.code.values()) + self.objects) / _KB


def _loaded_by_pair(is_sealed):
    """-> modules of the firmware, each after those it imports."""
    told = micropython.run_wasm("flash", [_MODULES, *_pair(is_sealed), _MODULES])
    before, after = (set(told[place][0][-1].split()) for place in (0, -1))
    return [module for module in ram_report.import_order() if module in after - before]


def _objects_of_pair(is_sealed, modules):
    """-> bytes that one of two phones makes, from before it is switched on until it is in a call."""
    pieces = _pair(is_sealed)
    told = micropython.run_wasm("flash", [*map(_import, modules), *pieces])
    return (told[-1][1] - told[-len(pieces)][1]) // 2


def _pair(is_sealed):
    return [_PAIR % is_sealed, "pair.assemble()", "pair.take_call()"]


def _parts(flash, files):
    packages = sorted({*flash.boot, *flash.call})
    lines = [
        [package, *(str(part.get(package, 0)) for part in (flash.boot, files.boot, flash.call, files.call))]
        for package in packages]
    lines.append(["objects", *(str(n) for n in (
        flash.boot_objects, files.boot_objects, flash.call_objects, files.call_objects))])
    lines.append(["all", *(str(round(kb * _KB)) for kb in (
        flash.after_boot(), files.after_boot(), flash.in_call() - flash.after_boot(),
        files.in_call() - files.after_boot()))])
    return lines


def modules(mode):
    """-> (modules that boot loads, those that the first call adds), each after those it imports."""
    told = micropython.run_wasm(mode, [_DESK, _MODULES, _BOOT, _MODULES, _CALL, _MODULES])
    before, boot, call = (set(told[place][0][-1].split()) for place in (1, 3, 5))
    order = ram_report.import_order()
    # A board has the drivers of its storage as well, which the measured phone does without.
    boot.add(_STORAGE)
    return (
        [module for module in order if module in boot - before],
        [module for module in order if module in call - boot])


def _import(module):
    return '__import__("%s")' % module


def _by_package(modules, taken):
    packages = {}
    for module, n in zip(modules, taken):
        package = module.rpartition(".")[0] or module
        packages[package] = packages.get(package, 0) + n
    return packages
