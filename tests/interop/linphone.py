# SPDX-License-Identifier: MIT
"""linphonec as a process: it demands SRTP, registers, calls and is called. Ended by the block that started it."""

import os
import subprocess
from pathlib import Path

from tests.interop.phones import HOST, free_ports, wait_until

_CONFIG = Path(__file__).parent / "linphone" / "linphonerc"


class Linphone:
    """A running linphonec that answers by itself, steered by lines on its standard input.

    voice    WAV that it says in each call once it is up; 8 kHz, mono, 16 bit
    account  registrar.Account; heard: path of what it heard, whole when it has ended
    """

    def __init__(self, folder, voice, account):
        # Without this folder it has no database, and says so in each line.
        (folder / ".local" / "share" / "linphone").mkdir(parents=True)
        self.uri = account.uri
        self.heard = folder / "heard.wav"
        self._voice = voice
        self._output = folder / "output"
        port = free_ports()
        proxy, _, kind = account.proxy.partition(";transport=")
        if kind == "tls":
            proxy = proxy.replace(HOST, "localhost")        # its TLS finds no addresses in certificates
        (folder / "linphonerc").write_text(_CONFIG.read_text().format(
            host=HOST, port=port, tls_port=port + 1 if kind == "tls" else -1, rtp=port + 2, proxy=proxy, kind=kind,
            user=account.user, password=account.password, authority=account.authority or ""))
        with open(self._output, "wb") as output:
            self.process = subprocess.Popen(
                ["linphonec", "-a", "-c", folder / "linphonerc"], stdin=subprocess.PIPE, stdout=output,
                stderr=subprocess.STDOUT, env={**os.environ, "HOME": str(folder)})

    def __enter__(self):
        self.command("soundcard use files")
        self.command("record %s" % self.heard)
        return self

    def __exit__(self, kind, fault, trace):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        if fault is not None:
            fault.add_note("linphonec:\n" + self.said()[-4000:])

    def said(self):
        return self._output.read_text(errors="replace")

    def command(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def speak(self):
        """Wait until a call is up, and begin to say the voice."""
        wait_until(lambda: "Media streams established" in self.said(), self.process, "linphone has a call")
        self.command("play %s" % self._voice)

    def finish(self):
        """The call is over: end it, so that what it heard is whole."""
        self.command("quit")
        assert self.process.wait(20) == 0, "linphonec failed"
