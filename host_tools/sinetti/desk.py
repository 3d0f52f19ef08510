# SPDX-License-Identifier: MIT
"""Desk: what a phone that is known may have done, verb by verb. It knows nothing of connections.

A phone uses the key of its own identity and no other. No call state is kept: a request holds
all that its answer needs.
"""

import threading
import time

from pysequoia.packet import PacketPile
from security import sma_frames as frames
from security.sma_frames import (
    AGAINST_POLICY, DONE, MALFORMED, NO_PASSPHRASE, NO_RESOURCE, UNKNOWN_KEY, UNSUPPORTED, value_of,
    values_of,
)

from host_tools.sinetti import armor, keyring, policy
from host_tools.sinetti.refused import Refused, refusing

_MOST_RECIPIENTS = 8
_PAGE = 50                      # contacts in an answer
_MOST_GUESSES = 5               # wrong passphrases of one identity
_GUESS_S = 60                   # ... in this time
_FOR_EVER = float("inf")


class Desk:
    """keyring: Keyring; backend: one of host_tools.sinetti.backends. Used by several threads.

    evidence: Evidence, which keeps each signature that was good, or None
    """

    def __init__(self, ring, backend, clock=time.monotonic, evidence=None):
        self._ring = ring
        self._backend = backend
        self._evidence = evidence
        self._clock = clock
        self._lock = threading.Lock()
        self._opened = {}               # identity -> (Opened, when it is forgotten)
        self._guesses = {}              # identity -> times of wrong passphrases
        self._verbs = {
            frames.SIGN: self._sign, frames.VERIFY: self._verify, frames.ENCRYPT: self._encrypt,
            frames.DECRYPT: self._decrypt, frames.PASSPHRASE_FOR: self._unlock, frames.IMPORT: self._import,
            frames.EXPORT: self._export, frames.LOOKUP: self._look_up, frames.CONFIRM: self._confirm,
            frames.DIRECTORY: self._list, frames.PING: self._ping,
        }

    def greet(self, identity):
        """-> (code, fields) of HELLO for a phone whose token was right."""
        fingerprint = self._ring.fingerprint_of(identity)
        if fingerprint is None:
            return UNKNOWN_KEY, ()
        return DONE, ((frames.FINGERPRINT, bytes.fromhex(fingerprint)), (frames.NAME, identity.encode()))

    def answer(self, identity, verb, fields):
        """-> (code, fields). Never raises Refused; what else is raised is a bug of ours."""
        if verb not in self._verbs:
            return UNSUPPORTED, ()
        try:
            return DONE, self._verbs[verb](identity, fields)
        except Refused as refused:
            return refused.code, ()

    def unlock(self, identity, passphrase, seconds=None):
        """Open the identity's key for so long, None for as long as this process lives. Raises Refused."""
        opened = self._open(identity, passphrase)
        with self._lock:
            until = _FOR_EVER if seconds is None else self._clock() + seconds
            before, _ = self._opened.get(identity, (None, 0))
            self._opened[identity] = (opened, until)
        if before is not None:
            before.close()

    def _open(self, identity, passphrase):
        """-> Opened, and count the wrong guesses. Raises Refused."""
        self._check_guesses(identity)
        try:
            return self._backend.open(identity, passphrase)
        except Refused as refused:
            if refused.code == NO_PASSPHRASE and passphrase is not None:
                with self._lock:
                    self._guesses.setdefault(identity, []).append(self._clock())
            raise

    def forget(self, now=None):
        """Forget the keys whose time is over; `now` None: all of them."""
        with self._lock:
            for identity, (opened, until) in list(self._opened.items()):
                if now is None or until <= now:
                    del self._opened[identity]
                    opened.close()

    def _check_guesses(self, identity):
        with self._lock:
            recent = [at for at in self._guesses.get(identity, ()) if self._clock() - at < _GUESS_S]
            self._guesses[identity] = recent
            if len(recent) >= _MOST_GUESSES:
                raise Refused(NO_RESOURCE)

    def _key(self, identity, fields):
        """-> Opened. Raises Refused."""
        wanted = value_of(fields, frames.KEY)
        if wanted is not None and wanted.hex() != self._ring.fingerprint_of(identity):
            raise Refused(UNKNOWN_KEY)
        passphrase = value_of(fields, frames.PASSPHRASE)
        if passphrase is not None:
            return self._open(identity, passphrase)
        with self._lock:
            opened, until = self._opened.get(identity, (None, 0))
            if opened is not None and until > self._clock():
                return opened
        return self._open(identity, None)       # a key without a passphrase; else it is refused

    # Verbs: fields -> fields

    def _sign(self, identity, fields):
        block = _needed(fields, frames.BLOCK)
        own = bytes.fromhex(self._ring.fingerprint_of(identity))
        _check_use(self._certificate(own))
        signature = self._key(identity, fields).sign(block)
        return (frames.SIGNATURE, armor.one_line(signature)), (frames.FINGERPRINT, own)

    def _verify(self, identity, fields):
        block = _needed(fields, frames.BLOCK)
        signature = armor.signature_of(_needed(fields, frames.SIGNATURE))
        shown = value_of(fields, frames.CERTIFICATE)
        known = self._signers(value_of(fields, frames.KEY), shown)
        candidates = _candidates(policy.check_signature(signature), known)
        fingerprint, created = self._backend.verify(block, signature, candidates, is_kept=shown is None)
        certificate, = [found for found in candidates if found.fingerprint == fingerprint]
        _check_use(certificate)
        if self._evidence is not None:
            self._evidence.keep(identity, fingerprint, block, signature, bytes(certificate))
        return self._told_of(identity, certificate) + [(frames.CREATED, created.to_bytes(4, "big"))]

    def _signers(self, wanted, shown):
        """-> list of the Certs of which one may have signed. wanted, shown: KEY and CERTIFICATE or None."""
        if shown is None:
            return self._ring.certificates() if wanted is None else [self._certificate(wanted)]
        certificate = self._shown(shown)
        if wanted is not None and wanted.hex() != certificate.fingerprint:
            raise Refused(UNKNOWN_KEY)
        return [certificate]

    def _encrypt(self, identity, fields):
        plain = _needed(fields, frames.PLAIN)
        keys, shown = values_of(fields, frames.KEY), values_of(fields, frames.CERTIFICATE)
        if not 1 <= len(keys) + len(shown) <= _MOST_RECIPIENTS:
            raise Refused(UNKNOWN_KEY)
        kept = {key.hex(): self._certificate(key) for key in keys}
        others = {found.fingerprint: found for found in map(self._shown, shown)}
        for certificate in (*kept.values(), *others.values()):
            _check_use(certificate)
        unkept = [others[fingerprint] for fingerprint in others if fingerprint not in kept]
        return ((frames.CIPHER, self._backend.encrypt(plain, list(kept.values()), unkept)),)

    def _decrypt(self, identity, fields):
        cipher = armor.message_of(_needed(fields, frames.CIPHER))
        policy.check_message(cipher)
        return ((frames.PLAIN, self._key(identity, fields).decrypt(cipher)),)

    def _unlock(self, identity, fields):
        seconds = frames.number_of(value_of(fields, frames.SECONDS))
        if seconds is None or seconds > 0xFFFF:
            raise Refused(MALFORMED)
        self.unlock(identity, _needed(fields, frames.PASSPHRASE), seconds)
        return ()

    def _import(self, identity, fields):
        certificate = self._ring.add_contact(_checked(_needed(fields, frames.CERTIFICATE)))
        told = self._told_of(identity, certificate)
        created = _created(certificate)
        if created is not None:
            told.append((frames.CREATED, created.to_bytes(4, "big")))
        if certificate.expiration is not None:
            seconds = min(int(certificate.expiration.timestamp()), 0xFFFFFFFF)
            told.append((frames.EXPIRES, seconds.to_bytes(4, "big")))
        return told

    def _export(self, identity, fields):
        return self._whole(identity, self._certificate(bytes.fromhex(self._ring.fingerprint_of(identity))))

    def _look_up(self, identity, fields):
        fingerprint = value_of(fields, frames.FINGERPRINT)
        if fingerprint is not None:
            return self._whole(identity, self._certificate(fingerprint))
        uri = _needed(fields, frames.URI).decode("utf-8", "replace")
        certificate = self._ring.find(identity, uri)
        if certificate is None:
            raise Refused(UNKNOWN_KEY)
        return self._whole(identity, certificate)

    def _confirm(self, identity, fields):
        certificate = self._certificate(_needed(fields, frames.FINGERPRINT))
        word = value_of(fields, frames.POLICY)
        if word is not None and word.decode("utf-8", "replace") not in keyring.POLICIES:
            raise Refused(MALFORMED)
        self._ring.confirm(identity, certificate.fingerprint, word and word.decode())
        return ()

    def _list(self, identity, fields):
        offset = frames.number_of(value_of(fields, frames.OFFSET)) or 0
        contacts = self._ring.contacts(identity)
        told = []
        for fingerprint, row in contacts[offset:offset + _PAGE]:
            contact = (
                (frames.URI, row["uri"].encode()), (frames.NAME, row["name"].encode()[:64]),
                (frames.FINGERPRINT, bytes.fromhex(fingerprint)),
                (frames.CONFIRMED, bytes((bool(row["confirmed"]),))),
                (frames.POLICY, row["policy"].encode()))
            told.append((frames.CONTACT, frames.pack(contact)))
        if offset + _PAGE < len(contacts):
            told.append((frames.OFFSET, (offset + _PAGE).to_bytes(2, "big")))
        return told

    def _ping(self, identity, fields):
        return ()

    def _certificate(self, fingerprint):
        certificate = self._ring.certificate(fingerprint.hex())
        if certificate is None:
            raise Refused(UNKNOWN_KEY)
        return certificate

    def _shown(self, data):
        """-> Cert of what came with a request and is not kept.

        With what is known of that key besides: who leaves a revocation out does not get round it.
        """
        certificate = _checked(data)
        known = self._ring.certificate(certificate.fingerprint)
        return certificate if known is None else policy.check_certificate(bytes(known.merge(certificate)))

    def _told_of(self, identity, certificate):
        """-> list of the fields that describe a certificate."""
        confirmed = self._ring.is_confirmed(identity, certificate.fingerprint)
        user_ids = [(frames.USER_ID, str(user_id).encode()[:255]) for user_id in certificate.user_ids[:8]]
        return [(frames.FINGERPRINT, bytes.fromhex(certificate.fingerprint)), *user_ids,
                (frames.CONFIRMED, bytes((confirmed,)))]

    def _whole(self, identity, certificate):
        return [(frames.CERTIFICATE, bytes(certificate)), *self._told_of(identity, certificate)]


def _needed(fields, tag):
    value = value_of(fields, tag)
    if value is None:
        raise Refused(MALFORMED)
    return value


def _checked(data):
    """-> Cert that may be used. Raises Refused."""
    certificate = policy.check_certificate(data)
    with refusing(AGAINST_POLICY):      # the library raises where nothing is signed by the key itself
        is_somebodys = bool(certificate.user_ids)
    if not is_somebodys:
        raise Refused(AGAINST_POLICY)
    return certificate


def _check_use(certificate):
    """Raises Refused when a key's time is over."""
    if certificate.is_revoked or _is_over(certificate):
        raise Refused(AGAINST_POLICY)


def _candidates(signature, certificates):
    """-> the certificates with the key that the signature names. Raises Refused when there is none."""
    found = []
    for certificate in certificates:
        for packet in PacketPile.from_bytes(bytes(certificate)):
            if (packet.fingerprint is not None and packet.fingerprint == signature.issuer_fingerprint) or (
                    signature.issuer_fingerprint is None and packet.key_id is not None
                    and packet.key_id == signature.issuer_key_id):
                found.append(certificate)
                break
    if not found:
        raise Refused(UNKNOWN_KEY)
    return found


def _is_over(certificate):
    return certificate.expiration is not None and certificate.expiration.timestamp() <= time.time()


def _created(certificate):
    for packet in PacketPile.from_bytes(bytes(certificate)):
        if packet.key_created is not None:
            return int(packet.key_created.timestamp())
    return None
