# SPDX-License-Identifier: MIT
"""Packets sealed and opened per second, beside libsrtp as Python programs use it.

    python -m host_tools.bench.srtp_rate ROUNDS         one line of JSON
"""

import importlib.util
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from host_tools.bench.faults import Failure, Missing
from host_tools.bench.row import Row

NAMES = ("srtp.rate",)
PEER = "pylibsrtp"

_ROOT = Path(__file__).resolve().parents[2]
_ROUNDS = 21
_FEW_ROUNDS = 5
_PACKETS = 1000             # in a round
_KEY = bytes(range(30))
_SSRC = b"\xca\xfe\xba\xbe"
_HOW = (
    "CPython %d.%d, one process, by turns, median of %d rounds of %d packets with 160 bytes of sound each, "
    "AES_CM_128_HMAC_SHA1_80; sealed and opened again counts as one. Ours is the phone's own code in place "
    "on its buffer, with the ciphers of the package cryptography; pylibsrtp is C behind one call")


def measure(options, say):
    """-> list of Row. Raises Missing or Failure."""
    absent = [name for name in (PEER, "cryptography") if importlib.util.find_spec(name) is None]
    if absent:
        raise Missing("missing: the Python package %s" % ", ".join(absent))
    say("sealed packets per second, beside %s" % PEER)
    rounds = _FEW_ROUNDS if options.quick else _ROUNDS
    done = subprocess.run(
        [sys.executable, "-m", "host_tools.bench.srtp_rate", str(rounds)], cwd=_ROOT,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise Failure(done.stderr.strip().splitlines()[-1])
    rates = json.loads(done.stdout)
    how = _HOW % (*sys.version_info[:2], rounds, _PACKETS)
    return [Row(NAMES[0], round(rates["sinetti"]), "/s", "cpython", how, {PEER: round(rates[PEER])})]


def _ours():
    """-> function: RTP packet to what came out after sealing and opening it."""
    from security.srtp import SrtpReceiver, SrtpSender
    from security.suite import AES_CM_128_HMAC_SHA1_80
    from sim.fakes import seeded_crypto

    crypto = seeded_crypto(1, "bench")
    sender = SrtpSender(crypto, AES_CM_128_HMAC_SHA1_80, _KEY)
    receiver = SrtpReceiver(crypto, AES_CM_128_HMAC_SHA1_80, _KEY)
    buffer = bytearray(200)

    def both_ways(packet):
        n = len(packet)
        buffer[:n] = packet
        return buffer[:receiver.decrypt(buffer, sender.encrypt(buffer, n))]
    return both_ways


def _theirs():
    from pylibsrtp import Policy, Session

    sender = Session(Policy(key=_KEY, ssrc_type=Policy.SSRC_ANY_OUTBOUND))
    receiver = Session(Policy(key=_KEY, ssrc_type=Policy.SSRC_ANY_INBOUND))

    def both_ways(packet):
        return receiver.unprotect(sender.protect(packet))
    return both_ways


def _rates(rounds):
    """-> dict: who to packets per second, each of them sealed and opened."""
    jobs = {"sinetti": _ours(), PEER: _theirs()}
    times = {name: [] for name in jobs}
    for turn in range(rounds):
        packets = [
            b"\x80\x00" + ((turn * _PACKETS + number) & 0xFFFF).to_bytes(2, "big") + bytes(4) + _SSRC
            + bytes(range(160)) for number in range(_PACKETS)]
        for name, job in jobs.items():
            began = time.perf_counter()
            for packet in packets:
                result = job(packet)
            times[name].append((time.perf_counter() - began) / _PACKETS)
            if result != packets[-1]:
                raise AssertionError("%s did not open what it had sealed" % name)
    return {name: 1 / statistics.median(found) for name, found in times.items()}


if __name__ == "__main__":
    sys.path[:0] = [str(_ROOT / "firmware"), str(_ROOT / "sim" / "cpython")]
    print(json.dumps(_rates(int(sys.argv[1]))))
