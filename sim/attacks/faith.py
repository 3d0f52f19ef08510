# SPDX-License-Identifier: MIT
"""Faith: what the checks of the firmware are replaced by, to see what they are good for."""

from security import media_keys
from security.clear_ssm import ClearSsm
from security.gate import Gate
from security.manager import SecurityManager
from security.media_keys import MediaKeys
from security.nonce import OK, Nonces
from security.pgp import find_credentials, read_fingerprint
from security.sma_frames import FINGERPRINT, USER_ID, value_of
from security.ssa import Ssa, caller_of
from security.verdict import BAD_SIGNATURE, DONE, NOTHING, READABLE, UNKNOWN_KEY
from sip.grammar import AUTHORIZATION
from sip.manager import SipManager


def around_authenticated(original, ssa, message, code, fields, now, out):
    """A signature that does not hold, does."""
    if code in (BAD_SIGNATURE, UNKNOWN_KEY):
        code = DONE
        params = find_credentials(message)[2]
        fields = [
            (FINGERPRINT, message.seal.fingerprint or read_fingerprint(params[b"fpr"])),
            (USER_ID, b"<" + caller_of(message) + b">")]
    return original(ssa, message, code, fields, now, out)


def around_authenticated_by(original, ssa, message, code, fields, now, out):
    """Whose key it is does not matter."""
    if code == DONE:
        message.seal.fingerprint = value_of(fields, FINGERPRINT)
    return original(ssa, message, code, fields, now, out)


def around_decrypt(original, ssa, message, now, out):
    """What is signed need not be encrypted."""
    code = original(ssa, message, now, out)
    return NOTHING if code == READABLE else code


def around_take_invite(original, gate, message, now, out):
    """An INVITE that is not signed need not be."""
    if message.row(AUTHORIZATION) >= 0:
        original(gate, message, now, out)
    else:
        gate.stack.take(message, now, out)


def take_in_dialog(gate, message, now, out):
    """What comes within a call is its peer's."""
    gate.stack.take(message, now, out)


def response_read(gate, message, code, now, out):
    """A response is the callee's, whoever has signed it."""
    gate.stack.take(message, now, out)


def around_response(original, manager, message, now, out):
    """What was found wrong with a response is of no interest."""
    message.fault = 0
    original(manager, message, now, out)


def take_key(manager, message, params, seal):
    """The key of who answers is the right one."""
    seal.fingerprint = read_fingerprint(params[b"fpr"])
    return True


def agree_on_clear(keys, policy, profile):
    """Sound need not be encrypted, whatever is wanted."""
    keys.ssm = ClearSsm()
    return b"RTP/AVP", ()


def around_who_can_hear(original, is_encrypted, ours, theirs, is_confirmed, has_failed, before):
    """What was good stays good."""
    if before != "open":
        return before
    return original(is_encrypted, ours, theirs, is_confirmed, has_failed, before)


def is_ok(nonces, *arguments):
    """A nonce is ours, and fresh."""
    return OK


READABLE_WALL = "One more wall had to go: what is signed has to be encrypted, too."

ANY_SIGNATURE = (Ssa, "_authenticated", around_authenticated)
READABLE_TOO = (Ssa, "_decrypt", around_decrypt)
ANY_SIGNER = (Ssa, "_authenticated", around_authenticated_by)
NO_SIGNATURE = (Gate, "_take_invite", around_take_invite)
NO_SIGNATURE_IN_CALL = (Gate, "_take_in_dialog", take_in_dialog)
ANY_RESPONSE = (Gate, "_response_read", response_read)
NO_FAULT = (SipManager, "_response", around_response)
ANY_KEY = (SecurityManager, "_take_key", take_key)
CLEAR_MEDIA = (MediaKeys, "_agree_on_clear", agree_on_clear)

HEARD_AS_BEFORE = (media_keys, "who_can_hear", around_who_can_hear)
ANY_NONCE = (Nonces, "check", is_ok)
