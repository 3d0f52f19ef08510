# SPDX-License-Identifier: MIT
"""Kamailio as a registrar and proxy on loopback, ended by the block that started it."""

import glob
import os
import signal
import subprocess
from pathlib import Path

import pytest

from host_tools.set_up import KAMAILIO_TLS
from tests.interop.phones import HOST, free_ports, is_bound, wait_until

_CONFIG = Path(__file__).parent / "kamailio" / "registrar.cfg"

needs_tls = pytest.mark.skipif(
    not glob.glob(KAMAILIO_TLS), reason="Kamailio's tls.so is missing: apt-get install kamailio-tls-modules")


class Kamailio:
    """A running Kamailio: domain and realm voip.test, users alice/wonder-a1 and bob/builder-b2.

    algorithm  of Digest, "MD5" or "SHA-256"
    granted    the most seconds that it grants; least: it answers 423 to fewer; 0 for none
    tls        (path of a certificate, path of its key): it listens at tls_port as well
    """

    def __init__(self, folder, algorithm="MD5", granted=3600, least=0, port=None, tls=None):
        folder.mkdir(parents=True, exist_ok=True)
        self.port = port or free_ports()
        self.address = "%s:%d" % (HOST, self.port)
        self._control = folder / "ctl"
        self._log = folder / "log"
        command = [
            "kamailio", "-f", _CONFIG, "-DD", "-E", "-Y", folder, "-P", folder / "pid", "-m", "32", "-M", "4",
            "-l", "udp:" + self.address, "-l", "tcp:" + self.address,
            "-A", 'ALG="%s"' % algorithm, "-A", 'CTLSOCK="unix:%s"' % self._control,
            "-A", "GRANTED=%d" % granted, "-A", "LEAST=%d" % least]
        if tls:
            self.tls_port = self.port + 1
            command += ["-l", "tls:%s:%d" % (HOST, self.tls_port), "-A", 'TLSCERT="%s"' % tls[0],
                        "-A", 'TLSKEY="%s"' % tls[1]]
        with open(self._log, "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True)

    def __enter__(self):
        try:
            wait_until(lambda: is_bound(self.port, "udp") and is_bound(self.port, "tcp") and self._control.exists(),
                       self.process, "Kamailio listens")
        except AssertionError as fault:
            self.__exit__()
            fault.add_note(self._log.read_text(errors="replace")[-4000:])
            raise
        return self

    def __exit__(self, *fault):
        # Asked politely, one time in five its processes wait for each other for ever.
        if self.process.returncode is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def bindings(self):
        """-> the Contacts that it knows, as it prints them."""
        done = subprocess.run(
            ["kamcmd", "-s", "unix:%s" % self._control, "ul.dump"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, text=True, timeout=20, check=True)
        return [line.split(": ", 1)[1].strip() for line in done.stdout.splitlines()
                if line.strip().startswith("Address:")]
