# SPDX-License-Identifier: MIT
"""Presence: how our registration is, in words. Loaded with the first news of it."""

from phone.strings import ending_text, text
from sip.ending import NOT_WANTED
from sip.events import REGISTERED


def report(event, detail, events):
    """Post what SipManager told: REGISTERED or UNREGISTERED. -> two lines (str) for the idle screen."""
    if event == REGISTERED:
        events.post("registered", {"seconds": detail})
        return text("reg"), ""
    reason = ending_text(detail.cause, detail.status)
    events.post("unregistered", {"reason": reason, "status": detail.status})
    return ("", "") if detail.cause == NOT_WANTED else (text("unreg"), reason)
