# SPDX-License-Identifier: MIT
"""How many signatures a second a helper gives to 200 phones at once, and how long a phone waits for one.

    python -m host_tools.bench.helper_load PHONES SECONDS    one line of JSON
"""

import asyncio
import json
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from host_tools.bench.faults import Failure
from host_tools.bench.row import Row

NAMES = ("helper.sign.rate", "helper.sign.p95.ms")

_ROOT = Path(__file__).resolve().parents[2]
_PHONES = 200
_FEW_PHONES = 20
_SECONDS = 6
_FEW_SECONDS = 2
_BLOCK = 811                # bytes: the signed block of a sealed INVITE
_EACH = 4                   # a second and phone, for the waiting time: far more than calls need
_LIMIT_S = 60
_WORD = b"bench"
_HOW = (
    "CPython %d.%d on this computer, a real helper (sequoia, Ed25519) and %d phones, each with a key, a "
    "token and a TLS connection of its own; clients in one other process on the same cores; %s")
_RATE = "each asks for the next signature of %d bytes when it has one, for %d s"
_WAIT = "each asks for %d signatures a second, evenly spread, for %d s; from the question to the answer"


def measure(options, say):
    """-> list of Row. Raises Failure."""
    phones = _FEW_PHONES if options.quick else _PHONES
    seconds = _FEW_SECONDS if options.quick else _SECONDS
    say("%d phones at a helper" % phones)
    done = subprocess.run(
        [sys.executable, "-m", "host_tools.bench.helper_load", str(phones), str(seconds)], cwd=_ROOT,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise Failure(done.stderr.strip().splitlines()[-1])
    found = json.loads(done.stdout)
    version = sys.version_info[:2]
    return [
        Row(NAMES[0], round(found["rate"]), "/s", "cpython",
            _HOW % (*version, phones, _RATE % (_BLOCK, seconds))),
        Row(NAMES[1], round(found["p95"], 2), "ms", "cpython",
            _HOW % (*version, phones, _WAIT % (_EACH, seconds))),
    ]


def _run(count, seconds):
    """-> dict: rate (/s), p95 (ms)."""
    from host_tools.sinetti import certificates, new_key, policy
    from host_tools.sinetti.keyring import Keyring
    from host_tools.sinetti.tokens import Tokens

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ca = certificates.make(folder / "tls")
        ring = Keyring(folder / "keys")
        tokens = Tokens(folder / "tls" / "tokens.json")
        issued = {}
        for number in range(count):
            phone = "phone%d" % number
            secret, public = new_key.make("%s <sip:%s@x.test>" % (phone, phone), "ed25519", _WORD, 1700000000)
            ring.add_identity(phone, policy.check_certificate(public), secret)
            issued[phone] = tokens.issue(phone)
        (folder / "word").write_bytes(_WORD)
        process = subprocess.Popen(
            [sys.executable, "-m", "host_tools.sinetti", "helper", "--listen", "127.0.0.1:0", "--tls-dir",
             str(folder / "tls"), "--keyring", str(folder / "keys"), "--port-file", str(folder / "port"),
             "--passphrase-file", str(folder / "word"), "--health", "0"],
            cwd=_ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            end = time.monotonic() + _LIMIT_S
            while not (folder / "port").exists():
                if process.poll() is not None or time.monotonic() > end:
                    raise AssertionError("the helper did not start")
                time.sleep(0.05)
            return asyncio.run(_load(int((folder / "port").read_text()), ca, issued, seconds))
        finally:
            process.terminate()
            process.wait()


async def _load(port, ca, issued, seconds):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=ca)
    phones = []
    for name, token in issued.items():
        phones.append(await _connect(port, context, name, token))
    counts = await asyncio.gather(*[_hurry(phone, seconds) for phone in phones])
    waits = await asyncio.gather(*[
        _stroll(phone, seconds, place / len(phones) / _EACH) for place, phone in enumerate(phones)])
    for _, writer in phones:
        writer.transport.abort()
    times = sorted(ms for found in waits for ms in found)
    return {"rate": sum(counts) / seconds, "p95": times[len(times) * 95 // 100]}


async def _connect(port, context, name, token):
    from security import sma_frames as frames

    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=context, server_hostname="helper.sinetti")
    writer.write(frames.compose(1, frames.HELLO, ((frames.TOKEN, token), (frames.NAME, name.encode()))))
    if await _code(reader) != frames.DONE:
        raise AssertionError("a phone was refused")
    return reader, writer


async def _code(reader):
    """-> the code of the next answer."""
    from security import sma_frames as frames

    size = await reader.readexactly(2)
    answer = frames.FrameReader()
    answer.feed(size + await reader.readexactly(int.from_bytes(size, "big")))
    return frames.code_of(answer.next()[2])


async def _sign(phone):
    """-> True when it was signed; False when the helper found that too much."""
    from security import sma_frames as frames

    reader, writer = phone
    writer.write(frames.compose(2, frames.SIGN, ((frames.BLOCK, bytes(_BLOCK)),)))
    code = await _code(reader)
    if code not in (frames.DONE, frames.NO_RESOURCE):
        raise AssertionError("code %d" % code)
    return code == frames.DONE


async def _hurry(phone, seconds):
    """-> signatures in this time."""
    end = time.monotonic() + seconds
    count = 0
    while time.monotonic() < end:
        count += await _sign(phone)
    return count


async def _stroll(phone, seconds, offset):
    """-> list of ms."""
    await asyncio.sleep(offset)
    found = []
    for _ in range(seconds * _EACH):
        began = time.perf_counter()
        await _sign(phone)
        took = time.perf_counter() - began
        found.append(took * 1000)
        await asyncio.sleep(max(0, 1 / _EACH - took))
    return found


if __name__ == "__main__":
    sys.path[:0] = [str(_ROOT / "firmware"), str(_ROOT / "sim" / "cpython")]
    print(json.dumps(_run(int(sys.argv[1]), int(sys.argv[2]))))
