# SPDX-License-Identifier: MIT
"""boards/desk_s3 at a real Kamailio, in a sealed call: dialled on the matrix, heard at the codec's data lines.

Of the phone only the chip is not real. Its helper is a real one, and the other phone a process of its own.
"""

from host_tools.sinetti import identities, keyring
from host_tools.sinetti.backends.sequoia import Sequoia
from tests.host.commands import run
from tests.host.repl_phone import ReplPhone, files, nvs
from tests.host.rom_loader import RomLoader
from tests.host.synthetic_firmware import firmware
from tests.interop.desk_phone import DeskPhone, doubled
from tests.interop.installed import install, unpack
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


def provision(kamailio, helper, paired):
    """-> (stored values, rows of NVS): what provisioning and pairing leave. paired: folder that took the pairing."""
    lines = "".join("%s=%s\n" % line for line in settings_of(kamailio).items())
    return {
        "settings": lines, "directory": "1001\tsip:bob@%s\tBob\t\n" % DOMAIN,
        "helper.address": "%s:%d" % (HOST, helper.port),
        "helper.ca": (paired / "helper.ca").read_bytes(), "helper.token": (paired / "helper.token").read_bytes()}, ()


def settings_of(kamailio):
    account = Account(kamailio, "alice")
    return {
        "account.user": account.user, "account.domain": DOMAIN, "account.registrar": account.proxy,
        "account.password": account.password, "sip.port": free_ports(), "media.port": free_ports(),
        "security.policy": "require", "srtp.policy": "require"}


def talk(folder, capsys, what, prepare=provision):
    """alice's desk phone calls bob, both talk, she hangs up. -> (her phone, what was seen of its parts)."""
    ring = Ring(folder / "ring")
    voice = write_voice(folder / "desk.wav", 40, 1)
    other = write_voice(folder / "bob.wav", 40, 2)
    ear = folder / "bob-heard.wav"
    (folder / "alice").mkdir()
    with Kamailio(folder / "kamailio", "SHA-256") as kamailio, Helper(ring, "alice", folder / "alice") as helper:
        flags = ("--keyring", str(ring.folder), "--security", "require", "--heap", "1M", "--mic", str(other),
                 "--ear", str(ear), "--auto-answer", "0", *Account(kamailio, "bob").flags(folder))
        with Phone("micropython", *flags, name="bob") as bob:
            bob.wait("registered")
            with DeskPhone(folder, ADDRESS, voice, *prepare(kamailio, helper, folder / "alice")) as desk:
                desk.wait("registered")
                assert any(ADDRESS in binding for binding in kamailio.bindings())
                helper.wait_for_link()
                desk.do("lift")
                desk.do("type 1001#")
                desk.wait("connected")
                desk.do("speak %d" % SECONDS)
                desk.wait("said")
                desk.do("lay")
                bob.wait("ended")           # the goodbye is signed first
                heard, seen = desk.finish()
            bob.end()
    for phone in (desk, bob):
        assert [event["state"] for event in phone.events if event["event"] == "who-can-hear"] == ["sealed"]
    to_desk = Comparison(doubled(read_wav(other)), heard)
    to_bob = Comparison(doubled(read_wav(voice)), doubled(read_wav(ear)))
    with capsys.disabled():
        print("\n%s, sealed, by way of Kamailio\n    codec heard %s\n    bob heard   %s\n    %d times AES by cryptolib; "
              "SHA-1: %d blocks by the engine, %d hashes by hashlib" % (
                  what, to_desk, to_bob, seen["aes"]["encrypted"], seen["engine"], seen["sha1"]))
    assert min(to_desk.correlation, to_bob.correlation) >= 0.98
    assert min(to_desk.seconds, to_bob.seconds) >= 2 * 0.9 * SECONDS, "seconds of 8 kHz"
    return desk, seen


def test_the_ciphers_of_a_sealed_call_are_cryptolib_and_the_sha_engine(tmp_path, capsys):
    _, seen = talk(tmp_path, capsys, "desk_s3")
    # Each packet: its key stream at once, and four blocks of SHA-1.
    assert seen["aes"]["encrypted"] >= 2 * 50 * SECONDS * 0.9
    assert seen["engine"] >= 4 * 2 * 50 * SECONDS * 0.9
    assert seen["sha1"] == 0


class BareChip:
    """A chip that nobody has used, until it is a phone with keys: by the commands that a person types.

    Its flash is seen twice, as nothing here runs the program that flashing writes: as blocks behind the ROM loader,
    and as the file system of MicroPython behind its prompt.
    """

    def __init__(self, folder):
        self.folder = folder / "chip"
        self.folder.mkdir()
        self._root = folder / "root"

    def flash(self):
        file = self.folder / "micropython.bin"
        file.write_bytes(firmware("esp32s3"))
        with RomLoader("esp32s3", bytearray(b"\xff" * 8 * 1024 * 1024)) as rom:
            self._do("flash", "--board", "desk_s3", "--firmware", file, "--no-reset", "--no-stub", port=rom.path)
            assert rom.flash[:len(file.read_bytes())] == file.read_bytes()

    def prepare(self, kamailio, helper, paired):
        """sinetti install, provision, pair. -> (None, rows of NVS); its files are in its root."""
        self._unpack(install(self.folder))
        file = self.folder / "alice"
        file.write_text("".join("%s = %s\n" % line for line in settings_of(kamailio).items())
                        + "[wifi Home]\npassword = correct horse\n"
                        + "[contact Bob]\nnumber = 1001\nuri = sip:bob@%s\n" % DOMAIN)
        with ReplPhone(self.folder, star=True) as phone:
            self._do("provision", file, "--wipe", "--no-restart", port=phone.path)
            self._do("pair", "alice", "--tls-dir", paired.with_name("alice-tls"), "--address",
                     "%s:%d" % (HOST, helper.port), port=phone.path)
        assert not file.exists(), "it had the password"
        found = files(self.folder)
        assert not any(secret in data for data in found.values() for secret in (b"wonder-a1", b"correct horse"))
        self._unpack(found)
        return None, [row(name, value) for name, value in nvs(self.folder).items()]

    def _unpack(self, found):
        unpack(found, self._root)

    @staticmethod
    def _do(*words, port):
        code, out, errors = run(*words, "--port", port)
        assert code == 0, errors
        return out


def row(name, value):
    """-> of the event "restart", see tests/chip/run_desk.py. name: as repl_phone.nvs() has it."""
    space, mark, key = name.partition(".blob.")
    return [space, "blob", key, value] if mark else [*name.rsplit(".", 1)[:1], "i32", name.rsplit(".", 1)[1], value]


def test_from_a_bare_chip_to_a_sealed_call_by_the_commands_that_a_person_types(tmp_path, capsys):
    """flash, install, provision, pair; then the phone starts from exactly the files and values that were written."""
    chip = BareChip(tmp_path)
    chip.flash()
    desk, seen = talk(tmp_path, capsys, "desk_s3, flashed, installed, provisioned and paired", chip.prepare)
    assert desk.wait("slot")["name"] == "/a"
    assert seen["aes"]["encrypted"] >= 2 * 50 * SECONDS * 0.9
    assert seen["engine"] == 0 and seen["sha1"] >= 2 * 2 * 50 * SECONDS * 0.9, "the engine's driver is the chip's code"
