# SPDX-License-Identifier: MIT
"""`python -m sim phone` with wrong flags: one clear line and exit code 2, nothing destroyed."""

import os
import shutil
import socket
import struct
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from sim import arguments, key_tokens, launcher, sound_files
from tests.interop.phones import free_ports

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def refuses(capfd):
    """-> a function of flags that must be refused -> the line that says why."""
    def check(*flags):
        words = ["--name", "alice", "--sip", "127.0.0.1:%d" % free_ports(), *flags]
        assert launcher.main(words) == 2
        out, err = capfd.readouterr()
        assert out == "" and err.count("\n") == 1 and err.startswith("sim phone: ")
        return err
    return check


def write_wav(path, rate=8000, channels=1, width=2, frames=800):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(bytes(frames * channels * width))
    return str(path)


@pytest.mark.parametrize("flags, words", [
    (["--sip", "5060"], "HOST:PORT"),
    (["--sip", "127.0.0.1:0"], "HOST:PORT"),
    (["--sip", "127.0.0.1:65536"], "HOST:PORT"),
    (["--sip", "127.0.0.1:sip"], "HOST:PORT"),
    (["--sip", "0.0.0.0:5060"], "that others reach"),
    (["--sip", "192.0.2.77:5060"], "no such address"),
    (["--name", "a b"], "letters"),
    (["--nonsense"], "--nonsense"),
    (["--runtime", "jython"], "jython"),
    (["--heap", "lots"], "260K"),
    (["--heap", "0"], "260K"),
    (["--seconds", "soon"], "a number"),
    (["--seconds", "-1"], "a number"),
    (["--seconds", "nan"], "a number"),
    (["--auto-answer", "never"], "a number"),
    (["--contact", "1002"], "NUMBER=URI"),
    (["--contact", "bob=sip:bob@127.0.0.1"], "NUMBER=URI"),
    (["--contact", "1002=bob@127.0.0.1"], "begins with sip:"),
    (["--contact", "1002=sip:bob @127.0.0.1"], "spaces"),
    (["--contact", "1002=sip:%s@127.0.0.1" % ("b" * 99)], "at most 96"),
    (["--contact", "1002=sip:bob@127.0.0.1,Bob\tBuilder"], "printable"),
    (["--user", "a b"], "letters"),
    (["--user", "x" * 65], "letters"),
    (["--domain", "voip test"], "HOST:PORT"),
    (["--proxy", "127.0.0.1"], "HOST:PORT"),
    (["--proxy", "127.0.0.1:5060;transport=sctp"], "transport=udp"),
    (["--proxy", "127.0.0.1:5060;lr"], "transport=udp"),
    (["--keys", "offhook 12x4"], "12x4"),
    (["--keys", "sleep:x"], "sleep:x"),
    (["--keys", "wait:conected"], "connected"),
    (["--keys", "wait:ended:soon"], "seconds"),
    (["--keys", "long:77"], "long:77"),
    (["--mic", "tone:0"], "Hz"),
    (["--mic", "tone:4000"], "Hz"),
    (["--mic", "tone:high"], "Hz"),
    (["--mic", "/nowhere/a.wav"], "No such file"),
    (["--mic", "/"], "Is a directory"),
    (["--ear", "/nowhere/a.wav"], "No such file"),
    (["--ear", "/"], "Is a directory"),
    (["--events", "/nowhere/events"], "--events /nowhere/events"),
    (["--trace", "/"], "--trace /"),
    (["--data", "/dev/null"], "--data /dev/null"),
    (["--data", "/dev/null/data"], "--data /dev/null/data"),
    (["--security", "require"], "sealed calls"),
    (["--security", "prefer"], "--security off"),
    (["--helper", "embedded"], "--helper none"),
    (["--helper", "127.0.0.1:7000"], "--helper none"),
    (["--keyring", "keys"], "does not have"),
    (["--register"], "--proxy HOST:PORT or --domain"),
    (["--register", "--domain", "nowhere.invalid"], "no host nowhere.invalid"),
    (["--auth-user", ""], "1 to 64"),
    (["--auth-user", "x" * 65], "1 to 64"),
    (["--password-file", "/nowhere/secret"], "No such file"),
    (["--password-file", "/dev/null"], "no password"),
    (["--password-file", "/"], "Is a directory"),
    (["--proxy", "127.0.0.1:5061;transport=tls"], "TLS"),
])
def test_a_wrong_flag_is_named(refuses, flags, words):
    assert words in refuses(*flags)


def test_a_flag_that_is_missing_is_named(capfd):
    assert launcher.main(["--name", "alice"]) == 2
    assert "--sip" in capfd.readouterr().err


@pytest.mark.parametrize("sound, words", [
    ({"rate": 44100}, "44100 Hz, 1 channel, 16 bit"),
    ({"channels": 2}, "8000 Hz, 2 channels, 16 bit"),
    ({"width": 1}, "8000 Hz, 1 channel, 8 bit"),
    ({"frames": 0}, "holds no sound"),
])
def test_a_wav_of_another_kind_is_refused_with_the_command_that_converts_it(refuses, tmp_path, sound, words):
    line = refuses("--mic", write_wav(tmp_path / "voice.wav", **sound))
    assert words in line
    if "frames" not in sound:
        assert "sox %s/voice.wav -r 8000 -c 1 -b 16" % tmp_path in line


@pytest.mark.skipif(shutil.which("sox") is None, reason="sox is missing")
def test_that_command_makes_a_file_that_is_accepted(refuses, tmp_path):
    line = refuses("--mic", write_wav(tmp_path / "voice.wav", rate=44100, channels=2))
    command = line[line.index("sox "):].split()
    subprocess.run(command, check=True)
    assert sound_files.open_mouth(command[-1])["n"] > 0


def wav_chunks(*chunks):
    body = b"WAVE" + b"".join(name + struct.pack("<I", len(data)) + data for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


FORMAT = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)


@pytest.mark.parametrize("data, words", [
    (b"", "no WAV file"),
    (b"RIFF", "no WAV file"),
    (b"ID3\x03" + bytes(100), "no WAV file"),
    (wav_chunks(), "no format"),
    (wav_chunks((b"fmt ", FORMAT)), "no samples"),
    (wav_chunks((b"data", bytes(320))), "no format"),
    (wav_chunks((b"fmt ", FORMAT[:10]), (b"data", bytes(320))), "cut off"),
    (wav_chunks((b"fmt ", struct.pack("<HHIIHH", 7, 1, 8000, 8000, 1, 8)), (b"data", bytes(9))), "not PCM"),
])
def test_a_broken_wav_is_refused(refuses, tmp_path, data, words):
    path = tmp_path / "broken.wav"
    path.write_bytes(data)
    assert words in refuses("--mic", str(path))


def test_samples_are_found_behind_other_chunks(tmp_path):
    path = tmp_path / "tagged.wav"
    extensible = struct.pack("<HHIIHHHHIH", 0xFFFE, 1, 8000, 16000, 2, 16, 22, 16, 4, 1) + bytes(14)
    path.write_bytes(b"".join((
        b"RIFF\xff\xff\xff\xffWAVE", b"LIST\x03\0\0\0odd\0", b"fmt ", struct.pack("<I", len(extensible)),
        extensible, b"data\xff\xff\xff\xff", b"s" * 333)))
    mouth = sound_files.open_mouth(str(path))
    assert os.pread(mouth["fd"], 4, mouth["off"]) == b"ssss"
    assert mouth["n"] == 332, "whole samples, as many as the file holds"
    os.close(mouth["fd"])


def test_a_tone_is_a_whole_number_of_waves(tmp_path):
    mouth = sound_files.open_mouth("tone:440")
    samples = struct.unpack("<8000h", os.pread(mouth["fd"], 16000, 0))
    os.close(mouth["fd"])
    crossings = sum(1 for a, b in zip(samples, samples[1:] + samples[:1], strict=True) if a < 0 <= b)
    assert crossings == 440 and max(samples) == 8000


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_a_busy_sip_port_is_named(capfd, kind):
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        place = "127.0.0.1:%d" % taken.getsockname()[1]
        assert launcher.main(["--name", "alice", "--sip", place]) == 2
    err = capfd.readouterr().err
    assert place in err and "another program" in err and err.count("\n") == 1


def test_the_ear_never_overwrites_what_the_mouth_says(refuses, tmp_path):
    path = write_wav(tmp_path / "voice.wav")
    before = Path(path).read_bytes()
    assert "that is what --mic reads" in refuses("--mic", path, "--ear", path)
    assert Path(path).read_bytes() == before


def test_no_micropython_is_told_in_a_line(refuses, tmp_path):
    # A Python without the package: the launcher of a bare interpreter.
    done = subprocess.run(
        [sys.executable, "-S", "-m", "sim", "phone", "--name", "a", "--sip", "127.0.0.1:%d" % free_ports(),
         "--runtime", "micropython"], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and "--runtime cpython" in done.stderr


def test_the_help_teaches_every_flag_and_token(capsys):
    with pytest.raises(SystemExit) as end:
        launcher.main(["--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    for word in ("--runtime", "--heap", "--contact", "--events", "--screen", "--trace", "--auto-answer",
                 "wait:EVENT", "long:5", "offhook", "exit code", "FIFO", "tone:HZ"):
        assert word in text


def test_the_settled_flags_of_later_versions_are_accepted_when_off():
    options = arguments.parse([
        "--name", "alice", "--sip", "localhost:5060", "--security", "off", "--srtp", "off",
        "--helper", "none"])
    assert options.sip == ("127.0.0.1", 5060) and options.user == "alice"


def test_contacts_are_kept_in_their_order_with_their_names():
    options = arguments.parse([
        "--name", "alice", "--sip", "127.0.0.1:5060",
        "--contact", "1002=sip:bob@127.0.0.1:5062,Bob, the builder", "--contact", "12*=sip:carol@127.0.0.1"])
    assert options.contacts == [
        ["1002", "sip:bob@127.0.0.1:5062", "Bob, the builder"], ["12*", "sip:carol@127.0.0.1", ""]]


def test_a_proxy_is_made_numeric():
    options = arguments.parse([
        "--name", "alice", "--sip", "127.0.0.1:5060", "--proxy", "localhost:5070;transport=tcp"])
    assert options.proxy == "127.0.0.1:5070;transport=tcp"


def test_tokens_become_steps():
    row = "offhook 10# hold long:5 sleep:0.5 wait:connected wait:ended:2 hangup onhook"
    assert key_tokens.steps(row) == [
        "lift", "press 49 60", "press 48 60", "press 35 60", "press 72 60", "press 53 1200",
        "sleep 500", "wait connected 30000", "wait ended 2000", "hang-up", "lay"]
    assert key_tokens.steps("") == []


def test_the_command_alone_says_what_there_is():
    done = subprocess.run([sys.executable, "-m", "sim"], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2 and "phone" in done.stderr
