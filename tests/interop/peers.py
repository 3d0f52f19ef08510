# SPDX-License-Identifier: MIT
"""Real peers as processes: SIPp, baresip, sipsak. Each is ended by the block that started it."""

import json
import re
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

from host_tools.set_up import PEERS
from tests.interop.phones import HOST, ORPHAN_S, free_ports, is_bound, wait_until

SCENARIOS = Path(__file__).parent / "sipp"
MODULES = "/usr/lib/baresip/modules"


def needs(program):
    """-> pytest mark: skipped with the name of the Debian package where the program is missing."""
    package = next(package for name, package, _ in PEERS if name == program)
    return pytest.mark.skipif(
        shutil.which(program) is None,
        reason="%s is missing: apt-get install %s" % (program, package))


class Sipp:
    """A run of SIPp with a scenario of ours. Use it in a `with` block.

    folder      where its logs go
    target      HOST:PORT that it calls, or None when it is called
    user        whom it calls
    transport   "udp" or "tcp"
    flags       more of them; port: its own, found free
    """

    def __init__(self, scenario, folder, target=None, user="desk", transport="udp", calls=1, flags=()):
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / (scenario + ".errors")
        self._messages = folder / (scenario + ".messages")
        self.port = free_ports()
        self.uri = "sip:sipp@%s:%d" % (HOST, self.port)
        self._kind = transport
        self._waits = target is None
        self._name = scenario
        words = [
            "sipp", *([target] if target else []), "-s", user, "-sf", SCENARIOS / (scenario + ".xml"),
            "-i", HOST, "-mi", HOST, "-p", self.port, "-mp", self.port + 2, "-nostdin", "-m", calls,
            "-l", 1, "-t", "u1" if transport == "udp" else "t1", "-timeout", ORPHAN_S,
            "-timeout_error", "-trace_err", "-error_file", self._log, "-trace_msg",
            "-message_file", self._messages, *flags]
        self.process = subprocess.Popen(
            [str(word) for word in words], cwd=folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        if self._waits:
            wait_until(lambda: is_bound(self.port, self._kind), self.process, "SIPp listens")
        return self

    def __exit__(self, *fault):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def finish(self, limit_s=40):
        """Wait for its end. Every call must have gone by the scenario."""
        code = self.process.wait(limit_s)
        assert code == 0, "SIPp %s: exit code %d\n%s" % (self._name, code, self.log())

    def log(self):
        """-> what it complained of, and what went over the wire."""
        return "\n".join(
            path.read_text(errors="replace")[-8000:] for path in (self._log, self._messages) if path.exists())


_CONFIG = """\
poll_method             epoll
sip_listen              {host}:{port}
net_interface           {host}
call_local_timeout      120
call_max_calls          4
audio_source            aufile,{voice}
audio_player            aubridge,nowhere
audio_alert             aubridge,alert
ausrc_srate             8000
auplay_srate            8000
ausrc_channels          1
auplay_channels         1
ausrc_format            s16
auplay_format           s16
auenc_format            s16
audec_format            s16
audio_buffer            20-160
rtp_tos                 184
rtp_ports               {rtp}-{last_rtp}
rtp_stats               yes
module_path             {modules}
module                  g711.so
module                  aufile.so
module                  aubridge.so
module                  sndfile.so
module_tmp              account.so
module_app              menu.so
module                  srtp.so
module_app              debug_cmd.so
module_app              ctrl_tcp.so
ctrl_tcp_listen         {host}:{control}
snd_path                {folder}
"""
_ACCOUNT = "<{uri}>;answermode={mode};audio_codecs={codecs};ptime=20{more}\n"
_REGISTERED = ";auth_user={0.user};auth_pass={0.password};outbound=\"sip:{0.proxy}\";regint=120"


class Baresip:
    """A running baresip that is called directly or at a registrar, steered and watched by its control port.

    voice   WAV that it says from the start of each call; 8 kHz, mono, 16 bit
    codecs  as its account names them
    encryption  "srtp-mand" where it demands keys, None without
    account  registrar.Account, or None; its password is asked for by MD5 only
    """

    def __init__(self, folder, voice, answers=True, codecs="pcmu/8000/1,pcma/8000/1", name="baresip",
                 encryption=None, account=None):
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.port = free_ports()
        self.uri = account.uri if account else "sip:%s@%s:%d" % (name, HOST, self.port)
        rtp = free_ports()
        config = _CONFIG.format(
            host=HOST, port=self.port, voice=voice, rtp=rtp, last_rtp=rtp + 6, modules=MODULES,
            control=self.port + 4, folder=folder)
        if account and account.authority:
            config += "sip_cafile %s\n" % account.authority
        (folder / "config").write_text(config)
        (folder / "accounts").write_text(_ACCOUNT.format(
            uri=self.uri, mode="auto" if answers else "manual", codecs=codecs,
            more=(_REGISTERED.format(account) if account else ";regint=0")
            + (";mediaenc=" + encryption if encryption else "")))
        (folder / "contacts").write_text("")
        self.events = []
        self._news = threading.Condition()
        self._output = open(folder / "output", "wb")
        self.process = subprocess.Popen(
            ["baresip", "-f", folder], stdin=subprocess.DEVNULL, stdout=self._output,
            stderr=subprocess.STDOUT)
        self._control = None

    def __enter__(self):
        try:
            wait_until(self._connects, self.process, "baresip takes commands")
        except AssertionError:
            self.__exit__()
            raise
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        return self

    def _connects(self):
        try:
            self._control = socket.create_connection((HOST, self.port + 4))
        except ConnectionRefusedError:
            return False
        return True

    def __exit__(self, *fault):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:       # it waits for a peer that is gone
                self.process.kill()
                self.process.wait()
        if self._control is not None:
            self._reader.join()
            self._control.close()
        self._output.close()

    def _read(self):
        """Netstrings, each a JSON object: events, and answers to commands."""
        data = b""
        while True:
            try:
                more = self._control.recv(65536)
            except ConnectionError:
                more = b""
            if not more:
                return
            data += more
            while b":" in data:
                length, _, rest = data.partition(b":")
                n = int(length)
                if len(rest) <= n:
                    break
                with self._news:
                    self.events.append(json.loads(rest[:n]))
                    self._news.notify_all()
                data = rest[n + 1:]

    def command(self, name, parameters=""):
        text = json.dumps({"command": name, "params": parameters, "token": name}).encode()
        self._control.sendall(b"%d:%s," % (len(text), text))

    def of(self, kind):
        """-> the events of one type, like CALL_ESTABLISHED."""
        return [event for event in self.events if event.get("type") == kind]

    def wait(self, kind, times=1, limit_s=20):
        """Wait until an event came so many times since the start. -> the last of it."""
        end = time.monotonic() + limit_s
        with self._news:
            while len(self.of(kind)) < times:
                left = end - time.monotonic()
                assert left > 0, "baresip: %s did not come in %d s\n%s" % (kind, limit_s, self.events)
                self._news.wait(left)
            return self.of(kind)[-1]

    def heard(self):
        """-> path of what it decoded, before its play-out buffer."""
        recording, = self._folder.glob("dump-*-dec.wav")
        return recording

    def statistics(self):
        """-> its own account of the call, once it has ended: {"lost": (sent, received), ...}.

        Of what it sent it knows what our reports say.
        """
        rows = re.findall(
            r"^(packets|lost|jitter): +([0-9.]+) +([0-9.]+)", (self._folder / "output").read_text(), re.M)
        return {name: (float(sent), float(received)) for name, sent, received in rows}


def ask_options(port):
    """One OPTIONS by sipsak. -> True when it was answered by 200."""
    done = subprocess.run(
        ["sipsak", "-s", "sip:desk@%s:%d" % (HOST, port)], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=30)
    return done.returncode == 0
