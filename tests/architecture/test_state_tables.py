# SPDX-License-Identifier: MIT
"""Every state table is total: a pair of a state and an event is a row, or is ignored on purpose."""

import ast
import itertools

from tests.architecture.sources import ROOT, tree

# The lists of what is ignored live here and not beside the tables, where they would cost RAM.
# A name stands for itself, * for every state or event. Each line has its reason.
TABLES = {
    ("firmware/sip/client_transaction.py", "INVITE_CLIENT"): (
        "_CALLING _D", "_CALLING _M", "_PROCEEDING _D", "_PROCEEDING _M",       # armed later
        "_PROCEEDING _A", "_PROCEEDING _B", "_COMPLETED _A", "_COMPLETED _B",   # armed no more
        "_ACCEPTED _A", "_ACCEPTED _B", "_ACCEPTED _D", "_COMPLETED _M",
        "_COMPLETED _PROVISIONAL", "_ACCEPTED _PROVISIONAL",                    # out of order
        "_ACCEPTED _FAILURE",                                                   # RFC 6026 7.2
        "_ACCEPTED _LOST",                              # the dialog's own requests will notice
    ),
    ("firmware/sip/client_transaction.py", "OTHER_CLIENT"): (
        "_COMPLETED _PROVISIONAL", "_COMPLETED _SUCCESS",                       # absorbed
        "_COMPLETED _E", "_COMPLETED _F", "_CALLING _K", "_PROCEEDING _K",      # not armed
        "_COMPLETED _LOST",
    ),
    ("firmware/sip/server_transaction.py", "INVITE_SERVER"): (
        "_PROCEEDING _ACK", "_CONFIRMED _ACK", "_ACCEPTED _ACK",                # the call's affair
        "_PROCEEDING _G", "_PROCEEDING _H", "_PROCEEDING _I", "_PROCEEDING _L",
        "_COMPLETED _I", "_COMPLETED _L", "_CONFIRMED _G", "_CONFIRMED _H", "_CONFIRMED _L",
        "_ACCEPTED _G", "_ACCEPTED _H", "_ACCEPTED _I",                         # not armed
        "_COMPLETED _SEND_PROVISIONAL", "_COMPLETED _SEND_SUCCESS", "_COMPLETED _SEND_FAILURE",
        "_CONFIRMED _SEND_PROVISIONAL", "_CONFIRMED _SEND_SUCCESS", "_CONFIRMED _SEND_FAILURE",
        "_ACCEPTED _SEND_PROVISIONAL", "_ACCEPTED _SEND_SUCCESS", "_ACCEPTED _SEND_FAILURE",
        "_CONFIRMED _REQUEST", "_ACCEPTED _REQUEST",                            # absorbed
        "_CONFIRMED _LOST", "_ACCEPTED _LOST",
    ),
    ("firmware/sip/server_transaction.py", "OTHER_SERVER"): (
        "_TRYING _REQUEST", "_TRYING _J", "_COMPLETED _SEND_FAILURE",
    ),
    ("firmware/sip/reinvite.py", "REINVITE"): (
        "_QUIET _SUCCESS", "_QUIET _PENDING", "_QUIET _FAILURE", "_QUIET _GONE", "_QUIET _AGAIN",
        "_QUIET _ACKED", "_QUIET _UNACKED",
        "_ASKING _ASK",                                 # the wish is kept
        "_QUIET _CHALLENGED", "_PAUSED _CHALLENGED", "_ANSWERED _CHALLENGED",       # to nothing of ours
        "_ASKING _AGAIN", "_ASKING _ACKED", "_ASKING _UNACKED", "_ASKING _UNFIT",
        "_PAUSED _ASK", "_PAUSED _SUCCESS", "_PAUSED _PENDING", "_PAUSED _FAILURE", "_PAUSED _GONE",
        "_PAUSED _ACKED", "_PAUSED _UNACKED",
        "_PAUSED _MOVED",                               # it goes out with the new address
        "_ANSWERED _ASK", "_ANSWERED _SUCCESS", "_ANSWERED _PENDING", "_ANSWERED _FAILURE",
        "_ANSWERED _GONE", "_ANSWERED _AGAIN", "_ANSWERED _UNFIT",
    ),
    ("firmware/security/process.py", "PROCESS"): (
        "_IDLE _ERROR",                                 # errors go to it only while it waits
        "_IDLE _EXPIRED", "_IDLE _INVITE_SPENT",        # no guard is armed, no attempt was counted
    ),
    ("firmware/sip/caller.py", "CALLER"): (
        "_DONE *",                                      # a late 2xx goes to the forks before this
        "_CALLING _LEFT", "_QUITTING _LEFT",            # no early dialog yet
        "_CALLING _CANCEL_LIMIT", "_EARLY _CANCEL_LIMIT", "_QUITTING _CANCEL_LIMIT",
        "_EARLY _TIMED_OUT", "_CANCELLING _TIMED_OUT",  # timer B ended with the first response
        "_QUITTING _MISFIT", "_CANCELLING _MISFIT",     # nobody looks at the answer any more
        "_QUITTING _REDIRECT", "_CANCELLING _REDIRECT", # it is not followed: _STUCK
        "_QUITTING _CHALLENGED", "_CANCELLING _CHALLENGED",     # who has hung up answers nobody
        "_QUITTING _HANG_UP", "_CANCELLING _HANG_UP", "_CANCELLING _PROVISIONAL",
    ),
    ("firmware/sip/registration.py", "REGISTRATION"): (
        "_OFF _SUCCESS", "_OFF _AGAIN", "_OFF _DENIED", "_OFF _FAILURE", "_OFF _DUE",
        "_OFF _LOST", "_OFF _DOWN", "_OFF _STOP",
        "_REGISTERING _DUE",                            # not armed
        "_REGISTERING _LOST",                           # the transaction tells of it
        "_REGISTERED _SUCCESS", "_REGISTERED _AGAIN", "_REGISTERED _DENIED", "_REGISTERED _FAILURE",
        "_WAITING _SUCCESS", "_WAITING _AGAIN", "_WAITING _DENIED", "_WAITING _FAILURE",
        "_WAITING _LOST",
        "_REFUSED _SUCCESS", "_REFUSED _AGAIN", "_REFUSED _DENIED", "_REFUSED _FAILURE",
        "_REFUSED _DUE", "_REFUSED _LOST",
        "_PARTING _DUE", "_PARTING _LOST", "_PARTING _STOP",
        "_LEAVING _DUE", "_LEAVING _LOST", "_LEAVING _STOP",
    ),
    ("firmware/update/fetch.py", "FETCH"): (
        "_IDLE _REACHED", "_IDLE _ANSWERED", "_IDLE _LOST", "_IDLE _LEAP", "_IDLE _FILLED", "_IDLE _FAILS",
        "_IDLE _DUE", "_IDLE _STOPPED",                 # nothing is fetched
        "_REACHING _BEGIN", "_ASKED _BEGIN", "_READING _BEGIN", "_WAITING _BEGIN",      # one at a time
        "_REACHING _ANSWERED", "_REACHING _LEAP", "_REACHING _FILLED", "_REACHING _DUE",
        "_ASKED _REACHED", "_ASKED _LEAP", "_ASKED _FILLED", "_ASKED _DUE",
        "_READING _REACHED", "_READING _ANSWERED", "_READING _DUE",                     # happened, or is not armed
        "_WAITING _REACHED", "_WAITING _ANSWERED", "_WAITING _LOST", "_WAITING _LEAP", "_WAITING _FILLED",
        "_WAITING _FAILS",                              # there is no connection
        "_IDLE _FOUND", "_IDLE _AGREED", "_REACHING _FOUND", "_REACHING _AGREED", "_ASKED _FOUND", "_ASKED _AGREED",
        "_READING _AGREED", "_WAITING _FOUND", "_WAITING _AGREED",                      # nobody is asked
        "_OFFERED _BEGIN", "_OFFERED _REACHED", "_OFFERED _ANSWERED", "_OFFERED _LOST", "_OFFERED _LEAP",
        "_OFFERED _FILLED", "_OFFERED _FAILS", "_OFFERED _DUE", "_OFFERED _FOUND",      # there is no connection
    ),
    ("firmware/update/updater.py", "UPDATER"): (
        "_IDLE _FOUND", "_IDLE _AGREED", "_IDLE _STOPPED", "_IDLE _LOADED", "_IDLE _FAILS",     # nothing goes on
        "_LOOKING _LOOK", "_LOOKING _AGREED", "_LOOKING _LOADED",       # one at a time; nothing is offered yet
        "_OFFERED _LOOK", "_OFFERED _FOUND", "_OFFERED _LOADED", "_OFFERED _FAILS",     # it stands still
        "_LOADING _LOOK", "_LOADING _FOUND", "_LOADING _AGREED",
        "_DONE *",                                      # what is ready is started next, whatever comes
        "_REFUSED _LOOK", "_REFUSED _FOUND", "_REFUSED _AGREED", "_REFUSED _LOADED", "_REFUSED _FAILS",
    ),
    ("firmware/provisioning/provisioner.py", "PROVISIONER"): (
        "_RESTING _COME", "_RESTING _OLD", "_RESTING _ANSWERED", "_RESTING _FAILS",     # nothing was asked
        "_FETCHING _DUE", "_VERIFYING _DUE", "_READING _DUE",           # not armed
        "_FETCHING _OLD", "_FETCHING _ANSWERED",        # nobody was asked yet
        "_VERIFYING _COME", "_READING _COME", "_READING _OLD",          # it came once
        "_HOLDING _COME", "_HOLDING _OLD", "_HOLDING _ANSWERED", "_HOLDING _FAILS",
        "_LEAVING _COME", "_LEAVING _OLD", "_LEAVING _ANSWERED",
    ),
    ("firmware/admin/setup.py", "SETUP"): (
        "_OPENING _OK", "_OPENING _KEY",                # a row is being drawn, then the radio stands still
        "_OPENING _UNUSED", "_OPENING _GUESSED", "_OPENING _STORED", "_OPENING _LEFT",  # nobody can be there yet
        "_OPEN _DUE", "_OPEN _LEFT", "_TYPING _DUE", "_TYPING _GUESSED",
        "_CLOSED _DUE", "_CLOSED _UNUSED", "_CLOSED _GUESSED", "_CLOSED _STORED", "_CLOSED _LEFT",
        "_DONE _OK", "_DONE _KEY", "_DONE _UNUSED", "_DONE _GUESSED", "_DONE _STORED", "_DONE _LEFT",
    ),
    ("firmware/sip/callee.py", "CALLEE"): (
        "_DONE *",
        "_RINGING _ACKED", "_RINGING _MISFIT", "_RINGING _UNACKED", "_RINGING _STOP",
        "_ANSWERED _ANSWER", "_ANSWERED _REJECT",
        "_ANSWERED _CANCEL",                            # too late, RFC 3261 9.2
        "_ANSWERED _REMIND", "_ANSWERED _EXPIRED",
    ),
    ("firmware/sip/call.py", "CALL"): (
        "_OVER *",
        "_SETUP _ACKED", "_SETUP _LOST", "_SETUP _HANG_UP_EARLY", "_SETUP _BYE_DONE",
        "_QUITTING _ESTABLISHED", "_QUITTING _MISFIT", "_QUITTING _ACKED", "_QUITTING _LOST",
        "_QUITTING _HANG_UP", "_QUITTING _HANG_UP_EARLY", "_QUITTING _BYE", "_QUITTING _BYE_DONE",
        "_TALKING _ANSWERED", "_TALKING _ESTABLISHED", "_TALKING _MISFIT", "_TALKING _FAILED",
        "_TALKING _ACKED", "_TALKING _BYE_DONE",
        "_UNACKED _ANSWERED", "_UNACKED _ESTABLISHED", "_UNACKED _MISFIT", "_UNACKED _FAILED",
        "_UNACKED _HANG_UP", "_UNACKED _HANG_UP_EARLY", "_UNACKED _BYE_DONE",
        "_LEAVING _ANSWERED", "_LEAVING _ESTABLISHED", "_LEAVING _MISFIT", "_LEAVING _FAILED",
        "_LEAVING _ACKED", "_LEAVING _LOST", "_LEAVING _HANG_UP", "_LEAVING _HANG_UP_EARLY",
    ),
}


def rows(path, table):
    """-> list of (state, event, action, next) of a table, as the names in its source."""
    for node in tree(ROOT / path).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == table:
            names = [ast.unparse(cell) for cell in node.value.args[0].elts]
            assert len(names) % 4 == 0, table
            return [tuple(names[at:at + 4]) for at in range(0, len(names), 4)]
    raise AssertionError("%s has no %s" % (path, table))


def ignored_pairs(lines, states, events):
    found = set()
    for line in lines:
        state, event = line.split()
        found.update(itertools.product(
            states if state == "*" else (state,), events if event == "*" else (event,)))
    return found


def test_every_pair_of_state_and_event_is_a_row_or_is_ignored_on_purpose():
    for (path, table), lines in TABLES.items():
        found = rows(path, table)
        events = {row[1] for row in found}
        over = {"_TERMINATED"}                          # a machine that has ended is not stepped
        states = {row[0] for row in found} | {row[3] for row in found} - over
        pairs = {row[:2] for row in found}
        ignored = ignored_pairs(lines, states, events)
        assert len(pairs) == len(found), table + ": a pair has two rows"
        assert not pairs & ignored, (table, pairs & ignored)
        missing = set(itertools.product(states, events)) - pairs - ignored
        assert missing == set(), (table, sorted(missing))
        assert ignored <= set(itertools.product(states, events)), (table, ignored)


def test_every_state_can_be_reached_and_left():
    for path, table in TABLES:
        found = rows(path, table)
        first = found[0][0]
        reached = {first} | {row[3] for row in found}
        left = {row[0] for row in found if row[3] != row[0]}
        last = {"_TERMINATED", "_DONE", "_OVER"}
        assert {row[0] for row in found} <= reached, table
        assert reached - last <= left, table
