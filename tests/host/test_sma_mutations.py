# SPDX-License-Identifier: MIT
"""100,000 mutated frames of the SMA link at each of its ends: no crash, no growth, no secret out.

At the helper's end whatever is still a frame goes to the real desk, with Sequoia and a real
keyring; at the phone's end to Sma, which waits for answers. Half of the mutations are of the
bytes, half of the values in a frame, which stays one.
"""

import asyncio
import json
import os
from concurrent.futures import Executor, Future
from pathlib import Path

from core.outbox import Outbox
from core.timers import Timers
from security import sma_frames as frames
from security.sma import MOST_TICKETS, SMA_DONE, Sma

from host_tools.sinetti import new_key, policy
from host_tools.sinetti.backends.sequoia import Sequoia
from host_tools.sinetti.desk import Desk
from host_tools.sinetti.journal import Journal
from host_tools.sinetti.keyring import Keyring
from host_tools.sinetti.session import Session
from host_tools.sinetti.tokens import Tokens
from sim.dice import Dice
from tests.secret_search import Secrets
from tests.unit.security.sma_fakes import Message, Settings

FRAMES = 1000000 if os.environ.get("SINETTI_SOAK") else 100000
_LOOK = 500                 # answers are searched so many at a time
GROWTH_KB = 4000            # of this process, with what the libraries keep

BLOCK = b"INVITESIP/2.0 seeded block"
PASSPHRASES = {"alice": b"kantele-41 of alice, seeded", "bob": b"sauna-17 of bob, seeded"}
PLAIN = {"alice": b"alice's seeded text of alice", "bob": b"bob's seeded text of bob"}


def memory_kb():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    raise AssertionError("there is no VmRSS")


def mutated(dice, frame):
    """-> bytes: the frame with one to three changes."""
    fields = frames.unpack(frame[6:])
    if dice.happens(50) or not fields:
        return mutated_bytes(dice, frame, 2)
    for _ in range(1 + dice.below(2)):
        at = dice.below(len(fields))
        kind = dice.below(8)
        tag, value = fields[at]
        if kind == 0:
            del fields[at]
        elif kind == 1:
            fields.append((tag, value))
        elif kind == 2:
            fields[at] = (1 + dice.below(24), value)
        elif kind == 3:
            fields[at] = (tag, b"")
        elif kind == 4:
            fields.append((1 + dice.below(24), dice.take(dice.below(40))))
        else:
            fields[at] = (tag, mutated_bytes(dice, value, 0) if value else dice.take(3))
        if not fields:
            break
    verb = frame[5] if dice.happens(85) else dice.below(256)
    again = frames.compose(frame[3] << 8 | frame[4], verb, fields)
    return bytes(again) if again is not None else frame


def mutated_bytes(dice, data, kept):
    """kept: how many bytes in front are changed seldom: a length that is wrong ends all further reading."""
    data = bytearray(data)
    for _ in range(1 + dice.below(2)):
        first = 0 if dice.happens(5) else min(kept, len(data) - 1)
        place = first + dice.below(len(data) - first)
        kind = dice.below(6)
        if kind < 3:
            data[place] ^= 1 << dice.below(8)
        elif kind == 3:
            data[place] = dice.below(256)
        elif kind == 4:
            data[place:place] = dice.take(1 + dice.below(8))
        else:
            del data[place:place + 1 + dice.below(8)]
        if not data:
            return b"\0"
    return bytes(data)


# The helper's end


SLOW = (frames.DECRYPT, frames.CONFIRM, frames.IMPORT, frames.VERIFY)      # up to 1 ms each: asked seldom


class Here(Executor):
    """Works at once: threads are for phones that must not wait for one another."""

    def submit(self, function, *arguments):
        future = Future()
        try:
            future.set_result(function(*arguments))
        except Exception as fault:
            future.set_exception(fault)
        return future


class Office:
    """A helper without its sockets: alice and bob have keys, alice's phone is the one that talks."""

    def __init__(self, folder):
        self.ring = Keyring(folder / "keys")
        tokens = Tokens(folder / "tokens.json")
        self.tokens = {}
        for name, word in PASSPHRASES.items():
            self.tokens[name] = tokens.issue(name)
            secret, public = new_key.make("%s <sip:%s@x.test>" % (name, name), "ed25519", word, 1700000000)
            self.ring.add_identity(name, policy.check_certificate(public), secret)
        self.tokens_file = tokens
        self.desk = Desk(self.ring, Sequoia(self.ring))
        for name, word in PASSPHRASES.items():
            self.desk.unlock(name, word)
        self.place = folder / "journal"
        self.log = open(self.place, "w")
        self.said = bytearray()
        self.now = 0.0
        self.session = None

    def clock(self):
        self.now += 1               # so that no phone is ever too fast
        return self.now

    def begin(self, greets=True):
        self.session = Session(
            self.desk, self.tokens_file, Journal(self.log), Here(), self.said.extend, self.clock)
        if greets:
            self.session.feed(bytes(frames.compose(1, frames.HELLO, ((frames.TOKEN, self.tokens["alice"]),))))
            assert self.session.phone == "alice"
            self.said.clear()

    def ask(self, name, verb, *fields):
        code, told = self.desk.answer(name, verb, fields)
        assert code == frames.DONE
        return told

    def samples(self):
        """-> one frame of each question, with what it wants."""
        value = frames.value_of
        keys = {name: bytes.fromhex(self.ring.fingerprint_of(name)) for name in PASSPHRASES}
        signature = value(self.ask("bob", frames.SIGN, (frames.BLOCK, BLOCK)), frames.SIGNATURE)
        certificate = value(self.ask("bob", frames.EXPORT), frames.CERTIFICATE)
        ciphers = {
            name: value(self.ask("bob", frames.ENCRYPT, (frames.PLAIN, PLAIN[name]), (frames.KEY, keys[name])),
                        frames.CIPHER) for name in PLAIN}
        self.ask("alice", frames.CONFIRM, (frames.FINGERPRINT, keys["bob"]))    # now the book is a file
        questions = (
            (frames.SIGN, (frames.BLOCK, BLOCK), (frames.KEY, keys["alice"])),
            (frames.VERIFY, (frames.BLOCK, BLOCK), (frames.SIGNATURE, signature), (frames.CERTIFICATE, certificate)),
            (frames.VERIFY, (frames.BLOCK, BLOCK), (frames.SIGNATURE, signature), (frames.KEY, keys["bob"])),
            (frames.ENCRYPT, (frames.PLAIN, BLOCK), (frames.KEY, keys["bob"])),
            (frames.ENCRYPT, (frames.PLAIN, BLOCK), (frames.CERTIFICATE, certificate)),
            (frames.DECRYPT, (frames.CIPHER, ciphers["alice"])),
            (frames.DECRYPT, (frames.CIPHER, ciphers["bob"])),
            (frames.PASSPHRASE_FOR, (frames.PASSPHRASE, b"a wrong guess"), (frames.SECONDS, b"\0\1")),
            (frames.IMPORT, (frames.CERTIFICATE, certificate)),
            (frames.EXPORT, (frames.NAME, b"x")), (frames.PING, (frames.NAME, b"x")),
            (frames.LOOKUP, (frames.URI, b"sip:bob@x.test")), (frames.LOOKUP, (frames.FINGERPRINT, keys["bob"])),
            (frames.CONFIRM, (frames.FINGERPRINT, keys["bob"]), (frames.POLICY, b"require")),
            (frames.DIRECTORY, (frames.OFFSET, b"\0\0")),
        )
        found = [bytes(frames.compose(7, question[0], question[1:])) for question in questions]
        return found + 3 * [frame for frame in found if frame[5] not in SLOW]

    def secrets(self):
        """-> Secrets that may be in no answer and in no journal."""
        found = Secrets()
        for name, word in PASSPHRASES.items():
            found.add("token", self.tokens[name])
            found.add("passphrase", word)
            fingerprint = self.ring.fingerprint_of(name)
            found.add_private_key(self.ring.secret_of(name), bytes(self.ring.certificate(fingerprint)))
        found.add("guess", b"a wrong guess")
        found.add("plaintext of another", PLAIN["bob"])
        assert len(found.kinds) == 5
        return found


def test_100000_mutated_frames_at_the_helper_no_crash_no_growth_no_secret_out(tmp_path):
    office = Office(tmp_path)
    dice = Dice(31, "mutated questions")
    samples = office.samples()
    secrets = office.secrets()
    greeting = bytes(frames.compose(1, frames.HELLO, ((frames.TOKEN, office.tokens["alice"]), (frames.NAME, b"a"))))
    before = files_of(tmp_path)
    memory = {}
    codes = {}
    heard = bytearray()

    async def play():
        office.begin()
        for count in range(FRAMES):
            if count == FRAMES // 4:
                memory["start"] = memory_kb()
            if office.session.is_over:
                office.begin(dice.happens(90))
            is_known = office.session.phone is not None
            frame = mutated(dice, samples[dice.below(len(samples))] if is_known else greeting)
            office.session.feed(frame)
            await office.session.settle()
            heard.extend(read_answer(office, codes))
            if count % _LOOK == _LOOK - 1:
                assert secrets.found_in(heard) == [], "among the last %d" % _LOOK
                heard.clear()
            assert len(office.session._reader._held) <= frames.LIMIT + 2
            if office.session._reader._held:
                office.begin()          # it waits for the rest of a frame

        memory["end"] = memory_kb()

    asyncio.run(play())
    office.log.close()
    journal = office.place.read_text()
    assert '"bug"' not in journal, [line for line in journal.splitlines() if '"bug"' in line][:5]
    assert secrets.found_in(journal) == []
    assert all(isinstance(json.loads(line), dict) for line in journal.splitlines()[:1000])
    assert codes[frames.DONE] > FRAMES // 20, "many are frames still, and good ones"
    assert len(codes) >= 7, "each kind of no is said"
    assert set(files_of(tmp_path)) - set(before) == set(), "nothing is kept that a phone did not mean"
    assert len(office.ring.certificates()) == 2
    assert memory["end"] - memory["start"] < GROWTH_KB


def files_of(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def read_answer(office, codes):
    """-> the bytes of an answer, if there is one; its code is counted."""
    said = bytes(office.said)
    office.said.clear()
    if not said:
        return b""
    reader = frames.FrameReader()
    reader.feed(said)
    answer = reader.next()
    assert answer is not None and reader.next() is None and not reader.fault, "one answer to one question"
    code = frames.code_of(answer[2])
    codes[code] = codes.get(code, 0) + 1
    if PLAIN["alice"] in said:
        assert answer[1] == frames.DECRYPT | frames.ANSWER, "to who asked for it"
    return said


# The phone's end

TOKEN = b"seeded token of 32 bytes, alice."
WORD = b"seeded passphrase of alice"


class Telephone:
    """Sma and whoever asks it. The link is what the test does with the bytes."""

    def __init__(self):
        self.timers = Timers(16)
        self.out = Outbox(32, self.timers, None)
        self.sma = Sma(Settings(b"alice", TOKEN))
        self.now = 1000
        self.ended = {}             # ticket -> how often it came to its end
        self.sma.start(self.out)
        self.connect()

    def told(self, machine, event, detail, now, out):
        if event == SMA_DONE:
            number, code, fields = detail
            self.ended[number] = self.ended.get(number, 0) + 1
            assert code in CODES
            assert code == frames.DONE or fields == ()
            assert WORD not in repr(detail).encode() and TOKEN not in repr(detail).encode()

    def connect(self):
        sma, out = self.sma, self.out
        sma.link_begun(self.now, out)
        sma.link_opened(self.now, out)
        out.drain(self.now)
        hello = self.written()
        assert [frame[1] for frame in hello] == [frames.HELLO]
        self.receive(bytes(frames.compose_answer(hello[0][0], frames.HELLO, frames.DONE, HELLO_FIELDS)))
        assert sma.is_ready

    def receive(self, data):
        self.sma.receive(data, self.now, self.out)
        self.out.drain(self.now)

    def written(self):
        """-> the frames that the phone sends. Where a secret is in one, it was asked for."""
        found = []
        while self.sma.outgoing() is not None:
            buf, _ = self.sma.outgoing()
            data = bytes(buf)
            self.sma.wrote(len(data))
            assert not any(buf), "wiped"
            assert (TOKEN in data) == (data[5] == frames.HELLO)
            assert WORD not in data or data[5] in (frames.SIGN, frames.PASSPHRASE_FOR)
            reader = frames.FrameReader()
            reader.feed(data)
            found.append(reader.next())
        return found

    def ask(self, kind):
        """Ask one of the questions. -> its frame, or None: too many are open."""
        sma, out, now = self.sma, self.out, self.now
        message = Message(BLOCK, BLOCK, BLOCK)
        if kind == 0:
            code = sma.sma_sign(bytearray(), message, None, bytearray(WORD), self, now, out)
        elif kind == 1:
            code = sma.sma_verify_sign(b"AAAA", message, bytes(20), None, self, now, out)
        elif kind == 2:
            code = sma.sma_encrypt(message, bytes(20), None, self, now, out)
        elif kind == 3:
            code = sma.sma_decrypt(message, None, None, self, now, out)
        elif kind == 4:
            code, _ = sma.unlock(bytearray(WORD), 60, self, out)
        else:
            code, _ = sma.request((frames.EXPORT, frames.DIRECTORY)[kind % 2], (), self, out)
        out.drain(now)
        sent = self.written()
        assert len(sent) == (code == frames.PENDING)
        return sent[0] if sent else None


CODES = [-code for code in range(11)]
HELLO_FIELDS = ((frames.FINGERPRINT, bytes(range(20))), (frames.NAME, b"alice"))
CONTACT = frames.pack(((frames.URI, b"sip:bob@x.test"), (frames.FINGERPRINT, bytes(20)), (frames.CONFIRMED, b"\1")))
ANSWERS = {
    frames.SIGN: ((frames.SIGNATURE, b"wr0EABYKAG8=" * 8), (frames.FINGERPRINT, bytes(20))),
    frames.VERIFY: ((frames.FINGERPRINT, bytes(20)), (frames.USER_ID, b"Bob <sip:bob@x.test>"),
                    (frames.CREATED, b"\0\0\0\1"), (frames.CONFIRMED, b"\1")),
    frames.ENCRYPT: ((frames.CIPHER, bytes(range(200))),), frames.DECRYPT: ((frames.PLAIN, b"v=0\r\n" * 20),),
    frames.PASSPHRASE_FOR: (), frames.EXPORT: ((frames.CERTIFICATE, bytes(80)), (frames.FINGERPRINT, bytes(20))),
    frames.DIRECTORY: ((frames.CONTACT, CONTACT), (frames.OFFSET, b"\0\1")),
}


def test_100000_mutated_frames_at_the_phone_no_crash_no_growth_no_secret_out():
    dice = Dice(32, "mutated answers")
    phone = Telephone()
    sma = phone.sma
    memory = asked = 0
    for count in range(FRAMES):
        if count == FRAMES // 4:
            memory = memory_kb()
        sent = phone.ask(dice.below(7))
        if sent is not None:
            asked += 1
            number, verb, _ = sent
            code = frames.DONE if dice.happens(80) else -dice.below(11)
            told = ANSWERS[verb] if code == frames.DONE else ()
            answer = bytes(frames.compose_answer(number, verb, code, told))
        phone.receive(mutated(dice, answer))
        assert len(sma._tickets) <= MOST_TICKETS and len(sma._waiting) <= MOST_TICKETS
        assert len(sma._reader._held) <= frames.LIMIT + 2
        if sma.is_broken or sma._reader._held or dice.happens(2):
            sma.link_lost(phone.now, phone.out)
            phone.out.drain(phone.now)
            assert not sma._tickets and phone.timers.armed == 1, "the next try, and nothing else"
            phone.connect()
    assert set(phone.ended.values()) <= set(range(1, 2 + FRAMES // 0xFFFF * 2))
    assert asked > FRAMES // 3
    assert memory_kb() - memory < GROWTH_KB
    sma.link_lost(phone.now, phone.out)
    phone.out.drain(phone.now)
    assert sum(phone.ended.values()) == asked, "each question came to its end once"
