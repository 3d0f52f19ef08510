# SPDX-License-Identifier: MIT
"""A phone with MicroPython at the other end of a serial port, so that the real mpremote works with it.

MicroPython for Linux behind a pty, with a real littlefs2 on a file of the host as its only file system, and
the layout of an ESP32: boot.py and main.py run at each start. machine.reset(), machine.Pin as far as boot.py
wants it, esp32.NVS and esp.flash_size() are there, the NVS in a file. Not modelled: speed, the reset lines, Wi-Fi.

Two terminals: mpremote has one, MicroPython the other, and this passes the bytes on. On a chip Ctrl-D in
the REPL is a soft reset; here the process ends and a new one begins.
"""

import ast
import os
import pty
import signal
import subprocess
import sys
import termios
import threading
import tty

from tests.host.serial_port import SerialPort

BLOCK = 4096
# A process of its own begins each life: were it this one, a port that the test has open would be open there, too.
_LIVES = """
import fcntl, os, signal, sys, termios
import micropython_unix
told, go = int(sys.argv[1]), int(sys.argv[2])
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.SIG_IGN)
while os.read(go, 1):
    child = os.fork()
    if not child:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os._exit(micropython_unix.run_main(['micropython', '-i'] + sys.argv[3:]))
    os.write(told, bytes((os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 255,)))
"""
_ONCE = "import sys, micropython_unix as m; sys.exit(m.run_main(['micropython'] + sys.argv[1:]))"
_RESET = 77                     # exit code that stands for machine.reset()
_NO_POWER = 78                  # ... and for a power cut
_STUB = """
import json, os, sys, vfs
flash, nvs = open(sys.argv[1], 'r+b'), open(sys.argv[2], 'r+b')
BLOCK, read_before = 4096, []
left = [CUT_AT]
def power():
    # Each write and erase of flash or NVS takes some; after the last one nothing comes to the medium any more.
    if left[0] is not None:
        left[0] -= 1
        if left[0] < 0:
            sys.exit(78)
class Flash:
    def readblocks(self, n, buf, off=0):
        flash.seek(n * BLOCK + off)
        flash.readinto(buf)
        if WORN and WORN in bytes(buf):
            # littlefs reads at once what it wrote: then it is still there.
            read_before.append(n)
            if read_before.count(n) > 1:
                buf[:] = bytes(buf).replace(WORN, bytes(len(WORN)))
    def writeblocks(self, n, buf, off=None):
        power()
        flash.seek(n * BLOCK + (off or 0))
        flash.write(buf)
        flash.flush()
    def ioctl(self, op, arg):
        if op == 4:
            return flash.seek(0, 2) // BLOCK
        if op == 5:
            return BLOCK
        return 0
class Nvs:
    def __init__(self, name):
        self._name = name
        nvs.seek(0)
        self._values = json.loads(nvs.read().decode() or '{}')
    def get_i32(self, key):
        try:
            return self._values[self._name + '.' + key]
        except KeyError:
            raise OSError(-0x1102)
    def set_i32(self, key, value):
        self._values[self._name + '.' + key] = value
    def get_blob(self, key, buf):
        data = bytes.fromhex(self.get_i32('blob.' + key))
        if len(data) > len(buf):
            raise OSError(-0x110C)
        buf[:len(data)] = data
        return len(data)
    def set_blob(self, key, value):
        if len(key) > 15:
            raise OSError(-0x1109)
        self.set_i32('blob.' + key, bytes(value).hex())
    def erase_key(self, key):
        self.get_i32('blob.' + key)
        del self._values[self._name + '.blob.' + key]
    def commit(self):
        power()
        nvs.seek(0)
        nvs.write(('%-30000s' % json.dumps(self._values)).encode())
        nvs.flush()
class Pin:
    # STAR: the key in row 13 and column 17 is down
    OPEN_DRAIN, IN, PULL_UP = 7, 1, 2
    levels = {}
    def __init__(self, number, mode, pull=None, value=None):
        self.number = number
        if value is not None:
            self.levels[number] = value
    def value(self, level=None):
        if level is not None:
            self.levels[self.number] = level
        return 0 if STAR and self.number == 17 and not self.levels.get(13, 1) else 1
class Module:
    pass
def made(name, **inside):
    sys.modules[name] = module = Module()
    for key in inside:
        setattr(module, key, inside[key])
made('machine', reset=lambda: sys.exit(77), Pin=Pin)
made('esp32', NVS=Nvs, Partition=Module)
made('esp', flash_size=lambda: flash.seek(0, 2))
vfs.umount('/')
disk = Flash()
try:
    vfs.mount(vfs.VfsLfs2(disk), '/')
except OSError:
    vfs.VfsLfs2.mkfs(disk)
    vfs.mount(vfs.VfsLfs2(disk), '/')
sys.path[:] = ['', '.frozen', '/lib']
"""
_BEGUN = b"MicroPython starts"
_AT_START = """
print('MicroPython ' + 'starts')
for name in ('boot.py', 'main.py'):
    try:
        text = open(name).read()
    except OSError:
        continue
    exec(text)
"""
_READ_ALL = """
found = {}
def walk(folder):
    for name, kind, *_ in os.ilistdir(folder or '/'):
        path = folder + '/' + name
        if kind == 0x4000:
            walk(path)
        else:
            with open(path, 'rb') as file:
                found[path] = file.read()
walk('')
print(repr(found))
"""


class ReplPhone:
    """
    folder     for the file of its flash and its NVS: another ReplPhone on it is the same phone, plugged in again
    size       bytes of flash, when it is new
    unplug_at  the port vanishes when so many bytes have come from the host; or None
    worn       bytes that the flash does not keep for long
    is_mute    the REPL never answers: a phone that hangs
    cut_at     the power goes at that write to flash or NVS, counted from 0, and the port vanishes; or None
    star       the key * is held down
    is_deaf    it does not listen to its console: a phone that runs
    path       of the port
    starts     how often MicroPython began
    prompt     threading.Event: it has begun, and waits for what one types
    heard      bytes that came from the host
    is_pulled  the test sets it: the port vanishes when the phone says something next
    """

    def __init__(self, folder, size=1024 * 1024, unplug_at=None, worn=b"", is_mute=False, cut_at=None,
                 star=False, is_deaf=False):
        self._flash, self._nvs = folder / "flash", folder / "nvs"
        if not self._flash.exists():
            self._flash.write_bytes(b"\xff" * size)
            self._nvs.write_bytes(b"{}")
        self.starts = self.heard = 0
        self.is_pulled = False
        self._unplug_at, self._is_mute, self._is_deaf = unplug_at, is_mute, is_deaf
        self.prompt = threading.Event()
        self._stub = folder / "stub.py"
        self._stub.write_text("WORN, CUT_AT, STAR = %r, %r, %r\n" % (worn, cut_at, star) + _STUB + _AT_START)
        self._port = SerialPort()                           # mpremote's
        self.path = self._port.path
        self._child, self._child_end = pty.openpty()        # MicroPython's
        self._quiet()
        self._ending, told = os.pipe()
        go, self._go = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _LIVES, str(told), str(go), str(self._stub), str(self._flash),
             str(self._nvs)], stdin=self._child_end, stdout=self._child_end, stderr=self._child_end,
            start_new_session=True, pass_fds=(told, go))
        os.close(told)
        os.close(go)
        self._is_raw = False
        self._start()
        self._port.serve(self._run)

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        self._port.end()
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for descriptor in (self._child, self._child_end, self._ending, self._go):
            os.close(descriptor)

    def _quiet(self):
        """Raw, but for Ctrl-C: it interrupts MicroPython, as it does on a chip."""
        tty.setraw(self._child_end)
        settings = termios.tcgetattr(self._child_end)
        settings[3] |= termios.ISIG | termios.NOFLSH
        settings[6][termios.VQUIT] = settings[6][termios.VSUSP] = b"\0"
        termios.tcsetattr(self._child_end, termios.TCSANOW, settings)

    def _start(self):
        self.starts += 1
        self._has_begun = True              # and was never at a prompt
        os.write(self._go, b"!")

    def _run(self):
        said = held = b""
        while self._port.phone is not None:
            # Before that it is not yet MicroPython that would hear, and what is heard may be of the one before.
            sources = [self._port.phone] if _BEGUN in said else []
            readable = self._port.wait(*sources, self._child, self._ending)
            if not readable:
                break
            if self._child in readable:
                heard = os.read(self._child, 4096)
                if self.is_pulled:
                    self._port.vanish()
                    break
                said += heard
                if not self._is_mute:
                    os.write(self._port.phone, heard)
                is_at_prompt = _BEGUN in said and said.endswith(b">>> ")
                if is_at_prompt:
                    self.prompt.set()
                if held and is_at_prompt:
                    os.write(self._child, held)
                    held = b""
            elif self._ending in readable:
                said = b""
                code = os.read(self._ending, 1)[0]
                if code == _NO_POWER:
                    self._port.vanish()
                    break
                held = self._begin_again(code)
            elif self._port.phone in readable:
                held = self._pass_on(said, held)

    def _pass_on(self, said, held):
        """Bytes from the host. -> those that wait: what comes before the first prompt would be thrown away."""
        sent = os.read(self._port.phone, 4096)
        self.heard += len(sent)
        if self._unplug_at is not None and self.heard >= self._unplug_at:
            self._port.vanish()
            return b""
        if self._is_deaf:
            return b""
        self._is_raw = self._is_raw and b"\x02" not in sent or b"\x01" in sent
        is_at_prompt = said.endswith((b">", b">>> "))
        if b"\x03" in sent and not is_at_prompt:
            # While it runs code its terminal may not turn Ctrl-C into a signal.
            os.killpg(self._process.pid, signal.SIGINT)
            sent = sent.replace(b"\x03", b"")
        if held or self._has_begun and not is_at_prompt:
            return held + sent
        self._has_begun = False
        os.write(self._child, sent)
        return b""

    def _begin_again(self, code):
        """-> bytes for the new one: after a soft reset it is in the raw REPL if it was there before."""
        self._quiet()
        self._start()
        if code == _RESET:
            self._is_raw = False
        else:
            os.write(self._port.phone, b"MPY: soft reboot\r\n")
        return b"\r\x01" if self._is_raw else b""


def files(folder):
    """-> dict: path to bytes, of all that a phone that is not running has."""
    return ast.literal_eval(run_on(folder, _READ_ALL))


def nvs(folder):
    return ast.literal_eval((folder / "nvs").read_text().strip() or "{}")


def write_on(folder, path, data):
    """A file onto a phone that is not running, with the folders that it needs."""
    write_all_on(folder, {path: data})


def write_all_on(folder, contents):
    """contents: dict of path to bytes."""
    parents = sorted({"/".join(path.split("/")[:n]) for path in contents for n in range(2, path.count("/") + 1)})
    run_on(folder, "for name in %r:\n  try: os.mkdir(name)\n  except OSError: pass\n"
                   "for path, data in %r.items():\n  with open(path, 'wb') as file: file.write(data)" % (
                       parents, contents))


def remove_on(folder, paths):
    """Files from a phone that is not running."""
    run_on(folder, "for name in %r: os.remove(name)\n" % list(paths))


def run_on(folder, code):
    """-> what a program printed, on a phone that is not running."""
    script = folder / "look.py"
    script.write_text("WORN, CUT_AT, STAR = b'', None, False\n" + _STUB + code)
    done = subprocess.run(
        [sys.executable, "-I", "-c", _ONCE, str(script), str(folder / "flash"), str(folder / "nvs")],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout
    return done.stdout
