# SPDX-License-Identifier: MIT
"""Phone link: mpremote's connection to the MicroPython of a phone, with faults in plain words.

A phone that runs does not listen to its console: boards/boot.py says how it is brought to. Whatever else
runs is interrupted; restart() lets it begin again. Files go over in base64,
which takes half the time of mpremote's own way on a line of 115,200 baud (by count of the bytes).
"""

import ast
import base64
import contextlib
import io
import struct
import termios
import time

import serial
from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.serial_ports import SLOW, port_words

_ANSWER_S = 2                   # to Ctrl-C and Ctrl-A; at a prompt it comes at once
_PATIENCE_S = 2                 # ... in spite of what else comes
_WORK_S = 10                    # to anything later: flash has to be erased in between
_ATTEMPTS = 2                   # a phone that is just starting may lose what it hears
_PIECE = 1536                   # bytes at a time: 2 KB of text, and as much RAM in the phone again
_ARCHITECTURES = {2: "x64", 10: "xtensawin"}        # py/persistentcode.h

# What runs on the phone. Small words: it is sent each time.
_LOOK = """
import sys, os
def T(p):
 try:
  with open(p, 'rb') as f: return f.read()
 except OSError: return b''
def H(p):
 try:
  with open(p, 'rb') as f: return [f.readline() for _ in range(4)]
 except OSError: return []
def N(k):
 try:
  import esp32
  return esp32.NVS('sinetti').get_i32(k)
 except (ImportError, OSError): return 0
def F():
 try:
  import esp
  return esp.flash_size()
 except ImportError: return 0
I = sys.implementation
S = os.statvfs('/')
print(repr({'version': '.'.join(str(n) for n in I.version[:3]), 'machine': I._machine, 'mpy': I._mpy,
 'flash_bytes': F(), 'free_bytes': S[0] * S[3], 'block_bytes': S[0],
 'pointer': T('/slot'), 'board': T('/board.json'), 'trust': T('/data/release.keys'), 'a': H('/a/manifest'),
 'b': H('/b/manifest'), 'highest': N('security'), 'starts': N('starts')}))
"""
_HASHES = """
import os, hashlib
from binascii import hexlify
B = memoryview(bytearray(2048))
def D(p):
 h = hashlib.sha256()
 with open(p, 'rb') as f:
  while 1:
   n = f.readinto(B)
   if not n: break
   h.update(B[:n])
 print(repr((p, hexlify(h.digest()).decode())))
def W(p):
 try: L = sorted(os.listdir(p))
 except OSError: return
 for n in L:
  q = p + '/' + n
  if os.stat(q)[0] & 0x4000:
   W(q)
   print(repr((q + '/', '')))
  else: D(q)
"""
_ONE_HASH = """
try: D(%r)
except OSError: pass
"""


class NoAnswer(Complaint):
    """No MicroPython answers: the phone runs, or hangs, or has none."""


class PhoneLink:
    """port: path of the serial port. attempts: to get an answer."""

    def __init__(self, port, attempts=_ATTEMPTS):
        self.port = port
        self._attempts = attempts
        self._transport = None
        self._knows_hashes = False

    def connect(self):
        """Interrupt what runs, and talk to MicroPython. Raises Complaint."""
        try:
            serial.Serial(self.port, exclusive=True, baudrate=SLOW).close()
        except OSError as fault:
            raise Complaint(port_words(self.port, fault)) from None
        try:
            # mpremote prints an answer that it did not want.
            with self._faults(), contextlib.redirect_stdout(io.StringIO()):
                self._transport = SerialTransport(self.port, timeout=_ANSWER_S)
                self._transport.serial.write_timeout = _ANSWER_S
                self._enter()
                self._transport.serial.timeout = _WORK_S
        except Complaint:
            self.close()
            raise

    def _enter(self):
        port = self._transport.serial
        read = port.read
        for attempt in range(self._attempts):
            end = time.monotonic() + _PATIENCE_S

            def read_in_time(size=1, end=end):
                # mpremote waits while something comes: a phone that runs may never be silent.
                if time.monotonic() > end:
                    raise TransportError("no answer")
                return read(size)

            port.read = read_in_time
            try:
                self._transport.enter_raw_repl(soft_reset=False, timeout_overall=_ANSWER_S)
                return
            except TransportError:
                if attempt == self._attempts - 1:
                    raise
            finally:
                port.read = read

    def look(self):
        """-> dict. Raises Complaint.

        version, machine        str, of MicroPython; mpy: such as "6.3 xtensawin"
        flash_bytes, free_bytes, block_bytes
        pointer                 "a", "b trial" or the like, "" for none
        board, trust            bytes of board.json and release.keys, b"" for none
        a, b                    the first four lines of the manifest in each slot, bytes; [] for none
        highest, starts         counters in NVS: security version that was confirmed, starts of a trial
        """
        told = ast.literal_eval(self.run(_LOOK))
        told.update((key, _plain(text)) for key, text in told.items() if isinstance(text, str))
        number = told["mpy"]
        told["mpy"] = "%d.%d %s" % (
            number & 0xFF, number >> 8 & 3, _ARCHITECTURES.get(number >> 10 & 15, "bytecode"))
        told["pointer"] = _plain(told["pointer"].decode("ascii", "replace").strip())
        return told

    def run(self, code):
        """-> str that it printed. Raises Complaint, without a word of the code: it may hold a secret."""
        with self._faults():
            return self._transport.exec(code).decode()

    def ask(self, expression):
        """-> the value of an expression: numbers, text, bytes, and what is made of them. Raises Complaint."""
        told = self.run("print(repr(%s))" % expression)
        with self._faults():
            return ast.literal_eval(told)

    def hashes(self, folder):
        """-> dict: path to SHA-256 in hex, of all below a folder; a folder's path ends with "/"."""
        return self._hashes("W(%r)" % folder)

    def hash_of(self, path):
        """-> SHA-256 in hex, or "" when there is no such file."""
        return self._hashes(_ONE_HASH % path).get(path, "")

    def write(self, path, data, on_progress=None):
        """A whole file. on_progress: called with the bytes that went over. Raises Complaint."""
        self.run("from binascii import a2b_base64 as D64\nf = open(%r, 'wb')\nw = f.write" % path)
        for at in range(0, len(data), _PIECE):
            piece = data[at:at + _PIECE]
            self.run("w(D64(%r)) == %d or print('full')" % (base64.b64encode(piece), len(piece)))
            if on_progress is not None:
                on_progress(len(piece))
        self.run("f.close()\ndel f, w")

    def replace(self, path, data):
        """The new file or the old one, also when the power is cut."""
        self.write(path + "~", data)
        self.run("import os\nos.rename(%r, %r)" % (path + "~", path))

    def read(self, path):
        """-> bytes; b"" when there is no such file."""
        return ast.literal_eval(self.run(
            "try:\n with open(%r, 'rb') as f: print(repr(f.read()))\nexcept OSError: print(b'')" % path))

    def make_folder(self, path):
        self.run("import os\ntry: os.mkdir(%r)\nexcept OSError as e:\n if e.args[0] != 17: raise" % path)

    def remove(self, path):
        """A file, or with "/" at its end an empty folder. One that is not there is no fault."""
        call = "os.rmdir(%r)" % path[:-1] if path.endswith("/") else "os.remove(%r)" % path
        self.run("import os\ntry: %s\nexcept OSError as e:\n if e.args[0] != 2: raise" % call)

    def forget_starts(self):
        """A trial begins with none. Where there is no NVS nothing counts them."""
        self.run("try:\n import esp32\n n = esp32.NVS('sinetti')\n n.set_i32('starts', 0)\n n.commit()\n"
                  "except ImportError: pass")

    def restart(self):
        """Let the phone begin anew, and let go of the port."""
        if self._transport is None:
            return
        with contextlib.suppress(TransportError, OSError, termios.error):
            self._transport.exec_raw_no_follow("import machine\nmachine.reset()")
            self._transport.serial.flush()
        self.close()

    def close(self):
        if self._transport is not None:
            transport, self._transport = self._transport, None
            with contextlib.suppress(OSError, termios.error):
                transport.close()

    def _hashes(self, call):
        if not self._knows_hashes:
            self.run(_HASHES)
            self._knows_hashes = True
        return dict(ast.literal_eval(line) for line in self.run(call).splitlines())

    @contextlib.contextmanager
    def _faults(self):
        """What mpremote and the port raise, as a Complaint that says what to do."""
        try:
            yield
        except TransportExecError as fault:
            raise Complaint(self._told(fault.error_output.strip().splitlines()[-1:])) from None
        except TransportError:
            raise NoAnswer(
                "MicroPython does not answer on %s. On a phone with Sinetti hold * while you press RESET, "
                "and try again; on a new board run first: sinetti flash" % self.port) from None
        except (OSError, termios.error, struct.error, IndexError, ValueError, SyntaxError):
            # An empty read, or half an answer: mpremote does not expect that a port goes away.
            raise Complaint("the phone was unplugged, or %s is gone. Plug it in and run the same command "
                            "again: it goes on where it was" % self.port) from None

    def _told(self, last):
        """last: list of the last line of what the phone complained of."""
        line = _plain("".join(last))
        if "MemoryError" in line:               # with a number of bytes, which may be any
            return "the phone has too little free RAM for this now. Press RESET, and run the command again"
        if "ENOSPC" in line or line == "OSError: 28":
            return "the phone's memory is full, or worn out. Erase it: sinetti flash; or take another module"
        return "the phone could not do it: %s. When it happens again: sinetti flash" % line


def _plain(text):
    """-> str without what could move a terminal's cursor: a phone's text is a stranger's."""
    return "".join(mark if mark.isprintable() else "?" for mark in text)
