# SPDX-License-Identifier: MIT
"""The helper's own authority and its TLS certificate, in one folder.

Phones trust this authority and nobody else. The certificate names helper.sinetti whatever the
address, so that a helper may move, and holds from 1970 to 9999, so that a phone whose clock is
not set yet can check it. ECDSA with P-256: the cheapest handshake for the phone.
"""

import datetime
import os
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from host_tools.sinetti.complaint import Complaint

NAME = "helper.sinetti"

_FIRST = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_LAST = datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=datetime.timezone.utc)   # RFC 5280 4.1.2.5
_CA, _CA_KEY = "ca.der", "ca.key"
_CERTIFICATE, _KEY = "helper.pem", "helper.key"


def make(folder):
    """Make authority and certificate where they are missing. -> DER of the authority."""
    folder = Path(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / _CA).exists():
        ca_key = ec.generate_private_key(ec.SECP256R1())
        ca = _sign(_named("Sinetti helper authority"), ca_key.public_key(), None, ca_key, is_ca=True)
        _write_secret(folder / _CA_KEY, _pem(ca_key))
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _sign(_named(NAME), key.public_key(), ca, ca_key, is_ca=False)
        _write_secret(folder / _KEY, _pem(key))
        (folder / _CERTIFICATE).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        # Last, so that a folder that has it is complete.
        (folder / _CA).write_bytes(ca.public_bytes(serialization.Encoding.DER))
    return (folder / _CA).read_bytes()


def server_context(folder):
    """-> ssl.SSLContext of the helper. Raises Complaint."""
    folder = Path(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2        # MicroPython has no later one
    try:
        context.load_cert_chain(folder / _CERTIFICATE, folder / _KEY)
    except FileNotFoundError:
        raise Complaint(
            "%s holds no certificate of a helper; make one with: sinetti pair NAME --tls-dir %s --out FILE"
            % (folder, folder), 2) from None
    except (OSError, ssl.SSLError):
        raise Complaint("the certificate or its key in %s cannot be read, or they do not belong "
                        "together; remove the folder and pair the phones again" % folder, 2) from None
    return context


def _named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _sign(subject, public_key, ca, ca_key, is_ca):
    """-> certificate. ca: who issues it, None for itself."""
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(ca.subject if ca else subject)
        .public_key(public_key).serial_number(x509.random_serial_number())
        .not_valid_before(_FIRST).not_valid_after(_LAST)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=0 if is_ca else None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False))
    usage = dict.fromkeys((
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)
    usage["key_cert_sign" if is_ca else "digital_signature"] = True
    builder = builder.add_extension(x509.KeyUsage(**usage), critical=True)
    if not is_ca:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return builder.sign(ca_key, hashes.SHA256())


def _pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _write_secret(path, data):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
