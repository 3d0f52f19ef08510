# SPDX-License-Identifier: MIT
"""Gate: the lowest level of the stack, where every message goes through the Security Manager.

Patent, figure 18. Below it are the ports, above it SipManager, which meets only messages that
may be believed. What waits for the helper, or for the owner, does so in passage.py. Who must
prove what is manager.py's and process.py's affair; what is done for it is ssa.py's.
"""

from core.faults import RemoteFault
from security.manager import cause_of
from security.passage import Passages
from security.process import (
    FORGOTTEN, GAVE_UP, PREPARED, REFUSED, SEND_WWW_AUTHENTICATE, SIP_INVITE, UNSEALED,
)
from security.seal import UNANSWERABLE, Seal
from security.ssa import has_proof
from security.verdict import BAD_SIGNATURE, DONE, NO_PASSPHRASE, NO_RESOURCE, NOTHING, POLICY, STALE, STATUSES
from sip.ending import KEY_CHANGED
from sip.grammar import ACK, BYE, CANCEL, INVITE
from sip.inspection import inspect
from sip.parser import parse


class Gate:
    """The Outbox's wire and the taker of Intake.

    ports    runtime.sip_ports.SipPorts; agent: sip.agent.Agent; manager: SecurityManager
    challenges   security.challenges.Challenges
    ssa, stack, media   Ssa, SipManager, media.controller.MediaController; set by the assembly
    passages the messages that wait
    """

    def __init__(self, ports, agent, manager, challenges):
        self.stack = None
        self.ssa = None
        self.media = None
        self.passages = Passages(manager, self._finished)
        self._ports = ports
        self.close = ports.close
        self._agent = agent
        self._transactions = agent.transactions
        self._manager = manager
        self._challenges = challenges

    # Outgoing: the Outbox's wire

    def send(self, frame, route, now, out):
        if self.passages.holds(frame):
            return                                  # this is its timer's copy
        seal = self._manager.ready_for(frame)
        if seal is not None:
            self._send_sealed(frame, seal.ready[1], 200, seal, route, now, out)
            return
        message = self._covered(frame)
        if message is None:
            self._ports.send(frame, route, now, out)
        else:
            self.passages.add(message, frame, route, True, now, out)

    def _covered(self, frame):
        """-> SipMessage of a frame that is to be sealed, or None."""
        if not self._manager.live() or frame[:1] == b"\r":
            return None
        try:
            message = parse(frame)
        except RemoteFault:             # an answer to something malformed; no call has such
            return None
        process = self._manager.find(message.call_id)
        if process is None or has_proof(message):   # one that was sealed before is sent again
            return None
        message.seal = process.seal
        covered = process.seal.covers(message) and message.method != CANCEL
        if not covered and message.status != 401 and message.status != 100:
            # The functions run for each message: there was nothing to do.
            self.ssa.nothing_to_do(True)
        return message if covered else None

    # Incoming: the taker of Intake

    def take(self, message, now, out):
        if message.status:
            self._take_response(message, now, out)
        elif message.method == CANCEL:
            self._cancel(message, now, out)
        elif message.method != ACK and self._transactions.server_of(message) is not None:
            self.stack.take(message, now, out)      # a copy: its answer is known
        elif message.to_tag or message.method == ACK:
            self._take_in_dialog(message, now, out)
        elif message.method == INVITE:
            self._take_invite(message, now, out)
        else:
            self.stack.take(message, now, out)      # OPTIONS, or what the stack does not serve

    def transport_failed(self, route, now, out):
        for process in self._manager.waiting():
            if process.route == route:
                process.got_error(now, out)
        self.stack.transport_failed(route, now, out)

    def _take_response(self, message, now, out):
        transaction = self._transactions.client_of(message)
        process = self._manager.find(message.call_id)
        if transaction is None or process is None or message.status == 100:
            self.stack.take(message, now, out)
            return
        message.seal = process.seal
        if message.status == 401 or message.status == 407:
            self.ssa.nothing_to_do(False)
            self._note("got_401_unauthorized", 0)
            is_usable = self._manager.answer_challenge(message, process.seal)
            process.got_401_unauthorized(message, is_usable, now, out)
            self._manager.alarm_if_changed(process.seal, out)
        elif process.seal.is_sealing:
            self._read(message, now, out)
        else:
            self.ssa.nothing_to_do(False)
            if process.seal.must_seal and message.status < 400:
                message.fault = BAD_SIGNATURE       # we asked, and they did not
            if message.status >= 400 and process.is_waiting:
                process.got_error(now, out)
            self.stack.take(message, now, out)

    def _take_in_dialog(self, message, now, out):
        process = self._manager.find(message.call_id)
        seal = process.seal if process is not None else None
        if process is not None and process.is_waiting and message.method == BYE:
            process.got_error(now, out)
        if seal is not None and not seal.is_sealing:
            self.ssa.nothing_to_do(False)
        if seal is None or not seal.is_sealing:
            self.stack.take(message, now, out)
            return
        message.seal = seal
        if has_proof(message):
            self._read(message, now, out)
        elif message.method != ACK:
            self._ask_in_dialog(message, seal, False, now, out)
        elif not message.body:
            self.stack.take(message, now, out)      # it says only that our answer arrived

    def _take_invite(self, message, now, out):
        manager = self._manager
        if inspect(message, self._agent.account, self._agent.guard) is not None:
            self.stack.take(message, now, out)      # which refuses it
            return
        process = manager.of_invite(message)
        if process is None and manager.is_off(message):
            self.stack.take(message, now, out)
            return
        if process is None:
            self._take_stateless(message, now, out)
            return
        message.seal = process.seal
        process.route = message.route
        if process.copy == (message.cseq, message.branch):
            out.send(process.answer, self._agent.transport.reply_route(message))    # no attempt: it was lost
        elif has_proof(message):
            self._verify_invite(message, now, out)
        else:
            self.ssa.nothing_to_do(False)
            self._got_invite(process, message, self._may_be_clear(message, process, now), now, out)

    def _may_be_clear(self, message, process, now):
        """-> True when a caller who has signed nothing may call all the same."""
        seal = process.seal
        if not self._challenges.has_guests(seal):
            return not self._manager.asks_proof(message, seal)
        code = self._challenges.check_guest(message, seal, now)
        process.is_stale = code == STALE
        return code == DONE

    def _take_stateless(self, message, now, out):
        """As many wait as may: who proves himself needs no place to wait in."""
        seal = message.seal = Seal(self._manager.capability_of(message))
        if not has_proof(message):
            self._challenges.ask(message, seal, False, now, out)
        else:
            self._verify_invite(message, now, out)

    def _verify_invite(self, message, now, out):
        if not self.passages.holds(message.frame):          # else it is a copy of what is being verified
            self._agent.refuse(message, 100, out)           # before the helper is asked: it may take a while
            self._read(message, now, out)

    def _read(self, message, now, out):
        self.passages.add(message, message.frame, message.route, False, now, out)

    def _got_invite(self, process, message, is_authorized, now, out):
        self._note("got_invite", DONE if is_authorized else NOTHING)
        process.got_invite(message, is_authorized, now, out)

    def _cancel(self, message, now, out):
        process = self._manager.find(message.call_id)
        if process is not None and process.is_waiting:
            process.got_error(now, out)
        passage = self.passages.invite_of(message)
        if passage is None:
            self.stack.take(message, now, out)
        else:
            self.passages.drop(passage, now, out)
            self._agent.refuse(message, 200, out)
            self._agent.refuse(passage.message, 487, out)

    # What became of a message

    def _finished(self, passage, code, now, out):
        message = passage.message
        if passage.is_outgoing and code >= DONE:
            status = message.status if message.method == INVITE else 0
            sealed = bytes(passage.frame)
            if 200 <= status < 300:
                message.seal.ready = (passage.plain, sealed)    # it is repeated until its ACK comes
            if not passage.is_early:
                self._send_sealed(passage.plain, sealed, status, message.seal, passage.route, now, out)
        elif passage.is_early:
            pass                                    # it is tried again when it is wanted
        elif passage.is_outgoing:
            self._not_sealed(passage, code, now, out)
        elif message.status:
            self._response_read(message, code, now, out)
        else:
            self._request_read(message, code, now, out)
        self._manager.sweep()

    def _send_sealed(self, plain, sealed, status, seal, route, now, out):
        self._transactions.replace(plain, sealed)
        self._ports.send(sealed, route, now, out)
        if 200 <= status < 300 and seal.must_ask:       # we have answered: his key is no stranger's
            self._manager.keep(seal, out)

    def _not_sealed(self, passage, code, now, out):
        """It cannot be sealed, so it does not go; what says nothing that is secret may go as it is."""
        message = passage.message
        seal = message.seal
        seal.cause = seal.cause or cause_of(code)
        is_answer = message.status and message.method != INVITE
        if not message.body and (message.status >= 300 or message.method in (ACK, BYE) or is_answer):
            self._ports.send(passage.plain, passage.route, now, out)
        elif not message.status:
            self._transactions.fail(passage.plain, now, out)
        elif message.status >= 200:
            request = self._transactions.request_of(passage.plain)
            if request is not None:
                self._ports.send(
                    self._agent.response(request, 480, self._agent.tag_for(request)), passage.route, now, out)
            out.tell(self._manager.find(message.call_id), UNSEALED)     # once the stack has done its part

    def _response_read(self, message, code, now, out):
        seal = message.seal
        if code >= DONE and hasattr(message, "sec_signer"):
            self._manager.accept(message)
        elif message.status >= 600:
            return                                  # RFC 2543 13.2.1: unsigned, so it is not believed
        elif message.status < 400:
            message.fault = code if code < DONE else BAD_SIGNATURE
            if message.status >= 200:
                seal.cause = seal.cause or cause_of(message.fault)
                seal.has_failed = True
        self.stack.take(message, now, out)

    def _request_read(self, message, code, now, out):
        is_proven = code >= DONE and hasattr(message, "sec_signer")
        seal = message.seal
        if not seal.begins(message):
            self._read_in_dialog(message, code, is_proven, now, out)
            return
        process = self._manager.find(message.call_id)
        if process is None and is_proven:
            process = self._manager.of_proven_invite(message)
        if process is None:
            if code == STALE or code == BAD_SIGNATURE:
                self._challenges.ask(message, seal, code == STALE, now, out)
            else:
                self._agent.refuse(message, STATUSES.get(code, 403), out)
        elif is_proven and not seal.can_answer(message):
            self._agent.refuse(message, 420, out, UNANSWERABLE)
        elif is_proven:
            message.seal = process.seal
            self._manager.accept(message)
            self._got_invite(process, message, True, now, out)
        elif code in STATUSES:
            self._refuse(process, message, code, now, out)
        else:
            process.is_stale = code == STALE
            self._got_invite(process, message, False, now, out)

    def _refuse(self, process, message, code, now, out):
        """The helper is gone, what was hidden cannot be read, or the key is another one."""
        self._agent.refuse(message, STATUSES[code], out)
        process.got_error(now, out)
        seal = process.seal
        if code == POLICY and seal.is_known:
            seal.cause = KEY_CHANGED
            self._manager.alarm_if_changed(seal, out)
        elif code == NO_RESOURCE or code == NO_PASSPHRASE:
            self._manager.sst.alarm(-1, "no_helper" if code == NO_RESOURCE else "locked", out)

    def _read_in_dialog(self, message, code, is_proven, now, out):
        if message.method == ACK:
            message.seal.ready = None
        if is_proven:
            self._manager.accept(message)
            self.stack.take(message, now, out)
        elif code == NO_RESOURCE and (message.method == BYE or message.method == ACK and not message.body):
            self.stack.take(message, now, out)      # that nobody can check it must not keep a call open
        elif message.method != ACK:
            if code in (BAD_SIGNATURE, STALE, NOTHING):
                self._ask_in_dialog(message, message.seal, code == STALE, now, out)
            else:
                self._agent.refuse(message, STATUSES.get(code, 403), out)

    def _ask_in_dialog(self, message, seal, is_stale, now, out):
        if message.method == BYE and seal.line >= 0:
            self.media.doubt(seal.line, now)        # whose helper is gone cannot sign that he goes
        self._challenges.ask(message, seal, is_stale, now, out)

    # Signals of the processes

    def process_told(self, process, event, message, now, out):
        process.is_telling = False
        if event == SIP_INVITE:
            self._note("sip_invite", 0)
            process.copy = None
            self.stack.take(message, now, out)
        elif event == SEND_WWW_AUTHENTICATE and message.status:
            self._note("send_www_authenticate", 0)
            message.is_met = True
            self.stack.take(message, now, out)
        elif event == SEND_WWW_AUTHENTICATE:
            self._note("send_www_authenticate", 0)
            process.copy = (message.cseq, message.branch)
            process.answer = self._challenges.ask(message, process.seal, process.is_stale, now, out)
            process.is_stale = False
        elif event == GAVE_UP:
            self.stack.take(message, now, out)
        elif event == REFUSED:
            self._agent.refuse(message, 403, out)
        elif event == PREPARED:
            self.passages.add(message, message.frame, message.route, True, now, out, True)
        elif event == UNSEALED:
            self.stack.hang_up(process.seal.line, now, out, process.seal.cause)
        if event in (REFUSED, FORGOTTEN):
            self._note("got_error", 0)
        self._manager.sweep()

    def _note(self, name, code):
        if self.ssa.note is not None:
            self.ssa.note(name, code)
