# SPDX-License-Identifier: MIT
"""Preloading: what a phone does with memory for much more than a call.

What only calls need is loaded while the phone has nothing to do, a part at a time: no step of a
call, not even of the first, has to load code. Elsewhere each part is loaded by who needs it first,
and leaves its memory to others until then.

And there is garbage only when much has come together. What lies scattered does no harm there, and a
call is over before there is a reason to sweep; a long one is swept once in some forty messages, or
each six minutes of nothing but sound and a clock.
"""

from micropython import const

from runtime.heap import Heap

_BEGIN_MS = const(2000)         # after boot: the network comes first
_NEXT_MS = const(50)            # keys and messages are looked at between two parts

# Of garbage: KB by estimate, without sound and with it; and words beyond what is estimated, 768 KB
_QUIET = const(48)
_TALKING = const(640)
_WORDS = const(196608)


def stretch():
    """Have the room that will be needed. -> what is to be kept. Unproven on a chip.

    The heap of the chip grows when it is full, and is swept before that. A list that is emptied
    gives back all but its beginning, which is enough to keep its part of the heap.
    """
    try:
        room = [None] * _WORDS
    except MemoryError:
        return None
    room.clear()
    return room


class Preloading:
    """A machine with one timer.

    phone   assembly.Phone: nothing is loaded while its media is_running
    crypto  the port
    """

    owner = None

    def __init__(self, phone, crypto, now):
        self._media = phone.media
        self._crypto = crypto
        self._parts = _PARTS
        phone.reactor.heap = Heap((_QUIET, _TALKING), (_WORDS, _WORDS))
        phone.reactor.heap.room = stretch()
        phone.timers.arm(self, 0, now, _BEGIN_MS)

    def timeout(self, timer, now, out):
        if not self._media.is_running:
            self._parts[0](self._crypto)
            self._parts = self._parts[1:]
        if self._parts:
            out.arm(self, 0, _NEXT_MS)


def _calls(crypto):
    from sip.call import Call  # noqa: F401


def _inspection(crypto):
    from sip.inspection import inspect  # noqa: F401


def _requests(crypto):
    from sip.in_dialog import serve  # noqa: F401
    from sip.info import digit_of  # noqa: F401


def _clients(crypto):
    from sip.client_transaction import ClientTransaction  # noqa: F401


def _servers(crypto):
    from sip.server_transaction import ServerTransaction  # noqa: F401


def _streams(crypto):
    from media.stream import MediaStream  # noqa: F401


def _jitter(crypto):
    from media.jitter import JitterBuffer  # noqa: F401


def _reports(crypto):
    from media.report import Report  # noqa: F401


def _dialling(crypto):
    from phone.outgoing import dial  # noqa: F401


def _keys(crypto):
    from security.media_keys import MediaKeys  # noqa: F401


def _lines_of_keys(crypto):
    from security.sdes import offer  # noqa: F401


def _packets(crypto):
    from security.ssm import Ssm  # noqa: F401


def _ciphers(crypto):
    from security.srtp import SrtpSender  # noqa: F401
    crypto.aes_ecb(bytes(16))           # some test themselves when they are asked for the first time
    crypto.hmac_sha1(bytes(20))


def _questions(crypto):
    from phone.trust import Trust  # noqa: F401


_PARTS = (
    _calls, _inspection, _requests, _clients, _servers, _streams, _jitter, _reports, _dialling, _keys,
    _lines_of_keys, _packets, _ciphers, _questions)
