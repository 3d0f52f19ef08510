# SPDX-License-Identifier: MIT
"""A web server on the virtual network with one image, as good or as bad as a test wants; and who fetches it."""

from boards.drivers import tuple_addresses
from boards.drivers.socket_network import SocketNetwork
from core.outbox import Outbox
from core.timers import Timers
from sim.fakes import VirtualClock
from sim.network import VirtualNetwork
from update.fetch import DONE, FAILED, PROGRESS, Fetch

_OPEN = 1
_CLOSED = 2
_STEP_MS = 10
_BATCH = 1500               # bytes that the server writes in a step


class WebServer:
    """
    files       dict of path (bytes) to content
    has_ranges  it knows what Range is
    answer      None, or answer(path, first, content) -> bytes of the whole answer
    cuts        list: the next connections end after so many bytes of answer; None: they do not
    stalls      list: the same, but there the connection goes on and nothing more comes
    requests    what came, request for request
    """

    def __init__(self, net, files, port=8000):
        self.files = files
        self.has_ranges = True
        self.answer = None
        self.cuts = []
        self.stalls = []
        self.requests = []
        self.extra = b""
        self._net = net
        self._listener = net.listen(port)
        self._connections = []

    def step(self):
        self._net.poll()
        tcp = self._listener.accept()
        if tcp is not None:
            self._connections.append([tcp, b"", b"", self.cuts.pop(0) if self.cuts else None,
                                      self.stalls.pop(0) if self.stalls else None, False])
        for connection in self._connections[:]:
            self._serve(connection)

    def _serve(self, connection):
        tcp, request, answer, cut, stall, is_answered = connection
        if tcp.state() == _CLOSED:
            self._connections.remove(connection)
            return
        buf = bytearray(500)
        n = tcp.readinto(buf)
        if n:
            connection[1] = request = request + bytes(buf[:n])
            if request.find(b"\r\n\r\n") >= 0:
                self.requests.append(request)
                answer = self._answer(request)
                if cut is not None:
                    answer = answer[:cut]
                elif stall is not None:
                    answer = answer[:stall]
                connection[2] = answer
                connection[5] = is_answered = True
        if is_answered and answer:
            connection[2] = answer[tcp.write(answer, 0, min(len(answer), _BATCH)):]
        elif is_answered and stall is None:
            tcp.close()
            self._connections.remove(connection)

    def _answer(self, request):
        lines = request.split(b"\r\n")
        path = lines[0].split(b" ")[1]
        first = 0
        for line in lines:
            if line[:13] == b"Range: bytes=":
                first = int(line[13:-1])
        content = self.files.get(path)
        if self.answer is not None:
            return self.answer(path, first, content)
        if content is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n"
        if not self.has_ranges:
            return b"HTTP/1.0 200 OK\r\nServer: simple\r\nContent-Length: %d\r\n\r\n" % len(content) + content
        if first >= len(content):
            return b"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n"
        return (b"HTTP/1.1 206 Partial Content\r\ncontent-length: %d\r\nContent-Range: bytes %d-%d/%d\r\n\r\n" % (
            len(content) - first, first, len(content) - 1, len(content))) + content[first:] + self.extra


def attached(network, clock, address):
    """-> SocketNetwork of a host on the virtual network."""
    host = network.attach(address)
    return SocketNetwork(host, host, tuple_addresses, host, clock, 8193)


class Media:
    is_running = False


class Fetcher:
    """A phone's end: Fetch, its timers, and what the owner was told.

    told      list of (event, detail), progress left out
    percents  list of the progress
    """

    def __init__(self, files, seed=1):
        self.network = VirtualNetwork(seed)
        self.network.delay_ms = 2
        self.clock = VirtualClock()
        self._net = attached(self.network, self.clock, "192.0.2.10")
        self.server = WebServer(attached(self.network, self.clock, "192.0.2.1"), files)
        self.timers = Timers(8)
        self.out = Outbox(16, self.timers, None)
        self.media = Media()
        self.fetch = Fetch(self._net, self.media)
        self.fetch.owner = self
        self.told_of = []
        self.percents = []
        self.ms = 0

    def told(self, machine, event, detail, now, out):
        if event == PROGRESS:
            self.percents.append(detail)
        else:
            self.told_of.append((event, detail))

    def start(self, writer, url=b"http://192.0.2.1:8000/desk_s3.sinetti"):
        """-> the reason for which it was not begun, or "". """
        reason = self.fetch.start(url, writer, self.out)
        self.out.drain(self.clock.now())
        return reason

    def run(self, ms=600000):
        """Until the fetch is over, `ms` at most. -> the reason, "" when all is well, None when it still runs."""
        end = self.ms + ms
        while self.fetch.is_running and self.ms < end:
            self.step()
        if not self.told_of:
            return None
        event, detail = self.told_of.pop()
        assert not self.told_of and event in (DONE, FAILED) and not self.timers.armed
        return detail if event == FAILED else ""

    def step(self):
        self.ms += _STEP_MS
        self.clock.advance(_STEP_MS)
        self.network.deliver(self.ms)
        self.server.step()
        self._net.poll()
        now = self.clock.now()
        if self.fetch.poll(now, self.out):
            self.out.drain(now)
        while self.timers.expire_one(now, self.out):
            self.out.drain(now)
