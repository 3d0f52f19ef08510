# SPDX-License-Identifier: MIT
"""Whatever keys are pressed and whatever the stack tells, the phone comes to rest."""

from media.tones import SILENCE
from security.questions import CHANGED_KEY, NEW_KEY, PASSPHRASE
from sip.ending import CANCELLED, HUNG_UP_THERE, REFUSED, UNREACHABLE
from sip.events import CHANGED, EARLY_MEDIA, ESTABLISHED, PROGRESS
from tests.unit.phone.guard_fakes import PAIR, SealedDesk
from tests.unit.phone.phone_fakes import Desk, PromptSip

KEYS = "0123456789*#OBUDHMRT"
_STEPS = 150


class Dice:
    """The same throws on every interpreter; no number leaves 31 bits."""

    def __init__(self, seed):
        self._state = seed

    def throw(self, n):
        self._state = (self._state * 1103 + 12345) % 1000003
        return self._state % n


def mash(seed):
    dice = Dice(seed)
    contacts = [(b"1", b"sip:bob@192.0.2.20", b"Bob"), (b"2", b"", b"Nobody")]
    desk = Desk({"account.domain": "pbx"} if dice.throw(2) else None, contacts, None, PromptSip())
    for _ in range(_STEPS):
        one_thing_happens(desk, dice)
        check(desk)
    for call in (0, 1):
        if desk.sip.in_use[call]:
            desk.ended(HUNG_UP_THERE, 0, call)
    desk.lift()
    desk.hang()
    desk.run(31000)
    return desk


def one_thing_happens(desk, dice):
    what = dice.throw(12)
    call = dice.throw(2)
    if what < 4:
        desk.press(KEYS[dice.throw(len(KEYS))])
    elif what == 4:
        desk.hold_down(KEYS[dice.throw(len(KEYS))])
    elif what == 5:
        desk.lift()
    elif what == 6:
        desk.hang()
    elif what == 7:
        line = desk.sip.free_line()
        if line >= 0:
            desk.arrives(b"sip:eve@192.0.2.66", b"Eve", line)
    elif what == 8:
        desk.run(1 + dice.throw(20000))
    elif desk.sip.in_use[call]:
        if dice.throw(5) == 0:
            desk.ended((CANCELLED, HUNG_UP_THERE, REFUSED, UNREACHABLE)[dice.throw(4)], 486, call)
        else:
            desk.sip.held[call] = dice.throw(2) == 0
            desk.tell((PROGRESS, EARLY_MEDIA, ESTABLISHED, CHANGED)[dice.throw(4)], call)


def mash_with_keys(seed):
    """The same in a phone that is asked about keys all the time."""
    dice = Dice(seed)
    desk = SealedDesk(None, ((b"1", b"sip:bob@192.0.2.20", b"Bob"),), b"", PromptSip())
    for _ in range(_STEPS):
        what = dice.throw(8)
        if what == 0:
            desk.asks((NEW_KEY, CHANGED_KEY, PASSPHRASE)[dice.throw(3)], dice.throw(3) - 1)
        elif what == 1:
            desk.alarms("locked", dice.throw(3) - 1)
        elif what == 2:
            desk.helper(dice.throw(2) == 0)
            desk.guard.pair = PAIR if dice.throw(2) else ()
            desk.media.heard_by = ("open", "pbx", "sealed-new", "sealed", "broken")[dice.throw(5)]
        else:
            one_thing_happens(desk, dice)
        check(desk)
    for call in (0, 1):
        if desk.sip.in_use[call]:
            desk.ended(HUNG_UP_THERE, 0, call)
    desk.run(31000)
    if desk.phone.trust.question:
        desk.press("B")                 # a key that has changed waits for its answer
    desk.lift()
    desk.hang()
    desk.run(31000)
    return desk


def check(desk):
    """What holds at every moment."""
    lines = desk.phone.lines
    assert desk.timers.armed <= 8
    assert bool(lines.ringing()) == desk.display.icons["ring"]
    assert lines.ringing() is not None or desk.bell.pitch == 0
    if lines.is_idle():
        assert desk.media.selected == -1
    if desk.media.selected >= 0:
        assert desk.sip.in_use[desk.media.selected]


def test_a_phone_left_alone_comes_to_rest():
    for seed in range(1, 41):
        is_at_rest(mash(seed), seed)


def test_so_does_one_that_is_asked_about_keys():
    for seed in range(1, 41):
        desk = mash_with_keys(seed)
        is_at_rest(desk, seed)
        assert not desk.lamps.on["secure"] and not desk.display.icons["lock"], seed
        for word in desk.guard.given:
            assert not isinstance(word, bytearray) or not any(word), seed


def is_at_rest(desk, seed):
    assert desk.timers.armed == 0, seed
    assert desk.phone.lines.is_idle(), seed
    assert desk.display.rows[7] == "OK:menu ^:book v:log", seed
    assert desk.tone() == SILENCE and desk.bell.pitch == 0, seed
    assert not desk.lamps.on.get("ring") and not desk.media.is_muted, seed
    for row in desk.display.rows:
        assert len(row) <= 21
