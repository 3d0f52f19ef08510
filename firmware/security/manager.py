# SPDX-License-Identifier: MIT
"""SecurityManager: a process for each call that is to be sealed, and what is known of its other side.

The patent's Security Manager without its interfaces: ssa.py, sma.py, ssm.py, sst.py. What the
stack asks it is guard.py; the frames are gate.py's.
"""

from micropython import const

from security import sma_frames
from security.challenges import KEY_TYPE
from security.media_keys import OFF
from security.nonce import Nonces
from security.packet import read_key
from security.people import bare_uri
from security.pgp import read_challenges, read_fingerprint
from security.process import MOST_ATTEMPTS, SecurityProcess
from security.questions import CHANGED_KEY
from security.replay import ReplayCache
from security.seal import Seal
from security.sma import SMA_DONE, SMA_LINK
from security.ssa import caller_of
from security.sst import SecCapability
from sip.ending import BAD_SEAL, KEY_CHANGED, LOCKED, NO_HELPER, NOT_SEALED, NOT_TRUSTED
from sip.grammar import CONTENT_TYPE, PROXY_AUTHENTICATE, WWW_AUTHENTICATE

_MOST_WAITING = const(4)
_MOST_PROXIES = const(4)        # the same, of proxies


class SecurityManager:
    """
    sma, sst, people   see their modules; crypto: the port
    gate         security.gate.Gate, set by the assembly
    certificate  our own, bytes, b"" until the helper has said it
    """

    def __init__(self, sma, sst, people, crypto, now):
        self.gate = None
        self.note = None
        self.certificate = b""
        self.sma = sma
        self.sst = sst
        self.people = people
        self.nonces = Nonces(crypto, now)
        self.used = ReplayCache()
        self.changed = b""              # URI of whom the owner was warned about last
        self._processes = []
        sma.owner = self

    # Processes

    def find(self, call_id):
        """-> the SecurityProcess of a call, or None."""
        for process in self._processes:
            if process.call_id == call_id:
                return process
        return None

    def of_invite(self, invite):
        """-> the process of an INVITE, made if there is none; None: policy is off, or too many wait."""
        process = self.find(invite.call_id)
        if process is not None:
            return process
        capability = self.capability_of(invite)
        self.sweep()
        # One that is being verified may have to wait afterwards: it counts already.
        callers = [other for other in self._processes if other.seal.line < 0]
        if capability.policy == OFF or len(callers) >= _MOST_WAITING:
            return None
        return self.create(invite.call_id, capability)

    def of_proven_invite(self, invite):
        """-> a process for a caller who has proven himself while too many waited."""
        return self.create(invite.call_id, invite.seal.capability)

    def ready_for(self, frame):
        """-> the Seal of a call whose answer was sealed before it was wanted, or None. frame: that object."""
        for process in self._processes:
            if process.seal.ready is not None and process.seal.ready[0] is frame:
                return process.seal
        return None

    def waiting(self):
        """-> list of the processes in wait_auth_invite."""
        return [process for process in self._processes if process.is_waiting]

    def capability_of(self, invite):
        """-> SecCapability for an INVITE that came in."""
        return self.capability_for(caller_of(invite), False)

    def is_off(self, invite):
        """-> True when its caller's calls are not sealed, by the owner's will."""
        return self.capability_of(invite).policy == OFF

    def asks_proof(self, invite, seal):
        """-> True when an INVITE must be signed: policy, a key that is known, or a caller who says he can."""
        if seal.must_seal:
            return True
        return bool(self.sma.is_ready and read_challenges(invite, WWW_AUTHENTICATE))

    def live(self):
        """-> number of processes."""
        return len(self._processes)

    def sweep(self):
        """Let go of processes that wait for nothing and belong to no call."""
        for process in list(self._processes):
            is_free = process.is_over or process.seal.line < 0
            if process.is_waiting or process.is_telling:
                continue
            if is_free and not self.gate.passages.is_busy_with(process.seal):
                process.seal.wipe()
                self._processes.remove(process)
                self._note("process_terminate", 0)

    def capability_for(self, uri, is_ours=True):
        """-> SecCapability for a call with a URI, bytes. is_ours: we make it."""
        capability = SecCapability(bare_uri(uri), self.sma.is_ready, is_ours)
        self.sst.sst_get_security_capability(capability)
        capability.key = self.sma.fingerprint
        return capability

    def create(self, call_id, capability):
        """-> a new SecurityProcess. Patent IV.C: it gets its parameters at once."""
        self.sweep()
        process = SecurityProcess(call_id, self)
        process.seal = Seal(capability)
        self._processes.append(process)
        self._note("process_create", 0)
        self._note("sst_get_security_capability", 0)
        return process

    def _note(self, name, code):
        if self.note is not None:
            self.note(name, code)

    # What came of a call

    def accept(self, message):
        """A message of a call was verified and read."""
        seal = message.seal
        seal.is_proven = seal.is_sealing = True
        seal.attempts = seal.proxy_attempts = 0
        if message.is_request:
            if not seal.fingerprint:
                seal.fingerprint = message.sec_signer
                seal.certificate = message.sec_certificate
                seal.must_ask = True
            seal.user_ids = message.sec_user_ids
            seal.owe(message, message.sec_hidden)

    def answer_challenge(self, message, seal):
        """-> True when a 401 or 407 can be met by signing, and may."""
        is_proxy = message.status == 407
        challenges = read_challenges(message, PROXY_AUTHENTICATE if is_proxy else WWW_AUTHENTICATE)
        if not challenges:
            return False
        if not self.sma.is_ready:
            seal.cause = NO_HELPER if seal.must_seal else 0
            return False
        params = challenges[0]
        if seal.attempts == MOST_ATTEMPTS and not is_proxy:
            seal.cause = BAD_SEAL
            return False
        challenge = (params.get(b"realm") or b"", params.get(b"nonce") or b"")
        if is_proxy:
            seal.proxy_attempts += 1
            seal.proxy_challenge = challenge
            return seal.proxy_attempts <= _MOST_PROXIES
        seal.attempts += 1
        if not self._take_key(message, params, seal):
            return False
        seal.shows_key = seal.shows_key or seal.attempts > 1
        seal.challenge = challenge
        seal.is_sealing = True
        return True

    def _take_key(self, message, params, seal):
        """The key of who has challenged us. -> False: it is another than it was, or there is none."""
        offered = read_fingerprint(params.get(b"fpr") or b"")
        if seal.fingerprint:
            if offered is None or offered == seal.fingerprint:
                return True
            seal.cause = KEY_CHANGED
            return False
        key = None
        if (message.first(CONTENT_TYPE) or b"").lower() == KEY_TYPE:
            key = read_key(message.body)
        if key is None or offered is None:
            seal.cause = NOT_SEALED if seal.must_seal else 0
            return False
        # That the certificate is the one with this fingerprint, the helper sees with the first signature.
        seal.fingerprint = offered
        seal.certificate = message.body
        seal.user_ids = key.user_ids
        seal.must_ask = True
        return True

    def alarm_if_changed(self, seal, out):
        """The far end has another key than the one that is known: the owner must hear of it."""
        if seal.cause == KEY_CHANGED:
            self.changed = seal.capability.uri
            self.sst.alarm(seal.line, "key_changed", out)
            self.sst.ask(seal.line, CHANGED_KEY, out)

    def keep(self, seal, out):
        """The owner has said yes to a new key: it is that person's, though not compared yet."""
        seal.must_ask = False
        self.people.keep(seal.capability.uri, seal.fingerprint, seal.is_confirmed)
        self.share(seal, out)

    def share(self, seal, out):
        """Tell the helper what the owner has said of a key."""
        if seal.certificate:
            self.sma.request(sma_frames.IMPORT, [(sma_frames.CERTIFICATE, seal.certificate)], self, out)
        if seal.is_confirmed:
            self.sma.request(sma_frames.CONFIRM, [(sma_frames.FINGERPRINT, seal.fingerprint)], self, out)

    def forget_changed(self):
        """The owner gives up the key of whom he was warned about: the next call is a first meeting."""
        self.people.forget_key(self.changed)

    # From the helper and the processes

    def told(self, machine, event, detail, now, out):
        if machine is self.sma:
            if event != SMA_LINK:
                return
            self.sst.link(detail, out)
            if detail:
                self.people.forget_told()
                self.sma.request(sma_frames.EXPORT, (), self, out)
                self.sma.request(sma_frames.DIRECTORY, (), self, out)
        elif event == SMA_DONE:
            self._helper_told(machine, detail, out)
        else:
            self.gate.process_told(machine, event, detail, now, out)

    def _helper_told(self, ticket, detail, out):
        _, code, fields = detail
        if code != sma_frames.DONE:
            return
        if ticket.verb == sma_frames.EXPORT:
            self.certificate = sma_frames.value_of(fields, sma_frames.CERTIFICATE) or b""
        elif ticket.verb == sma_frames.DIRECTORY:
            for packed in sma_frames.values_of(fields, sma_frames.CONTACT):
                self._learn(sma_frames.unpack(packed) or ())
            offset = sma_frames.value_of(fields, sma_frames.OFFSET)
            if offset:
                self.sma.request(sma_frames.DIRECTORY, [(sma_frames.OFFSET, offset)], self, out)

    def _learn(self, fields):
        value = sma_frames.value_of
        fingerprint = value(fields, sma_frames.FINGERPRINT)
        uri = value(fields, sma_frames.URI)
        if uri and fingerprint:
            self.people.learn(
                uri, fingerprint, value(fields, sma_frames.CONFIRMED) == b"\1",
                value(fields, sma_frames.POLICY) or b"", value(fields, sma_frames.NAME) or b"")


def cause_of(code):
    """-> cause of sip.ending for a return code that ends a call."""
    if code == sma_frames.NO_RESOURCE:
        return NO_HELPER
    if code == sma_frames.NO_PASSPHRASE:
        return LOCKED
    if code == sma_frames.UNKNOWN_KEY:
        return NOT_TRUSTED
    return BAD_SEAL
