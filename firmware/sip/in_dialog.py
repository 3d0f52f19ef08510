# SPDX-License-Identifier: MIT
"""A request of the peer in the dialog of a call: what it does, and what it gets. RFC 3261 12.2.2."""

from sip.grammar import ACCEPT, ALLOW, ALLOW_ID, BYE, INFO, INVITE, RETRY_AFTER, UPDATE


def serve(call, message, transaction, agent, now, out):
    """Answer `message` by its server transaction. -> a digit that it brought (ASCII code), or 0."""
    def respond(status, headers=()):
        frame = agent.response(message, status, transaction.to_tag, None, headers)
        transaction.respond(frame, status, now, out)

    if message.method == INVITE:
        _reinvite(call, message, transaction, respond, now, out)
    elif message.method == UPDATE:
        _update(call, message, transaction, respond, now, out)
    elif message.method == BYE:
        respond(200)
        call.left(message, now, out)
    elif message.method == INFO:
        return _info(call, message, respond)
    else:
        respond(200, ((ACCEPT, b"application/sdp"), (ALLOW_ID, ALLOW)))
    return 0


def _reinvite(call, message, transaction, respond, now, out):
    if call.is_up and not call.awaits_ack:
        call.reinvite.invited(message, transaction, now, out)
    elif call.is_up or call.ending is None:
        respond(500, ((RETRY_AFTER, b"2"),))
    else:
        respond(481)


def _update(call, message, transaction, respond, now, out):
    """RFC 3311 5.2: before the answer, ours or theirs is the open offer."""
    if call.is_up:
        call.reinvite.updated(message, transaction, now, out)
    elif call.ending is not None:
        respond(481)
    elif not message.body:
        call.dialog.update_target(message)
        respond(200)
    elif call.owns_call_id:
        respond(491)
    else:
        respond(500, ((RETRY_AFTER, b"2"),))


def _info(call, message, respond):
    """-> the digit, or 0."""
    from sip.info import UNSUPPORTED_TYPE, digit_of
    code = digit_of(message)
    if code == UNSUPPORTED_TYPE:
        respond(415, ((ACCEPT, b"application/dtmf-relay, application/dtmf"),))
        return 0
    respond(200)
    return code if call.ending is None else 0
