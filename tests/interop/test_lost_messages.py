# SPDX-License-Identifier: MIT
"""Calls with SIPp while one message in ten is lost, each way: all of them end, nothing is left."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.interop.peers import Sipp, needs
from tests.interop.phones import HOST, RUNTIMES, Phone
from tests.interop.relay import PEER, PHONE, Relay

CALLS = 300 if os.environ.get("SINETTI_SOAK") else 30      # of each runtime, half of them in each direction
LOSS = 10
_PATIENCE_S = 3         # of a caller; an answer that was lost comes again after half a second
_WORST_S = 40           # one call: the last resending after 16 s, another wait, and a hang-up


@pytest.fixture(scope="module")
def runs(request, tmp_path_factory):
    """-> the runs that were asked for, side by side; result() is (phone, relay) of one."""
    wanted = [(item.callspec.params["runtime"], item.callspec.params["direction"])
              for item in request.session.items if item.module is request.module]
    with ThreadPoolExecutor(len(wanted)) as pool:
        yield {
            (runtime, direction): pool.submit(direction, runtime, tmp_path_factory.mktemp("lost"))
            for runtime, direction in wanted}


def is_called(runtime, folder):
    with ExitStack() as stack:
        phone = stack.enter_context(Phone(runtime, "--auto-answer", "50"))
        relay = stack.enter_context(Relay(LOSS, phone=phone.port))
        sipp = stack.enter_context(Sipp(
            "uac_lossy", folder, "%s:%d" % (HOST, relay.ports[PEER]), calls=CALLS // 2, flags=("-d", 200)))
        sipp.finish(CALLS * _WORST_S)
        phone.wait("ended", CALLS // 2)
        phone.wait_until_idle()
        with Sipp("uac_call", folder / "after", phone.address) as sipp:
            sipp.finish()               # it is as good as new
        phone.end()
    return phone, relay


def calls(runtime, folder):
    one = "1# sleep:%d hangup wait:ended:%d sleep:0.2" % (_PATIENCE_S, _WORST_S)
    with ExitStack() as stack:
        sipp = stack.enter_context(Sipp("uas_lossy", folder, calls=CALLS // 2, flags=("-l", CALLS)))
        relay = stack.enter_context(Relay(LOSS, peer=sipp.port))
        phone = stack.enter_context(Phone(
            runtime, "--contact", "1=sip:sipp@%s:%d" % (HOST, relay.ports[PHONE]),
            "--keys", " ".join([one] * (CALLS // 2) + ["wait:idle:90", "sleep:3"])))
        phone.wait("ended", CALLS // 2, CALLS * _WORST_S)
        phone.wait_until_idle()
        phone.finish()
    return phone, relay


@needs("sipp")
@pytest.mark.parametrize("direction", [is_called, calls])
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_every_call_ends_and_nothing_is_left(runs, runtime, direction):
    """SIPp gives a call up when both its answers were lost: such a call ends like one that nobody takes."""
    phone, relay = runs[runtime, direction].result()
    made = CALLS // 2 + (direction is is_called)
    assert phone.count("ended") == made, phone.story()
    least = made if direction is is_called else 0.9 * made
    assert least <= phone.count("connected") <= made, phone.story()
    assert relay.lost > 0.05 * relay.passed
