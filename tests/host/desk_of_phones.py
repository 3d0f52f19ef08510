# SPDX-License-Identifier: MIT
"""Phones with a version of Sinetti on them, one folder each, that are plugged in again and again.

The version is no more than the drivers that keep values, from their sources, with the project's boot.py.
"""

import ast
import fcntl
import json
import os
import pty
import select
import shlex
import shutil
import signal
import subprocess
import sys
import termios
import time

from tests.host import repl_phone
from tests.host.commands import run
from tests.host.helper_process import ROOT
from tests.host.repl_phone import ReplPhone, files

SECRET = "correct horse battery"
_RUNS = b"""
import time
while True:
    print('{"s": 3, "event": "registered", "user": "alice"}')
    time.sleep(0.1)
"""
_SAFE = b"print('main.py stand-in')\n"
_VALUES = """
sys.path[:] = ['/a', '.frozen']
from boards.drivers import split_storage
from boards.drivers.chip_parts import storage
kept = storage()
names = set(n for n in os.listdir('/data') if n[-1] != '~') | set(split_storage.SECRETS)
print(repr({name: kept.load(name) for name in names if kept.load(name) is not None}))
"""
_SAVE = """
sys.path[:] = ['/a', '.frozen']
from boards.drivers.chip_parts import storage
kept = storage()
for name, data in %r.items():
    assert kept.save(name, data)
"""


class DeskOfPhones:
    """folder: for all files. phone: name of the one that is used; each begins as the first one was made."""

    def __init__(self, folder, template):
        self.folder = folder
        self._template = template
        self.use("first")

    def use(self, name):
        self.phone = self.folder / name
        if not self.phone.exists():
            shutil.copytree(self._template, self.phone)

    def plug_in(self, **faults):
        return ReplPhone(self.phone, **faults)

    def do(self, *words, **faults):
        """-> (exit code, output, errors) of `sinetti WORDS --port PORT`."""
        with self.plug_in(**faults) as phone:
            result = run(*words, "--port", phone.path)
        self.heard = phone.heard
        assert "Traceback" not in result[2], result[2]
        assert SECRET not in result[1] + result[2], "a secret is shown"
        return result

    def did(self, *words, **faults):
        """-> output of a command that has to be done."""
        code, out, err = self.do(*words, **faults)
        assert code == 0, err
        return out

    def told(self, *words, **faults):
        """-> dict of the JSON that a command puts out, and nothing besides it."""
        code, out, err = self.do(*words, "--json", **faults)
        told = json.loads(out)
        assert told["ok"] is (code == 0), err
        return told

    def values(self):
        """-> dict: name to bytes, of all that the phone finds when it starts."""
        return ast.literal_eval(repl_phone.run_on(self.phone, _VALUES))

    def save(self, **values):
        """As the phone would. The names have a _ for each dot."""
        repl_phone.run_on(self.phone, _SAVE % {name.replace("_", "."): data for name, data in values.items()})

    def write(self, name, text):
        """-> path of a file of the host."""
        place = self.folder / name
        place.write_text(text)
        return place

    def in_files(self):
        """-> bytes of all files of the phone, one after another."""
        return b"\n".join(files(self.phone).values())

    def state(self):
        """-> what may be put back by restore()."""
        return {name: (self.phone / name).read_bytes() for name in ("flash", "nvs")}

    def restore(self, state):
        for name, data in state.items():
            (self.phone / name).write_bytes(data)


def make_template(folder):
    """A phone in that folder, with slot a."""
    with ReplPhone(folder):
        pass
    contents = {"/a/boards/drivers/" + path.name: path.read_bytes()
                for path in (ROOT / "boards" / "drivers").glob("*.py")}
    contents["/a/manifest"] = b"sinetti 1\nboard test_s3\nversion 0.2.0\nsecurity 1\nmpy 6.3 x64\n" + b"".join(
        b"file %d %s %s\n" % (len(data), b"0" * 64, path[3:].encode()) for path, data in contents.items())
    contents.update({"/slot": b"a\n", "/board.json": b'{"board": "test_s3", "star": {"row": 13, "column": 17}}',
                     "/main.py": _SAFE, "/data/x": b""})
    repl_phone.write_all_on(folder, contents)
    repl_phone.remove_on(folder, ["/data/x"])


def let_run(folder):
    """From now on this phone runs, and tells what happens. It is to be plugged in with is_deaf."""
    repl_phone.write_on(folder, "/main.py", _RUNS)


def _hear_ctrl_c():
    """The terminal is that of this process, and makes a signal of it, which who began the tests may have ignored."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def typed(words, answers, folder, then="", seconds=30):
    """`sinetti WORDS` at a terminal. -> (exit code, what was seen there).

    answers  list of (what is seen, what is typed then, or a function that is called), in this order
    folder   that it is called in; then: a command of the shell afterwards
    """
    command = shlex.join([sys.executable, "-m", "host_tools.sinetti", *map(str, words)])
    master, terminal = pty.openpty()
    process = subprocess.Popen(
        ["sh", "-c", "%s; code=$?; %s; exit $code" % (command, then) if then else "exec " + command], cwd=folder, stdin=terminal,
        stdout=terminal, stderr=terminal, start_new_session=True,
        preexec_fn=_hear_ctrl_c,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "TERM": "dumb"})
    os.close(terminal)
    seen, at, end = "", 0, time.monotonic() + seconds
    answers = list(answers)
    while time.monotonic() < end:
        try:
            if select.select([master], [], [], 1)[0]:
                seen += os.read(master, 4096).decode("utf-8", "replace")
        except OSError:             # nobody has the other end any more
            break
        while answers and (found := seen.find(answers[0][0], at)) >= 0:
            at = found + len(answers[0][0])
            answer = answers.pop(0)[1]
            if callable(answer):
                answer()
            else:
                os.write(master, answer.encode())
    if process.poll() is None and (answers or time.monotonic() >= end):
        os.killpg(process.pid, signal.SIGKILL)
    code = process.wait()
    os.close(master)
    assert not answers, "never asked: %r, seen: %s" % (answers[0], seen)
    return code, seen
