# SPDX-License-Identifier: MIT
"""Desk phone: ESP32-S3 with PSRAM, UDA1380 codec and handset, 4x5 keypad, 128x64 OLED, Wi-Fi, W5500.

The pins are our wiring: README.md has the same numbers, and a test compares them. Unproven on a chip.
"""

from time import sleep_us

import machine
from machine import I2C, I2S, PWM, SPI, Pin

from boards.drivers import chip_parts
from boards.drivers.buzzer import Buzzer
from boards.drivers.ethernet import w5500
from boards.drivers.hook_switch import HookSwitch
from boards.drivers.i2s_audio import I2sMicrophone, I2sSpeaker
from boards.drivers.lamps import Lamps
from boards.drivers.matrix_keypad import MatrixKeypad
from boards.drivers.ssd1306 import Ssd1306
from boards.drivers.text_grid import TextGrid
from boards.drivers.uda1380 import Uda1380
from hal import Hal

NAME = "desk_s3"

# I2C, 400 kHz:     SCL  SDA
_BUS = (9, 8)                               # codec 0x18, glass 0x3C; each module has its pull-ups
# I2S:              BCLK  WS  data
_TO_EAR = (4, 5, 6)                         # BCKI, WSI, DATAI of the codec
_FROM_MOUTH = (7, 15, 16)                   # BCKO, WSO, DATAO
_ROWS = (10, 11, 12, 13, 14)                # open drain, low one at a time
_COLUMNS = (17, 18, 21, 38)                 # pulled up inside, low where a key is down
_HOOK = 39                                  # pulled up inside, closed to ground while the handset lies
_LAMPS = {"message": 40, "ring": 45, "secure": 46}      # to ground through 470 ohm
_BUZZER = 47
# W5500:            SCK  MOSI  MISO  CS  INT
_CABLE = (1, 2, 48, 41, 42)

_EAR_BYTES = 2048                           # of the lines' own memory: see i2s_audio.py
_MOUTH_BYTES = 8192
_HMAC = ("engine", "hashlib", "kernel")     # as in board.json


def build(quiet, root=""):
    """-> Hal. quiet: chip_parts.Quiet; root: for tests."""
    machine.freq(240000000)
    # The largest pieces first, while the heap is whole; and the ear's line runs before its codec starts.
    ear = chip_parts.line(0, _TO_EAR, I2S.TX, 16, _EAR_BYTES)
    mouth = chip_parts.line(1, _FROM_MOUTH, I2S.RX, 16, _MOUTH_BYTES)
    bus = I2C(0, scl=Pin(_BUS[0]), sda=Pin(_BUS[1]), freq=400000)
    codec = Uda1380(bus)
    codec.start()
    parts = chip_parts.common(quiet, root, _HMAC, _cable)
    return Hal(
        audio_in=I2sMicrophone(parts["clock"], mouth, _MOUTH_BYTES),
        audio_out=I2sSpeaker(parts["clock"], ear, _EAR_BYTES, amplifier=codec),
        keypad=MatrixKeypad(
            [Pin(number, Pin.OPEN_DRAIN, value=1) for number in _ROWS],
            [Pin(number, Pin.IN, Pin.PULL_UP) for number in _COLUMNS], sleep_us),
        hook=HookSwitch(Pin(_HOOK, Pin.IN, Pin.PULL_UP)),
        display=TextGrid(Ssd1306(bus)),
        led=Lamps({lamp: Pin(number, Pin.OUT, value=0) for lamp, number in _LAMPS.items()}),
        ringer=Buzzer(PWM(Pin(_BUZZER, Pin.OUT, value=0), freq=1000, duty_u16=0)),
        **parts)


def _cable():
    """-> network.LAN of the W5500."""
    import network

    sck, mosi, miso, cs, interrupt = _CABLE
    bus = SPI(1, baudrate=20000000, sck=Pin(sck), mosi=Pin(mosi), miso=Pin(miso))
    return w5500(network, bus, Pin(cs), Pin(interrupt))()
