# SPDX-License-Identifier: MIT
"""Desk phone: ESP32-S3 with PSRAM, UDA1380 codec and handset, 4x5 keypad, 128x64 OLED, Wi-Fi, W5500.

The pins are our wiring: README.md has the same numbers, and a test compares them. Unproven on a chip.
"""

from time import sleep_us

import machine
from machine import I2C, I2S, PWM, SPI, Pin

from boards.drivers import chip_parts
from boards.drivers.ethernet import w5500
from boards.drivers.hook_switch import HookSwitch
from boards.drivers.i2s_audio import I2sMicrophone, I2sSpeaker
from boards.drivers.lamps import Lamps
from boards.drivers.matrix_keypad import MatrixKeypad
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
# ST7567:           SCK  MOSI  A0  CS  RESET
_LCD = (35, 36, 37, 0, 3)                   # instead of the OLED, where board.json says so

_EAR_BYTES = 2048                           # of the lines' own memory: see i2s_audio.py
_MOUTH_BYTES = 8192
HMAC = ("engine", "hashlib", "kernel")      # as in board.json


def build(quiet, root=""):
    """-> Hal. quiet: chip_parts.Quiet; root: for tests."""
    machine.freq(240000000)
    # The largest pieces first, while the heap is whole.
    ear_and_mouth = lines()
    facts = chip_parts.facts(root)
    wires = bus()
    codec = Uda1380(wires)
    codec.start()                           # after the ear's line: that gives it its clock
    parts = chip_parts.common(quiet, root, HMAC, cable)
    mouth, ear = sound(parts["clock"], ear_and_mouth, codec, chip_parts.loudspeaker(facts))
    ear, bell = chip_parts.ringer(facts, ear, ringer)
    return Hal(
        audio_in=mouth, audio_out=ear, keypad=keypad(), hook=hook(),
        display=TextGrid(glass(facts, wires)), led=lamps(), ringer=bell, **parts)


# Each part by itself: for build(), and for the scripts in bench/.

def lines():
    """-> (to the ear, from the mouth), each a machine.I2S. The ear's runs at once."""
    return (chip_parts.line(0, _TO_EAR, I2S.TX, 16, _EAR_BYTES),
            chip_parts.line(1, _FROM_MOUTH, I2S.RX, 16, _MOUTH_BYTES))


def bus():
    return I2C(0, scl=Pin(_BUS[0]), sda=Pin(_BUS[1]), freq=400000)


def amplifier():
    """-> what I2sSpeaker takes for one, ready. The ear's line runs by then."""
    codec = Uda1380(bus())
    codec.start()
    return codec


def sound(clock, ear_and_mouth, codec, loudspeaker=None):
    """-> (AudioIn, AudioOut). loudspeaker: its amplifier, beside the handset."""
    to_ear, from_mouth = ear_and_mouth
    return (I2sMicrophone(clock, from_mouth, _MOUTH_BYTES),
            I2sSpeaker(clock, to_ear, _EAR_BYTES, amplifier=codec, loudspeaker=loudspeaker))


def keypad():
    return MatrixKeypad(
        [Pin(number, Pin.OPEN_DRAIN, value=1) for number in _ROWS],
        [Pin(number, Pin.IN, Pin.PULL_UP) for number in _COLUMNS], sleep_us)


def hook():
    return HookSwitch(Pin(_HOOK, Pin.IN, Pin.PULL_UP))


def glass(facts, wires):
    """-> a glass of TextGrid. facts: of board.json; wires: bus()."""
    if facts.get("glass") == "st7567":
        from boards.drivers.st7567 import St7567

        sck, mosi, a0, cs, reset = _LCD
        return St7567(
            SPI(2, baudrate=10000000, sck=Pin(sck), mosi=Pin(mosi)), Pin(a0, Pin.OUT),
            Pin(cs, Pin.OUT, value=1), Pin(reset, Pin.OUT, value=1))
    from boards.drivers.ssd1306 import Ssd1306

    return Ssd1306(wires)


def lamps():
    return Lamps({lamp: Pin(number, Pin.OUT, value=0) for lamp, number in _LAMPS.items()})


def ringer():
    from boards.drivers.buzzer import Buzzer

    return Buzzer(PWM(Pin(_BUZZER, Pin.OUT, value=0), freq=1000, duty_u16=0))


def cable():
    """-> network.LAN of the W5500."""
    import network

    sck, mosi, miso, cs, interrupt = _CABLE
    wires = SPI(1, baudrate=20000000, sck=Pin(sck), mosi=Pin(mosi), miso=Pin(miso))
    return w5500(network, wires, Pin(cs), Pin(interrupt))()
