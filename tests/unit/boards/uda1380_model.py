# SPDX-License-Identifier: MIT
"""The UDA1380 as a model: its registers behind an I2C bus, its samples on two I2S lines.

What it knows: the registers, their bits and what they hold after a reset as in Linux's
sound/soc/codecs/uda1380.c and .h; that the registers of a filter, 0x10 on, take nothing while that
filter has no clock (there, too); that the clock comes from WSI by the PLL, which covers
a range. A bit that does not exist, an evaluation mode, a value beyond its scale and a write
to a status register are Forbidden. One rule is ours: the headphone driver and the DAC are not
switched while sound could be heard, since that clicks in the ear.
"""

_AFTER_RESET = {
    0x00: 0x0502, 0x01: 0x0000, 0x02: 0x0000, 0x03: 0x3F3F, 0x04: 0x0202,
    0x10: 0x0000, 0x11: 0xFF00, 0x12: 0x0000, 0x13: 0x4800, 0x14: 0x0000, 0x18: 0x0000,
    0x20: 0x0000, 0x21: 0x8000, 0x22: 0x0002, 0x23: 0x0000, 0x28: 0x0000,
}
_STATUS = (0x18, 0x28)
_BITS = {
    0x00: 0x0F3F, 0x01: 0x0757, 0x02: 0xA5DF, 0x03: 0x3F3F, 0x04: 0x0202, 0x10: 0xFFFF, 0x11: 0xFFFF,
    0x12: 0xFF3F, 0x13: 0x4F0F, 0x14: 0xF0F3, 0x20: 0xFFFF, 0x21: 0x8F0F, 0x22: 0x1F0F, 0x23: 0x070D,
}
_PLL_RANGES = ((6250, 12500), (12501, 25000), (25001, 50000), (50001, 100000))
_SOUND_POWER = 0x2400       # headphone driver, DAC


class Forbidden(AssertionError):
    """What no driver may do. The reason is for whoever wrote it."""


class Uda1380Model:
    """An I2C bus with this codec at `address`, and its two lines.

    microphone(n)   -> what the capsule gives as sample n, -1.0 .. 1.0
    word_select     Hz at WSI, 0 while nobody drives it
    locks_after     transfers on the bus after which the PLL runs
    unheard         OSErrors that the bus still raises; -1: as long as it is not set back
    earpiece        list of the samples at the headphones, left
    """

    def __init__(self, address=0x18, locks_after=3):
        self.address = address
        self.word_select = 16000
        self.unheard = 0
        self.earpiece = []
        self.writes = []
        self.transfers = 0
        self.microphone = lambda n: 0.0
        self._locks_after = locks_after
        self._spoken = 0
        self.lose_power()

    def lose_power(self):
        self.registers = dict(_AFTER_RESET)
        self._locked_in = self._locks_after

    # The bus, as machine.I2C has it.

    def writeto_mem(self, address, register, data):
        self._begin(address)
        if len(data) != 2:
            raise Forbidden("a register has 16 bits, not %d" % (8 * len(data)))
        value = data[0] << 8 | data[1]
        self.writes.append((register, value))
        if register == 0x7F:
            if value:
                raise Forbidden("a reset is 0, not 0x%04X" % value)
            self.lose_power()
            return
        self._check(register, value)
        if self.has_clock(register):
            if register in (0x00, 0x02) and (value ^ self.registers[register]) & (3 if register == 0 else 0x8000):
                self._locked_in = self._locks_after
            self.registers[register] = value

    def readfrom_mem_into(self, address, register, data):
        self._begin(address)
        if register not in self.registers:
            raise Forbidden("there is no register 0x%02X" % register)
        if len(data) != 2:
            raise Forbidden("a register has 16 bits, not %d" % (8 * len(data)))
        data[0] = self.registers[register] >> 8
        data[1] = self.registers[register] & 0xFF

    def _begin(self, address):
        if address != self.address:
            raise OSError(19)           # nobody acknowledged
        if self.unheard:
            self.unheard -= 1 if self.unheard > 0 else 0
            raise OSError(19)
        self.transfers += 1
        if self.registers[0x02] & 0x8000 and self._locked_in:
            self._locked_in -= 1

    def _check(self, register, value):
        if register in _STATUS:
            raise Forbidden("register 0x%02X is for reading" % register)
        if register not in _BITS:
            raise Forbidden("there is no register 0x%02X" % register)
        wrong = value & ~_BITS[register]
        if wrong:
            raise Forbidden("register 0x%02X has no bit 0x%04X" % (register, wrong))
        if register == 0x01 and ((value >> 8) & 7 in (4, 6, 7) or value & 7 > 5):
            raise Forbidden("no such format: 0x%04X" % value)
        if register == 0x20 and (48 < value >> 8 < 128 or 48 < value & 0xFF < 128):
            raise Forbidden("the decimator ends at 48, 24 dB: 0x%04X" % value)
        if register == 0x21 and ((value >> 8) & 0x0F > 8 or value & 0x0F > 8):
            raise Forbidden("the line amplifiers end at 8, 24 dB: 0x%04X" % value)
        if register == 0x02 and (value ^ self.registers[0x02]) & _SOUND_POWER and not self._is_muted():
            raise Forbidden("headphone driver and DAC are switched while it is muted")
        if register >= 0x10 and not self._is_clocked(register):
            raise Forbidden("register 0x%02X before its filter has a clock: %s" % (register, self.why_no_clock()))

    def _is_clocked(self, register):
        """What a driver has to have done; whether a clock comes in as well is has_clock()."""
        needed = 0x0110 if register < 0x20 else 0x0420
        return self.registers[0x00] & needed == needed and self.registers[0x02] & 0x8000

    def has_clock(self, register):
        """-> True when a write to this register is taken."""
        if register < 0x10:
            return True
        low, high = _PLL_RANGES[self.registers[0x00] & 3]
        return low <= self.word_select <= high and not self._locked_in

    def _is_muted(self):
        return self.registers[0x13] & 0x4008

    # The reasons for silence.

    def why_no_clock(self):
        power, clocks = self.registers[0x02], self.registers[0x00]
        if not power & 0x8000:
            return "the PLL has no power"
        if clocks & 0x30 != 0x30:
            return "the clock is not the PLL's"
        if clocks & 0x0C:
            return "the divider is for another clock"
        if not self.has_clock(0x10):
            return "the PLL does not run"
        return ""

    def why_no_playback(self):
        """-> "" when what comes on DATAI is heard."""
        power, clocks, mutes = (self.registers[n] for n in (0x02, 0x00, 0x13))
        if self.registers[0x01] & 0x0700:
            return "the format of DATAI"
        if clocks & 0x0300 != 0x0300:
            return "no clock for DAC and interpolator"
        if power & 0x2500 != 0x2500:
            return "headphone driver, DAC or bias has no power"
        if power & 0x0080:
            return "the analog mixer is in the way"
        if mutes & 0x4008:
            return "muted"
        if mutes & 0x0007 or self.registers[0x12] or self.registers[0x14]:
            return "the sound is changed on its way"
        return self.why_no_clock()

    def why_no_capture(self):
        """-> "" when the microphone is on DATAO."""
        power, clocks, adc = (self.registers[n] for n in (0x02, 0x00, 0x22))
        if self.registers[0x01] & 0x0057:
            return "the format of DATAO"
        if clocks & 0x0C00 != 0x0C00:
            return "no clock for ADC and decimator"
        if power & 0x0114 != 0x0114:
            return "microphone amplifier, ADC or bias has no power"
        if self.registers[0x21] & 0x8000:
            return "muted"
        if adc & 0x000C != 0x000C:
            return "the ADC hears another input"
        if self.registers[0x23]:
            return "the gain is not fixed"
        return self.why_no_clock()

    # The lines: words of 32 bits, a sample in the upper 16.

    def play(self, left, right):
        """A frame on DATAI."""
        self.earpiece.append(0 if self.why_no_playback() else int((left >> 16) * self.loudness()))

    def listen(self):
        """-> a frame on DATAO, left and right; the right one has the same microphone."""
        n = self._spoken
        self._spoken = n + 1
        if self.why_no_capture():
            return 0, 0
        digital = self.registers[0x20] >> 8
        digital -= 256 if digital > 127 else 0
        db = 2 * ((self.registers[0x22] >> 8) & 15) + digital / 2
        value = int(32768 * self.microphone(n) * 10 ** (db / 20))
        word = max(-32768, min(32767, value)) << 16
        return word, word

    def loudness(self):
        """-> factor of the left master volume; what is coarser than 0.25 dB is taken as that."""
        steps = self.registers[0x10] & 0xFF
        return 0 if steps >= 252 else 10 ** (-steps / 80)
