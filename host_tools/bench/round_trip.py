# SPDX-License-Identifier: MIT
"""A SIP message read, understood and written again, per second, beside three other stacks in Python.

    python -m host_tools.bench.round_trip ROUNDS        one line of JSON

Each stack does the same work as far as it can: the request URI, both tags, the branch of the top
Via, Call-ID, CSeq, Contact and the description are read as typed values; then the message is
composed anew with one Via more. In one process, by turns.
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

NAMES = ("parse.roundtrip.rate", "parse.roundtrip.naive")
PEERS = ("sipmessage", "aiosipua", "opensip")

_ROOT = Path(__file__).resolve().parents[2]
_VECTOR = _ROOT / "tests" / "vectors" / "invite_long.sip"
_ROUNDS = 21
_FEW_ROUNDS = 5
_MESSAGES = 200             # in a round
FIRMWARE = (str(_ROOT / "firmware"), str(_ROOT / "sim" / "cpython"))
_VIA = "SIP/2.0/UDP 192.0.2.3:5060;branch=z9hG4bK11a7"
_HOW = (
    "CPython %d.%d, one process, by turns, median of %%d rounds of %d; tests/vectors/invite_long.sip, %d "
    "bytes: %%s")
_WORK = (
    "read, its request URI, tags, branch, Call-ID, CSeq, Contact and description as typed values, composed "
    "anew with one Via added, each by its public interface. sipmessage reads no description. The three look "
    "at a header only when it is asked for; ours first checks all that decides the RFC 4475 verdict")


def measure(options, say):
    """-> list of Row. Raises Missing or Failure."""
    absent = [name for name in PEERS if importlib.util.find_spec(name) is None]
    if absent:
        raise Missing("missing: the Python package %s" % ", ".join(absent))
    say("a message read and written, beside %s" % ", ".join(PEERS))
    rounds = _FEW_ROUNDS if options.quick else _ROUNDS
    done = subprocess.run(
        [sys.executable, "-m", "host_tools.bench.round_trip", str(rounds)], cwd=_ROOT,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise Failure(done.stderr.strip().splitlines()[-1])
    rates = json.loads(done.stdout)
    how = _HOW % (*sys.version_info[:2], _MESSAGES, _VECTOR.stat().st_size)
    return [
        Row(NAMES[0], round(rates["sinetti"]), "/s", "cpython", how % (rounds, _WORK),
            {name: round(rates[name]) for name in PEERS}, beats_peers=True),
        Row(NAMES[1], round(rates["naive"] / rates["sinetti"], 2), "x", "cpython", how % (
            rounds, "the time of parse.roundtrip.rate over that of decode(), split at line ends and at the "
            "first colon, strip(), lower(), into a dict of lists"), most=11),
    ]


def ours():
    """-> function: frame (bytes) to (what was read of it, the frame written anew)."""
    from media.sdp import parse as parse_sdp
    from sip.address import Address
    from sip.grammar import CONTACT, CONTENT_LENGTH, CONTENT_TYPE, VIA
    from sip.parser import parse
    from sip.uri import Uri
    from sip.writer import MessageWriter
    writer = MessageWriter()
    via = _VIA.encode()
    of_the_body = (CONTENT_TYPE, CONTENT_LENGTH)

    def round_trip(frame):
        message = parse(frame)
        section = parse_sdp(message.body).section(0)
        read = (
            Uri.parse(message.uri), message.from_tag, message.to_tag, message.branch, message.call_id,
            message.cseq, Uri.parse(Address(message.first(CONTACT)).uri), section.host, section.port,
            section.direction, section.ptime, [section.kind(number) for number in section.payload_types])
        writer.request(message.method, message.uri)
        writer.header(VIA, via)
        writer.copy_others(message, of_the_body)
        writer.body(message.first(CONTENT_TYPE), message.body)
        return read, writer.finish()
    return round_trip


def of_sipmessage():
    from sipmessage import Message, Via
    via = Via.parse(_VIA)

    def round_trip(frame):
        message = Message.parse(frame)
        vias = message.via
        read = (
            message.uri, message.from_address.parameters.get("tag"), message.to_address.parameters.get("tag"),
            vias[0].parameters.get("branch"), message.call_id, message.cseq, message.contact[0].uri)
        message.via = [via, *vias]
        return read, bytes(message)
    return round_trip


def of_aiosipua():
    from aiosipua.header_codec import parse_uri, parse_via
    from aiosipua.message import SipMessage
    from aiosipua.sdp import parse_sdp
    via = parse_via(_VIA)

    def round_trip(frame):
        message = SipMessage.parse(frame)
        vias = message.via
        description = parse_sdp(message.text)
        audio = description.audio
        read = (
            parse_uri(message.uri), message.from_addr.tag, message.to_addr.tag, vias[0].branch,
            message.call_id, message.cseq, message.contact[0].uri, description.rtp_address, audio.codecs,
            audio.direction)
        message.via = [via, *vias]
        return read, bytes(message)
    return round_trip


def of_opensip():
    from opensip.headers import URI, NameAddr, Via
    from opensip.message import Headers, parse_message
    from opensip.sdp import SDPSession

    def round_trip(frame):
        message = parse_message(frame)
        headers = message.headers
        description = SDPSession.parse(message.body)
        audio = description.media[0]
        read = (
            URI.parse(message.request_uri), NameAddr.parse(headers["From"]).params.get("tag"),
            NameAddr.parse(headers["To"]).params.get("tag"), Via.parse(headers["Via"]).params["branch"],
            message.call_id, message.cseq, NameAddr.parse(headers["Contact"]).uri, description.address,
            audio.port, audio.codecs, audio.direction, audio.ptime)
        message.headers = Headers([("Via", _VIA), *headers.items()])
        return read, message.encode()
    return round_trip


def naive(frame):
    """A header split as anybody would write it first: lines, names, values, nothing understood."""
    head, body = frame.decode().split("\r\n\r\n", 1)
    headers = {}
    for line in head.split("\r\n")[1:]:
        name, value = line.split(":", 1)
        headers.setdefault(name.strip().lower(), []).append(value.strip())
    return headers, body


def _rates(rounds):
    """-> dict: who to messages per second."""
    frame = _VECTOR.read_bytes()
    stacks = {
        "sinetti": ours(), "sipmessage": of_sipmessage(), "aiosipua": of_aiosipua(), "opensip": of_opensip()}
    for name, stack in stacks.items():
        written = stack(frame)[1]
        vias = [line for line in written.split(b"\r\n") if line.startswith(b"Via")]
        if len(vias) != 3 or not vias[0].endswith(b"11a7") or len(written) <= len(frame):
            raise AssertionError("%s wrote %r" % (name, written))
    jobs = {"naive": naive, **stacks}
    times = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            began = time.perf_counter()
            for _ in range(_MESSAGES):
                job(frame)
            times[name].append((time.perf_counter() - began) / _MESSAGES)
    return {name: 1 / statistics.median(found) for name, found in times.items()}


if __name__ == "__main__":
    sys.path[:0] = FIRMWARE
    print(json.dumps(_rates(int(sys.argv[1]))))
