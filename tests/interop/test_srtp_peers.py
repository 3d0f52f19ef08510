# SPDX-License-Identifier: MIT
"""baresip and linphone, SRTP mandatory, and the phone: registered at one Kamailio, each calls the other.

By UDP the keys are in clear and the screen says OPEN; by TLS the PBX can hear. alice calls, and Kamailio asks her
for her password.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.interop.certificates import Authority
from tests.interop.linphone import Linphone
from tests.interop.peers import Baresip, needs
from tests.interop.phones import HOST, RUNTIMES, Phone, wait_until
from tests.interop.registrar import Account, Kamailio, needs_tls
from tests.interop.sound import RATE, Comparison, read_wav, write_voice

AT_ONCE = 4
LEAD_S = 2                      # linphone fills its jitter buffer anew after a second, and skips a piece
SECONDS = 5                     # of talk
FLAT = "sleep:%d hangup wait:ended" % (LEAD_S + SECONDS)
SRTP = ("--security", "off", "--srtp", "require", "--screen")
# A login, SRTP and TLS together want more than the 260 KB of a board without PSRAM.
ROOM = ("--heap", "400K")
HEARING = {"udp": ("open", "OPEN: anyone on the way"), "tls": ("pbx", "PBX can hear")}


class WithBaresip:
    """baresip, which knows no SHA-256. It speaks from the start of a call, and answers by itself."""

    algorithm = "MD5"

    def __init__(self, folder, voice, account):
        self._peer = Baresip(folder, voice, encryption="srtp-mand", account=account)
        self.process = self._peer.process

    def __enter__(self):
        self._peer.__enter__()
        return self

    def __exit__(self, *fault):
        self._peer.__exit__(*fault)

    def call(self, uri):
        self._peer.command("dial", uri)

    def speak(self):
        pass

    def finish(self):
        self._peer.wait("CALL_CLOSED")

    @property
    def heard(self):
        return self._peer.heard()


class WithLinphone(Linphone):
    """linphone, which is told when to speak."""

    algorithm = "SHA-256"

    def call(self, uri):
        self.command("call " + uri)


PEERS = {"baresip": WithBaresip, "linphone": WithLinphone}


class Call:
    """A call that is over: what was heard on both sides, and what our phone told and drew."""

    def __init__(self, phone, heard, folder):
        self.phone = phone
        self.to_phone = Comparison(read_wav(folder / "peer.wav"), read_wav(folder / "ear.wav"))
        self.to_peer = Comparison(read_wav(folder / "phone.wav")[LEAD_S * RATE:], read_wav(heard))


def talk(peer, way, is_ours, runtime, folder):
    """One call by way of Kamailio. is_ours: our phone makes it. -> Call."""
    said = write_voice(folder / "phone.wav", 30, 1, LEAD_S)
    voice = write_voice(folder / "peer.wav", 30, 2)
    kind = PEERS[peer]
    ca = Authority(folder / "authority")
    tls = ca.server("localhost", HOST) if way == "tls" else None
    with Kamailio(folder / "kamailio", kind.algorithm, tls=tls) as kamailio:
        alice, bob = [Account(kamailio, user, ca.pem if tls else None) for user in ("alice", "bob")]
        ours, theirs = (alice, bob) if is_ours else (bob, alice)
        script = "wait:registered 1# " if is_ours else "wait:registered wait:ringing answer "
        with kind(folder / "peer", voice, theirs) as other:
            wait_until(kamailio.bindings, other.process, "%s registers" % peer)
            with Phone(runtime, *ours.flags(folder), *SRTP, *ROOM, "--contact", "1=" + theirs.uri, "--mic", str(said),
                       "--ear", str(folder / "ear.wav"), "--trace", str(folder / "trace"), "--keys",
                       script + "wait:connected " + FLAT) as phone:
                phone.wait("registered")
                if not is_ours:
                    other.call(ours.uri)
                phone.wait("connected")
                other.speak()
                phone.finish()
            other.finish()
    return Call(phone, other.heard, folder)


def wanted(request):
    for item in request.session.items:
        if item.module is request.module and not any(mark.args[0] for mark in item.iter_markers("skipif")):
            params = item.callspec.params
            yield params["peer"], params["way"], params["is_ours"], params["runtime"]


@pytest.fixture(scope="module")
def calls(request, tmp_path_factory):
    """-> the calls that were asked for, a few at a time; result() is a Call."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {story: pool.submit(talk, *story, tmp_path_factory.mktemp("srtp")) for story in wanted(request)}


@needs("kamailio")
@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("is_ours", [True, False], ids=["we-call", "they-call"])
@pytest.mark.parametrize("way", ["udp", pytest.param("tls", marks=needs_tls)])
@pytest.mark.parametrize("peer", [
    pytest.param("baresip", marks=needs("baresip")), pytest.param("linphone", marks=needs("linphonec"))])
def test_both_hear_each_other_and_the_screen_says_who_else_can(calls, peer, way, is_ours, runtime, capsys):
    call = calls[peer, way, is_ours, runtime].result()
    with capsys.disabled():
        print("\n%s, %s, %s, %s\n    phone heard %s\n    peer heard  %s" % (
            peer, way, "we call" if is_ours else "they call", runtime, call.to_phone, call.to_peer))
    for comparison in (call.to_phone, call.to_peer):
        assert comparison.correlation >= 0.99, comparison
        assert comparison.seconds >= 0.9 * SECONDS, comparison
    state, row = HEARING[way]
    assert [posted["state"] for posted in call.phone.events if posted["event"] == "who-can-hear"] == [state]
    drawn = [" ".join(line.strip() for line in posted["rows"])
             for posted in call.phone.events if posted["event"] == "screen"]
    told = [text for text in drawn if any(word in text for word in ("OPEN", "PBX", "SEALED", "BROKEN"))]
    assert told and all(row in text for text in told), told
