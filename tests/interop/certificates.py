# SPDX-License-Identifier: MIT
"""Authorities and server certificates for tests, made anew each time."""

import datetime
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = datetime.timedelta(days=1)


class Authority:
    """An authority whose files lie in a folder. pem, der: its own certificate; key: of it."""

    def __init__(self, folder, name="authority"):
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key, self.key = self._new_key(name)
        self._subject = _named(name)
        certificate = self._sign(self._subject, self._key, x509.BasicConstraints(True, None), 1)
        self.pem = folder / (name + ".pem")
        self.der = folder / (name + ".der")
        self.pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        self.der.write_bytes(certificate.public_bytes(serialization.Encoding.DER))

    def server(self, *names, days=1):
        """-> (path of a certificate for these names and numeric addresses, path of its key), PEM.

        days  for which it holds from now on; negative: it has expired so long ago
        """
        key, secret = self._new_key("-".join(names))
        found = x509.SubjectAlternativeName([_alternative(name) for name in names])
        certificate = self._sign(_named("server"), key, x509.BasicConstraints(False, None), days, found)
        path = self._folder / ("-".join(names) + ".crt")
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return path, secret

    def _new_key(self, name):
        """-> (key, path of its file)."""
        key = ec.generate_private_key(ec.SECP256R1())
        path = self._folder / (name + ".key")
        path.write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        return key, path

    def _sign(self, subject, key, constraints, days, names=None):
        end = datetime.datetime.now(datetime.timezone.utc) + days * _DAY
        builder = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(self._subject).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(end - 10 * _DAY).not_valid_after(end)
            .add_extension(constraints, critical=True))
        if names is not None:
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _alternative(name):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
