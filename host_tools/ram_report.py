# SPDX-License-Identifier: MIT
"""Heap that each module of the firmware takes on a 32-bit MicroPython, by import.

    flash   its code lies in a ROMFS image, as when it is frozen into the chip's firmware
    files   its code is loaded from .mpy files into the heap

Measured under MicroPython compiled to WebAssembly, which has the chip's word size and its
31-bit small integers. The viper kernels cannot be loaded there and are left out. A module
is imported when all that it imports is there already, so each pays for itself only; what a
package imports in its __init__ is paid by the package.
"""

import argparse
import ast
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from host_tools import image  # noqa: E402

MODES = ("flash", "files")


def measure(mode):
    """-> list of (module, bytes) in the order of import. Raises image.ImageError."""
    order = import_order()
    with tempfile.TemporaryDirectory() as folder:
        if mode == "flash":
            source = image.build("parts", say=lambda line: print(line, file=sys.stderr))
        else:
            source = Path(folder) / "code"
            for name, data in image.compile_all("parts"):
                path = source / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        done = subprocess.run(
            ["node", ROOT / "host_tools" / "ram_probe.mjs", mode, source, *order],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise image.ImageError("MicroPython under node says: " + done.stderr.strip())
    return [(name, cost) for name, cost in json.loads(done.stdout)]


def import_order():
    """-> list of module names, each after those that it imports."""
    imports = {}
    for name, path in image.sources("parts"):
        module = name[:-len(".mpy")].replace("/", ".")
        if module.endswith(".__init__"):
            module = module[:-len(".__init__")]
        imports[module] = _imported(path)
    order = []
    begun = set()

    def visit(module):
        begun.add(module)
        # A package's __init__ runs before its modules, even those that it imports.
        package = module.rpartition(".")[0]
        for other in [package, *sorted(imports[module])]:
            # "import kernels" and "from core.clock import ticks_add": a module, or one above.
            for known in (other, other.rpartition(".")[0]):
                if known in imports and known not in begun and not known.startswith(module + "."):
                    visit(known)
        order.append(module)

    for module in sorted(imports):
        if module not in begun:
            visit(module)
    return order


def _imported(path):
    """-> set of dotted names that a file imports when it is imported itself."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module)
            found.update("%s.%s" % (node.module, name.name) for name in node.names)
    return found


def main(arguments=None):
    """-> exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m host_tools.ram_report", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules", action="store_true", help="each module, not only each package")
    options = parser.parse_args(arguments)
    try:
        flash, files = (dict(measure(mode)) for mode in MODES)
    except image.ImageError as fault:
        print("ram report: %s" % fault, file=sys.stderr)
        return 1
    _print_table(flash, files, options.modules)
    return 0


def _print_table(flash, files, is_long):
    packages = sorted({name.rpartition(".")[0] or name for name in flash})
    print("%-34s %8s %8s   bytes of heap, 32 bit" % ("", *MODES))
    for package in packages:
        members = [name for name in flash if (name.rpartition(".")[0] or name) == package]
        print("%-34s %8d %8d" % (package, sum(flash[name] for name in members),
                                 sum(files[name] for name in members)))
        if is_long:
            for name in sorted(members):
                print("    %-30s %8d %8d" % (name, flash[name], files[name]))
    print("%-34s %8d %8d" % ("all", sum(flash.values()), sum(files.values())))


if __name__ == "__main__":
    sys.exit(main())
