# SPDX-License-Identifier: MIT
"""The phone registers at a real Kamailio, on both runtimes."""

import json

import pytest

from tests.interop.peers import needs
from tests.interop.phones import RUNTIMES, Phone, wait_until
from tests.interop.registrar import Kamailio

pytestmark = [needs("kamailio"), pytest.mark.parametrize("runtime", RUNTIMES)]


def flags(kamailio, folder, *more, password="wonder-a1", transport=""):
    """-> flags of a phone that registers there."""
    (folder / "password").write_text(password + "\n")
    return ("--user", "alice", "--domain", "voip.test", "--proxy", kamailio.address + transport, "--register",
            "--password-file", str(folder / "password"), "--trace", str(folder / "trace"), *more)


def ladder(folder):
    """-> what went over the wire: first words of each REGISTER and of each answer."""
    found = []
    for line in (folder / "trace").read_text().splitlines():
        text = json.loads(line)["frame"]
        if text.startswith("REGISTER"):
            found.append("REGISTER")
        elif text.startswith("SIP/2.0"):
            found.append(text.split(" ")[1])
    return found


def frames(folder):
    return (folder / "trace").read_text()


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_it_registers_and_says_good_bye(runtime, algorithm, tmp_path):
    with Kamailio(tmp_path / "kamailio", algorithm) as kamailio:
        with Phone(runtime, *flags(kamailio, tmp_path)) as phone:
            assert phone.wait("registered")["seconds"] == 3600
            binding, = kamailio.bindings()
            assert binding == "sip:alice@" + phone.address
            phone.end()
        assert kamailio.bindings() == []
    assert phone.last("unregistered")["reason"] == "Phone is turned off"
    assert ladder(tmp_path) == ["REGISTER", "401", "REGISTER", "200", "REGISTER", "200"]
    assert "algorithm=" + algorithm in frames(tmp_path) and "wonder-a1" not in frames(tmp_path) + phone.story()


def test_by_a_stream_the_contact_says_so(runtime, tmp_path):
    with Kamailio(tmp_path / "kamailio", "SHA-256") as kamailio:
        with Phone(runtime, *flags(kamailio, tmp_path, transport=";transport=tcp")) as phone:
            phone.wait("registered")
            binding, = kamailio.bindings()
            assert binding == "sip:alice@%s;transport=tcp" % phone.address
            phone.end()
        assert kamailio.bindings() == []


def test_a_binding_that_is_too_short_is_made_longer(runtime, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "settings").write_bytes(b"account.expires=60")
    with Kamailio(tmp_path / "kamailio", "SHA-256", least=900) as kamailio:
        with Phone(runtime, *flags(kamailio, tmp_path, "--data", str(data))) as phone:
            assert phone.wait("registered")["seconds"] == 900
    assert ladder(tmp_path) == ["REGISTER", "401", "REGISTER", "423", "REGISTER", "200"]


def test_a_wrong_password_stops_after_two_tries(runtime, tmp_path):
    with Kamailio(tmp_path / "kamailio") as kamailio:
        with Phone(runtime, *flags(kamailio, tmp_path, "--keys", "wait:unregistered sleep:3", password="guess")) as phone:
            phone.finish()
        assert kamailio.bindings() == []
    assert phone.last("unregistered")["reason"] == "Wrong password"
    assert ladder(tmp_path) == ["REGISTER", "401", "REGISTER", "401"]


def test_it_is_refreshed_before_it_expires_with_the_same_nonce(runtime, tmp_path):
    with Kamailio(tmp_path / "kamailio", "SHA-256", granted=4) as kamailio:
        with Phone(runtime, *flags(kamailio, tmp_path, "--keys", "wait:registered sleep:6.5")) as phone:
            phone.finish()
    assert phone.count("registered") == 1
    assert ladder(tmp_path)[:10] == ["REGISTER", "401"] + ["REGISTER", "200"] * 4
    assert "nc=00000004" in frames(tmp_path)


def test_the_new_nonce_of_a_restarted_server_is_no_wrong_password(runtime, tmp_path):
    first = Kamailio(tmp_path / "one", "SHA-256", granted=20)
    with first, Phone(runtime, *flags(first, tmp_path)) as phone:
        phone.wait("registered")
        first.__exit__()
        with Kamailio(tmp_path / "two", "SHA-256", port=first.port) as second:
            wait_until(second.bindings, second.process, "it registers anew")     # 10 s after the first time
            phone.end()
    assert phone.count("registered") == 1
    assert ladder(tmp_path) == ["REGISTER", "401", "REGISTER", "200"] * 2 + ["REGISTER", "200"]
