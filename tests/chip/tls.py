# SPDX-License-Identifier: MIT
"""The module `tls` for sockets of tests/chip/socket.py: the interpreter's own, around the inner socket."""

import sys


def _own():
    """-> the interpreter's module, which this one hides."""
    path, ours = sys.path[:], sys.modules.pop("tls")
    sys.path[:] = []
    try:
        return __import__("tls")
    finally:
        sys.path[:] = path
        sys.modules["tls"] = ours


_real = _own()
PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER = _real.PROTOCOL_TLS_CLIENT, _real.PROTOCOL_TLS_SERVER
CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED = _real.CERT_NONE, _real.CERT_OPTIONAL, _real.CERT_REQUIRED


class SSLContext:
    def __init__(self, protocol):
        self._context = _real.SSLContext(protocol)
        self.load_verify_locations = self._context.load_verify_locations

    @property
    def verify_mode(self):
        return self._context.verify_mode

    @verify_mode.setter
    def verify_mode(self, mode):
        self._context.verify_mode = mode

    def wrap_socket(self, socket, server_hostname=None, do_handshake_on_connect=True):
        return self._context.wrap_socket(
            socket.inner, server_hostname=server_hostname, do_handshake_on_connect=do_handshake_on_connect)
