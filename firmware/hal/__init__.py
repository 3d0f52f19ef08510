# SPDX-License-Identifier: MIT
"""Hal: the bundle of ports that an assembly needs from a board. The ports: hal/ports.py."""


class Hal:
    """Attributes only. A part that a board does not have is a null port; None is told where it may stand.

    talk_ms, idle_ms  the longest time between two steps of the reactor, with and without sound
    transactions      how many client and server transactions the board has room for
    trace             None, or a port that sees each SIP frame
    host_link         the way to the helper; None: this phone has none, and so nothing is signed
    """

    def __init__(
        self, *, clock, watchdog, audio_in, audio_out, keypad, hook, display, led, ringer,
        storage, network, crypto, events, trace=None, host_link=None, talk_ms=5, idle_ms=10,
        transactions=(32, 64)
    ):
        self.clock = clock
        self.watchdog = watchdog
        self.audio_in = audio_in
        self.audio_out = audio_out
        self.keypad = keypad
        self.hook = hook
        self.display = display
        self.led = led
        self.ringer = ringer
        self.storage = storage
        self.network = network
        self.crypto = crypto
        self.events = events
        self.trace = trace
        self.host_link = host_link
        self.talk_ms = talk_ms
        self.idle_ms = idle_ms
        self.transactions = transactions
