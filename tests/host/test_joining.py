# SPDX-License-Identifier: MIT
"""Modules that are loaded together are one in the image, and do what they did."""

import sys
import types

import pytest

from host_tools import image, joining, retrace
from host_tools.joining import JoiningError

# A phone in small: assembly and box are loaded at boot, shop.till when it is wanted.
BEGIN = {
    "assembly": "from box import lid, wall\nfrom box.lid import Lid, close as shut\n"
                "def start():\n    from shop.till import Till\n    return Till(Lid(), wall.HEIGHT, shut).count()\n",
    "box.wall": "from array import array\nHEIGHT = [3]\n_ROOM = 7\ndef _measure():\n    return _ROOM * HEIGHT[0]\n"
                "def room():\n    return _measure() + len(array('H', [1]))\n",
    "box.lid": "from array import array\nfrom box import wall\nfrom box.wall import room as space\n"
               "_ROOM = 'lid'\ndef _measure(room):\n    return room, _ROOM, array('H', [2])[0]\n"
               "def close(of):\n    return [of for of in _measure(of)]\n"
               "class Lid:\n    _ROOM = 1\n    size = space()\n"
               "    def open(self, HEIGHT=None):\n        return self.size, HEIGHT, wall.HEIGHT, _measure(self._ROOM)\n",
    "shop.price": "from box.wall import HEIGHT\ndef open(text):\n    return text, HEIGHT\n_RATE = 4\n",
    "shop.till": "from shop import price\nfrom shop.price import open as unlock\n_RATE = 5\n"
                 "class Till:\n    def __init__(self, lid, height, shut):\n        self.lid = lid\n"
                 "        self.told = [height, shut(2), _RATE]\n"
                 "    def count(self):\n        open = str(self.told)\n        more = lambda _RATE: (_RATE, price.open(open))\n"
                 "        return self.lid.open(9), more(1), unlock('x'), price._RATE\n",
}


def run(sources, program="import assembly\nresult = assembly.start()\n"):
    """-> what the program calls result, with these modules and no others."""
    made = {}
    for name in sources:
        for package in name.split(".")[:-1]:
            made[package] = types.ModuleType(package)
            made[package].__path__ = []

    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name in sources:
                return importlib_spec(name, sources[name])
            return None

    before = dict(sys.modules)
    sys.modules.pop("assembly", None)       # the real one, if another test has it
    sys.modules.update(made)
    sys.meta_path.insert(0, Finder)
    try:
        place = {}
        exec(compile(program, "program", "exec"), place)
        return place["result"]
    finally:
        sys.meta_path.remove(Finder)
        for name in {*made, *sources}:
            sys.modules.pop(name, None)
        sys.modules.update({name: before[name] for name in sources if name in before})


def importlib_spec(name, text):
    from importlib.machinery import ModuleSpec

    class Loader:
        @staticmethod
        def create_module(spec):
            return None

        @staticmethod
        def exec_module(module):
            exec(compile(text, name, "exec"), module.__dict__)
            package, _, last = name.rpartition(".")
            if package:
                setattr(sys.modules[package], last, module)

    return ModuleSpec(name, Loader)


def test_joined_modules_do_what_they_did():
    joined, places = joining.join(BEGIN)
    assert set(joined) == {"assembly", "box.boot", "shop.till"}
    assert {home: [part[:2] for part in parts] for home, parts in places.items()} == {
        "box.boot": [(1, "box.wall"), (8, "box.lid")], "shop.till": [(1, "shop.price"), (5, "shop.till")]}
    assert run(joined) == run(BEGIN)
    assert joined["box.boot"].count("import array") == 1


def test_what_is_loaded_late_is_as_late_as_before():
    joined, _ = joining.join(BEGIN)
    program = "import sys, assembly\nresult = [name for name in sorted(sys.modules) if name[:4] in ('box', 'box.', 'shop')]\n"
    assert run(joined, program) == ["box", "box.boot", "shop"], "a package is no code"


def test_programs_find_what_they_import():
    program = "from box import lid\nfrom box.wall import room\nfrom shop import price as cost\n" \
              "result = lid.Lid().open(), room(), cost._RATE, lid.close(1)\n"
    joined, _ = joining.join({**BEGIN, "program": program}, {"program"})
    assert run(joined, joined["program"]) == run(BEGIN, program)


@pytest.mark.parametrize("name, text, said", [
    ("box.key", "_made = 0\ndef cut():\n    global _made\n    _made += 1\n", "global statement"),
    ("box.key", "from box import wall\nfrom box.nail import drive\ndef cut():\n    return wall\n", None),
])
def test_what_is_not_understood_is_not_joined(name, text, said):
    """A module that is handed on as an object stays one; a global statement is refused."""
    sources = {**BEGIN, "box.nail": "def drive():\n    pass\n", name: text,
               "assembly": "from box import key\n" + BEGIN["assembly"]}
    if said:
        with pytest.raises(JoiningError, match=said):
            joining.join(sources)
    else:
        assert "box.wall" in joining.join(sources)[0]


def test_the_images_of_all_processors_join_the_same():
    lines = {}
    for target in ("unix", "wasm"):
        image.build(target, say=lambda line: None)
        lines[target] = image.lines(target)
    assert lines["unix"] == lines["wasm"] and len(lines["unix"]["security.sealing"]) >= 20
    assert "security.media_keys" in lines["unix"]
    assert not {"kernels", "boards"} & {name.partition(".")[0] for name in lines["unix"]}


def test_a_traceback_is_told_in_the_words_of_the_sources():
    joined, places = joining.join(BEGIN)
    told = {"lines": places, "names": {"box.lid": {"_a": "_measure"}, "box.wall": {}, "assembly": {"_b": "_start"}}}
    renamed = {name: here for here, name in places["box.boot"][1][2].items()}
    line = joined["box.boot"].splitlines().index("def %s(room):" % renamed["_measure"]) + 1
    told["names"]["box.lid"] = {"_measure": "_size_of"}
    text = """Traceback (most recent call last):
  File "assembly", line 3, in _b
  File "box.boot", line 2
  File "box.boot", line %d, in %s
  File "elsewhere.py", line 7, in open
ValueError: File of "box"
""" % (line + 1, renamed["_measure"])
    assert retrace.retrace(text, told) == """Traceback (most recent call last):
  File "assembly", line 3, in _start
  File "box.wall", line 2
  File "box.lid", line 6, in _size_of
  File "elsewhere.py", line 7, in open
ValueError: File of "box"
"""
