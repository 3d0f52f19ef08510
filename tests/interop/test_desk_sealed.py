# SPDX-License-Identifier: MIT
"""Both boards at a real Kamailio, each in a sealed call: dialled on the matrix, heard at the data lines of its codec
(desk_s3: UDA1380) or of its amplifier (desk_esp32: MAX98357A).

Of the phone only the chip is not real, and its machine code is this computer's. It came onto it by the commands that
a person types. Its helper is a real one, and the other phone a process of its own.
"""

import pytest

from host_tools import board_image
from host_tools.sinetti import identities, keyring
from host_tools.sinetti.backends.sequoia import Sequoia
from tests.host.commands import run
from tests.host.repl_phone import ReplPhone, files, nvs
from tests.host.rom_loader import RomLoader
from tests.host.synthetic_firmware import CHIPS, firmware
from tests.interop.desk_phone import DeskPhone, counted, doubled, go_first
from tests.interop.installed import flash_of, install, unpack
from tests.interop.peers import needs
from tests.interop.phones import HOST, RUNTIMES, Phone, free_ports
from tests.interop.registrar import DOMAIN, Account, Kamailio
from tests.interop.sealed_pair import Helper
from tests.interop.sound import Comparison, read_wav, write_voice

pytestmark = [needs("kamailio"), *RUNTIMES[1].marks]

SECONDS = 6
ADDRESS = "127.0.0.62"


class Ring:
    """Keys of the desk phone's owner and of bob, who have compared them, in `folder`."""

    def __init__(self, folder):
        self.folder = folder
        ring = keyring.Keyring(folder)
        engine = Sequoia(ring)
        for name in ("alice", "bob"):
            identities.make(ring, engine, name, "%s <sip:%s@%s>" % (name.capitalize(), name, DOMAIN), "ed25519", None)
        for owner, other in (("alice", "bob"), ("bob", "alice")):
            ring.confirm(owner, ring.fingerprint_of(other), "require")


def settings_of(kamailio):
    account = Account(kamailio, "alice")
    return {
        "account.user": account.user, "account.domain": DOMAIN, "account.registrar": account.proxy,
        "account.password": account.password, "sip.port": free_ports(), "media.port": free_ports(),
        "security.policy": "require", "srtp.policy": "require"}


class Call:
    """alice's desk phone called bob, both talked, she hung up.

    desk, bob        phones
    seen             of the parts of hers, see tests/chip/run_desk.py
    to_desk, to_bob  Comparison, at the line's 16 kHz
    """

    def __init__(self, board, folder):
        self.board = board
        ring = Ring(folder / "ring")
        voice = write_voice(folder / "desk.wav", 40, 1)
        other = write_voice(folder / "bob.wav", 40, 2)
        ear = folder / "bob-heard.wav"
        (folder / "alice").mkdir()
        chip = BareChip(board, folder)
        chip.flash()
        with Kamailio(folder / "kamailio", "SHA-256") as kamailio, Helper(ring, "alice", folder / "alice") as helper:
            nvs = chip.prepare(settings_of(kamailio), helper, folder / "alice-tls")
            flags = ("--keyring", str(ring.folder), "--security", "require", "--heap", "1M", "--mic", str(other),
                     "--ear", str(ear), "--auto-answer", "0", *Account(kamailio, "bob").flags(folder))
            with Phone("micropython", *flags, name="bob") as self.bob:
                self.bob.wait("registered")
                go_first(self.bob.child(b"unix_child.py"))
                with DeskPhone(folder, ADDRESS, voice, None, nvs, board) as self.desk:
                    self.desk.wait("registered")
                    assert any(ADDRESS in binding for binding in kamailio.bindings())
                    helper.wait_for_link()
                    self.desk.do("lift")
                    self.desk.do("type 1001#")
                    self.desk.wait("connected")
                    self.desk.do("speak %d" % SECONDS)
                    self.desk.wait("said")
                    self.desk.do("lay")
                    self.bob.wait("ended")          # the goodbye is signed first
                    heard, self.seen = self.desk.finish()
                self.bob.end()
        self.to_desk = Comparison(doubled(read_wav(other)), heard)
        self.to_bob = Comparison(doubled(read_wav(voice)), doubled(read_wav(ear)))

    def report(self):
        return ("\n%s, flashed, installed, provisioned and paired; sealed, by way of Kamailio\n"
                "    desk heard %s\n    bob heard  %s\n"
                "    %d times AES by cryptolib; SHA-1: %d blocks by the engine, %d hashes by hashlib\n%s" % (
                    self.board, self.to_desk, self.to_bob, self.seen["aes"]["encrypted"], self.seen["engine"],
                    self.seen["sha1"], counted(self.seen)))


class BareChip:
    """A chip that nobody has used, until it is a phone with keys: by the commands that a person types.

    Its flash is seen twice, as nothing here runs the program that flashing writes: as blocks behind the ROM loader,
    and as the file system of MicroPython behind its prompt.
    """

    def __init__(self, board, folder):
        self.board = board
        self.folder = folder / "chip"
        self.folder.mkdir()
        self._root = folder / "root"

    def flash(self):
        chip = board_image.facts_of(self.board)["chip"]
        file = self.folder / "micropython.bin"
        file.write_bytes(firmware(chip))
        with RomLoader(chip, bytearray(b"\xff" * flash_of(self.board))) as rom:
            self._do("flash", "--board", self.board, "--firmware", file, "--no-reset", "--no-stub", port=rom.path)
            at = CHIPS[chip][1]
            assert rom.flash[at:at + len(file.read_bytes())] == file.read_bytes()

    def prepare(self, settings, helper, tls):
        """sinetti install, provision, pair. -> rows of NVS; its files are in its root.

        Between install and the others its owner holds the key * of desk_s3. ReplPhone has no other board's: there
        they come one after another, and the phone does not start in between.
        """
        file = self.folder / "alice"
        file.write_text("".join("%s = %s\n" % line for line in settings.items())
                        + "[wifi Home]\npassword = correct horse\n"
                        + "[contact Bob]\nnumber = 1001\nuri = sip:bob@%s\n" % DOMAIN)

        def tell(phone):
            self._do("provision", file, "--wipe", "--no-restart", port=phone.path)
            self._do("pair", "alice", "--tls-dir", tls, "--address", "%s:%d" % (HOST, helper.port), port=phone.path)

        if self.board == "desk_s3":
            install(self.folder, self.board)
            with ReplPhone(self.folder, star=True) as phone:
                tell(phone)
        else:
            install(self.folder, self.board, tell)
        assert not file.exists(), "it had the password"
        found = files(self.folder)
        assert not any(secret in data for data in found.values() for secret in (b"wonder-a1", b"correct horse"))
        unpack(found, self._root)
        return [row(name, value) for name, value in nvs(self.folder).items()]

    @staticmethod
    def _do(*words, port):
        code, out, errors = run(*words, "--port", port)
        assert code == 0, errors
        return out


def row(name, value):
    """-> of the event "restart", see tests/chip/run_desk.py. name: as repl_phone.nvs() has it."""
    space, mark, key = name.partition(".blob.")
    return [space, "blob", key, value] if mark else [*name.rsplit(".", 1)[:1], "i32", name.rsplit(".", 1)[1], value]


@pytest.fixture(scope="module", params=("desk_s3", "desk_esp32"))
def call(request, tmp_path_factory):
    return Call(request.param, tmp_path_factory.mktemp(request.param))


def test_from_a_bare_chip_to_a_sealed_call_by_the_commands_that_a_person_types(call, capsys):
    """flash, install, provision, pair; then the phone starts from exactly the files and values that were written."""
    with capsys.disabled():
        print(call.report())
    assert call.desk.wait("slot")["name"] == "/a" and call.seen["has_machine_code"]
    for phone in (call.desk, call.bob):
        assert [event["state"] for event in phone.events if event["event"] == "who-can-hear"] == ["sealed"]
    assert min(call.to_desk.correlation, call.to_bob.correlation) >= 0.98
    assert min(call.to_desk.seconds, call.to_bob.seconds) >= 2 * 0.9 * SECONDS, "seconds of 8 kHz"


def test_the_ciphers_of_a_sealed_call_are_cryptolib_and_the_sha_engine_on_the_esp32_hashlib(call):
    """Counted. Each packet: its key stream at once, and four blocks of SHA-1, or two hashes."""
    packets = 2 * 50 * SECONDS * 0.9
    assert call.seen["aes"]["encrypted"] >= packets
    if call.board == "desk_s3":
        assert call.seen["engine"] >= 4 * packets and call.seen["sha1"] == 0
    else:
        assert call.seen["engine"] == 0 and call.seen["sha1"] >= 2 * packets
