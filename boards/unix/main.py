# SPDX-License-Identifier: MIT
"""Runs a phone of the unix board in real time, until its keys are played or it is told to end."""

import json
import sys

from micropython import const

from assembly import assemble
from boards.unix import platform
from boards.unix.board import build
from boards.unix.person import Person
from core.clock import ticks_add, ticks_diff

_FAREWELL_MS = const(1000)      # for a BYE or CANCEL and its answer


def main(descriptor):
    """As run(), with the settings as JSON in an open file. For a child process."""
    with platform.open_descriptor(descriptor, "rb") as file:
        settings = json.load(file)
    return run(settings)


def run(settings):
    """-> exit code: 0 when the script of keys was played to its end or there was none, else 1.

    settings: a dict, as sim/launcher.py makes it. Most of it is described in board.build()
    and Person; the rest:
    name       str, for messages to the person who started the phone
    settings   dict of what is set for this run only, see firmware/phone/config.py
    contacts   list of [number, uri, name], the same
    control    descriptor, non-blocking: a byte or the end of the file ends the phone
    run_ms     how long the phone runs at most, or None

    The event `idle` says that nothing is left of what went on: no call, no transaction, no timer
    but the one by which a link to the helper is kept.
    """
    hal = build(settings)
    person = Person(hal, settings)
    contacts = [[field.encode() for field in contact] for contact in settings["contacts"]]
    phone = assemble(hal, settings["settings"], contacts)
    if not phone.ports.is_bound:
        _say(settings, "another program has the SIP port")
        return 1
    control = platform.open_descriptor(settings["control"], "rb")
    command = bytearray(1)
    kept = 1 if phone.sealing is not None and hal.host_link is not None else 0
    is_busy = False
    began = hal.clock.now()
    try:
        while not person.has_finished():
            if control.readinto(command) is not None:
                break
            if settings["run_ms"] is not None and ticks_diff(hal.clock.now(), began) >= settings["run_ms"]:
                break
            person.service()
            _step(hal, phone)
            if phone.timers.armed > kept:
                is_busy = True
            elif is_busy and not phone.live():
                is_busy = False
                hal.events.post("idle", None)
        _take_leave(hal, phone)
    finally:
        hal.audio_out.close()
        if hal.host_link is not None:
            hal.host_link.close()       # or the helper would wait for it when it ends
    if hal.audio_out.dropped:
        _say(settings, "ear: %d bytes were dropped, nobody took them" % hal.audio_out.dropped)
    if person.complaint():
        _say(settings, "keys: " + person.complaint())
        return 1
    return 0


def _say(settings, sentence):
    print("%s: %s" % (settings["name"], sentence), file=sys.stderr)


def _step(hal, phone):
    began = hal.clock.now()
    delay_ms = phone.reactor.step(began)
    hal.audio_in.service()
    hal.audio_out.service()
    hal.network.wait(delay_ms)
    if delay_ms and hal.clock.now() == began:
        platform.sleep_ms(1)        # a datagram that nobody reads must not make the loop spin


def _take_leave(hal, phone):
    """End the calls politely: step on until nothing is left to be said."""
    end = ticks_add(hal.clock.now(), _FAREWELL_MS)
    while not phone.shut_down(hal.clock.now()) and ticks_diff(end, hal.clock.now()) > 0:
        _step(hal, phone)
