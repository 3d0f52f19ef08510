# SPDX-License-Identifier: MIT
"""Hal: the bundle of ports that an assembly needs from a board. The ports: hal/ports.py."""


class Hal:
    """Attributes only. A part that a board does not have is a null port, never None."""

    def __init__(
        self, *, clock, watchdog, audio_in, audio_out, keypad, hook, display,
        led, ringer, storage, network, crypto, events, trace=None
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
        self.trace = trace              # or None: sees each SIP frame, see ports.Trace
