# SPDX-License-Identifier: MIT
"""SIPp calls the phone and is called by it, on both runtimes: each side tells the same story.

Every story has a phone of its own and they are told side by side, since each one lasts until the
last transaction of the phone is over, half a minute after the call.
"""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Semaphore

import pytest

from tests.interop.peers import Sipp, needs
from tests.interop.phones import IDLE_S, RUNTIMES, Phone
from tests.interop.sound import read_wav, seconds_of_tone

CAPTURE = Path("/usr/share/sip-tester/dtmf_2833_1.pcap")
PITCH = 440
AT_ONCE = 4             # calls; phones that only wait for their last timer cost next to nothing

ANSWERS = ("--auto-answer", "100")
TALKS = ("connected", "who-can-hear: open")

# What the phone is started with, and what it tells.
CALLERS = {
    "uac_call": (ANSWERS, ("ringing", *TALKS, "ended: They hung up")),
    "uac_options": ((), ()),
    "uac_hold": (ANSWERS, ("ringing", *TALKS, "held: them", "resumed: them", "ended: They hung up")),
    "uac_cancel": ((), ("ringing", "ended: The caller gave up")),
    "uac_dtmf": (ANSWERS, ("ringing", *TALKS, "dtmf: 5", "dtmf: #", "ended: They hung up")),
    "uac_dtmf_rtp": (ANSWERS, ("ringing", *TALKS, "dtmf: 1", "ended: They hung up")),
}

# What is pressed after the number, and what the phone tells.
CALLEES = {
    "uas_call": ("wait:connected sleep:0.5 hangup",
                 ("dialling", "ringback", *TALKS, "ended: You hung up")),
    "uas_early": ("wait:connected hangup", ("dialling", *TALKS, "ended: You hung up")),
    "uas_hold": ("wait:held wait:resumed",
                 ("dialling", "ringback", *TALKS, "held: them", "resumed: them", "ended: They hung up")),
    "uas_302": ("wait:connected sleep:0.5 hangup",
                ("dialling", "ringback", *TALKS, "ended: You hung up")),
    "uas_486": ("", ("dialling", "ringback", "ended: Busy")),
    "uas_ring": ("wait:ringback sleep:0.3 hangup", ("dialling", "ringback", "ended: You hung up")),
}

STORIES = ([(scenario, "udp") for scenario in (*CALLERS, *CALLEES)]
           + [("uac_call", "tcp"), ("uas_call", "tcp")])


@pytest.fixture(scope="module")
def stories(request, tmp_path_factory):
    """-> the stories that were asked for, by runtime, scenario and transport; result() tells one."""
    wanted = [tuple(item.callspec.params[name] for name in ("runtime", "scenario", "transport"))
              for item in request.session.items if item.module is request.module]
    calling = Semaphore(AT_ONCE)
    with ThreadPoolExecutor(len(wanted)) as pool:
        yield {
            key: pool.submit(_tell, *key, tmp_path_factory.mktemp("-".join(key)), calling)
            for key in wanted}


def _tell(runtime, scenario, transport, folder, calling):
    with ExitStack() as stack:
        with calling:
            if scenario in CALLERS:
                phone, told = _is_called(stack, runtime, scenario, transport, folder)
            else:
                phone, told = _calls(stack, runtime, scenario, transport, folder)
        if told:
            phone.wait_until_idle()
        if scenario in CALLERS:
            phone.end()
        else:
            phone.finish()
    assert phone.told() == list(told), phone.story()
    if scenario == "uas_early":
        seconds = seconds_of_tone(read_wav(folder / "ear.wav"), PITCH)
        assert seconds > 1.5, "%.2f s of sound before the answer" % seconds


def _is_called(stack, runtime, scenario, transport, folder):
    flags, told = CALLERS[scenario]
    phone = stack.enter_context(Phone(runtime, *flags))
    sipp = stack.enter_context(
        Sipp(scenario, folder, phone.address, transport=transport, flags=("-d", 500)))
    sipp.finish()
    if told:
        phone.wait("ended")
    return phone, told


def _calls(stack, runtime, scenario, transport, folder):
    keys, told = CALLEES[scenario]
    peers = [Sipp("uas_call", folder / "target")] if scenario == "uas_302" else []
    target = peers[0].uri if peers else "sip:nobody@127.0.0.1"
    peers.append(Sipp(scenario, folder, transport=transport, flags=("-rtp_echo", "-key", "target", target)))
    for peer in peers:
        stack.enter_context(peer)
    phone = stack.enter_context(Phone(
        runtime, "--contact", "1=%s;transport=%s" % (peers[-1].uri, transport),
        "--mic", "tone:%d" % PITCH, "--ear", str(folder / "ear.wav"),
        "--keys", "1# %s wait:ended wait:idle:%d sleep:3" % (keys, IDLE_S)))
    for peer in peers:
        peer.finish()
    phone.wait("ended")
    return phone, told


@needs("sipp")
@pytest.mark.parametrize("scenario, transport", STORIES)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_both_sides_tell_the_same_story(stories, runtime, scenario, transport):
    if scenario == "uac_dtmf_rtp":
        _skip_without_capture()
    stories[runtime, scenario, transport].result()


def _skip_without_capture():
    """SIPp plays a capture that comes with it, and writes whole packets: that takes a right of its own."""
    if not CAPTURE.exists():
        pytest.skip("%s is missing: apt-get install sip-tester" % CAPTURE)
    try:
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP).close()
    except PermissionError:
        pytest.skip("SIPp may not play a capture here: it needs the right to raw sockets (root has it)")
