# SPDX-License-Identifier: MIT
"""A phone with nothing but its end of the SMA link, and what such a phone has to have around it.

The clock and the link are handed in: virtual ones for test_sma.py, real ones for
tests/interop/sma_phone.py, which runs on MicroPython and on CPython.
"""

from core.outbox import Outbox
from core.timers import Timers
from runtime.host_link_inlet import HostLinkInlet
from security.sma import SMA_DONE, SMA_LINK, Sma


class Message:
    """The part of a message that Sma touches."""

    def __init__(self, block=b"", plain=b"", cipher=b""):
        self.sec_block = block
        self.sec_plain = plain
        self.sec_cipher = cipher
        self.sec_certificate = None
        self.sec_ticket = 0


class Media:
    """The part of the media that the inlet asks."""

    is_running = False


class Settings:
    """Who the phone is, and where its helper is. All of them bytes."""

    def __init__(self, name, token, address=b"10.0.0.9:7061", ca=b"der"):
        self.name = name
        self.token = token
        self.address = address
        self.ca = ca


class LinkEnd:
    """The phone, stepped by whoever has the clock.

    ended   (ticket, code, fields) of each request that is over
    links   True or False, each time the link came or went
    """

    def __init__(self, clock, link, settings):
        self.clock = clock
        self.sma = Sma(settings)
        self.sma.owner = self
        self.media = Media()
        self.inlet = HostLinkInlet(link, self.sma, settings, self.media)
        self.timers = Timers(16)
        self.out = Outbox(32, self.timers, None)
        self.ended = []
        self.links = []
        self.sma.start(self.out)
        self.out.drain(clock.now())

    def told(self, machine, event, detail, now, out):
        if event == SMA_DONE:
            self.ended.append(detail)
        elif event == SMA_LINK:
            self.links.append(detail)

    def step(self):
        """What the reactor does for the link in one of its steps."""
        now = self.clock.now()
        while self.inlet.poll(now, self.out):
            self.out.drain(now)
        while self.timers.expire_one(now, self.out):
            self.out.drain(now)
