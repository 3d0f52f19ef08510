# SPDX-License-Identifier: MIT
"""make demo: alice dials bob on her keypad, he lifts, both speak, both hear.

    python -m sim.demo [--picture FILE.svg]

Two phones in two processes, under MicroPython with a heap of 260K where there is one, on real
sockets of this computer. Shows both screens as they change, then the ladder, then what each
ear heard of what the other mouth said. Exit code 0 only if each heard the other well.
"""

import argparse
import importlib.util
import json
import selectors
import shutil
import socket
import subprocess
import sys
import time
import wave
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from sim.comparison import Comparison, ComparisonError
from sim.ladder import summary
from sim.picture import WIDTH, beside, screen, write_svg

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "demo"
SPEECH = ROOT / "sim" / "speech"

_HEAP = "260K"
_LIMIT_S = 50
# Seconds from the first sound on until the words begin; bob answers when alice has spoken.
_LEAD_S = {"alice": 2.5, "bob": 6.5}
_KEYS = {
    "alice": "sleep:1 1002# wait:connected:20 sleep:11.5 hangup wait:ended:5 sleep:1",
    "bob": "wait:ringing:20 sleep:1 offhook wait:connected:5 wait:ended:25 sleep:0.5 onhook sleep:0.5",
}


class Phone:
    """One simulated phone and what it says of itself."""

    def __init__(self, name, port, contact, runtime):
        self.name = name
        self.port = port
        self.rows = [""] * 8
        self.events = []
        self.is_well = False
        self.complaints = []            # what it printed that is no event
        self.mouth = FOLDER / (name + "-said.wav")
        self.ear = FOLDER / (name + "-heard.wav")
        self.trace = FOLDER / (name + "-sent.jsonl")
        _speak_later(SPEECH / (name + ".wav"), self.mouth, _LEAD_S[name])
        command = [
            sys.executable, "-m", "sim", "phone", "--name", name, "--sip", "127.0.0.1:%d" % port,
            "--runtime", runtime, "--contact", contact, "--mic", self.mouth, "--ear", self.ear,
            "--keys", _KEYS[name], "--screen", "--events", "-", "--trace", self.trace,
            "--seconds", str(_LIMIT_S),
        ]
        if runtime == "micropython":
            command += ["--heap", _HEAP]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._rest = b""

    def read(self):
        """Take what it printed. -> True while more may come."""
        data = self.process.stdout.read1(65536)
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                self.complaints.append(line.decode("utf-8", "replace"))
                continue
            if event["event"] == "screen":
                self.rows = event["rows"]
            else:
                self.events.append(event)
        return len(data) > 0

    def end(self):
        """See to it that the process has ended."""
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            self.process.wait()


def main(arguments=None):
    """-> exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m sim.demo", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--picture", metavar="FILE.svg", help="also keep what was shown as a picture")
    options = parser.parse_args(arguments)
    console = Console(width=WIDTH, highlight=False)
    runtime = "micropython" if importlib.util.find_spec("micropython_unix") else "cpython"
    if runtime == "cpython":
        console.print("There is no MicroPython for this Python or computer: the phones run under CPython.")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    _make_image(runtime)
    console.print("Two phones under %s; alice dials 1002#.\n" % runtime)
    phones = _start(runtime)
    try:
        talking = _watch(phones, console)
    except KeyboardInterrupt:
        return 130
    finally:
        for phone in phones:
            if phone.process.poll() is None:
                phone.process.terminate()
                phone.process.wait()
    result = _result(phones)
    console.print(result)
    if options.picture:
        write_svg(options.picture, "make demo", (talking, result))
    return 0 if all(phone.is_well for phone in phones) else 1


def _make_image(runtime):
    """Compile before the phones start, so that both begin at once."""
    if runtime == "micropython":
        from host_tools import image
        image.build("unix")


def _start(runtime):
    ports = _free_ports()
    return (
        Phone("alice", ports[0], "1002=sip:bob@127.0.0.1:%d,Bob" % ports[1], runtime),
        Phone("bob", ports[1], "1001=sip:alice@127.0.0.1:%d,Alice" % ports[0], runtime),
    )


def _free_ports():
    """-> two ports that nobody has now, for UDP and TCP; not where SIP usually lives."""
    ports = []
    for port in range(15060, 16000, 2):
        try:
            for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                with socket.socket(socket.AF_INET, kind) as probe:
                    probe.bind(("127.0.0.1", port))
            ports.append(port)
        except OSError:
            continue
        if len(ports) == 2:
            break
    return ports


def _speak_later(source, target, lead_s):
    """A mouth: silence, so that nothing is said before anybody listens, then the words."""
    with wave.open(str(source)) as speech, wave.open(str(target), "wb") as mouth:
        mouth.setparams(speech.getparams())
        mouth.writeframes(bytes(2 * int(lead_s * speech.getframerate())))
        mouth.writeframes(speech.readframes(speech.getnframes()))


def _watch(phones, console):
    """Show both screens as they change, until both phones have ended. -> both in the call."""
    talking = ""
    selector = selectors.DefaultSelector()
    for phone in phones:
        selector.register(phone.process.stdout, selectors.EVENT_READ, phone)
    end = time.monotonic() + _LIMIT_S + 5
    shown = None
    live = Live(console=console, auto_refresh=False) if console.is_terminal else None
    with live or console:
        while selector.get_map() and time.monotonic() < end:
            for key, _ in selector.select(1):
                if not key.data.read():
                    selector.unregister(key.fileobj)
            picture = beside([screen(phone.name, phone.rows) for phone in phones])
            if all(phone.rows[0].startswith("In call") for phone in phones):
                talking = picture
            # On paper the clock of a call alone makes no new picture.
            now = [phone.rows if live else _without_clock(phone.rows) for phone in phones]
            if now != shown and any(map(any, now)):
                shown = now
                if live:
                    live.update(picture, refresh=True)
                else:
                    console.print(picture)
    for phone in phones:
        phone.end()
    return talking


def _without_clock(rows):
    return [row.rstrip("0123456789:") for row in rows]


def _result(phones):
    """-> ladder, comparisons, complaints; each phone's is_well says whether all went well for it."""
    heard = Table("who", "heard", "correlation", "gain", "SNR", "of the speech", "", box=None)
    complaints = []
    for speaker, listener in (phones, phones[::-1]):
        try:
            comparison = Comparison(speaker.mouth, listener.ear)
            figures = comparison.figures()
            good = comparison.is_good()
        except ComparisonError as fault:
            figures = (str(fault), "", "", "")
            good = False
        heard.add_row(listener.name, speaker.name, *figures, "good" if good else "NOT GOOD")
        code = listener.process.returncode
        listener.is_well = good and code == 0
        if code:
            said = "\n".join(listener.complaints) + listener.process.stderr.read().decode("utf-8", "replace")
            complaints.append("\n%s ended with code %d. %s" % (listener.name, code, said.strip()))
    return Group(
        "\n[bold]The ladder[/bold], in ms from the first message", *_ladder(phones),
        "\n[bold]What was heard[/bold], by the WAV files alone", heard, *complaints,
        "\n" + _hearers(phones[0]),
    )


def _hearers(phone):
    states = [event["state"] for event in phone.events if event["event"] == "who-can-hear"]
    state = states[-1] if states else "unknown"
    return "Who can hear this call: %s" % ("anyone on the way (no call is sealed so far)"
                                           if state == "open" else state)


def _ladder(phones):
    """-> a line for each message that was sent, in the order of the time of day."""
    names = {"127.0.0.1:%d" % phone.port: phone.name for phone in phones}
    sent = []
    for phone in phones:
        for line in phone.trace.read_text().splitlines():
            entry = json.loads(line)
            if entry["dir"] == "sent":
                what = summary(entry["frame"].encode("latin-1"))
                sent.append((entry["wall_us"], phone.name, names.get(entry["peer"], entry["peer"]), what))
    sent.sort()
    return [Text("%8.1f  %-5s > %-5s  %s" % ((entry[0] - sent[0][0]) / 1000, *entry[1:])) for entry in sent]


if __name__ == "__main__":
    sys.exit(main())
