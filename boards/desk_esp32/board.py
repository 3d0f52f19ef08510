# SPDX-License-Identifier: MIT
"""Desk phone: ESP32-WROVER, INMP441 microphone and MAX98357A amplifier, 4x5 keypad, 128x64 OLED, Wi-Fi.

The pins are our wiring: README.md has the same numbers, and a test compares them. Unproven on a chip.
"""

from time import sleep_us

import machine
from machine import I2C, I2S, PWM, Pin

from boards.drivers import chip_parts
from boards.drivers.buzzer import Buzzer
from boards.drivers.hook_switch import HookSwitch
from boards.drivers.i2s_audio import I2sMicrophone, I2sSpeaker
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
    ear = chip_parts.line(0, _TO_EAR, I2S.TX, 16, _EAR_BYTES)
    mouth = chip_parts.line(1, _FROM_MOUTH, I2S.RX, 32, _MOUTH_BYTES)
    bus = I2C(0, scl=Pin(_BUS[0]), sda=Pin(_BUS[1]), freq=400000)
    parts = chip_parts.common(quiet, root, _HMAC)
    columns = [Pin(_COLUMNS[0], Pin.IN, Pin.PULL_UP)] + [Pin(number, Pin.IN) for number in _COLUMNS[1:]]
    return Hal(
        audio_in=I2sMicrophone(parts["clock"], mouth, _MOUTH_BYTES, bits=32, up=_LOUDER),
        audio_out=I2sSpeaker(parts["clock"], ear, _EAR_BYTES),
        keypad=MatrixKeypad([Pin(number, Pin.OPEN_DRAIN, value=1) for number in _ROWS], columns, sleep_us),
        hook=HookSwitch(Pin(_HOOK, Pin.IN, Pin.PULL_UP)),
        display=TextGrid(Ssd1306(bus)),
        led=Lamps({lamp: Pin(number, Pin.OUT, value=0) for lamp, number in _LAMPS.items()}),
        ringer=Buzzer(PWM(Pin(_BUZZER, Pin.OUT, value=0), freq=1000, duty_u16=0)),
        **parts)
