# SPDX-License-Identifier: MIT
"""The SIP server of the simulator as a process."""

import json
import subprocess
import sys
import threading
from pathlib import Path

from tests.interop.phones import HOST, ORPHAN_S, ROOT, free_ports, is_bound, wait_until


class Server:
    """A running `python -m sim server`. Use it in a `with` block, which ends it.

    flags  after --listen and --log; port: its own, found free where it is None
    address: HOST:PORT; log: path of what it saw; ready: its first line
    """

    def __init__(self, folder, *flags, port=None):
        folder = Path(folder)
        self.port = port or free_ports()
        self.address = "%s:%d" % (HOST, self.port)
        self.log = folder / "server.log"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sim", "server", "--listen", self.address, "--log", str(self.log),
             "--seconds", str(ORPHAN_S), *flags],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def __enter__(self):
        try:
            wait_until(lambda: is_bound(self.port, "tcp"), self.process, "the server listens")
        except AssertionError:
            self.__exit__()
            raise
        self.ready = self.process.stdout.readline()
        return self

    def __exit__(self, *fault):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def end(self, number):
        """Send a signal. -> (exit code, what it said on its way)."""
        self.process.send_signal(number)
        watch = threading.Timer(10, self.process.kill)
        watch.start()
        try:
            out, err = self.process.communicate()
        finally:
            watch.cancel()
        return self.process.returncode, out + err

    def seen(self):
        """-> list of (direction, "METHOD" or status) of the SIP messages that came by."""
        found = []
        for line in self.log.read_text().splitlines():
            entry = json.loads(line)
            words = entry["frame"].split(" ")
            if len(words) > 2:
                found.append((entry["dir"], words[1] if words[0] == "SIP/2.0" else words[0]))
        return found
