# SPDX-License-Identifier: MIT
"""Buzzer: the Ringer port on a pulse-width modulator. The wider the pulse the louder; half is loudest.

Loudness goes with the square of the volume: ears hear ratios.
"""

from micropython import const

_LOUDEST = const(32768)     # half of a period, of 65536 parts


class Buzzer:
    """See ports.Ringer.

    pwm     machine.PWM or like it, of a pin that rests low: freq(hz), duty_u16(of 65535)
    """

    def __init__(self, pwm):
        self._pwm = pwm
        self._percent = 100
        self._pitch_hz = 0
        self._duty = 0
        pwm.duty_u16(0)

    def volume(self, percent):
        self._percent = min(max(percent, 0), 100)

    def set(self, pitch_hz):
        duty = self._percent * self._percent * _LOUDEST // 10000 if pitch_hz > 0 else 0
        if duty and pitch_hz != self._pitch_hz:
            self._pitch_hz = pitch_hz
            self._pwm.freq(pitch_hz)
        if duty != self._duty:
            self._duty = duty
            self._pwm.duty_u16(duty)
