# SPDX-License-Identifier: MIT
"""UDA1380, the sound codec of desk_s3: a microphone and a handset on two I2S lines of 16 kHz.

Both of its lines are slaves in I2S format, and its clock is made from WSI, the word select of its
playback line, by its own PLL: so the I2S unit that plays runs before start(), for capture too.
Registers (16 bits, big endian) as in Linux's sound/soc/codecs/uda1380.c. Those from 0x10 on
belong to filters that take nothing without a clock: each write is read back.

Unproven on a chip: how long the PLL takes; whether the codec answers at all before its SYSCLK pin
saw a clock, which somebody reports of another board. `fault` would say so.

Nothing here is on the path of a frame. No method raises OSError: a codec that does not answer
leaves a phone without sound, one line in `fault`, and a new attempt with the next volume().
"""

from micropython import const

_CLOCK = const(0x00)
_FORMAT = const(0x01)
_POWER = const(0x02)
_VOLUME = const(0x10)
_MUTE = const(0x13)
_MIXER = const(0x14)
_DECIMATOR = const(0x20)
_PGA = const(0x21)
_ADC = const(0x22)
_AGC = const(0x23)
_RESET = const(0x7F)

_FILTERS = const(0x10)          # from here on a register needs a clock
_CLOCKS_ON = const(0x0F31)      # ADC, decimator, DAC, interpolator; of both the PLL, at 12.5 .. 25 kHz
_PLL_ON = const(0x8100)         # PLL, bias
_ALL_ON = const(0xA514)         # and headphone driver, DAC, microphone amplifier, left ADC
_SILENT = const(0x4808)         # master, ADC into the earpiece, the line: all muted
_AUDIBLE = const(0x0800)
_MICROPHONE = const(0x000D)     # ADC: amplifier, both slots from the microphone, no DC
_STEPS = const(252)             # of volume, down to silence; the first 208 have 0.25 dB
_TRIES = const(20)              # of a filter's register, while the PLL locks


class CodecFault(Exception):
    """The codec answers, and is not as it should be. Does not leave this file."""


class Uda1380:
    """An amplifier of I2sSpeaker, and the microphone's.

    i2c       has writeto_mem() and readfrom_mem_into() as machine.I2C; at most 400 kHz
    address   0x18, or 0x1A with the codec's address pin high
    fault     "", or what is wrong, for a person
    """

    def __init__(self, i2c, address=0x18, microphone_db=20):
        self._i2c = i2c
        self._address = address
        self._word = bytearray(2)
        self._steps = _STEPS
        self._gain = 0
        self._is_muted = False
        self.fault = "the sound codec is switched off"
        self.microphone_gain(microphone_db)

    def start(self):
        """Set the codec up from nothing, with the volume, gain and mute that were wanted last.

        -> True when it is ready.
        """
        self.fault = ""
        return self._do(self._set_up)

    def volume(self, percent):
        """0 .. 100: 0.5 dB each, 100 the loudest, 1 is 49.5 dB less; 0 is silence."""
        self._steps = 2 * (100 - percent) if percent > 0 else _STEPS
        if self.fault or not self._do(self._follow):
            self.start()            # it was away, or lost its power meanwhile

    def microphone_gain(self, db):
        """0 .. 30 dB in steps of 2; what lies between is rounded down."""
        self._gain = min(max(db, 0), 30) // 2
        if not self.fault:
            self._do(self._amplify)

    def mute(self, is_muted):
        """The earpiece falls silent, or comes back."""
        self._is_muted = is_muted
        if not self.fault:
            self._do(self._hush)

    def power_down(self):
        """Nothing heard, nothing captured, little current, until start()."""
        if not self.fault and self._do(self._switch_off):
            self.fault = "the sound codec is switched off"

    def _do(self, action):
        """-> True when the codec did it."""
        try:
            action()
        except OSError:
            self.fault = "the sound codec does not answer at I2C address 0x%02X" % self._address
        except CodecFault as fault:
            self.fault = str(fault)
        return not self.fault

    def _set_up(self):
        self._write(_RESET, 0)                  # all its registers at once, and muted
        self._put(_FORMAT, 0)
        self._put(_POWER, _PLL_ON)
        self._put(_CLOCK, _CLOCKS_ON)
        self._put(_MUTE, _SILENT)               # the first one that needs the clock
        self._put(_MIXER, 0)
        self._put(_VOLUME, self._steps << 8 | self._steps)
        self._put(_DECIMATOR, 0)
        self._put(_AGC, 0)
        self._amplify()
        self._put(_POWER, _ALL_ON)              # while it is muted: the ear hears no click
        self._put(_PGA, 0)
        self._hush()

    def _follow(self):
        if self._read(_POWER) != _ALL_ON:
            raise CodecFault("the sound codec lost its power")
        self._put(_VOLUME, self._steps << 8 | self._steps)

    def _amplify(self):
        self._put(_ADC, self._gain << 8 | _MICROPHONE)

    def _hush(self):
        self._put(_MUTE, _SILENT if self._is_muted else _AUDIBLE)

    def _switch_off(self):
        self._put(_MUTE, _SILENT)
        self._put(_PGA, 0x8000)
        self._put(_POWER, 0)
        self._put(_CLOCK, 0)

    def _put(self, register, value):
        """Write a register until it keeps the value. Raises OSError, CodecFault."""
        tries = _TRIES if register >= _FILTERS else 1
        while tries:
            self._write(register, value)
            if self._read(register) == value:
                return
            tries -= 1
        raise CodecFault("the sound codec does not keep register 0x%02X%s" % (
            register, ": is its playback line running?" if register >= _FILTERS else ""))

    def _write(self, register, value):
        self._word[0] = value >> 8
        self._word[1] = value & 0xFF
        self._i2c.writeto_mem(self._address, register, self._word)

    def _read(self, register):
        self._i2c.readfrom_mem_into(self._address, register, self._word)
        return self._word[0] << 8 | self._word[1]
