# SPDX-License-Identifier: MIT
"""A desk with one phone on it: the real phone package between fakes of its collaborators.

The fakes do what their documents say and write down what they were asked. The clock is
virtual and starts 5 s before its wrap.
"""

from core.clock import ticks_add
from core.log import Log
from core.outbox import Outbox
from core.timers import Timers
from phone.application import Application
from phone.call_log import CallLog
from phone.config import Config
from phone.directory import Directory
from phone.keys import Keys
from security.pass_through import PassThrough
from sip.ending import HUNG_UP_HERE, REFUSED_HERE
from sip.events import CHANGED, EARLY_MEDIA, ENDED, ESTABLISHED, INCOMING, PROGRESS

CODES = b"123O456B789U*0#DHMRT"
START = 0x40000000 - 5000


class Storage:
    """Keeps values in memory; can refuse."""

    def __init__(self, values=None):
        self.values = values or {}
        self.refuses = False
        self.saves = []

    def load(self, name):
        return self.values.get(name)

    def save(self, name, data):
        if self.refuses:
            return False
        self.values[name] = data
        self.saves.append(name)
        return True

    def erase(self, name):
        self.values.pop(name, None)

    def wipe(self):
        self.values.clear()


class Display:
    changed = 0

    def __init__(self):
        self.rows = [""] * 8
        self.icons = {}
        self.writes = 0

    def line(self, row, text):
        assert len(text) <= 21, text
        self.rows[row] = text
        self.writes += 1

    def icon(self, name, on):
        self.icons[name] = on

    def flush(self):
        return False


class Lamps:
    def __init__(self):
        self.on = {}

    def set(self, lamp, on):
        self.on[lamp] = on


class Bell:
    """pitches: what it was told since the last look."""

    def __init__(self):
        self.pitch = 0
        self.percent = 0
        self.pitches = []

    def set(self, pitch_hz):
        self.pitch = pitch_hz
        self.pitches.append(pitch_hz)

    def volume(self, percent):
        self.percent = percent


class Network:
    def __init__(self):
        self.is_up = True

    def state(self):
        return 2 if self.is_up else 0

    def address(self):
        return b"192.0.2.10" if self.is_up else b""


class Events:
    def __init__(self):
        self.posted = []

    def post(self, event, detail):
        self.posted.append((event, detail))

    def names(self):
        return [event for event, detail in self.posted]

    def detail(self, event):
        """-> detail of the last event of that name."""
        return [detail for name, detail in self.posted if name == event][-1]


class Party:
    def __init__(self, name, uri):
        self.name = name
        self.uri = uri


class Ending:
    def __init__(self, cause, status):
        self.cause = cause
        self.status = status


class Sip:
    """Records verbs as "verb call"; two lines."""

    owner = None

    def __init__(self):
        self.asked = []
        self.causes = []                # of the calls that were hung up here
        self.in_use = [False, False]
        self.parties = [None, None]
        self.endings = [None, None]
        self.held = [False, False]
        self.registrations = 0          # how often it was asked to look at them
        self.follows = 0                # and whether its calls know where we are

    def register(self, now, out):
        self.registrations += 1

    def follow(self, now, out):
        self.follows += 1

    def call(self, uri, now, out):
        for call in (0, 1):
            if not self.in_use[call]:
                self.in_use[call] = True
                self.held[call] = False
                self.asked.append("call %d %s" % (call, uri.decode()))
                return call
        return -1

    def answer(self, call, now, out):
        self.asked.append("answer %d" % call)

    def reject(self, call, status, now, out):
        self.asked.append("reject %d %d" % (call, status))

    def hang_up(self, call, now, out, cause=HUNG_UP_HERE):
        self.asked.append("hang_up %d" % call)
        self.causes.append(cause)

    def hold(self, call, on, now, out):
        self.asked.append("%s %d" % ("hold" if on else "resume", call))

    def party(self, call):
        return self.parties[call]

    def ending(self, call):
        return self.endings[call]

    def is_on_hold(self, call):
        return self.held[call]

    def free_line(self):
        return self.in_use.index(False) if False in self.in_use else -1


class PromptSip(Sip):
    """Ends a call as soon as it is asked to, as the real stack does."""

    def hang_up(self, call, now, out, cause=HUNG_UP_HERE):
        self._end(call, cause, 0, out)

    def reject(self, call, status, now, out):
        self._end(call, REFUSED_HERE, status, out)

    def _end(self, call, cause, status, out):
        if self.in_use[call]:
            self.in_use[call] = False
            self.endings[call] = Ending(cause, status)
            out.tell(self, ENDED, call)


class Media:
    owner = None

    def __init__(self):
        self.tones = []
        self.selected = -1
        self.is_muted = False
        self.percent = None
        self.gain_db = None
        self.digits = []
        self.held = [False, False]
        self.heard_by = None            # who can hear a call, None: as before

    def play(self, tone):
        self.tones.append(tone)

    def select(self, call):
        self.selected = call

    def mute(self, on):
        self.is_muted = on

    def set_volume(self, percent):
        self.percent = percent

    def set_mic_gain(self, db):
        self.gain_db = db

    def press(self, call, digit, now):
        self.digits.append((call, chr(digit)))
        return True

    def is_held(self, call):
        return self.held[call]

    def report(self, call):
        return Report()

    def hearing(self, call, is_confirmed, has_failed, before):
        return self.heard_by or before


class Report:
    """Of a call in which nothing was sent; see media.report."""

    sent = received = lost = jitter_ms = 0
    round_trip_ms = peer_lost = peer_jitter = -1


class Calendar:
    """utc: minutes since 1970, -1 while nobody has told."""

    utc = -1

    def minute(self):
        return self.utc


class Loudspeaker:
    """outlets: of the port; used: where it was routed last."""

    outlets = 1
    used = -1

    def route(self, outlet):
        self.used = outlet


class Radio:
    """known: list of (name, key); seen: names in reach. Like boards.drivers.wifi_book.WifiBook."""

    def __init__(self):
        self.known = []
        self.seen = ()
        self.refuses = False

    def names(self):
        return tuple([name for name, _ in self.known])

    def near(self):
        return self.seen

    def add(self, name, key):
        if key and len(key) < 8:
            raise ValueError("the password of a Wi-Fi network has 8 to 64 letters")
        if not self.refuses:
            self.known = [(name, key)] + [network for network in self.known if network[0] != name]
        return not self.refuses

    def forget(self, name):
        self.known = [network for network in self.known if network[0] != name]
        return not self.refuses


class Board:
    """What the phone takes of a hal.Hal beside its ports for calls. restarts: how often it started anew."""

    def __init__(self, storage, outlets, has_radio):
        self.storage = storage
        self.audio_out = Loudspeaker()
        self.audio_out.outlets = outlets
        self.calendar = Calendar()
        self.radio = Radio()
        self.wifi = (lambda: self.radio) if has_radio else None
        self.restarts = 0
        self.updates = None

    def restart(self):
        self.restarts += 1


class Owner:
    """Owner of a machine under test: writes down what it is told."""

    def __init__(self, machine):
        self.heard = []
        machine.owner = self

    def told(self, machine, event, detail, now, out):
        self.heard.append((event, detail))


class Timed:
    """Timers and an outbox, and a clock that moves by run()."""

    def __init__(self):
        self.now = START
        self.timers = Timers(12)
        self.out = Outbox(16, self.timers, None)

    def run(self, ms):
        while True:
            step = self.timers.next_delay(self.now, ms)
            self.now = ticks_add(self.now, step)
            ms -= step
            fired = self.timers.expire_one(self.now, self.out)
            self.out.drain(self.now)
            if not fired and not ms:
                return


class Desk(Timed):
    """A person in front of the phone. settings: dict for Config; contacts: for Directory.

    guard: None for a phone without a Security Manager; outlets, has_radio: of its board
    """

    def __init__(self, settings=None, contacts=(), storage=None, sip=None, guard=None, outlets=1, has_radio=False):
        super().__init__()
        self.storage = storage or Storage()
        self.log = Log(32)
        self.sip = sip or Sip()
        self.media = Media()
        self._display = Display()
        self._lamps = Lamps()
        self.bell = Bell()
        self.network = Network()
        self.events = Events()
        self.config = Config(self.storage, self.log, self.now, settings)
        self.directory = Directory(self.storage, self.log, self.now, contacts)
        self.call_log = CallLog(self.storage, self.log, self.now)
        self.phone = Application(
            self.sip, self.media, self._display, self._lamps, self.bell, self.network, self.events,
            self.config, self.directory, self.call_log, "0.1.0", guard or PassThrough(),
        )
        self.keys = Keys(CODES)
        self.keys.owner = self.sip.owner = self.media.owner = self.phone
        self._down = 0
        self._off_hook = False
        self.hal = Board(self.storage, outlets, has_radio)
        self._inlets = self.phone.equip(self.hal)
        self.phone.start(self.now, self.out)
        self.out.drain(self.now)

    @property
    def display(self):
        """As it is once the reactor has asked for what changed to be drawn."""
        self._draw()
        return self._display

    def _draw(self):
        while self.phone.panel.poll(self.now, self.out):
            pass

    @property
    def lamps(self):
        self._draw()
        return self._lamps

    def look_at_the_time(self, minute):
        """Somebody has told the time: minutes since 1970, UTC."""
        self.hal.calendar.utc = minute
        self.run(1100)
        for inlet in self._inlets:
            inlet.poll(self.now, self.out)
        self.out.drain(self.now)

    def _scan(self, ms):
        self.keys.receive(self._down, self._off_hook, self.now, self.out)
        self.out.drain(self.now)
        self.run(ms)

    def press(self, keys, hold_ms=60):
        """Press keys one after the other; each is down for hold_ms and up for 60 ms."""
        for key in keys:
            self._down = 1 << CODES.find(key.encode())
            self._scan(hold_ms)
            self._down = 0
            self._scan(60)

    def hold_down(self, key):
        self.press(key, 900)

    def lift(self):
        self._off_hook = True
        self._scan(60)

    def hang(self):
        self._off_hook = False
        self._scan(60)

    def tell(self, event, call):
        """The stack reports something."""
        self.phone.told(self.sip, event, call, self.now, self.out)
        self.out.drain(self.now)

    def media_tells(self, event, detail):
        self.phone.told(self.media, event, detail, self.now, self.out)
        self.out.drain(self.now)

    def arrives(self, uri, name=b"", call=0):
        """A call comes in. -> what admit() says to it."""
        status = self.phone.admit(uri)
        if not status:
            self.sip.in_use[call] = True
            self.sip.held[call] = self.media.held[call] = False
            self.sip.parties[call] = Party(name, uri)
            self.tell(INCOMING, call)
        return status

    def rings_there(self, call=0):
        self.tell(PROGRESS, call)

    def early_media(self, call=0):
        self.tell(EARLY_MEDIA, call)

    def established(self, call=0):
        self.tell(ESTABLISHED, call)

    def changed(self, call=0, ours=False, theirs=False):
        self.sip.held[call] = ours
        self.media.held[call] = theirs
        self.tell(CHANGED, call)

    def ended(self, cause, status=0, call=0):
        self.sip.endings[call] = Ending(cause, status)
        self.sip.in_use[call] = False
        self.tell(ENDED, call)

    def talks(self, uri=b"sip:bob@192.0.2.20", name=b"Bob", call=0):
        """A call came and was answered hands-free."""
        self.arrives(uri, name, call)
        self.press("O")
        self.established(call)

    def screen(self):
        """-> the eight rows as one text, blanks at the right removed."""
        return "\n".join([row.rstrip() for row in self.display.rows])

    def asked(self):
        """-> what the stack was asked for since the last look."""
        asked = self.sip.asked
        self.sip.asked = []
        return asked

    def tone(self):
        """-> the tone that plays; clicks are over as soon as they are heard."""
        tones = [tone for tone in self.media.tones if tone != 6]
        return tones[-1] if tones else 0
