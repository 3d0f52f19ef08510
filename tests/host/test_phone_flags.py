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

from host_tools.sinetti import certificates, identities, pairing
from host_tools.sinetti.backends.sequoia import Sequoia
from host_tools.sinetti.keyring import Keyring
from sim import arguments, key_tokens, launcher, sound_files
from tests.interop.certificates import Authority
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
    (["--security", "always"], "always"),
    (["--helper", "none", "--keyring", "keys"], "--helper embedded"),
    (["--keyring", "keys"], "--helper embedded"),
    (["--helper", ""], "embedded, HOST:PORT"),
    (["--helper", "yes"], "embedded, HOST:PORT"),
    (["--helper", "nowhere.invalid:7061"], "no host nowhere.invalid"),
    (["--helper", "127.0.0.1:0"], "HOST:PORT"),
    (["--helper", "serial:"], "serial:/dev/ttyUSB0"),
    (["--helper", "127.0.0.1:7061"], "sinetti pair alice --tls-dir FOLDER --data DIR --address 127.0.0.1:7061"),
    (["--helper", "serial:/dev/null"], "sinetti pair alice --tls-dir FOLDER --data DIR"),
    (["--security", "prefer", "--name", ".alice"], "cannot be a name"),
    (["--security", "prefer", "--keyring", "/dev/null"], "--keyring /dev/null"),
    (["--register"], "--proxy HOST:PORT or --domain"),
    (["--register", "--domain", "nowhere.invalid"], "no host nowhere.invalid"),
    (["--auth-user", ""], "1 to 64"),
    (["--auth-user", "x" * 65], "1 to 64"),
    (["--password-file", "/nowhere/secret"], "No such file"),
    (["--password-file", "/dev/null"], "no password"),
    (["--password-file", "/"], "Is a directory"),
    (["--proxy", "127.0.0.1:5061;transport=tls"], "needs --ca FILE"),
    (["--proxy", "127.0.0.1:5061;transport=tls", "--ca", "/nowhere/ca.pem"], "--ca /nowhere/ca.pem: No such file"),
    (["--ca", "/"], "Is a directory"),
    (["--ca", "/dev/null"], "no certificate, PEM or DER"),
    (["--ca", __file__], "no certificate, PEM or DER"),
])
def test_a_wrong_flag_is_named(refuses, flags, words):
    assert words in refuses(*flags)


def paired(folder):
    """-> a folder for --data, as `sinetti pair` fills it."""
    pairing.tell(folder / "data", pairing.introduce("alice", folder / "tls", "127.0.0.1:7061"))
    return folder / "data"


@pytest.mark.parametrize("name, content, place", [
    ("helper.token", None, "127.0.0.1:7061"), ("helper.token", b"short", "127.0.0.1:7061"),
    ("helper.ca", None, "127.0.0.1:7061"), ("helper.ca", b"", "127.0.0.1:7061"),
    ("helper.token", None, "serial:/dev/null"),
])
def test_what_pairing_left_must_be_there_and_the_command_is_named(refuses, tmp_path, name, content, place):
    data = paired(tmp_path)
    (data / name).unlink()
    if content is not None:
        (data / name).write_bytes(content)
    line = refuses("--helper", place, "--data", str(data))
    assert name in line and "sinetti pair alice --tls-dir FOLDER --data %s" % data in line


def test_a_serial_line_that_is_none_is_named(refuses, tmp_path):
    data = paired(tmp_path)
    for path, words in (("/dev/null", "Inappropriate"), ("/nowhere/tty", "No such file"), (str(data), "directory")):
        line = refuses("--helper", "serial:" + path, "--data", str(data))
        assert "--helper serial:" + path in line and words in line


def with_key(folder, uri="sip:alice@x.test"):
    """-> a keyring with a key of alice."""
    ring = Keyring(folder)
    identities.make(ring, Sequoia(ring), "alice", "alice <%s>" % uri, "ed25519", None)
    return str(folder)


EMBEDDED = ("--security", "require", "--domain", "x.test")


def test_the_embedded_helper_takes_no_phone_from_another_helper(refuses, tmp_path):
    data = paired(tmp_path)
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    line = refuses(*EMBEDDED, "--data", str(data))
    assert "paired with another helper" in line and "--helper HOST:PORT" in line
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before


def test_a_key_for_another_uri_is_named_with_both(refuses, tmp_path):
    ring = with_key(tmp_path / "keys")
    line = refuses("--security", "prefer", "--keyring", ring, "--domain", "other.test")
    assert "sip:alice@x.test" in line and "sip:alice@other.test" in line
    ring = with_key(tmp_path / "dialled", "sip:alice@192.0.2.1")
    assert "192.0.2.1" in refuses("--security", "prefer", "--keyring", ring)


def test_a_key_that_gpg_holds_needs_a_helper_of_its_own(refuses, tmp_path):
    ring = with_key(tmp_path / "keys")
    (tmp_path / "keys" / "identities" / "alice.key").unlink()
    assert "--backend gnupg" in refuses(*EMBEDDED, "--keyring", ring)


def test_a_damaged_keyring_is_named(refuses, tmp_path):
    ring = with_key(tmp_path / "keys")
    (tmp_path / "keys" / "book.json").write_text("{")
    assert "book.json cannot be read" in refuses(*EMBEDDED, "--keyring", ring)


def test_the_last_words_of_a_helper_that_does_not_start_are_told(refuses, tmp_path):
    ring, data = with_key(tmp_path / "keys"), tmp_path / "data"
    certificates.make(data / "helper-tls")
    (data / "helper-tls" / "helper.pem").write_text("no certificate")
    line = refuses(*EMBEDDED, "--keyring", ring, "--data", str(data))
    assert "it did not start: sinetti: the certificate or its key" in line
    assert not (data / "helper.token").exists()


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
                 "wait:EVENT", "long:5", "offhook", "exit code", "FIFO", "tone:HZ", "--keyring", "embedded",
                 "sinetti pair", "serial:LINE"):
        assert word in text


def test_the_settled_flags_of_later_versions_are_accepted_when_off():
    options = arguments.parse([
        "--name", "alice", "--sip", "localhost:5060", "--security", "off", "--srtp", "off",
        "--helper", "none"])
    assert options.sip == ("127.0.0.1", 5060) and options.user == "alice"


@pytest.mark.parametrize("flags, choice", [
    ([], ("none", None)),
    (["--security", "prefer"], ("embedded", None)),
    (["--security", "require"], ("embedded", None)),
    (["--security", "require", "--helper", "none"], ("none", None)),
    (["--helper", "embedded", "--keyring", "keys"], ("embedded", None)),
    (["--helper", "localhost:7061"], ("address", "127.0.0.1:7061")),
    (["--helper", "serial:/dev/ttyUSB0"], ("serial", "/dev/ttyUSB0")),
])
def test_who_seals_calls_has_a_helper_unless_he_says_otherwise(flags, choice):
    options = arguments.parse(["--name", "alice", "--sip", "127.0.0.1:5060", *flags])
    assert options.helper == choice


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


@pytest.mark.parametrize("typed, name", [
    ("127.0.0.1:5061", "127.0.0.1"), ("localhost:5061", "localhost"),
])
def test_the_name_of_a_proxy_by_tls_is_kept_as_it_was_typed(typed, name):
    options = arguments.parse([
        "--name", "alice", "--sip", "127.0.0.1:5060", "--proxy", typed + ";transport=tls"])
    assert options.proxy == "127.0.0.1:5061;transport=tls"
    assert options.tls_names == {"127.0.0.1:5061": name}


def test_the_name_of_another_proxy_is_no_matter():
    for more in ([], ["--proxy", "localhost:5060"], ["--proxy", "localhost:5060;transport=tcp"]):
        assert arguments.parse(["--name", "alice", "--sip", "127.0.0.1:5060", *more]).tls_names == {}


def test_an_authority_is_read_as_pem_and_as_der_and_kept(tmp_path):
    made = Authority(tmp_path / "made")
    der = made.der.read_bytes()
    for path in (made.pem, made.der):
        folder = tmp_path / path.suffix[1:]
        words = ["--name", "alice", "--sip", "127.0.0.1:%d" % free_ports(), "--seconds", "0", "--data", str(folder)]
        for more in (["--ca", str(path)], []):
            assert phone_ends(*words, "--proxy", "127.0.0.1:5061;transport=tls", *more) == ""
            assert (folder / "account.ca").read_bytes() == der
        assert sorted(file.name for file in folder.iterdir()) == ["account.ca"]


def phone_ends(*words):
    """-> what a phone said that ran to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "sim", "phone", *words], cwd=ROOT, stderr=subprocess.PIPE, text=True, timeout=20)
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_more_than_one_authority_is_refused(refuses, tmp_path):
    pem = Authority(tmp_path / "one").pem.read_bytes() + Authority(tmp_path / "two").pem.read_bytes()
    (tmp_path / "both.pem").write_bytes(pem)
    assert "holds 2 certificates" in refuses("--ca", str(tmp_path / "both.pem"))


def test_a_key_or_a_broken_certificate_is_no_authority(refuses, tmp_path):
    made = Authority(tmp_path)
    made.pem.write_bytes(made.pem.read_bytes()[:200])
    made.der.write_bytes(made.der.read_bytes()[:-9])
    for path in (made.key, made.pem, made.der):
        line = refuses("--ca", str(path))
        assert "no certificate, PEM or DER" in line and "BEGIN" not in line


def test_tokens_become_steps():
    row = "offhook 10# hold long:5 sleep:0.5 wait:connected wait:ended:2 hangup onhook"
    assert key_tokens.steps(row) == [
        "lift", "press 49 60", "press 48 60", "press 35 60", "press 72 60", "press 53 1200",
        "sleep 500", "wait connected 30000", "wait ended 2000", "hang-up", "lay"]
    assert key_tokens.steps("") == []


def test_the_command_alone_says_what_there_is():
    done = subprocess.run([sys.executable, "-m", "sim"], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2 and "phone" in done.stderr
