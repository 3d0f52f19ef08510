# SPDX-License-Identifier: MIT
"""What goes into a phone: compiled files and the ROMFS image."""

import shutil

import pytest

from host_tools import folding, image, ram_report, shortening


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


def test_negative_constants_are_folded_as_they_are_used():
    """In brackets: -1 ** 2 is -(1 ** 2)."""
    sources = {
        "states": "from micropython import const\nGONE = -1\nLOW = const(-2)\nDEEP = --3\nNONE = -0.5\n",
        "user": "from states import GONE, LOW\nimport states\nresult = (GONE, 5-GONE, LOW*3, GONE**2, GONE<0, [7, 8][GONE])\n",
        "others": "import phone.states\nfrom phone import states as seen\nresult = (seen.GONE, 1-seen.GONE, -seen.GONE)\n",
        "phone.states": "GONE = -1\n",
    }
    folded = folding.fold(sources)
    assert folded["states"] == "from micropython import const\npass\npass\npass\nNONE = -0.5\n"
    assert folded["user"].startswith("pass\nimport states\nresult = ((-1), 5-(-1), (-2)*3,")
    assert ran(folded["user"].replace("import states\n", "")) == (-1, 6, -6, 1, True, 8)
    assert ran(folded["others"].replace("import phone.states\n", "")) == (-1, 2, 1)


def ran(text):
    """-> what a program calls result."""
    place = {}
    exec(text, place)
    return place["result"]


def shortened(text, users=()):
    """-> the text with short names, and its result is the one that it had."""
    short = shortening.shorten({"module": text}, users)[0]["module"]
    assert ran(short) == ran(text)
    return short


def test_arguments_get_letters_and_mean_what_they_meant():
    assert shortened("def sum_of(first, second):\n    return first - second\nresult = sum_of(5, 3)\n") == (
        "def sum_of(a, b):\n    return a - b\nresult = sum_of(5, 3)\n")


def test_a_letter_that_the_function_has_already_is_not_taken():
    short = shortened("c = 4\ndef far(a, length):\n    b = 2\n    return a + b + c + length\nresult = far(1, 9)\n")
    assert "def far(a, d):" in short


def test_an_argument_that_somebody_gives_by_name_keeps_its_name():
    text = "def ring(times, pause=2):\n    return times * pause\nresult = ring(3, pause=5)\n"
    assert shortened(text) == text.replace("times", "a")
    assert shortened(text, ("module.ring(times=3)\n",)) == text, "a program of somebody else gives it so"


def test_an_argument_that_comes_in_a_dict_with_two_stars_keeps_its_name():
    text = ("def parts():\n    return {'calendar': 5}\ndef build(first, calendar):\n    return first + calendar\n"
            "result = build(1, **parts())\n")
    assert shortened(text) == text.replace("first", "a")


def test_functions_within_functions_see_the_arguments_of_those_around_them():
    short = shortened(
        "def outer(start, step):\n    def inner(count, start):\n        return start + count * step\n"
        "    return inner(2, 10) + start\nresult = outer(1, 100)\n")
    assert short.startswith("def outer(a, b):\n    def inner(c, a):\n        return a + c * b\n    return inner(2, 10) + a\n")


def test_what_is_kept_by_a_closure_or_a_lambda_is_the_same():
    short = shortened(
        "def make(factor):\n    return [lambda value, shift=factor: value * factor + shift, "
        "lambda: [factor for factor in (7, 8)]]\nfirst, second = make(3)\nresult = (first(5), second())\n")
    assert "factor" not in short and "value" not in short


def test_arguments_in_any_number_are_gathered_as_before():
    short = shortened(
        "def gather(first, *others, last=1, **named):\n    return first, others, last, sorted(named.items())\n"
        "result = gather(1, 2, 3, last=4, more=5)\n")
    assert short.startswith("def gather(a, *b, last=1, **c):\n    return a, b, last, sorted(c.items())\n")


def test_self_and_the_names_that_others_use_stay():
    text = ("class Box:\n    width = 3\n    def area(self, height):\n        return self.width * height\n"
            "    def _double(self, height):\n        return 2 * self.area(height)\nresult = Box()._double(4)\n")
    assert shortened(text) == text.replace("height", "a").replace("_double", "_a")
    assert "def area(self, a)" in shortened(text) and "width" in shortened(text)


def test_an_argument_whose_name_a_fault_or_an_import_has_too_keeps_it():
    for line in ("try:\n        1 // 0\n    except ZeroDivisionError as where:\n        return str(where)",
                 "import os.path as where\n    return where.sep", "from os import sep as where\n    return where",
                 "def where():\n        return 5\n    return where()"):
        assert "def find(where)" in shortened("def find(where):\n    %s\nresult = find(0)\n" % line)


def test_an_argument_that_is_assigned_from_within_is_refused():
    with pytest.raises(shortening.ShorteningError):
        shortening.shorten({"module": "def f(count):\n    def g():\n        nonlocal count\n        count = 2\n"})


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


TEXTS = (("core.bell", "def ring(times):\n    return times\n"),)
USER = (("main", "from core.bell import ring\nprint(ring(3))\n"),)


def rewritten(monkeypatch, *texts):
    """-> (what a process that begins now gets for these texts, whether it had to work for it)."""
    worked = []

    def rewrite(*given):
        worked.append(given)
        return real(*given)

    real = image._rewrite
    image._rewritten.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(image, "_rewrite", rewrite)
        return image._rewritten(*texts), bool(worked)


def test_what_was_rewritten_is_there_for_the_next_process_until_a_source_or_a_tool_changes(monkeypatch, tmp_path):
    monkeypatch.setattr(image, "BUILD", tmp_path)
    first, is_made = rewritten(monkeypatch, False, TEXTS, USER, ())
    assert is_made and "def ring(a)" in first[0]["core.bell"]
    again, is_made = rewritten(monkeypatch, False, TEXTS, USER, ())
    assert not is_made and [dict(part) for part in again] == [dict(part) for part in first]
    for changed in ((True, TEXTS, USER, ()), (False, (("core.bell", TEXTS[0][1] + "\n"),), USER, ()),
                    (False, (("core.chime", TEXTS[0][1]),), USER, ()), (False, TEXTS, (), ()),
                    (False, TEXTS, USER, ("ring(times=3)\n",))):
        assert rewritten(monkeypatch, *changed)[1], changed
    assert "def ring(times)" in rewritten(monkeypatch, *changed)[0][0]["core.bell"]
    tool = tmp_path / "shortening.py"
    tool.write_text("# another version\n")
    monkeypatch.setattr(shortening, "__file__", str(tool))
    assert rewritten(monkeypatch, False, TEXTS, USER, ())[1]


def test_what_is_not_whole_is_rewritten_anew_and_the_oldest_go(monkeypatch, tmp_path):
    monkeypatch.setattr(image, "BUILD", tmp_path)
    rewritten(monkeypatch, False, TEXTS, USER, ())
    kept, = (tmp_path / "rewritten").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-9])
    assert rewritten(monkeypatch, False, TEXTS, USER, ())[1] and kept.read_bytes() == whole
    for number in range(20):
        rewritten(monkeypatch, False, TEXTS, USER, ("ring(%d)\n" % number,))
    assert len(list((tmp_path / "rewritten").iterdir())) == 16
    image._rewritten.cache_clear()              # other tests want the real ones


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
