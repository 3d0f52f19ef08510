# SPDX-License-Identifier: MIT
"""What CPython lacks of MicroPython's own module, for modules shared by both."""


def const(value):
    return value


def native(function):
    return function


def heap_lock():
    """CPython cannot lock its heap; tests that need it run under MicroPython."""


def heap_unlock():
    return 0
