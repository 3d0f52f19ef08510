# SPDX-License-Identifier: MIT
"""Hal: the bundle of ports that an assembly needs from a board. The ports: hal/ports.py."""


class Hal:
    """Attributes only. A part that a board does not have is a null port; None is told where it may stand.

    talk_ms, idle_ms  the longest time between two steps of the reactor, with and without sound
    transactions      how many client and server transactions the board has room for
    trace             None, or a port that sees each SIP frame
    host_link         the way to the helper; None: this phone has none, and so nothing is signed
    updates           None, or a function -> a new update.updater.Updater. Without it updates come by cable
    restart           None, or a function: the phone starts anew, at once
    calendar          ports.Calendar, or None: this phone never knows the time
    wifi              None, or a function -> boards.drivers.wifi_book.WifiBook or like it: the networks that
                      the phone knows. None: it has no radio, or somebody else sets that up
    """

    trace = host_link = updates = restart = calendar = wifi = None
    talk_ms = 5
    idle_ms = 10
    transactions = (32, 64)

    def __init__(
        self, *, clock, watchdog, audio_in, audio_out, keypad, hook, display, led, ringer,
        storage, network, crypto, events, **more
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
        for name in more:
            if not hasattr(self, name):
                raise TypeError(name)
            setattr(self, name, more[name])
