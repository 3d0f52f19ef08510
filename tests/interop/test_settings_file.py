# SPDX-License-Identifier: MIT
"""Zero-touch: a phone of boards/desk_s3 that knows a network, its helper and an address fetches its settings.

The file is made by `sinetti settings seal`, given out by Python's web server, verified and read by a real
helper over TLS. Of the phone only the chip is not real.
"""

import pytest

from host_tools.sinetti import identities, keyring
from host_tools.sinetti.backends.sequoia import Sequoia
from tests.host.commands import run
from tests.interop.file_server import FileServer
from tests.interop.phones import HOST, RUNTIMES, free_ports
from tests.interop.sealed_pair import Helper
from tests.interop.setup_phone import SetupPhone

pytestmark = list(RUNTIMES[1].marks)

ADDRESS = "127.0.0.72"
PATH = "/alice.settings"
TEXT = """
account.user = alice
account.display = Alice Adams
account.password = tomato-soup
[contact Reception]
number = 2000
uri = sip:desk@127.0.0.9
"""


class Ring:
    """Keys of the phone, of the office that may set it up, and of eve, in `folder`."""

    def __init__(self, folder):
        self.folder = folder
        self.ring = keyring.Keyring(folder)
        for name in ("alice", "office", "eve"):
            identities.make(self.ring, Sequoia(self.ring), name, "%s <sip:%s@x.test>" % (name, name), "ed25519", None)


class Desk:
    """One phone through its lives, as provisioning and pairing left it. nvs: what it keeps besides its files."""

    def __init__(self, folder, ring, helper, url):
        self.root = folder / "root"
        self.data = self.root / "data"
        self.data.mkdir(parents=True)
        paired = folder / "alice"
        (self.data / "helper.address").write_text("%s:%d" % (HOST, helper.port))
        (self.data / "helper.ca").write_bytes((paired / "helper.ca").read_bytes())
        settings = "sip.port=%d\nsettings.address=%s\nsettings.signer=%s\n" % (
            free_ports(), url, ring.ring.fingerprint_of("office"))
        self.nvs = [["sinetti.keys", "blob", name, value.hex()] for name, value in (
            ("settings", settings.encode()), ("wifi.networks", b"Home\tcorrect horse"),
            ("helper.token", (paired / "helper.token").read_bytes()))]

    def start(self):
        return SetupPhone(self.root, ADDRESS, free_ports(), self.nvs, "boot")

    def settings(self):
        kept = {name: value for space, kind, name, value in self.nvs if space == "sinetti.keys"}
        return bytes.fromhex(kept["settings"]).split(b"\n")


@pytest.fixture
def scene(tmp_path):
    """-> (function to seal a text, Desk, FileServer, Helper)."""
    ring = Ring(tmp_path / "ring")
    (tmp_path / "alice").mkdir()

    def seal(text, sign="office", to="alice", serial=7):
        source, out = tmp_path / "alice.txt", tmp_path / "alice.settings"
        source.write_text(text)
        code, _, errors = run("settings", "seal", source, "--to", to, "--sign", sign, "-o", out, "--serial", serial,
                              "--keyring", ring.folder)
        assert code == 0, errors
        return out.read_bytes()

    with Helper(ring, "alice", tmp_path / "alice") as helper, FileServer() as server:
        yield seal, Desk(tmp_path, ring, helper, server.url(PATH)), server, helper


def test_a_phone_fetches_its_settings_and_starts_anew_with_them(scene, capsys):
    seal, desk, server, helper = scene
    server.files[PATH] = seal(TEXT)
    with desk.start() as phone:
        told = phone.wait("settings")
        assert (told["serial"], told["count"]) == (7, 4)
        phone.rows_with("New settings")
        phone.do("hurry 20")
        desk.nvs = phone.wait("restart")["nvs"]
        assert "tomato" not in phone.story()
    for line in (b"account.password=tomato-soup", b"settings.serial=7", b"account.display=Alice Adams"):
        assert line in desk.settings()
    assert (desk.data / "directory").read_bytes() == b"2000\tsip:desk@127.0.0.9\tReception\t"
    assert not any(b"tomato" in path.read_bytes() for path in desk.data.iterdir()), "secrets are in NVS alone"
    with desk.start() as phone:
        rows = phone.rows_with("Alice Adams")
        helper.wait_for_link(2)
        phone.do("hurry 5")
        server_asked = len(server.requests)
        phone.rows_with("Alice Adams", 30)
        assert len(server.requests) >= server_asked and phone.count("settings") == 0
    with capsys.disabled():
        print("\nsettings fetched, verified and read by the helper; after the start:\n    " + "\n    ".join(rows))


def test_what_a_phone_refuses_stands_on_its_glass(scene):
    seal, desk, server, helper = scene
    before = list(desk.nvs)
    whole = seal(TEXT)
    changed = whole[:-20] + bytes([whole[-20] ^ 1]) + whole[-19:]
    start = whole.index(b"sign ")
    for content, reason in (
            (whole[:start] + whole[whole.index(b"\n", start) + 1:], "nobody has signed it"),
            (seal(TEXT, sign="eve"), "it was not signed by who may set up this phone"),
            (changed, "a signature does not fit: it was changed after it was signed"),
            (seal(TEXT, to="eve"), "it is for another phone")):
        server.files[PATH] = content
        with desk.start() as phone:
            assert phone.wait("error")["reason"] == "Settings file: " + reason
            rows = phone.rows_with("No new settings")
            assert " ".join(" ".join(rows[3:]).split()).startswith("Settings file: " + reason[:40])
            phone.do("end")
            seen = phone.wait("seen")
        assert {tuple(row) for row in seen["nvs"]} >= {tuple(row) for row in before} and not (
            desk.data / "directory").exists()


def test_a_helper_that_is_gone_changes_nothing(scene):
    seal, desk, server, helper = scene
    server.files[PATH] = seal(TEXT)
    helper.kill()
    with desk.start() as phone:
        phone.wait("joined")
        phone.do("hurry 20")
        assert phone.wait("error")["reason"] in ("Settings file: the helper cannot be asked", "No helper")
        phone.rows_with("helper cannot be")
    assert server.requests == []
