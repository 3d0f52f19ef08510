# SPDX-License-Identifier: MIT
"""LinkRelay: what lies between a phone and its helper, TCP on loopback. It sees only TLS."""

import contextlib
import socket
import threading

from tests.interop.phones import HOST

_LONGEST = 65536
_LIMIT_S = 20


class LinkRelay:
    """Passes bytes on, both ways. Use it in a `with` block.

    target   port of the helper; when nobody is there, a phone's connection is closed at once
    port     where the phone connects, the same for all the time
    late_s   for so long each piece of an answer is on its way

    While it holds questions, the helper gets none: what is done to it then, is done in the middle of one.
    """

    def __init__(self, target):
        self.late_s = 0
        self._target = target
        self._listener = socket.create_server((HOST, 0))
        self.port = self._listener.getsockname()[1]
        self._news = threading.Condition()
        self._is_holding = self._is_over = False
        self._held = 0                      # pieces of questions that wait
        self._sockets = []
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self):
        self._threads[0].start()
        return self

    def __exit__(self, *fault):
        with self._news:
            self._is_over = True
            self._news.notify_all()
        for one in (self._listener, *self._sockets):
            _shut(one)
        for thread in self._threads:
            thread.join()
        for one in (self._listener, *self._sockets):
            one.close()

    def hold(self):
        """Questions stay here from now on."""
        with self._news:
            self._is_holding = True

    def wait_for_question(self):
        """Wait until there is one that is held. AssertionError when none comes."""
        with self._news:
            assert self._news.wait_for(lambda: self._held, _LIMIT_S), "the helper was not asked"

    def release(self):
        with self._news:
            self._is_holding = False
            self._news.notify_all()

    def _accept(self):
        while True:
            try:
                phone, _ = self._listener.accept()
            except OSError:                 # it was shut
                return
            try:
                helper = socket.create_connection((HOST, self._target))
            except ConnectionRefusedError:
                phone.close()
                continue
            with self._news:
                if self._is_over:
                    phone.close()
                    helper.close()
                    return
                self._sockets += [phone, helper]
            for way in ((phone, helper, self._ask), (helper, phone, self._answer)):
                thread = threading.Thread(target=self._pump, args=way)
                self._threads.append(thread)
                thread.start()

    def _pump(self, source, sink, wait):
        with contextlib.suppress(OSError):
            while data := source.recv(_LONGEST):
                wait()
                sink.sendall(data)
        _shut(source)
        _shut(sink)

    def _ask(self):
        with self._news:
            self._held += 1
            self._news.notify_all()
            self._news.wait_for(lambda: not self._is_holding or self._is_over)
            self._held -= 1

    def _answer(self):
        with self._news:
            self._news.wait_for(lambda: self._is_over, self.late_s)


def _shut(one):
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
