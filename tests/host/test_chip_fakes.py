# SPDX-License-Identifier: MIT
"""The fake modules of a chip have the names and parameters of the board's stubs, as far as they go."""

import ast

import pytest

from host_tools.board_types import STUBS
from tests.architecture.sources import ROOT

CHIP = STUBS / "esp32s3"
I2S = ROOT / "tests" / "unit" / "boards" / "i2s_fake.py"
# The stub of LAN is of another chip: its C source is what the fake follows, see tests/chip/network.py.
NOT_COMPARED = {("network", "LAN")}


def classes(path):
    """-> dict: class to dict: method to list of its signatures; "" holds the functions of the module."""
    found = {"": {}}
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found[""].setdefault(node.name, []).append(signature(node))
        elif isinstance(node, ast.ClassDef):
            methods = found.setdefault(node.name, {})
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    methods.setdefault(inner.name, []).append(signature(inner))
    return found


def signature(node):
    """-> (names of what may be given by place, names of what is given by name only, takes any)."""
    arguments = node.args
    places = [argument.arg for argument in arguments.posonlyargs + arguments.args]
    names = {argument.arg for argument in arguments.kwonlyargs}
    return places, names, bool(arguments.vararg or arguments.kwarg)


def fits(ours, theirs):
    """-> True when each call that our fake takes is one that the chip takes, by names and number."""
    places, names, takes_any = ours
    their_places, their_names, they_take_any = theirs
    if takes_any or they_take_any:
        return True
    return len(places) <= len(their_places) and names <= their_names | set(their_places)


def fakes():
    for module in ("machine", "network", "esp32"):
        for name, methods in classes(ROOT / "tests" / "chip" / (module + ".py")).items():
            for method in methods:
                if (module, name) not in NOT_COMPARED and (not method.startswith("_") or method == "__init__"):
                    yield module, name, method


def i2s():
    """Its class stands in a file of its own."""
    yield from (("machine", "I2S", method) for method in ("__init__", "irq", "readinto", "write", "deinit"))


@pytest.mark.parametrize("module, name, method", [
    *(found for found in fakes() if found[2] not in (
        "use", "erase", "miss", "renumber")), *i2s()])      # how a test plays the world around
@pytest.mark.skipif(not (CHIP / "machine.pyi").exists(), reason="there are no stubs of the chip: make setup")
def test_a_fake_takes_what_the_chip_takes(module, name, method):
    stub = classes(CHIP / (module + ".pyi"))
    path = ROOT / "tests" / "chip" / (module + ".py") if name != "I2S" else I2S
    ours = classes(path)[name][method]
    name = "WLAN" if name == "OwnPoint" else name       # the same part, as an access point
    assert name in stub, "the chip has no %s.%s" % (module, name)
    assert method in stub[name], "the chip has no %s.%s.%s" % (module, name, method)
    assert all(any(fits(one, other) for other in stub[name][method]) for one in ours)
