# SPDX-License-Identifier: MIT
"""make demo: alice dials bob on her keypad, he lifts, both speak, and the call is sealed.

    python -m sim.demo [--picture FILE.svg] [--folder DIR]

Two phones under MicroPython, where there is one, each with a `sinetti helper` that has its key,
and a relay between them: a SIP server that writes down all it sees. Shows both screens as they
change, then the proof: the messages, what each ear heard of what the other mouth said, what the
relay could read, and who can hear. A second call, in clear, shows what the search would find.
Exit code 0 only if every claim holds.
"""

import argparse
import importlib.util
import shutil
import sys
import wave
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from sim.demo_call import DOMAIN, ROOT, CallError, Phone, Relay, free_ports, watch
from sim.demo_proof import Proof
from sim.picture import WIDTH, beside, screen, write_svg

SPEECH = ROOT / "sim" / "speech"
# The name is what only the other side may learn; the user is what a server needs.
PEOPLE = {"alice": "Alice-Ahola", "bob": "Bob-Berg"}

SEALED = ("--security", "require")
CLEAR = ("--security", "off", "--srtp", "prefer")     # so that there are keys to be read

_HEAP = "600K"
_CONTACTS = {"alice": "1002=sip:bob@%s,Bob" % DOMAIN, "bob": "1001=sip:alice@%s,Alice" % DOMAIN}
# Seconds from the first sound on until the words begin; bob answers when alice has spoken.
_LEAD_S = {"alice": 2.5, "bob": 6.5}
_SEALED_KEYS = {
    "alice": "sleep:2 1002# wait:connected:20 sleep:11.5 hangup wait:ended:5 sleep:1",
    "bob": "wait:ringing:30 sleep:1 offhook wait:connected:5 wait:ended:25 sleep:0.5 onhook sleep:0.5",
}
_CLEAR_KEYS = {
    "alice": "sleep:0.5 1002# wait:connected:20 sleep:1 hangup wait:ended:5 sleep:0.5",
    "bob": "wait:ringing:30 offhook wait:connected:5 wait:ended:25 onhook sleep:0.5",
}


def main(arguments=None):
    """-> exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m sim.demo", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--picture", metavar="FILE.svg", help="also keep what was shown as a picture")
    parser.add_argument("--folder", metavar="DIR", type=Path, default=ROOT / "build" / "demo",
                        help="where keys, sound and what the relay saw are kept (build/demo)")
    options = parser.parse_args(arguments)
    console = Console(width=WIDTH, highlight=False)
    runtime = "micropython" if importlib.util.find_spec("micropython_unix") else "cpython"
    if runtime == "cpython":
        console.print("There is no MicroPython for this Python or computer: the phones run under CPython.")
    sys.path[:0] = [str(ROOT / "firmware"), str(ROOT / "sim" / "cpython")]
    from host_tools.sinetti.complaint import Complaint
    try:
        talking, proof = Demo(console, runtime, options.folder.resolve()).run()
    except (CallError, Complaint, OSError) as fault:
        console.print("make demo: %s" % fault, markup=False)
        return 1
    except KeyboardInterrupt:
        return 130
    result = proof.shown()
    console.print(result)
    if options.picture:
        write_svg(options.picture, "make demo", (talking, result))
    return 0 if proof.holds() else 1


class Demo:
    """Makes both calls. folder: keeps the keys of the run before, and nothing else of it."""

    def __init__(self, console, runtime, folder):
        self._console = console
        self._runtime = runtime
        self._folder = folder
        self._flags = ["--runtime", runtime] + (["--heap", _HEAP] if runtime == "micropython" else [])
        self._stops = []

    def run(self):
        """-> (picture of both in the sealed call, Proof). Raises CallError, Complaint, OSError."""
        for name in ("sealed", "clear"):
            shutil.rmtree(self._folder / name, ignore_errors=True)
            (self._folder / name).mkdir(parents=True)
        keys = self._make_keys()
        self._console.print(
            "Keys: %s. Each phone has a helper of its own, which holds its key.\n"
            "Two phones under %s; alice dials 1002#, and a relay is between them.\n" % (
                "made, and confirmed" if keys.are_new else "those of the run before", self._runtime))
        try:
            sealed = self._call("sealed", _SEALED_KEYS, [*SEALED, "--keyring", keys.folder])
            talking = self._watch(sealed, "The sealed call: they talk for 12 s")
            clear = self._call("clear", _CLEAR_KEYS, CLEAR)
            self._console.print("\nThe same call once more, in clear, to compare.")
            with self._console.status("It takes 5 s"):
                watch(clear.phones, lambda: None)
        finally:
            for stop in self._stops:
                stop()
        return talking, Proof(keys, sealed, clear)

    def _make_keys(self):
        from sim.demo_keys import DemoKeys

        if self._runtime == "micropython":
            from host_tools import image
            image.build("unix")         # before the phones start, so that both begin at once
        return DemoKeys(self._folder / "keys", [
            (name, "sip:%s@%s" % (user, DOMAIN)) for user, name in PEOPLE.items()])

    def _call(self, kind, keys, flags):
        """Start all that a call needs. -> Call, in which bob can be called and alice is about to."""
        folder = self._folder / kind
        ports = free_ports(3)
        places = ["127.0.0.1:%d" % port for port in ports[1:]]
        phones = []
        with self._console.status("Starting relay, phones and their helpers"):
            relay = Relay(ports[0], zip(PEOPLE, places, strict=True), folder / "relay.jsonl")
            self._stops.append(relay.end)
            for user, port in reversed(list(zip(PEOPLE, ports[1:], strict=True))):
                if kind == "sealed":
                    speak_later(SPEECH / (user + ".wav"), folder / (user + "-said.wav"), _LEAD_S[user])
                phone = Phone(user, PEOPLE[user], port, folder, [
                    *self._flags, *flags, "--proxy", relay.place + ";transport=tcp",
                    "--contact", _CONTACTS[user], "--keys", keys[user]])
                self._stops.append(phone.stop)
                phones.insert(0, phone)
                phone.wait_until_ready(kind == "sealed")
        return Call(relay, phones)

    def _watch(self, call, progress):
        """Show both screens as they change, until both phones have ended. -> both in the call."""
        console, phones = self._console, call.phones
        live = Live(console=console, auto_refresh=False) if console.is_terminal else None
        talking = shown = None

        def show():
            nonlocal talking, shown
            picture = beside([screen(phone.user, phone.rows) for phone in phones])
            if all(phone.rows[0].startswith("In call") for phone in phones):
                talking = picture
            # On paper the clock of a call alone makes no new picture.
            now = [phone.rows if live else _without_clock(phone.rows) for phone in phones]
            if now != shown and any(map(any, now)):
                shown = now
                if live:
                    live.update(Group(picture, Text(progress, style="dim")), refresh=True)
                else:
                    console.print(picture)

        with live or console:
            watch(phones, show)
            if live:
                live.update(beside([screen(phone.user, phone.rows) for phone in phones]), refresh=True)
        return talking or ""


class Call:
    """relay: Relay; phones: alice's and bob's."""

    def __init__(self, relay, phones):
        self.relay = relay
        self.phones = phones


def speak_later(source, target, lead_s):
    """A mouth: silence, so that nothing is said before anybody listens, then the words."""
    with wave.open(str(source)) as speech, wave.open(str(target), "wb") as mouth:
        mouth.setparams(speech.getparams())
        mouth.writeframes(bytes(2 * int(lead_s * speech.getframerate())))
        mouth.writeframes(speech.readframes(speech.getnframes()))


def _without_clock(rows):
    return [row.rstrip("0123456789:") for row in rows]


if __name__ == "__main__":
    sys.exit(main())
