# SPDX-License-Identifier: MIT
"""Each attack of the lab succeeds once its defence is taken away: it is one. And the command that tells of them."""

import subprocess
import sys
from pathlib import Path

import pytest

from sim.attacks.attack import perform
from sim.attacks.defences import taken_away
from sim.attacks.registry import ATTACKS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_without_its_defence_it_succeeds(attack):
    played = attack()
    assert played.defences
    with taken_away(played.defences):
        assert played.has_won(perform(played))


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_its_defence_is_back_afterwards(attack):
    before = [holder.__dict__[name] for holder, name, _ in attack.defences]
    with taken_away(attack.defences):
        assert [holder.__dict__[name] for holder, name, _ in attack.defences] != before
    assert [holder.__dict__[name] for holder, name, _ in attack.defences] == before


def attacks(*words):
    return subprocess.run(
        [sys.executable, "-m", "sim", "attacks", *words], cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_the_command_tells_of_each_in_a_line():
    run = attacks("strip-authorization", "swap-crypto", "--ladder")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "strip-authorization: The relay takes the signature off" in run.stdout
    assert "OPEN: anyone on the | way" in run.stdout and "relay: puts its own key there" in run.stdout
    assert run.stdout.endswith("2 attacks: 2 as they should be\n")


def test_the_command_lists_them():
    run = attacks("--list")
    assert run.returncode == 0 and len(run.stdout.splitlines()) == len(ATTACKS)


def test_a_wrong_name_is_told():
    run = attacks("strip-everything")
    assert run.returncode == 2 and run.stderr == (
        "sim attacks: no attack is called strip-everything; --list tells them all\n")


def test_an_attack_that_succeeds_is_told():
    code = (
        "import sys; sys.path[:0] = ['firmware', 'sim/cpython']\n"
        "from sim.attacks import command, faith\n"
        "from sim.attacks.defences import taken_away\n"
        "with taken_away((faith.NO_SIGNATURE,)):\n"
        "    sys.exit(command.main(['strip-authorization']))")
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert run.returncode == 1 and "WRONG: it succeeds" in run.stdout, run.stdout + run.stderr
