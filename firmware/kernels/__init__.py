# SPDX-License-Identifier: MIT
"""Kernels: the loops over samples and over text. Which twin runs is decided here, once.

viper where the interpreter makes machine code: on the chip, in MicroPython for Linux. Else
the plain twins, whose functions say what a kernel means; CPython has bulk.py and its sisters.
"""

import sys

if sys.implementation.name == "cpython":
    from kernels import bulk as _samples
    from kernels import bulk_sdp as _sdp
    from kernels import bulk_text as _text
    from kernels import plain_rtp as _rtp
else:
    try:
        from kernels import viper as _samples
        from kernels import viper_rtp as _rtp
        from kernels import viper_sdp as _sdp
        from kernels import viper_text as _text
    except (ImportError, SyntaxError, ValueError):      # not there, no viper, another machine's code
        from kernels import plain as _samples
        from kernels import plain_rtp as _rtp
        from kernels import plain_sdp as _sdp
        from kernels import plain_text as _text

ulaw_encode = _samples.ulaw_encode
ulaw_decode = _samples.ulaw_decode
alaw_encode = _samples.alaw_encode
alaw_decode = _samples.alaw_decode
copy = _samples.copy
silence = _samples.silence
gain = _samples.gain
fade = _samples.fade
mix = _samples.mix
tone = _samples.tone
halve = _samples.halve
double = _samples.double

rtp_seal = _rtp.rtp_seal
rtp_accept = _rtp.rtp_accept

scan_lines = _sdp.scan_lines
last_rows = _sdp.last_rows
scan_numbers = _sdp.scan_numbers
name_of = _sdp.name_of
is_ipv4 = _sdp.is_ipv4

scan_start = _text.scan_start
scan_headers = _text.scan_headers
scan_head = _text.scan_head
scan_address = _text.scan_address
scan_via = _text.scan_via
scan_params = _text.scan_params
find_row = _text.find_row
header_name = _text.header_name
