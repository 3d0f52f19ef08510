# SPDX-License-Identifier: MIT
"""The map of the phone: who is made of what, in order of dependence. Read this first.

The same function builds the phone on the desk, on a laptop and in a test.
"""

from micropython import const

from core.log import Log
from core.outbox import Outbox
from core.timers import Timers
from media.codec import PCMA, PCMU
from media.controller import MediaController
from phone.application import Application
from phone.call_log import CallLog
from phone.config import Config, domain_of
from phone.directory import Directory
from phone.keys import Keys
from runtime.heap import Heap
from runtime.inlets import KeyInlet, LinkInlet
from runtime.reactor import Reactor
from runtime.sip_ports import SipPorts
from security.pass_through import PassThrough
from sip.agent import Agent
from sip.intake import Intake
from sip.manager import SipManager
from sip.transactions import TransactionLayer
from sip.transport import Transport
from sip.uri import Uri
from sip.writer import MessageWriter

VERSION = "0.1.0"
RELEASED = 1795392000           # 23 November 2026, in seconds since 1970: no clock that is earlier is right

_TIMERS = const(64)             # two calls, eight before them that linger, and the telephone
_TIMERS_EACH = const(2)         # of a transaction
_ACTIONS = const(32)            # of one input
_RECORDS = const(32)            # of the log


def assemble(hal, given=None, contacts=()):
    """-> Phone, switched on.

    hal       the ports of a board
    given     dict of settings (phone/config.py) for this run only, not stored
    contacts  sequence of (number, uri, name), bytes, for this run only
    Raises ValueError when something given makes no sense; it names the key.
    """
    now = hal.clock.now()
    log = Log(_RECORDS)
    config = Config(hal.storage, log, now, given)
    directory = Directory(hal.storage, log, now, contacts)
    call_log = CallLog(hal.storage, log, now)
    account = AccountSettings(config, hal.crypto)
    timers = Timers(_TIMERS + _TIMERS_EACH * sum(hal.transactions))

    ports = SipPorts(hal.network, config.get("sip.port"), hal.trace)
    writer = MessageWriter()
    transport = account.transport = Transport(config.get("sip.port"))
    transactions = TransactionLayer(hal.transactions[0], hal.transactions[1], writer)
    agent = Agent(account, transport, transactions, writer, hal.crypto, PassThrough())
    sealing = None
    if config.get("security.policy") != "off" or config.get("settings.address") or hal.storage.load("people"):
        from sealing import Sealing
        sealing = Sealing(hal, config, log, agent, ports, now)
    out = Outbox(_ACTIONS, timers, sealing.gate if sealing else ports)
    media = MediaController(
        hal.audio_in, hal.audio_out, hal.network, hal.crypto,
        KeySettings(config, hal.crypto, agent.guard).keys_for, MediaSettings(config)
    )
    sip = SipManager(agent, media)
    ports.stack = Intake(agent, sealing.gate if sealing else sip)

    application = Application(
        sip, media, hal.display, hal.led, hal.ringer, hal.network, hal.events, config,
        directory, call_log, VERSION, agent.guard
    )
    keys = Keys(hal.keypad.codes)
    keys.owner = sip.owner = media.owner = application
    sip.admit = application.admit

    link = LinkInlet(hal.network, account, transport, application)
    inlets = [ports, media, KeyInlet(hal.keypad, hal.hook, keys), link]
    inlets += application.equip(hal)
    if sealing:
        inlets += sealing.start(sip, media, application, out)
    inlets.append(application.panel)
    reactor = Reactor(hal, media, inlets, timers, out, Heap())
    hal.events.post("boot", {"version": VERSION})
    application.start(now, out)
    link.poll(now, out)
    out.drain(now)
    return Phone(reactor, sip, ports, transactions, timers, out, media, log, sealing)


class Phone:
    """What an entry point or a test needs of an assembled phone."""

    def __init__(self, reactor, sip, ports, transactions, timers, out, media, log, sealing):
        self.reactor = reactor
        self.sip = sip
        self.ports = ports
        self.transactions = transactions
        self.timers = timers
        self.media = media
        self.log = log
        self.sealing = sealing              # what belongs to the Security Manager, or None
        self._out = out
        self._is_leaving = False

    def live(self):
        """-> how many calls, transactions and actions there are that are not done."""
        return self.sip.live() + self.transactions.live() + self._out.count

    def shut_down(self, now):
        """End every call and the registration; step on until it returns True: the peers agreed."""
        if not self._is_leaving:
            self._is_leaving = True
            self._out.drain(now)
            self.sip.shut_down(now, self._out)
            self._out.drain(now)
        return self.sip.live() == 0 and self._out.count == 0


class AccountSettings:
    """Who the stack is, as the settings have it now."""

    transport = None                    # of the stack

    def __init__(self, config, crypto):
        self._config = config
        self._crypto = crypto
        self._credentials = None

    @property
    def was_asked(self):
        """True once credentials() were needed: what makes them is loaded then."""
        return self._credentials is not None

    def credentials(self):
        """-> Credentials: what answers servers that ask for a password. Loaded with the first."""
        if self._credentials is None:
            from login import Login
            from security.credentials import Credentials
            self._credentials = Credentials(Login(self._config, self, self.transport), self._crypto)
        return self._credentials

    @property
    def user(self):
        return self._config.get("account.user")

    @property
    def display(self):
        return self._config.get("account.display")

    @property
    def domain(self):
        return domain_of(self._config)

    @property
    def proxy(self):
        """Uri of the outbound proxy, a loose router, or None. A registrar takes our calls, too."""
        proxy = self._config.get("account.proxy") or self._config.get("account.registrar")
        return Uri.parse(b"sip:" + proxy + b";lr") if proxy else None

    @property
    def registrar(self):
        """Uri of who is to know where we are, or None."""
        registrar = self._config.get("account.registrar")
        return Uri.parse(b"sip:" + registrar) if registrar else None

    @property
    def expires(self):
        """Seconds for which we ask it to know."""
        return self._config.get("account.expires")


class MediaSettings:
    """What the media controller reads, as the settings have it now."""

    codecs = (PCMU, PCMA)

    def __init__(self, config):
        self._config = config

    @property
    def rtp_port(self):
        return self._config.get("media.port")

    @property
    def country(self):
        return self._config.get("phone.country")

    @property
    def mic_gain_db(self):
        return self._config.get("media.gain_db")

    @property
    def volume(self):
        return self._config.get("phone.volume")


class KeySettings:
    """Which calls are sealed, as the settings have it now."""

    def __init__(self, config, crypto, guard):
        self._config = config
        self._crypto = crypto
        self._guard = guard

    def keys_for(self, call):
        from security.media_keys import MediaKeys
        return MediaKeys(self._crypto, self._config.get("srtp.policy"), lambda: self._guard.way(call))
