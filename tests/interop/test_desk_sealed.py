# SPDX-License-Identifier: MIT
"""boards/desk_s3 at a real Kamailio, in a sealed call: dialled on the matrix, heard at the codec's data lines.

Of the phone only the chip is not real. Its helper is a real one, and the other phone a process of its own.
"""

from host_tools.sinetti import identities, keyring
from host_tools.sinetti.backends.sequoia import Sequoia
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


def stored(kamailio, helper, paired):
    """-> what provisioning and pairing leave in a phone's storage. paired: folder that took the pairing."""
    account = Account(kamailio, "alice")
    lines = {
        "account.user": account.user, "account.domain": DOMAIN, "account.registrar": account.proxy,
        "account.password": account.password, "sip.port": free_ports(), "media.port": free_ports(),
        "security.policy": "require", "srtp.policy": "require"}
    return {
        "settings": "".join("%s=%s\n" % line for line in lines.items()),
        "directory": "1001\tsip:bob@%s\tBob\t\n" % DOMAIN,
        "helper.address": "%s:%d" % (HOST, helper.port),
        "helper.ca": (paired / "helper.ca").read_bytes(), "helper.token": (paired / "helper.token").read_bytes()}


def talk(folder, capsys, what):
    """alice's desk phone calls bob, both talk, she hangs up. -> (events of hers, what was seen of its parts)."""
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
            with DeskPhone(folder, ADDRESS, voice, stored(kamailio, helper, folder / "alice")) as desk:
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


def test_an_installed_phone_registers_at_kamailio_and_makes_a_sealed_call(tmp_path, capsys):
    unpack(install(tmp_path), tmp_path / "root")
    desk, seen = talk(tmp_path, capsys, "desk_s3, as it was installed")
    assert desk.wait("slot")["name"] == "/a"
    assert seen["aes"]["encrypted"] >= 2 * 50 * SECONDS * 0.9
    assert seen["engine"] == 0 and seen["sha1"] >= 2 * 2 * 50 * SECONDS * 0.9, "the engine's driver is the chip's code"
