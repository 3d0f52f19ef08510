# SPDX-License-Identifier: MIT
"""Desk phone: ESP32-WROVER, INMP441 microphone and MAX98357A amplifier, 4x5 keypad, 128x64 OLED, Wi-Fi.

The pins are our wiring: README.md has the same numbers, and a test compares them. Unproven on a chip.
"""

import os
import select
import socket
import sys
from time import sleep_us, ticks_ms

import machine
import network
from machine import I2C, I2S, PWM, WDT, Pin

from boards.drivers import chip_parts, tuple_addresses
from boards.drivers.buzzer import Buzzer
from boards.drivers.chip_clock import ChipClock
from boards.drivers.chip_crypto import ChipCrypto
from boards.drivers.chip_network import chip_network
from boards.drivers.chip_watchdog import ChipWatchdog
from boards.drivers.console_events import ConsoleEvents
from boards.drivers.hook_switch import HookSwitch
from boards.drivers.i2s_audio import RATE, I2sMicrophone, I2sSpeaker
from boards.drivers.lamps import Lamps
from boards.drivers.matrix_keypad import MatrixKeypad
from boards.drivers.ssd1306 import Ssd1306
from boards.drivers.text_grid import TextGrid
from hal import Hal

NAME = "desk_esp32"

# I2C, 400 kHz:     SCL  SDA
_BUS = (22, 21)                             # glass 0x3C, with its pull-ups
# I2S:              BCLK  LRC  data
_TO_EAR = (26, 25, 27)                      # MAX98357A: BCLK, LRC, DIN
_FROM_MOUTH = (14, 13, 35)                  # INMP441: SCK, WS, SD; its L/R pin to ground: the left slot
_ROWS = (4, 18, 19, 23, 32)                 # open drain, low one at a time
_COLUMNS = (33, 34, 36, 39)                 # low where a key is down; the last three need 10 kohm to 3.3 V
_HOOK = 5                                   # pulled up inside, closed to ground while the handset lies
_LAMPS = {"message": 2, "secure": 12}       # to ground through 470 ohm: both must be low at reset
_BUZZER = 15

_EAR_BYTES = 2048                           # of the lines' own memory: see i2s_audio.py
_MOUTH_BYTES = 8192
_LOUDER = 3                                 # times 6 dB: the INMP441 has no amplifier
_HMAC = ("hashlib", "kernel")               # as in board.json; this chip's engine takes no state back


def build(quiet, root=""):
    """-> Hal. quiet: chip_parts.Quiet; root: for tests."""
    machine.freq(240000000)
    # The largest pieces first, while the heap is whole.
    ear = I2S(0, sck=Pin(_TO_EAR[0]), ws=Pin(_TO_EAR[1]), sd=Pin(_TO_EAR[2]), mode=I2S.TX, bits=16,
              format=I2S.MONO, rate=RATE, ibuf=_EAR_BYTES)
    mouth = I2S(1, sck=Pin(_FROM_MOUTH[0]), ws=Pin(_FROM_MOUTH[1]), sd=Pin(_FROM_MOUTH[2]), mode=I2S.RX,
                bits=32, format=I2S.MONO, rate=RATE, ibuf=_MOUTH_BYTES)
    bus = I2C(0, scl=Pin(_BUS[0]), sda=Pin(_BUS[1]), freq=400000)
    clock = ChipClock(ticks_ms)
    storage = chip_parts.storage(root)
    random = chip_parts.random(os.urandom, storage, network)
    events = ConsoleEvents(clock, sys.stdout.write)
    net = chip_network(
        socket, select, tuple_addresses, chip_parts.link(network, clock, storage, quiet), clock,
        chip_parts.LARGEST, chip_parts.USUAL)
    net.reach_by_tls(chip_parts.tls(net, storage, events, quiet))
    columns = [Pin(_COLUMNS[0], Pin.IN, Pin.PULL_UP)] + [Pin(number, Pin.IN) for number in _COLUMNS[1:]]
    return Hal(
        clock=clock,
        watchdog=ChipWatchdog(WDT),
        audio_in=I2sMicrophone(clock, mouth, _MOUTH_BYTES, bits=32, up=_LOUDER),
        audio_out=I2sSpeaker(clock, ear, _EAR_BYTES),
        keypad=MatrixKeypad([Pin(number, Pin.OPEN_DRAIN, value=1) for number in _ROWS], columns, sleep_us),
        hook=HookSwitch(Pin(_HOOK, Pin.IN, Pin.PULL_UP)),
        display=TextGrid(Ssd1306(bus)),
        led=Lamps({lamp: Pin(number, Pin.OUT, value=0) for lamp, number in _LAMPS.items()}),
        ringer=Buzzer(PWM(Pin(_BUZZER, Pin.OUT, value=0), freq=1000, duty_u16=0)),
        storage=storage,
        network=net,
        crypto=ChipCrypto(random, _HMAC),
        events=events,
        host_link=chip_parts.host_link(socket, select, storage),
    )
