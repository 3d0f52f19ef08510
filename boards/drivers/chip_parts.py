# SPDX-License-Identifier: MIT
"""Chip parts: what every board with an ESP32 is made of, whatever hangs at its pins.

Only what a phone was set up for is loaded: a cable's driver where the board has one, TLS where there is
a helper or an authority to trust.
"""

from micropython import const

_LARGEST = const(8193)           # bytes of a datagram; one more than a SIP frame may have
_USUAL = const(4097)            # sealed messages are longer than Ethernet's pieces; a proxy may send them so
_FOLDER = "/data"
_COUNTERS = "sinetti"           # namespace in NVS, see boards/boot.py


class Quiet:
    """-> True, when it is called, while nobody would notice that the phone stands still for two seconds."""

    def __init__(self):
        self._phone = None

    def watch(self, phone):
        """phone: assembly.Phone. Before there is one nobody notices anything."""
        self._phone = phone

    def __call__(self):
        phone = self._phone
        return phone is None or not phone.media.is_running and not phone.live()

    def is_talking(self):
        """-> True while sound runs."""
        return self._phone is not None and self._phone.media.is_running


def common(quiet, root, hmac, cable=None):
    """-> dict of the arguments of Hal that are the same on every such board: no key, no glass, no sound.

    quiet   Quiet; root: for tests; hmac: order of providers, see hmac_choice.py
    cable   function that makes network.LAN, or None
    """
    import os
    import select
    import socket
    import sys
    from time import ticks_ms

    import network
    from cryptolib import aes
    from machine import RTC, WDT

    from boards.drivers import tuple_addresses
    from boards.drivers.board_crypto import BoardCrypto, ChipCiphers
    from boards.drivers.chip_calendar import ChipCalendar
    from boards.drivers.chip_clock import ChipClock
    from boards.drivers.chip_network import chip_network
    from boards.drivers.chip_watchdog import ChipWatchdog
    from boards.drivers.console_events import ConsoleEvents

    clock = ChipClock(ticks_ms)
    kept = storage(root)
    draws = random(os.urandom, kept, network)       # before the link: it has the radio for itself
    events = ConsoleEvents(clock, sys.stdout.write)
    ciphers = ChipCiphers(aes, hmac)
    air = link(network, clock, kept, quiet, cable)
    net = chip_network(socket, select, tuple_addresses, air, clock, _LARGEST, _USUAL)
    net.reach_by_tls(tls(net, kept, events, quiet))
    return {
        "clock": clock, "watchdog": ChipWatchdog(WDT), "storage": kept, "network": net, "events": events,
        "crypto": BoardCrypto(draws.random, lambda: ciphers), "host_link": host_link(socket, select, kept),
        "calendar": ChipCalendar(RTC()), "wifi": lambda: wifi_book(kept, air, network),
    }


def line(number, pins, mode, bits, memory):
    """-> machine.I2S of one direction, mono. pins: numbers of clock, word select, data; memory: bytes."""
    from machine import I2S, Pin

    from boards.drivers.i2s_audio import RATE

    clock, select, data = pins
    return I2S(number, sck=Pin(clock), ws=Pin(select), sd=Pin(data), mode=mode, bits=bits, format=I2S.MONO,
               rate=RATE, ibuf=memory)


def facts(root=""):
    """-> dict of board.json; empty where none is there that makes sense: then a board is as it comes."""
    import json

    try:
        with open(root + "/board.json") as file:
            found = json.loads(file.read())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def ringer(facts, speaker, buzzer):
    """-> (AudioOut, Ringer). "ringer" of board.json: "speaker", or else what buzzer() makes."""
    if facts.get("ringer") != "speaker":
        return speaker, buzzer()
    from boards.drivers.speaker_ringer import RingingSpeaker

    made = RingingSpeaker(speaker)
    return made, made.ringer


def loudspeaker(facts):
    """-> the amplifier of a loudspeaker beside a handset, or None. "loudspeaker" of board.json: the pin that
    goes to SD_MODE of a MAX98357A, whose other pins are at the line to the ear."""
    if facts.get("loudspeaker") is None:
        return None
    from machine import Pin

    from boards.drivers.max98357a import Max98357a

    return Max98357a(Pin(facts["loudspeaker"], Pin.OUT))


def chores(hal):
    """-> tuple of the parts of a board that want a step of their own, see device_loop.py."""
    return (hal.ringer,) if hasattr(hal.ringer, "step") else ()


def storage(root=""):
    """-> Storage: secrets in NVS, all else in files. What a power cut left undone is finished."""
    import os

    import machine
    from esp32 import NVS, Partition

    from boards.drivers.file_storage import FileStorage
    from boards.drivers.secret_store import NAMESPACE, SecretStore
    from boards.drivers.split_storage import SplitStorage

    secrets = SecretStore(NVS(NAMESPACE), lambda: Partition.find(Partition.TYPE_DATA, label="nvs")[0])
    try:
        os.mkdir(root + _FOLDER)
    except OSError:
        pass                        # it is there
    files = FileStorage(root + _FOLDER)
    counters = NVS(_COUNTERS)
    if files.load("reset") is not None:
        from boards.drivers.factory_reset import go_on
        go_on(secrets, files, counters, machine.reset)
    kept = SplitStorage(secrets, files, counters=counters)
    if kept.load("staged") is not None:
        from boards.drivers.staged_values import finish
        finish(kept)
    return kept


def link(network, clock, kept, may_block, cable=None):
    """-> the link: the cable while it is in, else the radio; the radio alone without one.

    kept    Storage, for the networks that the phone knows
    cable   function that makes network.LAN, see ethernet.py; None: the board has no socket for one
    """
    from boards.drivers import wifi_networks
    from boards.drivers.wifi import WifiLink

    made = WifiLink(network, clock, wifi_networks.load(kept))
    if cable is not None:
        from boards.drivers.ethernet import LanLink
        from boards.drivers.link_choice import LinkChoice
        made = LinkChoice(LanLink(cable, clock), made, clock)
    made.may_block = may_block
    return made


def wifi_book(kept, link, network):
    """-> WifiBook: loaded when its owner looks at the networks that the phone knows."""
    from boards.drivers.wifi_book import WifiBook

    return WifiBook(kept, link, network)


def random(urandom, kept, network):
    """-> ChipRandom."""
    from boards.drivers.chip_random import ChipRandom

    return ChipRandom(urandom, kept, network.WLAN(network.WLAN.IF_STA))


def tls(network, kept, events, quiet):
    """-> what reaches SIP servers by TLS: a board's network.tls()."""
    import tls as module

    from boards.drivers.sip_tls import NAMES, SipTls, names_in

    made = SipTls(network, module, kept, events, names_in(kept.load(NAMES)))
    made.is_talking = quiet.is_talking
    return made.open


def network_time(hal, built):
    """-> NetworkTime. Its servers are stored as `time.servers`: addresses in numbers, a blank between."""
    from boards.drivers.network_time import NetworkTime

    servers = (hal.storage.load("time.servers") or b"").split()
    return NetworkTime(
        hal.clock, hal.network, hal.calendar, hal.storage, hal.crypto.random, servers, built)


def host_link(sockets, select, kept):
    """-> HostLink of a phone that is paired, else None."""
    if not kept.load("helper.token"):
        return None
    import tls

    from boards.drivers import tuple_addresses
    from boards.drivers.tls_link import TlsLink

    return TlsLink(sockets, select, tuple_addresses, tls)
