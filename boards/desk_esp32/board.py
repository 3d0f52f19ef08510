# SPDX-License-Identifier: MIT
"""Desk phone: ESP32-WROVER, INMP441 microphone and MAX98357A amplifier, 4x5 keypad, 128x64 OLED, Wi-Fi.

The pins are our wiring: README.md has the same numbers, and a test compares them. Unproven on a chip.
"""

from time import sleep_us

import machine
from machine import I2C, I2S, PWM, Pin

from boards.drivers import chip_parts
from boards.drivers.hook_switch import HookSwitch
from boards.drivers.i2s_audio import I2sMicrophone, I2sSpeaker
from boards.drivers.lamps import Lamps
from boards.drivers.matrix_keypad import MatrixKeypad
from boards.drivers.max98357a import Max98357a
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
_AMPLIFIER = 0                              # SD of the MAX98357A: low is silence

_EAR_BYTES = 2048                           # of the lines' own memory: see i2s_audio.py
_MOUTH_BYTES = 8192
_LOUDER = 3                                 # times 6 dB: the INMP441 has no amplifier
HMAC = ("hashlib", "kernel")                # as in board.json; this chip's engine takes no state back


def build(quiet, root=""):
    """-> Hal. quiet: chip_parts.Quiet; root: for tests."""
    machine.freq(240000000)
    # The largest pieces first, while the heap is whole.
    ear_and_mouth = lines()
    facts = chip_parts.facts(root)
    parts = chip_parts.common(quiet, root, HMAC)
    mouth, ear = sound(parts["clock"], ear_and_mouth, amplifier())
    ear, bell = chip_parts.ringer(facts, ear, ringer)
    return Hal(
        audio_in=mouth, audio_out=ear, keypad=keypad(), hook=hook(),
        display=TextGrid(glass(facts, bus())), led=lamps(), ringer=bell, **parts)


# Each part by itself: for build(), and for the scripts in bench/.

def lines():
    """-> (to the ear, from the mouth), each a machine.I2S."""
    return (chip_parts.line(0, _TO_EAR, I2S.TX, 16, _EAR_BYTES),
            chip_parts.line(1, _FROM_MOUTH, I2S.RX, 32, _MOUTH_BYTES))


def bus():
    return I2C(0, scl=Pin(_BUS[0]), sda=Pin(_BUS[1]), freq=400000)


def amplifier():
    """-> what I2sSpeaker takes for one."""
    return Max98357a(Pin(_AMPLIFIER, Pin.OUT, value=1))


def sound(clock, ear_and_mouth, part):
    """-> (AudioIn, AudioOut). part: amplifier()."""
    to_ear, from_mouth = ear_and_mouth
    return (I2sMicrophone(clock, from_mouth, _MOUTH_BYTES, bits=32, up=_LOUDER),
            I2sSpeaker(clock, to_ear, _EAR_BYTES, amplifier=part, is_scaled=True))


def keypad():
    columns = [Pin(_COLUMNS[0], Pin.IN, Pin.PULL_UP)] + [Pin(number, Pin.IN) for number in _COLUMNS[1:]]
    return MatrixKeypad([Pin(number, Pin.OPEN_DRAIN, value=1) for number in _ROWS], columns, sleep_us)


def hook():
    return HookSwitch(Pin(_HOOK, Pin.IN, Pin.PULL_UP))


def glass(facts, wires):
    """-> a glass of TextGrid. facts: of board.json, which names no other one here; wires: bus()."""
    from boards.drivers.ssd1306 import Ssd1306

    return Ssd1306(wires)


def lamps():
    return Lamps({lamp: Pin(number, Pin.OUT, value=0) for lamp, number in _LAMPS.items()})


def ringer():
    from boards.drivers.buzzer import Buzzer

    return Buzzer(PWM(Pin(_BUZZER, Pin.OUT, value=0), freq=1000, duty_u16=0))
