# SPDX-License-Identifier: MIT
"""The phone's end of the SMA link on both runtimes, against a real helper: over TLS and over a serial line."""

import json
import os
import pty
import subprocess
import sys
import tty

import pytest

from host_tools.sinetti import certificates
from tests.host.helper_process import LIMIT_S, ROOT, Helper
from tests.interop.phones import RUNTIMES

PROGRAM = "tests/interop/sma_phone.py"
MICROPYTHON = "import sys, micropython_unix as m; sys.exit(m.run_main(['micropython'] + sys.argv[1:]))"
GOOD = {"signed": 0, "verified": 0, "changed": -3, "encrypted": 0, "decrypted": 0, "is own": True, "is same": True}
STEP_MS = 60            # a piece of the handshake, on a computer that others use too

both_runtimes = pytest.mark.parametrize("runtime", RUNTIMES)


def start(runtime, *words, **options):
    paths = (ROOT / "firmware", ROOT) if runtime == "micropython" else (
        ROOT / "firmware", ROOT / "sim" / "cpython", ROOT)
    path = ":".join(str(folder) for folder in paths)
    interpreter = [sys.executable]
    environment = {**os.environ, "PYTHONPATH": path}
    if runtime == "micropython":
        interpreter = [sys.executable, "-I", "-c", MICROPYTHON, "-X", "heapsize=1M"]
        environment = {"MICROPYPATH": path + ":.frozen"}
    return subprocess.Popen(
        [*interpreter, PROGRAM, *words], cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, **options)


def result_of(process):
    try:
        out, _ = process.communicate(timeout=4 * LIMIT_S)
    finally:
        process.kill()
        process.wait()
    assert out.strip() and process.returncode == 0, out
    return json.loads(out.splitlines()[-1])


def arguments(helper, job="calls", token=None, ca=None):
    return ("127.0.0.1:%d" % helper.port, str(ca or helper.tls / "ca.der"),
            (token or helper.tokens["alice"]).hex(), job)


@pytest.fixture(scope="module")
def helper(tmp_path_factory):
    with Helper(tmp_path_factory.mktemp("link")) as running:
        yield running


@both_runtimes
def test_a_phone_signs_verifies_encrypts_and_decrypts(helper, runtime):
    found = result_of(start(runtime, *arguments(helper)))
    assert {key: found[key] for key in GOOD} == GOOD
    assert found["longest ms"] <= STEP_MS


@both_runtimes
def test_a_helper_of_another_authority_name_or_phone_is_no_helper(helper, runtime, tmp_path, monkeypatch):
    certificates.make(tmp_path / "other")
    jobs = [start(runtime, *arguments(helper, "greet", ca=tmp_path / "other" / "ca.der")),
            start(runtime, *arguments(helper, "greet", token=bytes(32)))]
    monkeypatch.setattr(certificates, "NAME", "helper.other")
    with Helper(tmp_path / "named", names=("alice",)) as named:
        jobs.append(start(runtime, *arguments(named, "greet")))
        assert [result_of(job)["ready"] for job in jobs] == [False] * 3


@both_runtimes
def test_nothing_is_ever_said_in_clear(runtime, tmp_path):
    """What listens at the helper's address sees a TLS greeting and no byte of the token."""
    import socket

    (tmp_path / "ca.der").write_bytes(certificates.make(tmp_path / "tls"))
    token = b"seeded token of thirty-two bytes"
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = "127.0.0.1:%d" % server.getsockname()[1]
        phone = start(runtime, address, str(tmp_path / "ca.der"), token.hex(), "greet")
        server.settimeout(LIMIT_S)
        link, _ = server.accept()
        link.settimeout(LIMIT_S)
        said = link.recv(4096)
        link.sendall(bytes((0, 4, 1, 0, 1, 0x81)))       # an answer in clear
        link.close()
        assert result_of(phone)["ready"] is False
    assert said[0] == 22 and token not in said


@both_runtimes
def test_the_link_comes_back_when_the_helper_does(runtime, tmp_path):
    with Helper(tmp_path) as helper:
        port = helper.port
        phone = start(runtime, *arguments(helper, "again"))
        assert phone.stdout.readline().startswith("first ")
        helper.process.kill()
        helper.process.wait()
        helper.start(port)
        phone.stdin.write("\n")
        phone.stdin.flush()
        found = result_of(phone)
        assert {key: found[key] for key in GOOD} == GOOD and found["links"] == [True, False, True]


@both_runtimes
def test_the_same_over_a_serial_line(runtime, tmp_path):
    helper = Helper(tmp_path, names=("alice",))
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    with open(tmp_path / "errors", "wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "host_tools.sinetti", "helper", "--serial", os.ttyname(slave), "--tls-dir",
             str(helper.tls), "--keyring", str(tmp_path / "keys"), "--passphrase-file", str(tmp_path / "word")],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)
    try:
        phone = start(
            runtime, str(master), "", helper.tokens["alice"].hex(), "serial", pass_fds=(master,))
        found = result_of(phone)
        assert {key: found[key] for key in GOOD} == GOOD
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)
