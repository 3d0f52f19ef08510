# SPDX-License-Identifier: MIT
"""The two kinds of fault. Expected outcomes (busy, no answer, no data) are values."""


class RemoteFault(Exception):
    """The peer broke the protocol. Raised by parsing, caught by SipManager.receive only.

    status   the SIP status to answer with; 0 means drop the message silently
    message  what could be read of it, or None: enough to answer with what exists
    """

    def __init__(self, status, message=None):
        self.status = status
        self.message = message


class LocalFault(Exception):
    """We broke our own rules: a bug. Never caught below the reactor."""
