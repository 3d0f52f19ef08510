# SPDX-License-Identifier: MIT
"""The backend in this process: Sequoia by the package pysequoia. Its keys lie in the keyring."""

import os
import subprocess
import tempfile

import pysequoia
from pysequoia import Cert, SignatureMode, Tsk
from security.sma_frames import (
    AGAINST_POLICY, BAD_SIGNATURE, NO_PASSPHRASE, UNDECIPHERABLE, UNKNOWN_KEY, UNSUPPORTED,
)

from host_tools.sinetti import policy
from host_tools.sinetti.refused import Refused, refusing


class Sequoia:
    """keyring: host_tools.sinetti.keyring.Keyring."""

    name = "sequoia"

    def __init__(self, keyring):
        self._keyring = keyring

    def add_secret(self, secret):
        """-> what the keyring keeps of a secret key: all of it."""
        return secret

    def open(self, identity, passphrase):
        """-> Opened. passphrase: bytes, or None for a key without one. Raises Refused."""
        data = self._keyring.secret_of(identity)
        if data is None:
            raise Refused(UNKNOWN_KEY)
        with refusing(UNSUPPORTED):
            secret = Tsk.from_bytes(data)
        with refusing(NO_PASSPHRASE):
            word = None if passphrase is None else bytes(passphrase).decode()
            return Opened(secret.signer(word), secret.decryptor(word))

    def secret_with(self, identity, passphrase):
        """-> the secret key, binary, still encrypted; to be kept elsewhere. Raises Refused."""
        self.open(identity, passphrase)
        return self._keyring.secret_of(identity)

    def revoke(self, identity, passphrase):
        """-> certificate (Cert) with its revocation. Raises Refused."""
        with refusing(UNSUPPORTED):
            secret = Tsk.from_bytes(self._keyring.secret_of(identity))
        with refusing(NO_PASSPHRASE):
            certifier = secret.certifier(None if passphrase is None else bytes(passphrase).decode())
        certificate = secret.extract_certificate()
        with refusing(UNSUPPORTED):
            revocation = certificate.revoke(certifier)
            # A revocation stands right behind the primary key. RFC 4880 11.1.
            packets = list(pysequoia.packet.PacketPile.from_bytes(bytes(certificate)))
            added = list(pysequoia.packet.PacketPile.from_bytes(bytes(revocation)))
            return Cert.from_packets(packets[:1] + added + packets[1:])

    def verify(self, block, data, certificates, is_kept=True):
        """Does the signature packet `data` by one of `certificates` stand for `block`?

        is_kept: the backend may keep the certificates in a keyring of its own; this one has none
        -> (fingerprint of the signer's primary key, hex; creation time, seconds). Raises Refused.
        """
        signature = policy.check_signature(data)
        known = [cert for cert in certificates if _is_by(signature, cert)]
        if not known:
            raise Refused(UNKNOWN_KEY)
        with refusing(BAD_SIGNATURE):
            found = pysequoia.verify(bytes=block, store=lambda ids: known, signature=signature).valid_sigs
        if len(found) != 1 or signature.created is None:
            raise Refused(BAD_SIGNATURE)
        return found[0].certificate, int(signature.created.timestamp())

    def encrypt(self, plain, certificates, unkept=()):
        """-> binary message for every certificate; those in `unkept` are not kept. Raises Refused."""
        with refusing(AGAINST_POLICY):
            return pysequoia.encrypt(bytes=plain, recipients=[*certificates, *unkept], armor=False)


class Opened:
    """An identity's key, unlocked. It has no repr of its own and is never logged."""

    __slots__ = ("_decryptor", "_signer")

    def __init__(self, signer, decryptor):
        self._signer = signer
        self._decryptor = decryptor

    def sign(self, block):
        """-> binary signature packet. Raises Refused."""
        with refusing(UNSUPPORTED):
            return pysequoia.sign(self._signer, block, mode=SignatureMode.DETACHED, armor=False)

    def decrypt(self, cipher):
        """-> bytes. Every failure looks the same, or it would tell an attacker which. Raises Refused."""
        policy.check_message(cipher)
        with refusing(UNDECIPHERABLE):
            return _bounded(cipher, self._decryptor)

    def close(self):
        """Forget the key."""
        self._signer = self._decryptor = None


def _bounded(cipher, decryptor):
    """-> plaintext of at most policy.MOST_PLAIN bytes. Raises whatever, when there is more or it is broken.

    Compression in compression makes gigabytes of a few KB, and anybody who has the certificate may
    send that. So the plaintext goes through a pipe to a program that ends when it has enough:
    then writing fails, and with it all of the rest. It must be another process, for Sequoia holds
    the interpreter's lock. What was written of a message that fails is thrown away.
    """
    reader, writer = os.pipe()
    with _unnamed_file() as sealed, _unnamed_file() as plain:
        sealed.write(cipher)
        sealed.flush()
        program = subprocess.Popen(
            ["head", "-c", str(policy.MOST_PLAIN + 1)], stdin=reader, stdout=plain)
        os.close(reader)
        try:
            pysequoia.decrypt_file(
                input="/dev/fd/%d" % sealed.fileno(), output="/dev/fd/%d" % writer, decryptor=decryptor)
        finally:
            os.close(writer)
            program.wait()
        plain.seek(0)
        data = plain.read()
    if len(data) > policy.MOST_PLAIN:
        raise Refused(UNDECIPHERABLE)
    return data


def _unnamed_file():
    """-> file in memory where the system has that: plaintext does not belong on a disk."""
    if hasattr(os, "memfd_create"):
        return open(os.memfd_create("sinetti"), "w+b", buffering=0)
    return tempfile.TemporaryFile(buffering=0)


def _is_by(signature, certificate):
    """-> True when the signature says that one of this certificate's keys made it."""
    for packet in pysequoia.packet.PacketPile.from_bytes(bytes(certificate)):
        if signature.issuer_fingerprint is not None:
            if packet.fingerprint == signature.issuer_fingerprint:
                return True
        elif packet.key_id is not None and packet.key_id == signature.issuer_key_id:
            return True
    return False
