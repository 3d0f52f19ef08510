# SPDX-License-Identifier: MIT
"""HMAC-SHA1, whichever twin runs here. Not part of kernels/__init__.py: only sealed calls load it."""

import sys

if sys.implementation.name == "cpython":
    from kernels import plain_sha1 as _sha1
else:
    try:
        from kernels import viper_sha1 as _sha1
    except (ImportError, SyntaxError, ValueError):      # as in kernels/__init__.py
        from kernels import plain_sha1 as _sha1

sha1_start = _sha1.sha1_start
sha1_hmac = _sha1.sha1_hmac
sha1_wipe = _sha1.sha1_wipe
