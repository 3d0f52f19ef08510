# SPDX-License-Identifier: MIT
"""TlsStream: our end of TLS over a socket that is connected, for the helper and for SIP.

`tls` is MicroPython's module or what host.py has in its place: SSLContext(PROTOCOL_TLS_CLIENT)
with verify_mode, load_verify_locations(der) and wrap_socket(socket, server_hostname=,
do_handshake_on_connect=). The far end has to show a certificate that is signed by the one
authority, holds now, and has the one name: a DNS name or a numeric address among the
alternative names, or the common name where there are none (RFC 5922 7.1). mbedTLS 3.6 and
OpenSSL both check addresses. What one of them refuses is a ValueError with its words.

The handshake is made piece by piece, by the first reads and writes, so that none of them waits
for the network. The longest piece is the arithmetic of the key exchange: 10 ms on a laptop
under MicroPython. cipher() and its like are not used: before the handshake is over they end
the interpreter.

A write that took nothing may have begun to send what it was given: mbedTLS takes the next one
for the same, however long that is, and what it has more would be lost. So the same length is
offered again until it is taken.
"""

import errno


def client_context(tls, ca):
    """-> SSLContext that trusts one authority. ca: DER. Raises OSError or ValueError."""
    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    context.verify_mode = tls.CERT_REQUIRED
    context.load_verify_locations(ca)
    return context


class TlsStream:
    """
    is_proven  the far end has shown who it is; before that no byte of ours has left
    is_over    it ended or failed
    refusal    why its certificate was refused, str; "" where that was not it
    """

    def __init__(self, context, socket, name):
        """socket: connected, non-blocking. Ours from now on, but for who watches it for input; it
        may say nothing when TLS holds bytes: read until there are none. Raises OSError or ValueError."""
        self._socket = context.wrap_socket(socket, server_hostname=name, do_handshake_on_connect=False)
        self.is_proven = False
        self.is_over = False
        self.refusal = ""
        self._offered = 0           # bytes of a write that was not taken yet

    def readinto(self, buf):
        """-> bytes read; 0 when there are none now, or when it is over."""
        try:
            got = self._socket.readinto(buf)
        except (OSError, ValueError) as fault:
            self._fail(fault)
            return 0
        if got:
            self.is_proven = True
        elif got == 0:
            self.is_over = True     # its last word
        return got or 0

    def write(self, buf, off, n):
        """-> bytes taken of buf[off:off + n]. Those that were not taken have to be offered again."""
        n = min(n, self._offered or n)
        try:
            taken = self._socket.write(memoryview(buf)[off:off + n])
        except (OSError, ValueError) as fault:
            self._fail(fault)
            taken = None
        if taken:
            self.is_proven = True
        self._offered = 0 if taken else n
        return taken or 0

    def close(self):
        try:
            self._socket.close()
        except OSError:             # the far end was faster
            pass

    def _fail(self, fault):
        """EAGAIN ends nothing, there is no room or no byte yet; any other fault ends the stream."""
        if fault.args[0] != errno.EAGAIN:
            self.is_over = True
            if isinstance(fault, ValueError):
                self.refusal = str(fault.args[0]).strip()
