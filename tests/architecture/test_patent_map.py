# SPDX-License-Identifier: MIT
"""docs/patent-map.md names every element of the patent; what it and docs/security.md name exists."""

import inspect
import re

from security import ssm
from security.sma import Sma
from security.ssa import Ssa
from security.sst import Sst

from tests.architecture.sources import ROOT

RIGS = ("cpython",)
PAGE = (ROOT / "docs" / "patent-map.md").read_text()
SECURITY = (ROOT / "docs" / "security.md").read_text()

# The patent's parameters, in its order. US 6,865,681 B2, IV.D.
FUNCTIONS = {
    "ssa_encrypt": (Ssa, ["message", "frame"]), "ssa_decrypt": (Ssa, ["message", "frame"]),
    "ssa_authenticate": (Ssa, ["message", "frame"]), "ssa_authorize": (Ssa, ["message", "frame"]),
    "sma_encrypt": (Sma, ["message", "key", "pass_"]), "sma_decrypt": (Sma, ["message", "key", "pass_"]),
    "sma_sign": (Sma, ["signature", "message", "key", "pass_"]),
    "sma_verify_sign": (Sma, ["signature", "message", "key", "pass_"]),
    "ssm_encrypt": (ssm, ["packet", "frame", "key"]), "ssm_decrypt": (ssm, ["packet", "frame", "key"]),
    "sst_get_security_capability": (Sst, ["capability"]),
}
SIGNALS = ("got_invite", "sip_invite", "got_401_unauthorized", "send_www_authenticate", "got_error")
OBJECTIVES = (
    "authentication", "integrity", "confidentiality", "non-repudiation", "access control", "availability")


def first_cells(heading):
    """-> the first cell of each row of a table, without its quotes."""
    section = PAGE.split("## " + heading + "\n")[1].split("\n## ")[0]
    rows = [line for line in section.split("\n") if line.startswith("| ")][2:]
    return [row.split("|")[1].strip().strip("`") for row in rows]


def test_the_eleven_functions_have_the_patents_parameters_in_its_order():
    for name, (owner, wanted) in FUNCTIONS.items():
        parameters = [word for word in inspect.signature(getattr(owner, name)).parameters if word != "self"]
        assert parameters[:len(wanted)] == wanted, name


def test_every_aspect_figure_function_signal_and_objective_is_on_the_page():
    assert first_cells("Aspects of the claims") == ["1", "2", "3", "4"]
    assert first_cells("Figures") == [str(number) for number in range(1, 23)]
    assert first_cells("Functions") == list(FUNCTIONS)
    assert first_cells("Signals") == list(SIGNALS)
    assert first_cells("The six objectives of figure 7") == list(OBJECTIVES)
    assert len(first_cells("Required capabilities")) == 10


def test_every_file_and_test_that_the_pages_name_exists():
    missing = []
    named = re.findall(r"`((?:firmware|tests|sim|host_tools|docs)/[^`]+)`", PAGE + SECURITY)
    for name in named:
        path, _, test = name.partition("::")
        if not (ROOT / path).is_file() or (test and "def %s(" % test not in (ROOT / path).read_text()):
            missing.append(name)
    assert missing == [] and len(named) > 90
