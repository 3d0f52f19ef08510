# SPDX-License-Identifier: MIT
"""Server: the helper's links. Many phones over TLS, or one over a serial line; until it is told to end."""

import asyncio
import os
import signal
import termios
import time
import tty
from concurrent.futures import ThreadPoolExecutor

from boards.drivers.serial_line import SerialLine

from host_tools.sinetti.complaint import Complaint
from host_tools.sinetti.session import GREETING_S, Session

_THREADS = 4
_MOST_PHONES = 1000
_MOST_WAITING = 65536           # bytes of answers for a phone that does not read
_FAREWELL_S = 8
_GOODBYE_S = 1                  # for TLS to be closed from both ends
_LOOK_S = 0.005                 # at the serial line
_CHUNK = 4096


class Server:
    """desk, tokens, journal: as for Session. health_s: between two lines, 0 for none."""

    def __init__(self, desk, tokens, journal, health_s):
        self._desk = desk
        self._tokens = tokens
        self._journal = journal
        self._health_s = health_s
        self._pool = ThreadPoolExecutor(_THREADS)
        self._serving = set()           # tasks, one for each phone
        self._stop = None

    def run(self, listen=None, context=None, serial=None, on_port=None, lifeline=None):
        """Serve until SIGTERM or SIGINT.

        listen    (host, port) with `context`, ssl.SSLContext; on_port: told the port once it is bound
        serial    path of a line
        lifeline  descriptor of a pipe, with whose end the helper ends, too
        Raises Complaint when a port or line cannot be had.
        """
        try:
            asyncio.run(self._run(listen, context, serial, on_port, lifeline))
        finally:
            self._pool.shutdown()
            self._desk.forget()

    async def _run(self, listen, context, serial, on_port, lifeline):
        loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        if lifeline is not None:
            self._hold(loop, lifeline)
        server = None
        if listen is not None:
            try:
                server = await asyncio.start_server(
                    self._serve, *listen, ssl=context, ssl_handshake_timeout=GREETING_S,
                    ssl_shutdown_timeout=_GOODBYE_S, limit=_CHUNK)
            except OSError as fault:
                raise Complaint("--listen %s:%d: %s" % (*listen, os.strerror(fault.errno)), 2) from None
            port = server.sockets[0].getsockname()[1]
            self._journal.note("listening", port=port)
            on_port(port)
        line = None if serial is None else _open_line(serial)
        helpers = [asyncio.ensure_future(self._look_after())]
        if line is not None:
            helpers.append(asyncio.ensure_future(self._serve_line(line)))
        await self._stop.wait()
        if server is not None:
            server.close()
        await self._end(helpers)
        self._journal.note("stopped")

    def _hold(self, loop, lifeline):
        """End when this pipe does: whoever held its other end is gone, however it ended."""
        def read():
            try:
                is_over = not os.read(lifeline, _CHUNK)
            except OSError:                 # a terminal that was closed
                is_over = True
            if is_over:
                loop.remove_reader(lifeline)
                self._stop.set()

        try:
            loop.add_reader(lifeline, read)
        except OSError:                     # a file or /dev/null: there is no end to wait for
            raise Complaint("--until-eof: the standard input is no pipe and no terminal", 2) from None

    async def _end(self, helpers):
        """Answers that are being made are still given; then nobody is served any more."""
        if self._serving:
            await asyncio.wait(list(self._serving), timeout=_FAREWELL_S)
        for helper in helpers:
            helper.cancel()
        await asyncio.gather(*helpers, return_exceptions=True)

    async def _look_after(self):
        last = time.monotonic()
        while True:
            await asyncio.sleep(1)
            self._desk.forget(time.monotonic())
            if self._health_s and time.monotonic() - last >= self._health_s:
                last = time.monotonic()
                self._journal.health(len(self._serving))

    async def _serve(self, reader, writer):
        task = asyncio.current_task()
        if len(self._serving) >= _MOST_PHONES:
            writer.transport.abort()
            return
        self._serving.add(task)

        def write(frame):
            if not writer.transport.is_closing():
                writer.write(bytes(frame))
                if writer.transport.get_write_buffer_size() > _MOST_WAITING:
                    writer.transport.abort()

        session = Session(self._desk, self._tokens, self._journal, self._pool, write)
        try:
            await self._converse(session, reader)
            await session.settle()
            writer.close()
            await asyncio.wait_for(writer.wait_closed(), 2 * _GOODBYE_S)
        except (OSError, asyncio.TimeoutError):         # gone, or it does not take its answers
            writer.transport.abort()
        finally:
            self._serving.discard(task)

    async def _converse(self, session, reader):
        """Read until the phone, the session or the helper ends."""
        stop = asyncio.ensure_future(self._stop.wait())
        deadline = time.monotonic() + GREETING_S
        try:
            while not session.is_over and not self._stop.is_set():
                read = asyncio.ensure_future(reader.read(_CHUNK))
                limit = None if session.phone else max(0, deadline - time.monotonic())
                await asyncio.wait((read, stop), timeout=limit, return_when=asyncio.FIRST_COMPLETED)
                if not read.done():
                    read.cancel()
                    await asyncio.gather(read, return_exceptions=True)
                    return
                data = read.result()
                if not data:
                    return
                session.feed(data)
        finally:
            stop.cancel()

    async def _serve_line(self, line):
        buf = bytearray(_CHUNK)
        sessions = -1
        session = None
        waiting = bytearray()
        while True:
            line.state()
            if line.sessions != sessions:
                sessions = line.sessions
                waiting = bytearray()
                session = Session(
                    self._desk, self._tokens, self._journal, self._pool, waiting.extend)
            n = line.readinto(buf)
            if n and not session.is_over:
                session.feed(bytes(buf[:n]))
            if waiting:
                del waiting[:line.write(waiting, 0, len(waiting))]
            elif session.is_over and line.state() == 1:
                await session.settle()
                line.refuse()
            if not n:
                await asyncio.sleep(_LOOK_S)


def _open_line(path):
    """-> SerialLine, the helper's end. Raises Complaint."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(descriptor)
        settings = termios.tcgetattr(descriptor)
        settings[4] = settings[5] = termios.B115200
        termios.tcsetattr(descriptor, termios.TCSANOW, settings)
    except (OSError, termios.error) as fault:
        raise Complaint("--serial %s: %s" % (path, fault.args[-1]), 2) from None
    return SerialLine(Descriptor(descriptor), is_phone=False)


class Descriptor:
    """A descriptor that does not block, as SerialLine wants a stream: None where there is nothing yet."""

    def __init__(self, descriptor):
        self._descriptor = descriptor

    def readinto(self, buf):
        try:
            return os.readv(self._descriptor, [buf])
        except BlockingIOError:
            return None

    def write(self, buf):
        try:
            return os.write(self._descriptor, buf)
        except BlockingIOError:
            return None
