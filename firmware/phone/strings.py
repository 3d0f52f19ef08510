# SPDX-License-Identifier: MIT
"""Strings: what a person can read of calls, by name. One text, because forty cost more memory, and
searched from its beginning: what is drawn each second of a call comes first.

Rows of the display are 21 characters; the line about the end of a call fits one row. What
stands on pages that are opened is in page_strings.py.
"""

from sip.ending import NO_ANSWER, REFUSED, REFUSED_HERE

_TEXTS = b"""
calling Calling
delivered It rings there
early Calling, with sound
incoming Incoming call
answered Connecting
talking In call
closing Ending the call
held On hold
muted Microphone is off
open OPEN: anyone on the way
pbx PBX can hear
sealed-new SEALED to new key OK:compare words
sealed SEALED:
broken BROKEN: do not talk
k3 B:end
k4 OK:answer B:reject
k5 H:hold M:mute B:end
k6 H:resume B:end
k7 OK:take B:reject
k8 H:swap B:end
held_there Held by them
held_both Both on hold
waiting Waiting
no_speed No such speed dial
no_redial Nothing dialled yet
new_key_rings New key, not yet compared
transfer Transfer comes later
volume Volume
lock_is Phone is locked
lock_pin Set a PIN first
hands_free Loudspeaker
handset Handset
lift_it Lift the handset
ringer Ringer
product Sinetti
dial Dial
ended Call ended
failed Cannot dial
no_uri Not in the directory, and no server is set
both_busy Both lines are in use
bad_store Stored data damaged; kept as .bad
off_hook_long Please hang up
missed_one 1 missed call
missed missed calls
dnd Do not disturb
down Network down
helper_gone No helper
not_saved Not saved
reg Registered
unreg Not registered:
k0 OK:menu ^:book v:log
k1 OK:dial B:delete
end1 You hung up
end2 They hung up
end4 Nobody answered
end5 The caller gave up
end6 Answered elsewhere
end7 Cannot be reached
end8 No common sound
end9 Answer got lost
end10 Redirected too often
end11 Their sound stopped
end12 Bad reply from there
end13 You declined
end14 Phone is turned off
end15 Address needs a proxy
end16 Wrong password
end17 Password needed
end18 Login is too weak
end19 Login method unknown
end20 Network down
end21 No registrar is set
end22 Helper is not there
end23 They do not seal
end24 Their key has changed
end25 Key was not accepted
end26 Key is locked
end27 Their seal is broken
300 Moved elsewhere
400 Call not understood
401 Password needed
403 Not allowed
404 No such number
405 Takes no calls
407 Proxy asks password
408 No reply from there
410 Number is gone
415 Format not known
416 Wrong kind of address
420 Feature not known
480 Not available now
481 Call is unknown there
482 Call ran in a circle
483 Too many stations
484 Number not complete
485 Number not clear
486 Busy
487 Call was cancelled
488 No common sound
491 Both asked at once
493 Could not decrypt it
500 Server failed
501 Not supported there
503 Service overloaded
504 Server too slow
505 SIP version refused
513 Message too long
600 Busy everywhere
603 Declined
604 Exists nowhere
606 No common terms
3xx Moved
4xx Refused
5xx Server failed
6xx Declined
"""


def text(name):
    """-> the text (str) of that name, "" when there is none."""
    name = name.encode()
    start = _TEXTS.find(b"\n" + name + b" ")
    if start < 0:
        return ""
    return str(_TEXTS[start + len(name) + 2:_TEXTS.find(b"\n", start + 1)], "utf-8")


def ending_text(cause, status):
    """-> one line in plain words for a cause of sip.ending and its SIP status (0 for none).

    A status without a line of its own is told by its class and its number.
    """
    if cause == REFUSED_HERE and status == 480:
        cause = NO_ANSWER                   # nobody was here to say no
    if cause != REFUSED:
        return text("end%d" % cause)
    return text("%d" % status) or "%s (%d)" % (text("%dxx" % (status // 100)), status)
