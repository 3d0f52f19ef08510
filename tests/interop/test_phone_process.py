# SPDX-License-Identifier: MIT
"""The phone as a process, on both runtimes: its files, its end, and who dies with whom."""

import fcntl
import importlib.util
import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
import wave
from pathlib import Path

import pytest

from tests.interop.phones import free_ports

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 15

needs_micropython = pytest.mark.skipif(
    importlib.util.find_spec("micropython_unix") is None, reason="there is no MicroPython here")
both_runtimes = pytest.mark.parametrize(
    "runtime", ["cpython", pytest.param("micropython", marks=needs_micropython)])


class Phone:
    """A running `python -m sim phone`, whose events can be waited for."""

    def __init__(self, runtime, *flags, **streams):
        command = [sys.executable, "-m", "sim", "phone", "--runtime", runtime, "--name", "alice",
                   "--sip", "127.0.0.1:%d" % free_ports(), *flags]
        streams.setdefault("stdin", subprocess.DEVNULL)
        streams.setdefault("stdout", subprocess.PIPE)
        streams.setdefault("stderr", subprocess.PIPE)
        self.process = subprocess.Popen(command, cwd=ROOT, **streams)
        self.text = b""

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()

    def read_until(self, words):
        """Read its output until `words` stand in it."""
        end = time.monotonic() + LIMIT_S
        while words not in self.text:
            readable, _, _ = select.select([self.process.stdout], [], [], end - time.monotonic())
            assert readable, self.text
            data = os.read(self.process.stdout.fileno(), 65536)
            assert data, (self.text, self.process.stderr.read())
            self.text += data

    def finish(self):
        """-> (exit code, output, errors)."""
        out, err = self.process.communicate(timeout=LIMIT_S)
        return self.process.returncode, (self.text + (out or b"")).decode(), (err or b"").decode()


def events(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def seconds_of(path):
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        return file.getnframes() / 8000


@both_runtimes
def test_a_phone_lives_as_long_as_it_is_told(runtime):
    with Phone(runtime, "--events", "-", "--seconds", "0.5") as phone:
        code, out, err = phone.finish()
    assert code == 0, err
    assert events(out)[0]["event"] == "boot" and events(out)[0]["ms"] < 500


@both_runtimes
def test_the_end_of_the_script_is_the_end_of_the_phone(runtime, tmp_path):
    ear = tmp_path / "ear.wav"
    with Phone(runtime, "--keys", "offhook sleep:1 onhook", "--ear", str(ear)) as phone:
        code, _, err = phone.finish()
    assert code == 0, err
    assert 0.8 < seconds_of(ear) < 2, "the dial tone, and a moment of silence"


@both_runtimes
def test_a_wait_in_vain_is_named_and_is_exit_code_1(runtime):
    with Phone(runtime, "--keys", "wait:ringing:0.2") as phone:
        code, _, err = phone.finish()
    assert code == 1
    assert err.endswith("alice: keys: ringing did not come in time\n")


@both_runtimes
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_phone_and_its_files_in_order(runtime, number, tmp_path):
    ear = tmp_path / "ear.wav"
    flags = ("--keys", "offhook sleep:60", "--ear", str(ear), "--events", "-", "--screen")
    with Phone(runtime, *flags) as phone:
        phone.read_until(b'"screen"')
        phone.process.send_signal(number)
        began = time.monotonic()
        code, _, err = phone.finish()
    assert code == 1 and err.endswith("alice: keys: the phone ended before the script did\n")
    assert time.monotonic() - began < 3
    seconds_of(ear)


@both_runtimes
def test_without_a_script_a_signal_is_a_good_end(runtime):
    with Phone(runtime, "--events", "-") as phone:
        phone.read_until(b'"boot"')
        phone.process.terminate()
        code, _, err = phone.finish()
    assert code == 0, err


def children(pid):
    return [int(word) for word in Path("/proc/%d/task/%d/children" % (pid, pid)).read_text().split()]


@needs_micropython
def test_the_interpreter_dies_with_a_launcher_that_is_killed():
    with Phone("micropython", "--events", "-") as phone:
        phone.read_until(b'"boot"')
        child, = children(phone.process.pid)
        handle = os.pidfd_open(child)
        phone.process.kill()
        dead, _, _ = select.select([handle], [], [], LIMIT_S)
        os.close(handle)
        assert dead


@both_runtimes
def test_the_screen_is_told_in_the_events_or_drawn(runtime):
    with Phone(runtime, "--screen", "--events", "-", "--seconds", "0.5") as phone:
        code, out, err = phone.finish()
    assert code == 0, err
    pictures = [event["rows"] for event in events(out) if event["event"] == "screen"]
    assert pictures and all(len(rows) == 8 and {len(row) for row in rows} == {21} for rows in pictures)
    with Phone(runtime, "--screen", "--seconds", "0.5") as phone:
        code, out, err = phone.finish()
    lines = out.splitlines()
    assert code == 0 and len(lines) % 10 == 0 and {len(line) for line in lines} == {23}
    assert lines[0][0] == "\u250c" and "\x1b" not in out


@both_runtimes
def test_on_a_terminal_the_keyboard_is_the_keypad(runtime):
    master, terminal = pty.openpty()
    try:
        with Phone(runtime, "--screen", stdin=terminal, stdout=terminal, stderr=terminal) as phone:
            phone.process.stdout = os.fdopen(os.dup(master), "rb")
            phone.read_until("\u2514".encode())
            os.write(master, b" ")
            phone.read_until(b"off hook")
            os.write(master, b"12")
            phone.read_until(b"12")
            phone.process.send_signal(signal.SIGINT)
            assert phone.process.wait(LIMIT_S) in (0, 1)
    finally:
        os.close(master)
        os.close(terminal)


@both_runtimes
def test_fifos_carry_the_sound_and_never_stop_the_phone(runtime, tmp_path):
    mouth, ear = tmp_path / "mouth", tmp_path / "ear"
    os.mkfifo(mouth)
    os.mkfifo(ear)
    listener = os.open(ear, os.O_RDONLY | os.O_NONBLOCK)
    # Nobody ever writes into the mouth, and the ear is read at the end only.
    flags = ("--keys", "offhook sleep:1.5 onhook", "--mic", str(mouth), "--ear", str(ear))
    with Phone(runtime, *flags) as phone:
        code, _, err = phone.finish()
    assert code == 0, err
    heard = len(os.read(listener, 1 << 20)) / 16000
    os.close(listener)
    assert 1.3 < heard < 2.5


@both_runtimes
def test_an_ear_that_nobody_reads_loses_the_sound_and_says_so(runtime, tmp_path):
    ear = tmp_path / "ear"
    os.mkfifo(ear)
    narrow = os.open(ear, os.O_RDWR | os.O_NONBLOCK)
    fcntl.fcntl(narrow, fcntl.F_SETPIPE_SZ, 4096)
    with Phone(runtime, "--keys", "offhook sleep:1 onhook", "--ear", str(ear)) as phone:
        code, _, err = phone.finish()
    os.close(narrow)
    assert code == 0
    assert "were dropped, nobody took them" in err


@both_runtimes
def test_a_reader_of_events_may_go_away(runtime):
    with Phone(runtime, "--keys", "offhook sleep:0.3 onhook", "--events", "-") as phone:
        phone.read_until(b'"boot"')
        phone.process.stdout.close()
        phone.process.stdout = None
        assert phone.process.wait(LIMIT_S) == 0


@both_runtimes
def test_what_was_stored_is_there_after_a_restart(runtime, tmp_path):
    data = tmp_path / "new" / "data"
    for _ in range(2):
        with Phone(runtime, "--data", str(data), "--seconds", "0.2") as phone:
            code, _, err = phone.finish()
        assert code == 0, err
    assert data.is_dir()
