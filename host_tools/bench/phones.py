# SPDX-License-Identifier: MIT
"""Phones as processes: ours on either runtime, and baresip. Each is ended by the block that began it.

place   (host, port) of its SIP, of both kinds
"""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import wave
from pathlib import Path

from host_tools.bench import micropython
from host_tools.bench.faults import Failure, Missing

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
RUNTIMES = {"cpython": "cpython", "unix": "micropython"}       # rig to what --runtime takes

_MODULES = "/usr/lib/baresip/modules"
_START_S = 20
_END_S = 5
_PORTS = range(21000, 24000, 8)
_LOOK_S = 0.02


def free_ports():
    """-> the first of eight ports in a row that nobody has, UDP and TCP."""
    for first in _PORTS:
        if all(_is_free(first + step, kind) for step in range(8)
               for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)):
            return first
    raise Failure("there are no free ports from %d to %d" % (_PORTS[0], _PORTS[-1]))


def _is_free(port, kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


class Phone:
    """`python -m sim phone` on a rig. events: names, as they came. Raises Missing or Failure."""

    def __init__(self, rig, *flags):
        if rig == "unix":
            micropython.check()
        self.place = (HOST, free_ports())
        self.events = []
        self._command = [
            sys.executable, "-m", "sim", "phone", "--runtime", RUNTIMES[rig], "--name", "desk",
            "--sip", "%s:%d" % self.place, "--events", "-", *map(str, flags)]

    def __enter__(self):
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        self._errors = []
        self._readers = [threading.Thread(target=self._read), threading.Thread(target=self._read_errors)]
        for reader in self._readers:
            reader.start()
        try:
            self.wait("boot", _START_S)
        except Failure:
            self.__exit__()
            raise
        return self

    def _read(self):
        for line in self._process.stdout:
            if line.startswith("{"):
                self.events.append(json.loads(line)["event"])
            else:
                self._errors.append(line)       # MicroPython dies with a traceback there

    def _read_errors(self):
        self._errors.extend(self._process.stderr)

    def last_words(self):
        """-> what it died of, "" while it lives."""
        if self._process.poll() is None or not self._errors:
            return ""
        return "; the phone died: " + self._errors[-1].strip()

    def wait(self, event, limit_s):
        """Wait until an event was posted."""
        end = time.monotonic() + limit_s
        while event not in self.events:
            if self._process.poll() is not None or time.monotonic() > end:
                raise Failure("the event %s did not come in %d s%s" % (event, limit_s, self.last_words()))
            time.sleep(_LOOK_S)

    def __exit__(self, *fault):
        _end(self._process)
        for reader in self._readers:
            reader.join()
        self._process.stdout.close()
        self._process.stderr.close()


class Baresip:
    """answers: it takes every call at once. Raises Missing or Failure.

    jack    None, or (server, client): it speaks and hears as this client of a JACK server
    """

    def __init__(self, answers, jack=None):
        if shutil.which("baresip") is None:
            raise Missing("baresip is missing (Debian package baresip-core)")
        self.place = (HOST, free_ports())
        self._answers = answers
        self._jack = jack

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        port = self.place[1]
        voice = folder / "voice.wav"
        with wave.open(str(voice), "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(bytes(2 * 8000 * 60))
        sound = ("float", "jack,default", "jack,default") if self._jack else (
            "s16", "aufile,%s" % voice, "aubridge,nowhere")
        (folder / "config").write_text(_CONFIG.format(
            host=HOST, port=port, control=port + 4, rtp=port + 10000, last_rtp=port + 10100,
            modules=_MODULES, format=sound[0], source=sound[1], player=sound[2],
            client=self._jack[1] if self._jack else "none"))
        (folder / "accounts").write_text(_ACCOUNT % (HOST, port, "auto" if self._answers else "manual"))
        (folder / "contacts").write_text("")
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder)}
        if self._jack:
            environment["JACK_DEFAULT_SERVER"] = self._jack[0]
        self._process = subprocess.Popen(
            ["baresip", "-f", folder], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._control = None
        try:
            self._connect()
        except Failure:
            self.__exit__()
            raise
        return self

    def _connect(self):
        end = time.monotonic() + _START_S
        while self._control is None:
            if self._process.poll() is not None or time.monotonic() > end:
                raise Failure("baresip did not start")
            try:
                self._control = socket.create_connection((HOST, self.place[1] + 4))
            except ConnectionRefusedError:
                time.sleep(_LOOK_S)

    def last_words(self):
        return "" if self._process.poll() is None else "; baresip died"

    def dial(self, place):
        """Call another phone."""
        text = json.dumps({"command": "dial", "params": "sip:desk@%s:%d" % place})
        self._control.sendall(b"%d:%s," % (len(text), text.encode()))

    def __exit__(self, *fault):
        _end(self._process)
        if self._control is not None:
            self._control.close()
        self._folder.cleanup()


def _end(process):
    process.terminate()
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:       # baresip waits for a peer that is gone
        process.kill()
        process.wait()


_ACCOUNT = "<sip:desk@%s:%d>;regint=0;answermode=%s;audio_codecs=pcmu/8000/1;ptime=20\n"
_CONFIG = """\
poll_method             epoll
sip_listen              {host}:{port}
net_interface           {host}
call_local_timeout      120
call_max_calls          64
audio_source            {source}
audio_player            {player}
audio_alert             aubridge,alert
ausrc_srate             8000
auplay_srate            8000
ausrc_channels          1
auplay_channels         1
ausrc_format            {format}
auplay_format           {format}
auenc_format            s16
audec_format            s16
rtp_ports               {rtp}-{last_rtp}
module_path             {modules}
module                  g711.so
module                  aufile.so
module                  aubridge.so
module                  jack.so
jack_client_name        {client}
jack_connect_ports      no
module_tmp              account.so
module_app              menu.so
module_app              debug_cmd.so
module_app              ctrl_tcp.so
ctrl_tcp_listen         {host}:{control}
"""
