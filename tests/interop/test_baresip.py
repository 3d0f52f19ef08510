# SPDX-License-Identifier: MIT
"""baresip calls the phone and is called by it, on both runtimes: who heard what, and who counted what."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.interop.peers import Baresip, ask_options, needs
from tests.interop.phones import HOST, RUNTIMES, Phone
from tests.interop.relay import PEER, PHONE, Relay
from tests.interop.sound import Comparison, read_wav, write_voice

AT_ONCE = 4
SECONDS = 8                     # of a call
FLAT = "sleep:%d hangup wait:ended" % SECONDS

# The bad network: RTP packets that are lost, and late in turn. By RFC 3550 6.4.1 that is 10 ms of jitter.
LOST_ONE_IN = 20
LOST_OF = 400
DELAYS_MS = (0, 10, 20, 10)
JITTER_MS = 10
LONG_SECONDS = 17               # until both have reported what was lost in the first eight


class Call:
    """A call that is over: what was said and heard, and what each side counted.

    media       the phone's last word; statistics: baresip's; reports: what its CALL_RTCP events said
    digits      that baresip understood
    """

    def __init__(self, phone, baresip, folder):
        self.phone = phone
        self.media = phone.last("media")
        self.statistics = baresip.statistics()
        self.reports = [event["rtcp_stats"] for event in baresip.of("CALL_RTCP")]
        self.digits = "".join(event["param"] for event in baresip.of("CALL_DTMF_START"))
        self.to_phone = Comparison(read_wav(folder / "baresip.wav"), read_wav(folder / "ear.wav"))
        self.to_baresip = Comparison(read_wav(folder / "phone.wav"), read_wav(baresip.heard()))


@pytest.fixture(scope="module")
def calls(request, tmp_path_factory):
    """-> the calls that were asked for, a few at a time; result() is what its story returns."""
    wanted = [(item.callspec.params["story"], item.callspec.params["runtime"])
              for item in request.session.items if item.module is request.module]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {
            (story, runtime): pool.submit(story, runtime, tmp_path_factory.mktemp("baresip"))
            for story, runtime in wanted}


def voices(folder):
    """-> flags of a phone that speaks and listens, and what baresip says."""
    said = write_voice(folder / "phone.wav", 30, 1)
    return (("--mic", str(said), "--ear", str(folder / "ear.wav")),
            write_voice(folder / "baresip.wav", 30, 2))


def is_called(runtime, folder):
    flags, voice = voices(folder)
    with Baresip(folder / "peer", voice) as baresip:
        with Phone(runtime, *flags, "--keys", "wait:ringing answer wait:connected " + FLAT) as phone:
            baresip.command("dial", phone.uri)
            phone.finish()
        baresip.wait("CALL_CLOSED")
    return Call(phone, baresip, folder)


def calls_baresip(runtime, folder, keys=FLAT):
    flags, voice = voices(folder)
    with Baresip(folder / "peer", voice) as baresip:
        with Phone(runtime, *flags, "--contact", "1=" + baresip.uri,
                   "--keys", "1# wait:connected " + keys) as phone:
            phone.finish()
        baresip.wait("CALL_CLOSED")
    return Call(phone, baresip, folder)


def sends_digits(runtime, folder):
    return calls_baresip(runtime, folder, "sleep:0.5 159*0# sleep:1.5 hangup wait:ended")


def talks_while_it_is_asked(runtime, folder):
    """-> (Call, how often sipsak asked, how often it was answered)."""
    flags, voice = voices(folder)
    answers = []
    over = threading.Event()
    with Baresip(folder / "peer", voice) as baresip:
        with Phone(runtime, *flags, "--contact", "1=" + baresip.uri,
                   "--keys", "1# wait:connected " + FLAT) as phone:

            def ask():
                while not over.wait(1):
                    answers.append(ask_options(phone.port))

            phone.wait("connected")
            asking = threading.Thread(target=ask)
            asking.start()
            phone.wait("ended")
            over.set()
            asking.join()
            phone.finish()
        baresip.wait("CALL_CLOSED")
    return Call(phone, baresip, folder), answers


def calls_over_a_bad_network(runtime, folder):
    """-> (Call, Relay)."""
    flags, voice = voices(folder)
    keys = "1# wait:connected sleep:%d hangup wait:ended" % LONG_SECONDS
    with Baresip(folder / "peer", voice) as baresip:
        with Relay(media_loss=LOST_ONE_IN, media_ill=LOST_OF, media_delays=DELAYS_MS,
                   peer=baresip.port) as relay:
            contact = "1=sip:baresip@%s:%d" % (HOST, relay.ports[PHONE])
            with Phone(runtime, *flags, "--contact", contact, "--keys", keys) as phone:
                phone.finish(LONG_SECONDS + 10)
            baresip.wait("CALL_CLOSED")
    return Call(phone, baresip, folder), relay


def check_sound(call):
    for comparison in (call.to_phone, call.to_baresip):
        assert comparison.correlation >= 0.99, comparison
        assert 0.9 < comparison.gain < 1.1, comparison
        assert comparison.snr_db >= 30, comparison
        assert comparison.seconds >= 0.95 * SECONDS, comparison


@needs("baresip")
@pytest.mark.parametrize("story", [is_called, calls_baresip])
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_both_hear_what_the_other_one_says(calls, runtime, story, capsys):
    call = calls[story, runtime].result()
    with capsys.disabled():
        print("\n%s, %s\n    phone heard %s\n    baresip heard %s\n    %s" % (
            runtime, story.__name__, call.to_phone, call.to_baresip, call.media))
    check_sound(call)
    assert call.phone.last("ended")["reason"] == "You hung up"
    assert call.media["lost"] == call.media["peer_lost"] == 0
    assert call.statistics["lost"] == (0, 0)
    for jitter_ms in (call.media["jitter_ms"], call.media["peer_jitter_ms"], *call.statistics["jitter"]):
        assert jitter_ms <= 5


@needs("baresip")
@pytest.mark.parametrize("story", [sends_digits])
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_baresip_understands_our_digits(calls, runtime, story):
    assert calls[story, runtime].result().digits == "159*0#"


@needs("baresip")
@needs("sipsak")
@pytest.mark.parametrize("story", [talks_while_it_is_asked])
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_options_every_second_disturb_nobody(calls, runtime, story):
    call, answers = calls[story, runtime].result()
    assert len(answers) >= SECONDS - 3 and all(answers), answers
    check_sound(call)


@needs("baresip")
@pytest.mark.parametrize("story", [calls_over_a_bad_network])
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_our_rtcp_and_baresips_agree(calls, runtime, story, capsys):
    call, relay = calls[story, runtime].result()
    phone, baresip = call.media, call.statistics
    with capsys.disabled():
        print("\n%s, %d and %d packets lost on the way" % (runtime, *relay.media_lost))
        print("    phone   %s\n    baresip %s (sent, received)" % (phone, baresip))
    assert phone["lost"] == relay.media_lost[PEER] == baresip["lost"][0]
    assert phone["peer_lost"] == relay.media_lost[PHONE] == baresip["lost"][1]
    assert abs(phone["received"] + phone["lost"] - baresip["packets"][0]) <= 2
    assert abs(phone["sent"] - phone["peer_lost"] - baresip["packets"][1]) <= 2
    # Each side's last report is some seconds older than what the other one counted in the end.
    assert abs(phone["jitter_ms"] - baresip["jitter"][0]) <= 3
    assert abs(phone["peer_jitter_ms"] - baresip["jitter"][1]) <= 3
    for jitter_ms in (phone["jitter_ms"], phone["peer_jitter_ms"], *baresip["jitter"]):
        assert abs(jitter_ms - JITTER_MS) <= 4
    assert abs(phone["round_trip_ms"] - call.reports[-1]["rtt"] / 1000) <= 10
