# SPDX-License-Identifier: MIT
"""Lines: the two calls and what they share: the ear, the ringer, and who is in front.

Keys and handset act on the call in front. The other one rings or is held. A ringing call
is never in front: it becomes so when it is answered.
"""

from media.events import DIGIT as MEDIA_DIGIT
from media.events import NO_AUDIO
from media.tones import ERROR, RINGBACK, SILENCE, WAITING
from phone import views
from phone.call_log import NEW
from phone.config import domain_of
from phone.line import ANSWER, DELIVERED, EARLY, FREE, RINGING, TALKING, Line
from sip.ending import NO_AUDIO as ENDED_WITHOUT_AUDIO
from sip.events import DIGIT as SIP_DIGIT


BROKEN = "broken"           # of security/hearing.py


class Lines:
    """At most two calls.

    front       Line or None
    idle_tone   what sounds while no call is in front: dial tone, or the tone of a failure
    off_hook    the handset is lifted. A call that rings then is heard in the ear
    """

    def __init__(self, sip, media, alerting, events, directory, call_log, config, guard):
        self._sip = sip
        self._media = media
        self._alerting = alerting
        self._events = events
        self._directory = directory
        self._call_log = call_log
        self._config = config
        self._lines = [
            Line(call, sip, media, events, directory, call_log, config, guard) for call in (0, 1)
        ]
        self._heard = -1                # the call that has microphone and speaker
        self.front = None
        self.idle_tone = SILENCE
        self.off_hook = False

    def admit(self, uri):
        """May a call from `uri` (bytes) ring? -> 0, or the status to refuse it with.

        One that may not is in the log as missed.
        """
        if self._config.get("phone.dnd"):
            status = 480
        elif self.ringing() or self._sip.free_line() < 0:
            status = 486
        else:
            return 0
        log = self._call_log
        log.add(NEW, uri, self._directory.name_of(uri, domain_of(self._config)), 0, log.minute())
        return status

    def told(self, event, detail, now, out):
        """An event of sip.events or media.events; no two have one number. -> the Line it changed."""
        if event == SIP_DIGIT or event == MEDIA_DIGIT:
            call, code = detail
            self._events.post("dtmf", {"call": call, "digit": chr(code)})
            return None
        line = self._lines[detail]
        if event == NO_AUDIO:
            if line.state == TALKING:
                line.hang_up(now, out, ENDED_WITHOUT_AUDIO)
            return None
        if not line.step(event, now, out):
            return None
        if line.state == FREE and line is self.front:
            other = self.other()
            self.front = other if other and other.state != RINGING else None
        return line

    def other(self):
        """-> the Line that is not in front and not free, or None."""
        for line in self._lines:
            if line is not self.front and line.state != FREE:
                return line
        return None

    def ringing(self):
        """-> the Line that rings here, or None."""
        for line in self._lines:
            if line.state == RINGING:
                return line
        return None

    def is_idle(self):
        return self.front is None and self.other() is None

    def view(self):
        """-> view that the calls ask for, IDLE when there is none."""
        front = self.front
        if self.ringing():
            return views.WAITING if front else views.RINGING
        if not front:
            return views.IDLE
        if front.state != TALKING:
            return views.CALLING
        if self.other():
            return views.TWO
        return views.HELD if front.is_held else views.TALKING

    def dial(self, address, uri, name, now, out):
        """-> False when both lines are in use."""
        call = self._sip.call(uri, now, out)
        if call < 0:
            return False
        self.front = self._lines[call]
        self.front.dial(address, uri, name, now, out)
        return True

    def answer(self, now, out):
        """Take the call that rings. A call in front is held; one not yet answered is given up."""
        ringing = self.ringing()
        if self.front:
            if self.front.state == TALKING:
                self.front.hold(True, now, out)
            else:
                self.front.hang_up(now, out)
        self.front = ringing
        ringing.step(ANSWER, now, out)

    def hold(self, now, out):
        """Hold or resume the call in front; with two calls, change over to the other one."""
        other = self.other()
        if not other or other.state != TALKING:
            self.front.hold(not self.front.is_held, now, out)
            return
        self.front.hold(True, now, out)
        self.front = other
        other.hold(False, now, out)

    def press(self, code, now):
        """Send a digit to the other side, once there is sound."""
        if self._heard >= 0:
            self._media.press(self._heard, code, now)

    def settle(self, out):
        """Make the ear and the ringer fit what the calls are doing now."""
        front = self.front
        ringing = self.ringing() is not None
        tone = self.idle_tone
        heard = -1
        if front:
            tone = RINGBACK if front.state == DELIVERED else SILENCE
            if front.state == EARLY or front.state == TALKING and not front.is_held:
                heard = front.call
            if front.hearing == BROKEN:
                tone = ERROR
                heard = -1              # nothing is said, nothing is played
        in_the_ear = ringing and (front is not None or self.off_hook)
        self._alerting.play(WAITING if in_the_ear else tone)
        self._alerting.ring(ringing and not in_the_ear, out)
        self._heard = heard
        self._media.select(heard)       # also when it is no news: the stack may have stopped it
