# SPDX-License-Identifier: MIT
# Words of MicroPython's viper emitter, for who calls such functions: with an array, or a number.
from typing import Any, TypeVar

_T = TypeVar("_T")

def const(value: _T) -> _T: ...

ptr = Any
ptr8 = Any
ptr16 = Any
ptr32 = Any
uint = Any
