# SPDX-License-Identifier: MIT
"""baresip with mandatory SRTP and the phone, keys in clear: both hear each other, and the screen says OPEN."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.interop.peers import Baresip, needs
from tests.interop.phones import RUNTIMES, Phone
from tests.interop.test_baresip import Call, check_sound, voices

SECONDS = 8
SRTP = ("--security", "off", "--srtp", "require")
FLAT = "sleep:%d hangup wait:ended" % SECONDS


@pytest.fixture(scope="module")
def calls(request, tmp_path_factory):
    """-> the calls that were asked for, side by side; result() is one of them."""
    wanted = [(item.callspec.params["story"], item.callspec.params["runtime"])
              for item in request.session.items
              if item.module is request.module and "story" in item.callspec.params]
    with ThreadPoolExecutor(len(wanted)) as pool:
        yield {
            (story, runtime): pool.submit(story, runtime, tmp_path_factory.mktemp("srtp"))
            for story, runtime in wanted}


def is_called(runtime, folder):
    flags, voice = voices(folder)
    with Baresip(folder / "peer", voice, encryption="srtp-mand") as baresip:
        with Phone(runtime, *flags, *SRTP, "--keys", "wait:ringing answer wait:connected " + FLAT) as phone:
            baresip.command("dial", phone.uri)
            phone.finish()
        baresip.wait("CALL_CLOSED")
    return Call(phone, baresip, folder)


def calls_baresip(runtime, folder):
    flags, voice = voices(folder)
    with Baresip(folder / "peer", voice, encryption="srtp-mand") as baresip:
        with Phone(runtime, *flags, *SRTP, "--contact", "1=" + baresip.uri,
                   "--keys", "1# wait:connected " + FLAT) as phone:
            phone.finish()
        baresip.wait("CALL_CLOSED")
    return Call(phone, baresip, folder)


@needs("baresip")
@pytest.mark.parametrize("story", [is_called, calls_baresip])
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_both_hear_each_other_by_srtp(calls, runtime, story):
    call = calls[story, runtime].result()
    check_sound(call)
    assert call.phone.last("who-can-hear")["state"] == "open"
    assert call.media["lost"] == call.media["peer_lost"] == 0


@needs("baresip")
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_who_requires_srtp_and_who_has_none_do_not_talk(runtime, tmp_path):
    """488 and a line in plain words; not one packet in clear."""
    flags, voice = voices(tmp_path)
    with Baresip(tmp_path / "peer", voice) as baresip:
        with Phone(runtime, *flags, *SRTP, "--contact", "1=" + baresip.uri, "--keys", "1# wait:ended") as phone:
            phone.finish()
    assert phone.last("ended")["status"] == 488, phone.story()
