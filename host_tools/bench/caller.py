# SPDX-License-Identifier: MIT
"""Callers: they call every phone there is over UDP, again and again, and take the time of its answers."""

import contextlib
import select
import statistics
import time

from boards.unix.host import sockets
from host_tools.bench.faults import Failure, Missing
from host_tools.bench.phones import HOST, RUNTIMES, Baresip, Phone
from host_tools.bench.programs.peer import Peer, value_of
from host_tools.bench.row import Gap, Row

_LIMIT_S = 5
_PEER = "baresip"


class Caller:
    """phone: a Phone or Baresip of phones.py. Raises Failure when it does not answer as it should."""

    def __init__(self, phone):
        self._phone = phone
        self._peer = Peer(sockets, _pack, HOST)
        self._peer.phone = phone.place
        self._calls = 0
        self._waiting = []              # (message, time) that nobody asked for yet

    def set_up(self, talk_s):
        """One call, answered and ended. -> (ms from INVITE to 180, to 200)."""
        began = self._begin()
        ringing = self._wait("180", "INVITE")
        answered = self._wait("200", "INVITE")
        self._peer.acknowledge()
        time.sleep(talk_s)
        self._peer.ask("BYE")
        self._wait("200", "BYE")
        return 1000 * (ringing - began), 1000 * (answered - began)

    def ring(self):
        """One call that is given up as soon as it rings."""
        self._begin()
        self._wait("180", "INVITE")
        self._peer.ask("CANCEL")
        self._wait("200", "CANCEL")
        self._wait("487", "INVITE")
        self._peer.ask("ACK")

    def close(self):
        self._peer.close()

    def _begin(self):
        self._calls += 1
        self._waiting = []
        began = time.perf_counter()
        self._peer.call("%d-%d@%s" % (self._peer.port, self._calls, HOST))
        return began

    def _wait(self, status, method):
        """-> when this response came."""
        end = time.perf_counter() + _LIMIT_S
        while True:
            for place, (message, came) in enumerate(self._waiting):
                if message.startswith("SIP/2.0 " + status) and value_of(message, "CSeq").endswith(method):
                    del self._waiting[place]
                    return came
            left = max(0, end - time.perf_counter())
            ready, _, _ = select.select([self._peer.sip], [], [], left)
            came = time.perf_counter()
            if not ready:
                raise Failure("no %s to %s in %d s, call %d%s" % (
                    status, method, _LIMIT_S, self._calls, self._phone.last_words()))
            self._waiting += [(message, came) for message in self._peer.take()]


def _pack(host, port):
    return host.decode(), port


class Callers:
    """A caller for our phone on each rig, and for baresip. Use it in a `with` block, which ends all.

    answers     they take each call at once, else they let it ring
    """

    def __init__(self, answers):
        self._answers = answers
        self._faults = {}               # rig or peer: why it is not called
        self._callers = {}              # rig or peer: Caller

    def __enter__(self):
        flags = ("--auto-answer", 0) if self._answers else ()
        with contextlib.ExitStack() as stack:
            for rig in RUNTIMES:
                self._start(rig, stack, Phone, rig, *flags)
            self._start(_PEER, stack, Baresip, self._answers)
            self._stack = stack.pop_all()
        return self

    def _start(self, who, stack, kind, *words):
        try:
            phone = stack.enter_context(kind(*words))
        except (Failure, Missing) as fault:
            self._faults[who] = fault
            return
        self._callers[who] = Caller(phone)
        stack.callback(self._callers[who].close)

    def __exit__(self, *fault):
        self._stack.close()

    def by_turns(self, times, job):
        """Call job(caller) for each of them, by turns. -> dict: rig or peer to list of what it returned.

        The first turn does not count: a phone loads with its first call what only calls need.
        """
        found = {who: [] for who in self._callers}
        for number in range(times + 1):
            for who in list(self._callers):
                try:
                    result = job(self._callers[who])
                except Failure as fault:
                    self._faults[who] = fault
                    del self._callers[who]
                    continue
                if number:
                    found[who].append(result)
        return found

    def rows(self, name, found, unit, method):
        """-> list of Row and Gap. found: dict, rig or peer to list of numbers."""
        value = {who: round(statistics.median(found[who]), 2) for who in self._callers}
        peers = {_PEER: value[_PEER]} if _PEER in value else {}
        note = "" if peers else "no %s: %s" % (_PEER, self._faults[_PEER])
        return [
            Row(name, value[rig], unit, rig, method, peers, note=note) if rig in value
            else Gap(name, rig, self._faults[rig]) for rig in RUNTIMES]
