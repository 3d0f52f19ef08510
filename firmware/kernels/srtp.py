# SPDX-License-Identifier: MIT
"""The kernels of sealed packets, whichever twin runs here. Only sealed calls load this."""

import sys

if sys.implementation.name == "cpython":
    from kernels import bulk_srtp as _srtp
else:
    try:
        from kernels import viper_srtp as _srtp
    except (ImportError, SyntaxError, ValueError):      # as in kernels/__init__.py
        from kernels import plain_srtp as _srtp

srtp_order = _srtp.srtp_order
srtp_note = _srtp.srtp_note
srtp_counters = _srtp.srtp_counters
srtp_xor = _srtp.srtp_xor
srtp_put_roc = _srtp.srtp_put_roc
tags_equal = _srtp.tags_equal
