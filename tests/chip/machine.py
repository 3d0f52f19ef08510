# SPDX-License-Identifier: MIT
"""The module `machine` of an ESP32, for MicroPython on a computer: put this folder on the path first.

Signatures are those of the board's stubs, which tests/host/test_chip_fakes.py compares. What hangs
at the pins is in `bench`, set by who plays the board: see desk_bench.py. What the chip would refuse,
or would do silently wrong, raises here.
"""

from tests.chip.i2s_unit import I2S  # noqa: F401

bench = None
"""Has

chip                     "esp32" or "esp32s3"
pin(number)              -> model with value() and value(level), or None: nothing is soldered there
i2c(number, scl, sda)    -> bus model with writeto(), writeto_mem(), readfrom_mem_into(), scan(); or None
spi(number, sck, mosi)   -> bus model with write(); or None
pwm(number)              -> model with freq() and duty_u16(); or None
line(number, mode, sd)   -> model of an I2S line; or None
sleep_us(us)             the program waits
"""

PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5
SLEEP, DEEPSLEEP = 2, 4

_PINS = {
    "esp32": (0, 1, 2, 3, 4, 5, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 23, 25, 26, 27, 32, 33, 34, 35, 36, 39),
    "esp32s3": tuple(range(22)) + tuple(range(33, 49)),     # 22 to 25 do not exist, 26 to 32 are the flash
}
_ONLY_IN = {"esp32": (34, 35, 36, 39), "esp32s3": ()}
_clock_hz = 160000000


class Restart(BaseException):
    """The chip starts anew."""


class Pin:
    IN, OUT, OPEN_DRAIN = 1, 3, 7
    PULL_DOWN, PULL_UP = 1, 2
    IRQ_RISING, IRQ_FALLING = 1, 2
    DRIVE_0, DRIVE_1, DRIVE_2, DRIVE_3 = 0, 1, 2, 3

    def __init__(self, id, mode=-1, pull=-1, *, value=None, drive=None, alt=None):
        if id not in _PINS[bench.chip]:
            raise ValueError("invalid pin")
        self.number = id
        self._mode = self.IN
        self._model = bench.pin(id)
        self.init(mode, pull, value=value, drive=drive, alt=alt)

    def init(self, mode=-1, pull=-1, *, value=None, drive=None, alt=None):
        is_input = self.number in _ONLY_IN[bench.chip]
        if mode in (self.OUT, self.OPEN_DRAIN) and is_input:
            raise ValueError("pin can only be input")
        if is_input and pull in (self.PULL_UP, self.PULL_DOWN):
            raise AssertionError("pin %d has no resistor of its own: it would float" % self.number)
        if mode != -1:
            self._mode = mode
        if value is not None:
            self.value(value)

    def value(self, x=None):
        if x is None:
            return 1 if self._model is None else self._model.value()
        if self._mode == self.IN:
            raise AssertionError("pin %d is an input" % self.number)
        if self._model is not None:
            self._model.value(1 if x else 0)
        return None

    def __call__(self, x=None):
        return self.value(x)


class PWM:
    def __init__(self, dest, *, freq=5000, duty_u16=32768, duty_ns=0, invert=False):
        self._model = bench.pwm(dest.number)
        self.freq(freq)
        self.duty_u16(duty_u16)

    def freq(self, value=None):
        if self._model is not None:
            self._model.freq(value)

    def duty_u16(self, value=None):
        if self._model is not None:
            self._model.duty_u16(value)

    def deinit(self):
        self.duty_u16(0)


class I2C:
    """A bus without what was asked for answers like one: ENODEV."""

    def __init__(self, id, *, scl=None, sda=None, freq=400000, timeout=50000):
        if id not in (0, 1):
            raise ValueError("I2C(%d) doesn't exist" % id)
        self._bus = bench.i2c(id, scl.number, sda.number)
        if freq > 400000:
            raise AssertionError("the parts of this bus take 400 kHz")

    def _found(self):
        if self._bus is None:
            raise OSError(19)
        return self._bus

    def scan(self):
        return [] if self._bus is None else self._bus.scan()

    def writeto(self, addr, buf, stop=True):
        return self._found().writeto(addr, buf)

    def writeto_mem(self, addr, memaddr, buf, *, addrsize=8):
        self._found().writeto_mem(addr, memaddr, buf)

    def readfrom_mem_into(self, addr, memaddr, buf, *, addrsize=8):
        self._found().readfrom_mem_into(addr, memaddr, buf)


class SPI:
    MSB, LSB = 0, 1

    def __init__(self, id, baudrate=1000000, *, polarity=0, phase=0, bits=8, firstbit=0, sck=None,
                 mosi=None, miso=None):
        if id not in (1, 2):
            raise ValueError("SPI(%d) doesn't exist" % id)
        self.baudrate, self.polarity, self.phase = baudrate, polarity, phase
        self.sck, self.mosi, self.miso = sck, mosi, miso
        self._bus = bench.spi(id, sck.number, mosi.number)

    def write(self, buf):
        if self._bus is not None:
            self._bus.write(buf)


class WDT:
    """timeout_ms: of the last one that was made; it cannot be stopped. fed: how often."""

    timeout_ms = 0
    fed = 0

    def __init__(self, *, id=0, timeout=5000):
        if timeout < 1000:
            raise AssertionError("a sweep of the heap may take as long as that")
        WDT.timeout_ms = timeout

    def feed(self):
        WDT.fed += 1


class RTC:
    """Seconds of the year 2000 until somebody sets it."""

    set_to = (2000, 1, 1, 5, 0, 0, 0, 0)

    def __init__(self, id=0, *, datetime=None):
        if datetime is not None:
            self.datetime(datetime)

    def datetime(self, datetimetuple=None):
        if datetimetuple is None:
            return RTC.set_to
        if len(datetimetuple) != 8:
            raise TypeError("requested length 8 but object has length %d" % len(datetimetuple))
        RTC.set_to = tuple(datetimetuple)
        return None


def freq(hz=None):
    global _clock_hz
    if hz is None:
        return _clock_hz
    if hz not in (20000000, 40000000, 80000000, 160000000, 240000000):
        raise ValueError("frequency must be 20MHz, 40MHz, 80Mhz, 160MHz or 240MHz")
    _clock_hz = hz


def unique_id():
    return b"\x24\x0a\xc4\x00\x01\x02"


def reset_cause():
    return PWRON_RESET


def reset():
    raise Restart
