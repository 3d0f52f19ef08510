# SPDX-License-Identifier: MIT
"""Kamailio on loopback, as a registrar and as one proxy of several, ended by the block that started it."""

import glob
import os
import signal
import subprocess
from pathlib import Path

import pytest

from host_tools.set_up import KAMAILIO_TLS
from tests.interop.phones import HOST, free_ports, is_bound, wait_until

DOMAIN = "voip.test"
_PASSWORDS = {"alice": "wonder-a1", "bob": "builder-b2"}
_FOLDER = Path(__file__).parent / "kamailio"

needs_tls = pytest.mark.skipif(
    not glob.glob(KAMAILIO_TLS), reason="Kamailio's tls.so is missing: apt-get install kamailio-tls-modules")


class Account:
    """What a phone has to know to be reached at a Kamailio.

    user, password  "alice" or "bob", and what goes with it; uri: what others call
    proxy       HOST:PORT;transport=KIND; authority: path of the certificate to trust, None without TLS
    """

    def __init__(self, kamailio, user, authority=None):
        self.user = user
        self.password = _PASSWORDS[user]
        self.uri = "sip:%s@%s" % (user, DOMAIN)
        self.authority = authority
        self.proxy = "%s;transport=udp" % kamailio.address
        if authority:
            self.proxy = "%s:%d;transport=tls" % (HOST, kamailio.tls_port)

    def flags(self, folder):
        """-> flags of our own phone. folder: takes the file with the password."""
        path = folder / (self.user + ".password")
        path.write_text(self.password + "\n")
        flags = ("--user", self.user, "--domain", DOMAIN, "--proxy", self.proxy, "--register",
                 "--password-file", str(path))
        return flags + (("--ca", str(self.authority)) if self.authority else ())


class _Process:
    """A Kamailio with a configuration of ours that listens by UDP and TCP, and by TLS where it is told so.

    config   name of the file; defines: words for its -A
    """

    def __init__(self, folder, config, port, defines, more=()):
        folder.mkdir(parents=True, exist_ok=True)
        self.port = port
        self.address = "%s:%d" % (HOST, port)
        self._control = folder / "ctl"
        self._log = folder / "log"
        command = [
            "kamailio", "-f", _FOLDER / config, "-DD", "-E", "-Y", folder, "-P", folder / "pid", "-m", "32", "-M", "4",
            "-l", "udp:" + self.address, "-l", "tcp:" + self.address, *more]
        for define in ('CTLSOCK="unix:%s"' % self._control, *defines):
            command += ["-A", define]
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

    def said(self):
        return self._log.read_text(errors="replace")


class Kamailio(_Process):
    """A running registrar: domain and realm voip.test, users alice/wonder-a1 and bob/builder-b2.

    algorithm  of Digest, "MD5" or "SHA-256"
    granted    the most seconds that it grants; least: it answers 423 to fewer; 0 for none
    tls        (path of a certificate, path of its key): it listens at tls_port as well
    """

    def __init__(self, folder, algorithm="MD5", granted=3600, least=0, port=None, tls=None):
        port = port or free_ports()
        defines = ['ALG="%s"' % algorithm, "GRANTED=%d" % granted, "LEAST=%d" % least]
        more = ()
        if tls:
            self.tls_port = port + 1
            more = ("-l", "tls:%s:%d" % (HOST, self.tls_port))
            defines += ['TLSCERT="%s"' % tls[0], 'TLSKEY="%s"' % tls[1]]
        super().__init__(folder, "registrar.cfg", port, defines, more)

    def bindings(self):
        """-> the Contacts that it knows, as it prints them."""
        done = subprocess.run(
            ["kamcmd", "-s", "unix:%s" % self._control, "ul.dump"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, text=True, timeout=20, check=True)
        return [line.split(": ", 1)[1].strip() for line in done.stdout.splitlines()
                if line.strip().startswith("Address:")]


class Hop(_Process):
    """A proxy that stays on the way. target: HOST:PORT;transport=KIND, where it sends what opens a call."""

    def __init__(self, folder, target):
        super().__init__(folder, "hop.cfg", free_ports(), ['NEXT="sip:%s"' % target])
