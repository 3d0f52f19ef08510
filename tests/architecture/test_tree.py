# SPDX-License-Identifier: MIT
"""The shape of the repository: its folders, the length of its files, their first lines."""

import ast
import re
import subprocess

from tests.architecture.sources import ROOT, files, tree

FOLDERS = {"firmware", "boards", "host_tools", "tests", "sim", "docs", ".ci"}
FILES = {
    "Makefile", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "pyproject.toml",
    "requirements.txt", "package.json", "package-lock.json", "conftest.py", ".gitignore",
}
SOURCES = ("firmware", "boards", "sim", "host_tools", "tests")
_LONGEST = 350
_JUNK = {"utils", "helpers", "common", "misc", "base", "tools"}


def tracked():
    """-> paths that git tracks, or all files where there is no git."""
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return done.stdout.split("\n")[:-1]


def test_the_top_level_is_what_the_readme_says():
    top = {path.split("/")[0] for path in tracked()}
    assert top <= FOLDERS | FILES, top - FOLDERS - FILES


def test_every_source_has_its_licence_in_one_line_and_says_what_it_is():
    for folder in SOURCES:
        for path in files(folder):
            text = path.read_text()
            lines = text.split("\n")
            first = lines[1] if lines[0].startswith("#!") else lines[0]
            assert first == "# SPDX-License-Identifier: MIT", path
            if not path.name.startswith("test_"):
                assert ast.get_docstring(ast.parse(text)), path


def test_no_file_is_longer_than_one_noun_needs():
    for folder in ("firmware", "boards", "sim", "host_tools"):
        for path in files(folder):
            lines = len(path.read_text().split("\n"))
            limit = 600 if path.parent.name == "kernels" else _LONGEST
            assert lines <= limit, "%s has %d lines" % (path, lines)


def test_there_is_no_junk_drawer():
    for folder in ("firmware", "boards", "sim", "host_tools"):
        for path in files(folder):
            assert path.stem not in _JUNK, path


def test_modules_of_the_firmware_do_nothing_when_they_are_imported():
    """Definitions, constants, docstrings; a branch where a twin is chosen."""
    quiet = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.AugAssign)
    for path in files("firmware"):
        for node in tree(path).body:
            is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if path.parent.name == "kernels" and isinstance(node, ast.If):
                continue
            assert isinstance(node, quiet) or is_text, "%s line %d" % (path, node.lineno)


def test_exceptions_are_caught_by_name():
    """Everything is caught in two places: the reactor's loop and the far side of a rig."""
    allowed = {"tests/rigs/portable_runner.py", "boards/drivers/phone_start.py"}
    for folder in ("firmware", "boards", "sim"):
        for path in files(folder):
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.ExceptHandler):
                    names = ast.unparse(node.type) if node.type else ""
                    is_broad = names in ("", "Exception", "BaseException")
                    assert not is_broad or path.relative_to(ROOT).as_posix() in allowed, path


def test_nothing_is_left_for_later():
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    for path in tracked():
        if path.endswith((".py", ".md", ".mjs", ".sh", "Makefile")) and path != "tests/architecture/test_tree.py":
            assert not words.search((ROOT / path).read_text()), path
