# SPDX-License-Identifier: MIT
"""A TLS server in a thread of the test, whose bytes can be cut into pieces, or off."""

import socket
import ssl
import threading

from tests.interop.phones import HOST

_LIMIT_S = 20
_PIECE = 65536


class TlsServer:
    """Use it in a `with` block. It serves one connection after the other.

    certificate  (path, path of the key)
    answer       function of the bytes that came, decrypted -> bytes to send; None: what came goes back
    piece        bytes that are read and written at a time
    most         bytes of TLS that it sends on a connection; then it closes it
    may_read     threading.Event without which it reads nothing after the handshake
    raw: what came, as it came; heard: decrypted; shaken: how many handshakes were ended; fault: the last one
    """

    def __init__(self, certificate, answer=None, piece=_PIECE, most=1 << 30, may_read=None):
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(*certificate)
        self._answer = answer or (lambda data: data)
        self._piece = piece
        self._most = most
        self._may_read = may_read
        self._listener = socket.create_server((HOST, 0))
        self._listener.settimeout(0.05)
        self._is_ending = False
        self.port = self._listener.getsockname()[1]
        self.raw = bytearray()
        self.heard = bytearray()
        self.shaken = 0
        self.fault = None
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *fault):
        self._is_ending = True
        if self._may_read is not None:
            self._may_read.set()
        self._thread.join()
        self._listener.close()

    def _run(self):
        while not self._is_ending:
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(0.05)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                try:
                    self._serve(connection)
                except OSError as fault:            # an ssl.SSLError too
                    self.fault = fault

    def _serve(self, connection):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self._context.wrap_bio(incoming, outgoing, server_side=True)
        left = self._most
        is_shaken = False
        while not self._is_ending:
            try:
                if not is_shaken:
                    tls.do_handshake()
                    is_shaken = True
                    self.shaken += 1
                    left = self._flush(connection, outgoing, left)
                    if self._may_read is not None:
                        self._may_read.wait(_LIMIT_S)
                data = tls.read(_PIECE)
                if not data:
                    return
                self.heard += data
                answer = self._answer(data)
                if answer:
                    tls.write(answer)
                continue
            except ssl.SSLWantReadError:
                pass
            finally:                                # an alert goes out, too
                left = self._flush(connection, outgoing, left)
            if left <= 0:
                return
            data = self._receive(connection)
            if data == b"":
                return
            incoming.write(data or b"")

    def _flush(self, connection, outgoing, left):
        """-> how many more bytes may be sent."""
        data = outgoing.read()[:max(left, 0)]
        for at in range(0, len(data), self._piece):
            connection.sendall(data[at:at + self._piece])
        return left - len(data)

    def _receive(self, connection):
        """-> bytes; b"" at the end; None when there are none now."""
        try:
            data = connection.recv(self._piece)
        except TimeoutError:
            return None
        self.raw += data
        return data
