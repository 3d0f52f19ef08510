# SPDX-License-Identifier: MIT
"""`sinetti release`: keys that are made, trusted and sign; and what a phone says to their signatures."""

import hashlib
import json
import stat

import pytest

from boards.drivers.slot_disk import SlotDisk
from host_tools import manifest
from host_tools.sinetti import release_keys
from tests.host.commands import make_image, run
from tests.host.helper_process import ROOT

SECRET = "seeded release phrase"
FILES = {"assembly.mpy": b"M\x06\x00\x1f" * 100, "core/clock.mpy": b"tick"}


class Shop:
    """A folder with release keys and one image."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "word").write_text(SECRET + "\n")
        self.place = folder / "image.sinetti"
        self.place.write_bytes(make_image(FILES))

    def run(self, *words):
        """-> (exit code, output, errors)."""
        done = run("release", *words)
        assert SECRET not in done[1] + done[2] and "Traceback" not in done[2]
        return done

    def make(self, name):
        code, out, err = self.run("make", name, "--passphrase-file", "word")
        assert code == 0, err
        return out.split()[0]

    def sign(self, name, *more):
        return self.run("sign", "image.sinetti", "--key", name, "--passphrase-file", "word", *more)

    def image(self):
        return manifest.split(self.place.read_bytes())[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Three keys, which take their time: tiina, otto, maria."""
    folder = tmp_path_factory.mktemp("keys")
    (folder / "word").write_text(SECRET + "\n")
    for name in ("tiina", "otto", "maria"):
        code, _, err = run("release", "make", name, "--keys", folder / "release-keys",
                           "--passphrase-file", folder / "word")
        assert code == 0, err
    return folder / "release-keys"


@pytest.fixture
def shop(tmp_path, monkeypatch, made):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "release-keys").mkdir()
    for path in made.iterdir():
        (tmp_path / "release-keys" / path.name).write_bytes(path.read_bytes())
    return Shop(tmp_path)


def id_of(shop, name):
    return next(iter(release_keys.read_public((shop.folder / "release-keys" / (name + ".pub")).read_text())))


def test_a_key_is_encrypted_and_its_owner_alone_can_read_it(made):
    place = made / "tiina.pem"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert place.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    key = release_keys.load(place.read_bytes(), SECRET.encode())
    assert key.key_size == 3072 and key.public_key().public_numbers().e == 65537


def test_a_key_is_known_by_the_hash_of_its_modulus(made):
    key = release_keys.load((made / "tiina.pem").read_bytes(), SECRET.encode())
    modulus = key.public_key().public_numbers().n.to_bytes(384, "big")
    line = (made / "tiina.pub").read_text()
    assert line.startswith("key %s " % hashlib.sha256(modulus).hexdigest()[:16]) and line.endswith("\n")


def test_keys_are_listed_for_people_and_for_programs(shop):
    (shop.folder / "release-keys" / "maria.pem").unlink()
    code, out, err = shop.run("list")
    assert code == 0 and "tiina" in out and "maria [public part only]" in out, err
    told = json.loads(shop.run("list", "--json")[1])
    assert [key["name"] for key in told] == ["maria", "otto", "tiina"]
    assert [key["secret"] for key in told] == [False, True, True] and told[2]["id"] == id_of(shop, "tiina")
    assert "sinetti release make" in shop.run("list", "--keys", "empty")[1]


def test_signing_twice_changes_nothing_and_the_order_of_signing_neither(shop):
    plain = shop.place.read_bytes()
    assert shop.sign("tiina")[0] == 0
    once = shop.place.read_bytes()
    assert once != plain and shop.sign("tiina")[0] == 0 and shop.place.read_bytes() == once
    assert shop.sign("otto")[0] == 0
    both = shop.place.read_bytes()
    shop.place.write_bytes(plain)
    shop.sign("otto")
    shop.sign("tiina")
    assert shop.place.read_bytes() == both
    assert list(shop.image().signatures) == sorted([id_of(shop, "tiina"), id_of(shop, "otto")])


def test_the_signature_holds_for_the_bytes_before_the_first_sign_line(shop):
    shop.sign("tiina")
    data = shop.place.read_bytes()
    modulus = release_keys.read_public((shop.folder / "release-keys" / "tiina.pub").read_text())
    signature = shop.image().signatures[id_of(shop, "tiina")]
    number = pow(int.from_bytes(signature, "big"), 65537, int.from_bytes(modulus[id_of(shop, "tiina")], "big"))
    padded = number.to_bytes(384, "big")
    digest = hashlib.sha256(data[:data.find(b"sign ")]).digest()
    assert padded.startswith(b"\x00\x01\xff\xff") and padded.endswith(b"\x04\x20" + digest), "RFC 8017 9.2"


def test_a_phone_believes_an_image_that_was_signed_here(shop):
    """By the phone's own code: firmware/update."""
    from update.manifest import Manifest
    from update.release_keys import ReleaseKeys

    shop.run("trust", "tiina", "otto", "maria", "--need", "2", "--out", "release.keys")
    trust = (shop.folder / "release.keys").read_bytes()

    def verdict():
        disk = SlotDisk(str(shop.folder))
        read = Manifest(ReleaseKeys(trust, disk.sha256), disk.sha256())
        reasons = [read.take(line) for line in shop.image().text().split(b"\n")[:-1]]
        assert not any(reasons), reasons
        return read.verdict()

    assert verdict() == "nobody has signed it"
    shop.sign("maria")
    assert verdict() == "it has 1 of the 2 signatures that it needs"
    shop.sign("tiina")
    assert verdict() == ""


def test_the_published_image_is_read_here_as_on_a_phone():
    folder = ROOT / "tests" / "vectors" / "release"
    told, contents = manifest.split((folder / "desk_s3.sinetti").read_bytes())
    trust = release_keys.read_trust((folder / "release.keys").read_text())
    assert told.board == "desk_s3" and len(trust.signers(told)) == trust.need == 2
    trust.check(told)
    assert manifest.split(manifest.join(told, contents))[0].text() == told.text()


def test_a_list_of_trusted_keys_is_the_same_in_any_order(shop):
    first = shop.run("trust", "tiina", "otto", "--need", "2")[1]
    assert first == shop.run("trust", "otto", "release-keys/tiina.pub", "--need", "2")[1]
    assert first.startswith("need 2 key ") and first.count("key ") == 2
    shop.run("trust", "tiina", "otto", "--need", "2", "--out", "release.keys")
    text = (shop.folder / "release.keys").read_text()
    trust = release_keys.read_trust(text)
    assert trust.need == 2 and sorted(trust.keys) == sorted([id_of(shop, "tiina"), id_of(shop, "otto")])
    assert trust.text().decode() == text


@pytest.mark.parametrize("spoil", [
    lambda text: "", lambda text: text.replace("need 1", "need 0"), lambda text: text.replace("need 1", "need 3"),
    lambda text: text.replace("need 1", "need +1"), lambda text: text[:-1], lambda text: text + "x\n",
    lambda text: text + text.split("\n")[1] + "\n", lambda text: text.replace("key ", "key 0", 1),
    lambda text: text[:60] + ("A" if text[60] != "A" else "B") + text[61:],
])
def test_a_list_that_is_not_as_it_must_be_is_none(made, spoil):
    keys = release_keys.read_public((made / "tiina.pub").read_text())
    with pytest.raises(release_keys.Complaint):
        release_keys.read_trust(spoil(release_keys.Trust(1, keys).text().decode()))


@pytest.mark.parametrize("how", ["file", "manifest", "size of a file", "version", "board"])
def test_an_altered_image_is_refused_and_stays_as_it_is(shop, how):
    shop.sign("tiina")
    data = shop.place.read_bytes()
    swap = {"file": (b"tick", b"tock"), "manifest": (b"security 1", b"security 9"), "version": (b"0.2.0", b"9.2.0"),
            "size of a file": (b"file 4 ", b"file 3 "), "board": (b"board test_s3", b"board test_s4")}[how]
    shop.place.write_bytes(data.replace(*swap, 1))
    assert shop.place.read_bytes() != data
    for name in ("tiina", "otto"):
        before = shop.place.read_bytes()
        code, out, err = shop.sign(name)
        assert code == 1 and "altered" in err, err
        assert shop.place.read_bytes() == before


def test_an_image_that_was_altered_is_refused_by_its_signer_without_the_public_part(shop):
    shop.sign("tiina")
    shop.place.write_bytes(shop.place.read_bytes().replace(b"security 1", b"security 9"))
    (shop.folder / "release-keys" / "tiina.pub").unlink()
    code, out, err = shop.sign("tiina")
    assert code == 1 and "altered since tiina signed it" in err, err


def test_a_text_that_could_be_read_in_two_ways_is_no_manifest():
    good = manifest.split(make_image(FILES))[0].text()
    for bad in (good.replace(b"\n", b"\r\n"), good.replace(b"security 1", b"security 01"), good[:-1], good + b"\n",
                good.replace(b"file ", b"file  "), b"\xef\xbb\xbf" + good, good + good.split(b"\n")[5] + b"\n",
                b"\n".join([*good.split(b"\n")[:5], *reversed(good.split(b"\n")[5:7]), b""])):
        with pytest.raises(manifest.ManifestError):
            manifest.read(bad)
    assert manifest.read(good).text() == good


def test_a_manifest_that_no_phone_takes_is_not_composed():
    files = {"f%d.mpy" % n: b"x" for n in range(500)}
    with pytest.raises(manifest.ManifestError, match="phones take 32768"):
        make_image(files)


@pytest.mark.parametrize("words, code, says", [
    ([], 2, "Begin with"),
    (["make", "tiina", "--passphrase-file", "word"], 1, "already"),
    (["make", "new"], 2, "--passphrase-file"),
    (["make", "../new", "--passphrase-file", "word"], 2, "cannot be a name"),
    (["make", "new", "--passphrase-file", "nowhere"], 2, "No such file"),
    (["make", "new", "--passphrase-file", "word", "--keys", "/dev/null/keys"], 2, "/dev/null"),
    (["trust"], 2, "NAME"),
    (["trust", "nobody"], 1, "no such public release key"),
    (["trust", "tiina", "--need", "2"], 1, "2 of 1 keys"),
    (["trust", "tiina", "tiina.pub"], 1, "no such"),
    (["trust", "tiina", "release-keys/tiina.pub"], 2, "named twice"),
    (["trust", "tiina", "--out", "/nowhere/keys"], 2, "No such file"),
    (["trust", "word.pub"], 1, "no public release key"),
    (["sign", "nowhere.sinetti", "--key", "tiina"], 2, "No such file"),
    (["sign", "word", "--key", "tiina"], 1, "no Sinetti image"),
    (["sign", "image.sinetti", "--key", "nobody", "--passphrase-file", "word"], 1, "no release key nobody"),
    (["sign", "image.sinetti", "--key", "tiina", "--passphrase-file", "wrong"], 1, "does not open"),
    (["sign", "image.sinetti", "--key", "tiina"], 2, "--passphrase-file"),
    (["--help"], 0, "sinetti release make"),
    (["sign", "--help"], 0, "changes nothing"),
])
def test_a_wrong_word_is_named_with_what_to_do(shop, words, code, says, monkeypatch):
    monkeypatch.setattr("sys.stdin", open("/dev/null"))
    (shop.folder / "wrong").write_text("another word\n")
    (shop.folder / "word.pub").write_text("key 12 x\n")
    before = shop.place.read_bytes()
    got, out, err = shop.run(*words)
    assert (got, says in out + err) == (code, True), (got, out, err)
    assert shop.place.read_bytes() == before
