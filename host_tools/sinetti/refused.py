# SPDX-License-Identifier: MIT
"""Refused: why a request of a phone is not done, as a code of security.sma_frames."""

import contextlib
import os

# Where RUST_BACKTRACE is set the library traces its stack at each refusal: 15 ms, and nobody reads it.
os.environ["RUST_LIB_BACKTRACE"] = "0"


class Refused(Exception):
    """code: negative, see sma_frames. It carries no text: nothing of a message may leak through it."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


@contextlib.contextmanager
def refusing(code):
    """Whatever the library raises in this block becomes Refused(code).

    Sequoia's exceptions have no kinds, and a stack trace for a text: none of it goes further.
    """
    try:
        yield
    except Refused:
        raise
    except Exception:
        raise Refused(code) from None
