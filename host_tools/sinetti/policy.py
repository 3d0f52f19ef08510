# SPDX-License-Identifier: MIT
"""Which algorithms and packets are good enough, whatever backend does the arithmetic.

Asked before a backend is: what is refused here never reaches it. Everything that is not
known to be good is refused.
"""

from pysequoia import Cert, Sig
from pysequoia.packet import HashAlgorithm, PacketPile, PublicKeyAlgorithm, SignatureType, Tag
from security.sma_frames import AGAINST_POLICY, BAD_SIGNATURE, MALFORMED, UNDECIPHERABLE

from host_tools.sinetti.refused import Refused, refusing

MOST_CERTIFICATE = 4096         # bytes
MOST_PLAIN = 65536              # bytes that a message may become, however small it came
_MOST_PACKETS = 8               # of an encrypted message
_LEAST_RSA = 2048               # bits
_VERSIONS = (4, 6)
_DOCUMENTS = (SignatureType.Binary, SignatureType.Text)

_HASHES = ("SHA256", "SHA384", "SHA512", "SHA3_256", "SHA3_512")
_SIGNING = ("EdDSA", "Ed25519", "Ed448", "ECDSA", "RSAEncryptSign", "RSASign")


def check_signature(data):
    """-> pysequoia.Sig of exactly one signature packet that may be used. Raises Refused."""
    packets = _packets(data, MALFORMED)
    with refusing(MALFORMED):                           # what the library has no name for, it raises
        if len(packets) != 1 or packets[0].tag != Tag.Signature:
            raise Refused(MALFORMED)
    with refusing(AGAINST_POLICY):                      # v3 and older
        signature = Sig.from_bytes(data)
        _check_algorithms(signature)
    return signature


def _check_algorithms(signature):
    if signature.version not in _VERSIONS or not is_good_hash(signature.hash_algorithm):
        raise Refused(AGAINST_POLICY)
    if not _is_among(signature.key_algorithm, PublicKeyAlgorithm, _SIGNING):
        raise Refused(AGAINST_POLICY)
    if signature.signature_type not in _DOCUMENTS:      # a certification is no signature of a message
        raise Refused(BAD_SIGNATURE)


def is_good_hash(algorithm):
    return _is_among(algorithm, HashAlgorithm, _HASHES)


def check_certificate(data):
    """-> pysequoia.Cert, public parts only, of one certificate that may be used. Raises Refused."""
    if len(data) > 2 * MOST_CERTIFICATE:
        raise Refused(AGAINST_POLICY)
    with refusing(MALFORMED):
        certificates = Cert.split_bytes(bytes(data))
    if len(certificates) != 1:
        raise Refused(MALFORMED)
    certificate = certificates[0]
    with refusing(AGAINST_POLICY):
        public = bytes(certificate)
        if len(public) > MOST_CERTIFICATE:
            raise Refused(AGAINST_POLICY)
        for packet in _packets(public, MALFORMED):
            if packet.tag in (Tag.PublicKey, Tag.PublicSubkey):
                _check_key(packet)
    return certificate


def _check_key(packet):
    body = bytes(packet.body)
    if body[0] not in _VERSIONS:
        raise Refused(AGAINST_POLICY)
    algorithm = packet.key_algorithm
    if _is_among(algorithm, PublicKeyAlgorithm, ("DSA", "ElGamalEncrypt", "ElGamalEncryptSign")):
        raise Refused(AGAINST_POLICY)
    if _is_among(algorithm, PublicKeyAlgorithm, ("RSAEncryptSign", "RSASign", "RSAEncrypt")):
        at = 6 if body[0] == 4 else 10
        if int.from_bytes(body[at:at + 2], "big") < _LEAST_RSA:
            raise Refused(AGAINST_POLICY)


def check_message(data):
    """Raises Refused unless this is an encrypted message with integrity, of few packets."""
    packets = _packets(data, UNDECIPHERABLE)
    with refusing(UNDECIPHERABLE):
        tags = [packet.tag for packet in packets]
    if any(tag in (Tag.SED, Tag.AED) for tag in tags):
        raise Refused(AGAINST_POLICY)
    if not 2 <= len(tags) <= _MOST_PACKETS or tags[-1] != Tag.SEIP or any(
            tag != Tag.PKESK for tag in tags[:-1]):
        raise Refused(UNDECIPHERABLE)


def _packets(data, code):
    with refusing(code):
        return list(PacketPile.from_bytes(bytes(data)))


def _is_among(value, family, names):
    return any(value == getattr(family, name) for name in names if hasattr(family, name))
