# SPDX-License-Identifier: MIT
"""The Security Manager under 100,000 random events, and the screen under 100,000 negotiations.

Hypothesis throws the dice; in a soak it makes small what fails, before it is shown.
"""

import os
from binascii import a2b_base64, b2a_base64

from core.route import BY_TLS, END_TO_END, IN_CLEAR, UNGUARDED
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from security import pgp, sma_frames
from security.armor import read_line
from security.canonical import signed_block
from security.hearing import BROKEN, OPEN, PBX, SEALED, SEALED_NEW
from security.media_keys import AVP, OFF, PREFER, REQUIRE, SAVP, MediaKeys
from security.process import GUARD_MS, PROCESS
from security.srtp import SrtpReceiver
from security.suite import SALT, key_size

from sim.fakes import seeded_crypto
from sim.virtual_helper import MODES
from sim.world import World
from tests.unit.security.test_process import Rig, RowsSeen

SOAK = 5 if os.environ.get("SINETTI_SOAK") else 1
# The same throws on each run. A soak makes new ones, and makes small what fails, which takes minutes.
THROWN = settings(
    deadline=None, database=None, derandomize=SOAK == 1, suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink) if SOAK > 1 else (Phase.generate,))

# (a) Random events

EVENTS = 100000 * SOAK      # of processes
LIVED = 40000 if SOAK == 1 else 500000     # of a whole phone: 0.4 ms each
_DAY = 400                  # events of one phone's life
_CALLS = 6                  # Call-IDs that the stranger uses, more than may wait
_IDLE_MS = 100              # a link is looked at that often here: 33 s of waiting cost less
_REST_MS = 300000           # ringing gives up after 180 s, a transaction after 32 s
_MOST_WAITING = 4
_MOST_PASSAGES = 12
_MOST_TICKETS = 4

HEAD = (
    b"%s sip:bob@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.7:5060;branch=z9hG4bK%d;rport\r\n%s"
    b"From: <sip:carol@10.0.0.7>;tag=c%d\r\nTo: <sip:bob@10.0.0.1>%s\r\nCall-ID: c%d@10.0.0.7\r\n"
    b"CSeq: %d %s\r\nContact: <sip:carol@10.0.0.7>\r\n%sContent-Length: %d\r\n\r\n")

IN_CLEAR_FOR_ALL = (
    b"v=0\r\no=- 1 1 IN IP4 10.0.0.7\r\ns=-\r\nc=IN IP4 10.0.0.7\r\nt=0 0\r\nm=audio 4000 RTP/SAVP 0\r\n"
    b"a=rtpmap:0 PCMU/8000\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + b"A" * 40 + b"\r\n")


def header(frame, name):
    """-> value of the first header of this name, b"" for none."""
    return frame.partition(b"\r\n" + name + b": ")[2].partition(b"\r\n")[0]


class Desk:
    """bob's phone with his Security Manager, and carol, who can sign and does what nobody should."""

    def __init__(self, policy):
        self.world = World()
        self.carol = self.world.helper.attach("carol", "sip:carol@10.0.0.7")
        self.bob = self.world.add(
            "bob", {"security.policy": policy}, (("1001", "sip:carol@10.0.0.7", "Carol"),), helper=True)
        self.bob.host_link.identity.confirmed.append(self.carol.fingerprint)
        self.world.run(1500)
        self.bob.unit.reactor._idle_ms = _IDLE_MS
        self.peer = self.world.add_peer("carol", "10.0.0.7", self._heard)
        self.nonces = {}                # Call-ID -> what the last 401 asked for
        self.tags = {}                  # Call-ID -> To tag that bob gave
        self.last = {}                  # number of a call -> the last INVITE of it
        self.asked = None               # bob's own last INVITE
        self.count = 0
        sealing = self.bob.unit.sealing
        self.manager, self.sma, self.passages = sealing.manager, sealing.sma, sealing.gate.passages
        self.kept_timers = self.bob.unit.timers.armed

    def _heard(self, peer, frame, source):
        call_id = header(frame, b"Call-ID")
        if frame.startswith(b"SIP/2.0 401"):
            self.nonces[call_id] = frame.partition(b'nonce="')[2].partition(b'"')[0]
        elif frame.startswith(b"SIP/2.0"):
            tag = header(frame, b"To").partition(b">")[2]
            self.tags[call_id] = tag
        elif frame.startswith(b"INVITE"):
            self.asked = frame

    # Events. number: 0 .. 255

    def do(self, name, number):
        getattr(self, "_" + name)(number)
        self.world.run(10)
        self.check()

    def check(self):
        """What holds at each moment."""
        strangers = [process for process in self.manager.waiting() if process.seal.line < 0]
        assert len(strangers) <= _MOST_WAITING, "those of calls are not counted"
        assert self.manager.live() <= _MOST_WAITING + 2 + 8, "as many as wait, two lines, those that linger"
        assert len(self.passages._held) <= _MOST_PASSAGES and len(self.sma._tickets) <= _MOST_TICKETS

    def _send(self, method, number, tag=b"", more=b"", above=b"", cseq=None, branch=None):
        self.count += 1
        call = number % _CALLS
        if cseq is None:
            cseq = self.count
        frame = HEAD % (method, branch or self.count, above, call, tag, call, cseq, method, more, 0)
        self.peer.send(frame, self.bob.address)
        return frame

    def _bare(self, number):
        more = b"Accept: application/sdp, application/pgp-keys\r\n" if number & 64 else b""
        self.last[number % _CALLS] = self._send(b"INVITE", number, more=more)

    def _copy(self, number):
        frame = self.last.get(number % _CALLS)
        if frame is not None:
            self.peer.send(frame, self.bob.address)

    def _signed(self, number, spoil=0, body=b""):
        """An INVITE that meets the last challenge."""
        self.count += 1
        call = number % _CALLS
        call_id = b"c%d@10.0.0.7" % call
        nonce = self.nonces.get(call_id, b"none")
        wish = self._wish() + (b"Content-Type: application/sdp\r\n" if body else b"")
        frame = HEAD % (
            b"INVITE", self.count, b"", call, b"", call, self.count, b"INVITE", wish, len(body))
        start = frame.find(b"From: ")
        block = signed_block(nonce, b"INVITE", frame[start:-2], body)
        _, fields = self.carol._answer(sma_frames.SIGN, ((sma_frames.BLOCK, block),))
        signature = bytearray(read_line(sma_frames.value_of(fields, sma_frames.SIGNATURE), 1024))
        signature[30] ^= spoil
        value = pgp.write_credentials(b"10.0.0.1:5060", nonce, bytes(signature), self.carol.fingerprint)
        frame = frame[:start] + b"Authorization: " + value + b"\r\n" + frame[start:]
        self.last[call] = frame + body
        self.peer.send(frame + body, self.bob.address)

    def _wish(self):
        return b"WWW-Authenticate: " + pgp.write_challenge(b"10.0.0.7", b"%024d" % self.count) + b"\r\n"

    def _forged(self, number):
        self._signed(number, 1 + number % 255)

    def _cancel(self, number):
        frame = self.last.get(number % _CALLS, b"")
        branch = frame.partition(b"z9hG4bK")[2].partition(b";")[0]
        cseq = header(frame, b"CSeq").partition(b" ")[0]
        if branch:
            self._send(b"CANCEL", number, cseq=int(cseq), branch=int(branch))

    def _bye(self, number):
        self._send(b"BYE", number, self._tag(number))

    def _ack(self, number):
        self._send(b"ACK", number, self._tag(number), cseq=max(1, self.count - number % 4))

    def _tag(self, number):
        return self.tags.get(b"c%d@10.0.0.7" % (number % _CALLS), b"") if number & 64 else b";tag=none"

    def _options(self, number):
        self._send(b"OPTIONS", number)

    def _dial(self, number):
        self.bob.press("1001#")

    def _respond(self, number):
        """To bob's own INVITE: a challenge, good or not, or any other answer."""
        if self.asked is None:
            return
        status = (401, 401, 401, 407, 180, 200, 486, 603)[number % 8]
        lines = [b"SIP/2.0 %d X" % status]
        for name in (b"Via", b"From", b"To", b"Call-ID", b"CSeq"):
            value = header(self.asked, name)
            lines.append(name + b": " + value + (b";tag=r" if name == b"To" else b""))
        body = b""
        if status in (401, 407) and number & 8:
            name = b"Proxy-Authenticate: " if status == 407 else b"WWW-Authenticate: "
            key = self.carol.fingerprint if number & 16 else bytes(20)
            lines.append(name + pgp.write_challenge(b"10.0.0.7", b"%024d" % self.count, False, b"sha256", key))
            if number & 32:
                body = self.carol.identity.certificate
                lines.append(b"Content-Type: application/pgp-keys")
        lines += [b"Contact: <sip:carol@10.0.0.7>", b"Content-Length: %d" % len(body), b"", b""]
        self.peer.send(b"\r\n".join(lines) + body, self.bob.address)

    def _key(self, number):
        self.bob.press("OBHD"[number % 4])

    def _helper(self, number):
        self.world.helper.mode = (MODES[:1] * 6 + MODES)[number % (len(MODES) + 6)]
        self.world.helper.liar = self.carol.fingerprint

    def _lost(self, number):
        self.bob.unit.ports.stack.transport_failed(
            (0, b"10.0.0.7", 5060), self.world.clock.now(), self.bob.unit._out)
        self.bob.unit._out.drain(self.world.clock.now())

    def _wait(self, number):
        self.world.run((20, 50, 100, 100, 200, 300, 600, 600, 600, 2000, 2000, 2000, 5000, 5000, 11000, 33000)[number % 16])

    # The end

    def rest(self):
        """Everybody goes home. What is left?"""
        self.world.helper.mode = ""
        for _ in range(3):
            self.bob.press("B")
        self.world.run_until(self.is_at_rest, _REST_MS)

    def is_at_rest(self):
        unit = self.bob.unit
        return (
            self.manager.live() == 0 and not self.passages._held and not self.sma._tickets
            and unit.live() == 0 and unit.timers.armed <= max(self.kept_timers, 1))


NAMES = ("bare", "copy", "signed", "forged", "cancel", "bye", "ack", "options", "dial", "respond", "key",
         "helper", "lost", "wait")
DAYS = st.lists(
    st.tuples(st.sampled_from(NAMES + ("bare", "signed", "respond")), st.integers(0, 255)),
    min_size=_DAY, max_size=_DAY)


SIGNALS = (
    ("got_invite", "x", True), ("got_invite", "x", False), ("got_invite", "x", False),
    ("got_401_unauthorized", "x", True), ("got_401_unauthorized", "x", False), ("got_error",),
)


def test_100000_random_events_make_no_undefined_move_and_leave_no_timer():
    """At the processes alone. An event below 6 is a signal, another lets time pass."""
    done = {"events": 0}

    @settings(THROWN, max_examples=EVENTS // _DAY)
    @given(st.lists(st.integers(0, 8), min_size=_DAY, max_size=_DAY))
    def live(day):
        rig = Rig()
        for event in day:
            told, state = rig.do(*SIGNALS[event]) if event < 6 else rig.run(1 << 4 * (event - 5) + 3)
            assert len(told) <= 1 and state in ("idle", "wait_auth_invite")
            assert rig.timers.armed == (state == "wait_auth_invite")
            assert rig.process._attempts <= 2 and (rig.process._attempts > 0) == rig.process.is_waiting
        rig.run(GUARD_MS)
        assert rig.timers.armed == 0 and not rig.process.is_waiting
        done["events"] += len(day)

    with RowsSeen() as seen:
        live()
    assert done["events"] >= EVENTS
    check_rows(seen)


def check_rows(seen):
    assert sorted(seen.rows) == list(range(2, len(PROCESS), 4)), "every row was used"
    check_ignored(seen)


def check_ignored(seen):
    assert set(seen.ignored) <= {(1, 6)}, "an error while it does not wait, and no other"


def test_random_events_at_the_whole_security_manager_leak_nothing():
    """No process, timer, passage, ticket or transaction is left, whatever strangers, callers, the helper
    and the owner have done to one another. In a soak half a million of them."""
    done = {"events": 0, "rang": 0, "connected": 0}

    @settings(THROWN, max_examples=LIVED // _DAY)
    @given(st.sampled_from((PREFER, REQUIRE)), DAYS)
    def live(policy, day):
        desk = Desk(policy)
        for name, number in day:
            desk.do(name, number)
        desk.rest()
        done["events"] += len(day)
        done["rang"] += desk.bob.has("ringing")
        done["connected"] += desk.bob.has("connected")

    with RowsSeen() as seen:
        live()
    assert done["events"] >= LIVED
    assert done["rang"] > LIVED // _DAY // 2 and done["connected"], "what is signed gets through"
    check_ignored(seen)


def test_a_description_that_was_signed_and_not_hidden_is_never_shown_as_sealed():
    """Its keys could be read on the way, whoever has signed it."""
    desk = Desk(REQUIRE)
    desk.do("bare", 0)
    desk.world.run(500)
    desk._signed(0, 0, IN_CLEAR_FOR_ALL)
    desk.world.run(1000)
    desk.bob.lift()
    desk.world.run(1000)
    assert not desk.bob.has("ringing") and "SEALED" not in desk.bob.screen()
    assert "488" in desk.world.ladder()


# (b) Negotiations

NEGOTIATIONS = 100000 * SOAK
_CALL = 50                  # negotiations of one call: the first, and re-INVITEs
LEGS = (UNGUARDED, IN_CLEAR, BY_TLS)
BEST = {BROKEN: 0, OPEN: 0, PBX: 1, SEALED_NEW: 2, SEALED: 3}      # how good it looks; what is broken promises nothing


def key_in(value):
    """-> the key of a line, as it is written, or b""."""
    return value.partition(b"inline:")[2].partition(b"|")[0].partition(b" ")[0]


class Wiretap:
    """Who has read which keys, from the descriptions as they passed. It asks nobody for a state.

    strangers  at each end: who listens to the wire between that phone and the first server
    relay      a server on the way: reads what is not sealed end to end, and writes it anew as it likes
    """

    def __init__(self):
        self.strangers = (set(), set())
        self.relay = set()

    def passes(self, values, is_sealed, legs):
        if is_sealed:
            return
        for value in values:
            self.relay.add(key_in(value))
            for end in (0, 1):
                if legs[end] != BY_TLS:
                    self.strangers[end].add(key_in(value))

    def hears(self, end, key):
        """-> how good a call can be whose sound is under this key, as far as this end can know."""
        if key is None or key in self.strangers[end]:
            return BEST[OPEN]
        return BEST[PBX] if key in self.relay else BEST[SEALED]


class End:
    """A phone in the call. keys: what is tested. sends, hears: the keys of its sound, None for clear.

    has_ciphers  False: session keys are not derived, which is slow and decides nothing
    """

    def __init__(self, policy, has_ciphers):
        self.way = IN_CLEAR
        self.keys = MediaKeys(CRYPTO, policy, lambda: self.way)
        if not has_ciphers:
            self.keys._seal = self._seal
        self.sends = self.hears = None
        self.screen = OPEN
        self.is_confirmed = self.has_failed = False

    def _seal(self, ours, theirs):
        self.keys.ssm = Sealed()

    def agreed(self, mine, theirs):
        """It sends under the key of its own line, hears under that of the other's; none: in clear."""
        self.sends = key_in(mine) if mine else None
        self.hears = key_in(theirs) if theirs else None

    def look(self):
        self.screen = self.keys.hearing(self.is_confirmed, self.has_failed, self.screen)


class Sealed:
    overhead = 10

    def wipe(self):
        pass


CRYPTO = seeded_crypto(1, "negotiations")


def with_tag(values, tag):
    """-> the first line with this tag, b"" for none."""
    for value in values:
        if value.split(b" ")[0] == tag:
            return value
    return b""


def tampered(profile, values, how):
    """What a relay does to a description that it can write. -> (profile, values)."""
    values = list(values)
    own_key = b2a_base64(CRYPTO.random(30)).strip()
    if how == "strip":
        values = []
    elif how == "own key" and values:
        values = [b" ".join(value.split(b" ")[:2]) + b" inline:" + own_key for value in values]
    elif how == "plant":
        values.append(b"9 AES_CM_128_HMAC_SHA1_80 inline:" + own_key)
    elif how == "swap":
        values.reverse()
    elif how == "twice":
        values += values
    elif how == "profile":
        profile = AVP if profile == SAVP else SAVP
    elif how == "weaker":
        values = [value.replace(b"_80", b"_32") for value in values]
    elif how == "cut" and values:
        values[0] = values[0][:-3]
    return profile, values


HOW = ("", "", "", "", "strip", "own key", "plant", "swap", "twice", "profile", "weaker", "cut")
FATES = ("answered", "answered", "answered", "answered", "refused", "lost", "answered twice")
ROUND = st.tuples(
    st.integers(0, 1),                                              # who offers
    st.sampled_from((False, True, True)),                           # the offer is sealed
    st.sampled_from((True, True, True, True, False)),               # so is the answer, else not, or the reverse
    st.sampled_from(LEGS), st.sampled_from(LEGS),                   # the hops at both ends
    st.sampled_from(HOW), st.sampled_from(HOW), st.sampled_from(FATES),
    st.sampled_from(("", "", "", "", "confirm", "confirm", "fail")))


def negotiate(ends, tap, turn):
    """One offer, and what becomes of it.

    An offer that everybody could read gets no answer that says it was sealed: the gate refuses it,
    see test_a_description_that_was_signed_and_not_hidden_is_never_shown_as_sealed.
    """
    first, is_sealed, is_alike, leg, other_leg, before, behind, fate, _ = turn
    legs = (leg, other_leg)
    is_reply_sealed = is_sealed == is_alike
    for at in (0, 1):
        ends[at].way = END_TO_END if is_sealed else legs[at]
    caller, callee = ends[first], ends[1 - first]
    offer = caller.keys.offer()
    if offer is None:
        return
    tap.passes(offer[1], is_sealed, legs)
    seen = offer if is_sealed else tampered(*offer, before)
    tap.passes(seen[1], is_sealed, legs)
    callee.way = END_TO_END if is_sealed and is_reply_sealed else legs[1 - first]
    reply = None if fate == "refused" else callee.keys.answer(*seen)
    if reply is None:
        caller.keys.revert()
        return
    mine = reply[1][0] if reply[1] else b""
    callee.agreed(mine, with_tag(seen[1], mine.split(b" ")[0]))
    tap.passes(reply[1], is_reply_sealed, legs)
    if fate == "lost":
        return
    got = reply if is_reply_sealed else tampered(*reply, behind)
    tap.passes(got[1], is_reply_sealed, legs)
    caller.way = END_TO_END if is_reply_sealed else legs[first]
    for _ in range(2 if fate == "answered twice" else 1):
        if caller.keys.settle(*got):
            theirs = got[1][0] if got[1] else b""
            caller.agreed(with_tag(offer[1], theirs.split(b" ")[0]), theirs)


def check_screens(ends, tap, shown):
    for at in (0, 1):
        end = ends[at]
        end.look()
        limit = min(tap.hears(at, end.sends), tap.hears(at, end.hears))
        if not end.is_confirmed:
            limit = min(limit, BEST[SEALED_NEW])        # whoever holds that key, friend or not
        assert BEST[end.screen] <= limit, (end.screen, limit)
        assert end.screen == BROKEN or not end.has_failed
        shown[end.screen] = shown.get(end.screen, 0) + 1


POLICIES = st.tuples(*[st.sampled_from((OFF, PREFER, REQUIRE))] * 2)


def live_call(policies, turns, shown, has_ciphers=False):
    """Negotiate again and again. Who is told that the call is broken hangs up and calls anew."""
    tap = Wiretap()
    ends = None
    for turn in turns:
        if ends is None or BROKEN in (ends[0].screen, ends[1].screen):
            ends = [End(policy, has_ciphers) for policy in policies]
        negotiate(ends, tap, turn)
        if turn[-1]:
            end = ends[turn[0]]
            end.is_confirmed = end.is_confirmed or turn[-1] == "confirm"
            end.has_failed = end.has_failed or turn[-1] == "fail"
        check_screens(ends, tap, shown)
        if has_ciphers:
            listen(ends, tap)


def test_over_100000_negotiations_the_screen_never_says_better_than_what_the_relay_could_read():
    """The model is the wiretap: it knows each key that was written where somebody could read it."""
    shown = {}

    @settings(THROWN, max_examples=NEGOTIATIONS // _CALL)
    @given(POLICIES, st.lists(ROUND, min_size=_CALL, max_size=_CALL))
    def talk(policies, turns):
        live_call(policies, turns, shown)

    talk()
    assert sum(shown.values()) >= 2 * NEGOTIATIONS, "at both ends"
    for state in BEST:
        assert shown[state] > NEGOTIATIONS // 100, "a screen that never says %s is not tried" % state


def listen(ends, tap):
    """A packet of each end, and whoever could read a key tries to hear it."""
    for at in (0, 1):
        packet = bytearray(b"\x80\x00\x00\x01" + bytes(8) + b"sound" + bytes(20))
        n = ends[at].keys.ssm.ready().encrypt(packet, 17)
        if n < 0:
            continue                    # no packet leaves this phone
        sent = bytes(packet[:n])
        is_clear = b"sound" in sent
        if is_clear or can_hear(sent, tap.strangers[at]):
            assert ends[at].screen in (OPEN, BROKEN)
        if is_clear or can_hear(sent, tap.relay):
            assert ends[at].screen in (OPEN, PBX, BROKEN)


def can_hear(sent, keys):
    """-> True when one of the keys opens the packet."""
    for key in keys:
        letters = key.rstrip(b"=")
        for suite in (0, 1, 2):
            size = key_size(suite) + SALT
            if len(letters) == (4 * size + 2) // 3:
                packet = bytearray(sent)
                receiver = SrtpReceiver(CRYPTO, suite, a2b_base64(letters + b"=" * (-len(letters) % 4)))
                if receiver.decrypt(packet, len(sent)) == 17:
                    return True
    return False


def test_whoever_could_read_a_key_tries_to_hear_the_packets():
    """The same negotiations with their ciphers: the wiretap is right about who hears."""
    shown = {}

    @settings(THROWN, max_examples=60 * SOAK)
    @given(POLICIES, st.lists(ROUND, min_size=8, max_size=8))
    def talk(policies, turns):
        live_call(policies, turns, shown, True)

    talk()
    assert len(shown) == len(BEST)
