# SPDX-License-Identifier: MIT
"""CPython's sockets, files and clock with the methods of MicroPython's. Not shipped.

Only what the unix board uses. Modules of the board import `platform`, which picks this or
MicroPython's own.
"""

import io
import select as host_select
import socket as host_socket
import ssl as host_ssl
import time


def ticks_ms():
    return time.monotonic_ns() // 1000000


def sleep_ms(ms):
    time.sleep(ms / 1000)


def open_descriptor(descriptor, mode):
    """-> a file over an open descriptor, unbuffered; mode is "rb" or "wb"."""
    return _File(descriptor, mode[0])


class _File(io.FileIO):
    def write(self, buf, off=0, n=None):
        view = memoryview(buf).cast("B")
        return super().write(view[off:] if n is None else view[off:off + n])


class sockets:
    """In place of MicroPython's module `socket`."""

    AF_INET = host_socket.AF_INET
    SOCK_DGRAM = host_socket.SOCK_DGRAM
    SOCK_STREAM = host_socket.SOCK_STREAM
    SOL_SOCKET = host_socket.SOL_SOCKET
    SO_REUSEADDR = host_socket.SO_REUSEADDR

    @staticmethod
    def socket(family, kind):
        return _Socket(host_socket.socket(family, kind))


class _Socket:
    def __init__(self, inner):
        self._inner = inner
        self.bind = inner.bind
        self.connect = inner.connect
        self.listen = inner.listen
        self.sendto = inner.sendto
        self.recvfrom = inner.recvfrom
        self.setsockopt = inner.setsockopt
        self.setblocking = inner.setblocking
        self.close = inner.close
        self._number = inner.fileno()

    def fileno(self):
        return self._number         # that of TLS too, once it has taken the socket over

    def detached(self):
        return self._inner

    def accept(self):
        inner, address = self._inner.accept()
        return _Socket(inner), address

    def readinto(self, buf, n=0):
        try:
            return self._inner.recv_into(buf, n)
        except BlockingIOError:
            return None

    def write(self, buf, *place):
        off = place[0] if len(place) == 2 else 0
        view = memoryview(buf)[off:off + place[-1]] if place else buf
        try:
            return self._inner.send(view)
        except BlockingIOError:
            return None


class tls:
    """In place of MicroPython's module `tls`, as far as boards/drivers/tls_stream.py goes."""

    PROTOCOL_TLS_CLIENT = host_ssl.PROTOCOL_TLS_CLIENT
    CERT_REQUIRED = host_ssl.CERT_REQUIRED

    class SSLContext:
        def __init__(self, protocol):
            self._inner = host_ssl.SSLContext(protocol)
            self._inner.minimum_version = host_ssl.TLSVersion.TLSv1_2

        @property
        def verify_mode(self):
            return self._inner.verify_mode

        @verify_mode.setter
        def verify_mode(self, mode):
            self._inner.verify_mode = mode

        def load_verify_locations(self, der):
            self._inner.load_verify_locations(cadata=bytes(der))

        def wrap_socket(self, socket, server_hostname, do_handshake_on_connect):
            return _TlsSocket(self._inner.wrap_socket(
                socket.detached(), server_hostname=server_hostname,
                do_handshake_on_connect=do_handshake_on_connect))


class _TlsSocket:
    def __init__(self, inner):
        self._inner = inner
        self.close = inner.close

    def readinto(self, buf):
        return _tls_result(self._inner.read, len(buf), buf)

    def write(self, buf):
        return _tls_result(self._inner.write, buf)


def _tls_result(transfer, *arguments):
    """-> what transfer() returns, or None where it would wait. A refused certificate is a ValueError."""
    try:
        return transfer(*arguments)
    except (host_ssl.SSLWantReadError, host_ssl.SSLWantWriteError):
        return None
    except host_ssl.SSLCertVerificationError as fault:
        raise ValueError(fault.verify_message) from None


class select:
    """In place of MicroPython's module `select`."""

    POLLIN = host_select.POLLIN
    POLLOUT = host_select.POLLOUT
    POLLERR = host_select.POLLERR
    POLLHUP = host_select.POLLHUP

    @staticmethod
    def poll():
        return _Poll()


class _Poll:
    def __init__(self):
        self._inner = host_select.poll()
        self._sockets = {}

    def register(self, socket, flags):
        self._sockets[socket.fileno()] = socket
        self._inner.register(socket.fileno(), flags)

    def modify(self, socket, flags):
        self._inner.modify(socket.fileno(), flags)

    def unregister(self, socket):
        del self._sockets[socket.fileno()]
        self._inner.unregister(socket.fileno())

    def ipoll(self, delay_ms):
        return [(self._sockets[number], flags) for number, flags in self._inner.poll(delay_ms)]
