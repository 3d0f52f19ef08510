# SPDX-License-Identifier: MIT
"""The unix board: a complete phone of files, pipes and real sockets, for a laptop and for tests."""

import os

from boards.drivers.board_crypto import BoardCrypto
from boards.drivers.file_storage import FileStorage
from boards.drivers.sip_tls import SipTls
from boards.drivers.socket_network import SocketNetwork
from boards.unix import platform
from boards.unix.clock import UnixClock
from boards.unix.events import Events
from boards.unix.keypad import Hook, Keypad
from boards.unix.loopback import Loopback
from boards.unix.microphone import Microphone, Recording, Silence, Stream
from boards.unix.outlet import Outlet
from boards.unix.screen import Led, Paper, Ringer, Screen, Terminal
from boards.unix.speaker import Nowhere, Pipe, Speaker, WavFile
from boards.unix.trace import TraceFile
from boards.unix.watchdog import NoWatchdog
from hal import Hal

NAME = "unix"

_LARGEST_DATAGRAM = 8193        # bytes; one more than a SIP frame may have, to know that it had more
_USUAL_DATAGRAM = 1473          # one more than Ethernet carries in one piece
_SEALED_DATAGRAM = 4097         # sealed messages are longer; a proxy may send them by datagram all the same


def build(settings):
    """-> Hal. settings: a dict, as sim/launcher.py makes it; each "fd" in it is open already.

    host     str, our address
    data     str, folder of the storage
    mic      {"kind": "silence"}, {"kind": "fifo", "fd"}, or {"kind": "file", "fd", "off", "n",
             "circle"}, see microphone.Recording
    ear      {"kind": "null"}, {"kind": "fifo", "fd"} or {"kind": "wav", "fd"}
    screen   {"fd", "terminal"} or None; fd None: in the events only; terminal: drawn in place
    events   descriptor or None; with a screen its pictures are events too
    trace    descriptor or None
    tls_names   dict of "HOST:PORT" of servers to the names that their certificates must have; a
             server that is not in there must have HOST in it
    helper   {"kind": "tls"}, {"kind": "serial", "fd"} or None: the way to the helper
    transactions   [clients, servers] for which there is heap
    """
    clock = UnixClock(platform.ticks_ms)
    events = Events(clock, _outlet(settings["events"]))
    screen = Screen()
    if settings["screen"] is not None:
        paper = Terminal if settings["screen"]["terminal"] else Paper
        screen.viewers.append(paper(_outlet(settings["screen"]["fd"])))
        screen.viewers.append(events)
    storage = FileStorage(settings["data"])
    return Hal(
        clock=clock,
        watchdog=NoWatchdog(),
        audio_in=Microphone(clock, _source(settings["mic"])),
        audio_out=Speaker(clock, _sink(settings["ear"])),
        keypad=Keypad(),
        hook=Hook(screen),
        display=screen,
        led=Led(screen),
        ringer=Ringer(screen),
        storage=storage,
        network=_network(settings, clock, storage, events),
        crypto=BoardCrypto(os.urandom, _ciphers),
        events=events,
        trace=None if settings["trace"] is None else TraceFile(clock, _outlet(settings["trace"])),
        host_link=_host_link(settings["helper"]),
        transactions=settings["transactions"],
    )


def _ciphers():
    from boards.unix import ciphers

    return ciphers


def _outlet(descriptor):
    return Outlet(None if descriptor is None else platform.open_descriptor(descriptor, "wb"))


def _source(mic):
    if mic["kind"] == "silence":
        return Silence()
    file = platform.open_descriptor(mic["fd"], "rb")
    if mic["kind"] == "fifo":
        return Stream(file)
    return Recording(file, mic["off"], mic["n"], mic["circle"])


def _network(settings, clock, storage, events):
    """-> SocketNetwork. Only a phone with a server by TLS loads what TLS needs."""
    network = SocketNetwork(
        platform.sockets, platform.select, platform.addresses, Loopback(settings["host"].encode()), clock,
        _LARGEST_DATAGRAM,
        _USUAL_DATAGRAM if settings["settings"].get("security.policy", "off") == "off" else _SEALED_DATAGRAM)
    network.reach_by_tls(SipTls(network, platform.tls, storage, events, settings["tls_names"]).open)
    return network


def _host_link(helper):
    """-> HostLink or None. Only a phone with a helper loads what reaches it."""
    if helper is None:
        return None
    if helper["kind"] == "serial":
        from boards.unix.serial_link import open_line
        return open_line(helper["fd"])
    from boards.drivers.tls_link import TlsLink
    return TlsLink(platform.sockets, platform.select, platform.addresses, platform.tls)


def _sink(ear):
    if ear["kind"] == "null":
        return Nowhere()
    file = platform.open_descriptor(ear["fd"], "wb")
    return Pipe(file) if ear["kind"] == "fifo" else WavFile(file)
