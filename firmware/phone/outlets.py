# SPDX-License-Identifier: MIT
"""Outlets: where a call is heard, on a board with a handset and a loudspeaker. Loaded there only.

On the hook a call is hands-free; lifting takes it to the handset. With the handset lifted R takes it to the
loudspeaker and back; from the loudspeaker it goes on when the handset is put back, and ends with B. Each
outlet has a volume of its own.
"""

from phone.strings import text

HANDSET = 0         # of ports.AudioOut
SPEAKER = 1


class Outlets:
    """
    app            phone.application.Application
    audio_out      the port
    is_hands_free  somebody with the handset lifted wants the loudspeaker
    """

    def __init__(self, app, audio_out):
        self.is_hands_free = False
        self._app = app
        self._audio_out = audio_out
        self._used = -1

    def volume_key(self):
        """-> the setting that says how loud the outlet in use is."""
        return "phone.speaker_volume" if self._used == SPEAKER else "phone.volume"

    def press(self, out):
        """R in a call: to the other outlet."""
        if self._app.lines.off_hook:
            self.is_hands_free = not self.is_hands_free
            self._app.say(text("hands_free" if self.is_hands_free else "handset"), out)
        else:
            self._app.say(text("lift_it"), out)

    def settle(self, lines):
        """After every event: make the sound come from where it should."""
        if lines.is_idle():
            self.is_hands_free = False
        used = HANDSET if lines.off_hook and not self.is_hands_free else SPEAKER
        if used != self._used:
            self._used = used
            self._audio_out.route(used)
            self._app.apply(self.volume_key())
