# SPDX-License-Identifier: MIT
"""MediaController: all media of the phone: two calls, the tones, the microphone, the speaker.

It is the Session of the SIP stack (describe .. hold), serves the application (select .. play)
and the reactor (pump, poll). The microphone's frame is the metronome. pump() allocates
nothing once a peer is known, and never raises.
"""

from array import array

from micropython import const

from kernels import gain, silence
from media.codec import SAMPLES
from media.events import DIGIT, NO_AUDIO
from media.tones import TonePlayer

_CALLS = const(2)
_DATAGRAM = const(1040)         # 120 ms of audio with its header, CSRCs and tag
_LOOK_BITS = const(7)           # what has no hurry is looked at each 128 ms

_UNITY = const(1024)            # a factor of kernels.gain
_MAX_GAIN_DB = const(24)
_SIXTHS = (1024, 1149, 1289, 1447, 1623, 1821)      # 0 .. 5 dB; 6 dB more is twice as much


class MediaController:
    """
    audio_in, audio_out, network, crypto    ports, see hal/ports.py
    keys_for    keys_for(call) -> what seals the packets of a new call, see offer_answer.py
    settings    rtp_port (first even port to try), country (str of media.tones.COUNTRIES),
                mic_gain_db (-24 .. 24), volume (0 .. 100), codecs (tuple of media.codec.PCMU
                and PCMA, best first). Read when they are used
    owner       the telephone application
    Volume is the speaker port's business: scaling samples here would cost instructions in
    each frame, and resolution. Where the amplifier has none, its driver uses kernels.gain.
    """

    owner = None
    litter = 0                  # KB of garbage that one of them leaves

    def __init__(self, audio_in, audio_out, network, crypto, keys_for, settings):
        self._audio_in = audio_in
        self._audio_out = audio_out
        self._network = network
        self._crypto = crypto
        self.keys_for = keys_for
        self._settings = settings
        self._packet = None
        self._heard = array("h", bytes(2 * SAMPLES))
        self._spoken = array("h", bytes(2 * SAMPLES))
        self._jitter = None
        self._tones = TonePlayer()
        self._streams = [None] * _CALLS
        self._running = []
        self._selected = None
        self._looked = -1
        self._is_agreed = False             # anew: there may be keys to derive
        self._is_muted = False
        self.is_running = False
        self.set_mic_gain(settings.mic_gain_db)
        self.set_volume(settings.volume)

    # The stack's Session.

    def describe(self, call):
        """-> our offer (bytes), or None when no port can be had. RFC 3264 5, 8."""
        stream = self._stream(call)
        address = self._network.address()
        if not address or not self._opens(stream, call):
            return None
        return stream.negotiation.offer(address, stream.ports.port)

    def agree(self, call, offer):
        """-> our answer (bytes) to an offer (bytes), or None: 488. RFC 3264 6."""
        stream = self._stream(call)
        address = self._network.address()
        is_first = stream.negotiation is None
        if not address or not self._opens(stream, call):
            return None
        answer = stream.negotiation.answer(offer, address, stream.ports.port)
        if answer is not None:
            self._apply(stream)
        elif is_first:
            stream.close()
        return answer

    def settle(self, call, answer):
        """Take their answer (bytes) to our last offer. -> False: it does not fit."""
        stream = self._stream(call)
        if stream.negotiation is None or not stream.negotiation.settle(answer):
            return False
        self._apply(stream)
        return True

    def revert(self, call):
        """Our offer was refused: what stood before it stands."""
        if self._stream(call).negotiation is not None:
            self._stream(call).negotiation.revert()

    def start(self, call, now):
        """Packets may flow, early or answered. Once is enough."""
        stream = self._stream(call)
        if stream.negotiation is None or stream.is_running:
            return
        stream.start(self._crypto, now)
        self._running.append(stream)
        self._looked = -1
        self._run()

    def stop(self, call, now):
        """The call is over, or was never answered: say BYE, give the ports back."""
        stream = self._stream(call)
        if stream is self._selected:
            self.select(-1)
        if stream.is_running:
            stream.leave(self._crypto.random(2), now)
            self._running.remove(stream)
        stream.close()
        self._run()

    def hold(self, call, on):
        """Our wish, for the next describe()."""
        if self._stream(call).negotiation is not None:
            self._stream(call).negotiation.hold(on)

    def is_held(self, call):
        """-> True while the peer does not want to hear us: sendonly, inactive, c=0.0.0.0."""
        negotiation = self._stream(call).negotiation
        return negotiation is not None and negotiation.is_held

    # From the application.

    def select(self, call):
        """This call has the microphone and the speaker; -1: none has. The other one sends RTCP only."""
        stream = self._stream(call) if call >= 0 else None
        if stream is self._selected:
            return
        if self._selected is not None:
            self._selected.rest()
            self._selected.play_from(None)
        if stream is not None:
            self._jitter.reset()
            stream.play_from(self._jitter)
        self._selected = stream

    def doubt(self, call, now):
        """Tell NO_AUDIO soon, unless the peer is still there: see MediaStream."""
        stream = self._streams[call]
        if stream is not None:
            stream.doubt(now)

    def mute(self, on):
        """Send silence instead of what the microphone hears."""
        self._is_muted = on
        self._factor = 0 if on else self._gain

    def set_mic_gain(self, db):
        """-24 .. 24; what becomes louder than full scale is clipped."""
        db = max(-_MAX_GAIN_DB, min(db, _MAX_GAIN_DB)) + _MAX_GAIN_DB
        self._gain = (_SIXTHS[db % 6] << (db // 6)) >> (_MAX_GAIN_DB // 6)
        self.mute(self._is_muted)

    def set_volume(self, percent):
        """0 .. 100."""
        self._audio_out.volume(percent)

    def press(self, call, digit, now):
        """Send a digit (ASCII code) by RFC 4733: 100 ms of tone, 100 ms without.

        -> False: the peer does not know telephone events, or this call does not send now.
        """
        stream = self._stream(call)
        return stream is self._selected and stream.press(digit)

    def play(self, tone):
        """A tone of media.tones, alone or over a call, until the next play()."""
        self._tones.start(tone, self._settings.country)
        self._run()

    @property
    def slack_ms(self):
        """ms of sound that wait in the speaker."""
        return self._audio_out.queued_ms()

    def hearing(self, call, is_confirmed, has_failed, before):
        """-> who can hear the call, see security/hearing.py. before: what it was until now."""
        negotiation = self._stream(call).negotiation
        if negotiation is None:
            return before
        return negotiation.keys.hearing(is_confirmed, has_failed, before)

    def report(self, call):
        """-> Report of this call, or of the last one on its line."""
        from media.report import Report
        return Report(self._stream(call))

    # From the reactor.

    def pump(self, now):
        """Move audio: a frame each way, two when the step came late. -> True when a frame was moved."""
        if not self.is_running:
            return False
        if self._network.heard:
            self._hear(now)
        moved = self._audio_in.read(self._spoken)
        if moved:
            self._speak(now)
            if self._audio_in.read(self._spoken):
                self._speak(now)
                self._catch_up(now)
        if self._audio_out.wants():
            self._sound(now)
            return True
        return moved

    def _catch_up(self, now):
        """Two frames were spoken since the last step: it came late, and the other way waits too."""
        self._hear(now)
        if self._audio_out.wants():
            self._sound(now)

    def _hear(self, now):
        for stream in self._running:
            if stream.rtp.is_ready():
                self._listen(stream, now)

    def _listen(self, stream, now):
        ports = stream.ports
        expected = ports.expected
        if expected:
            n = stream.rtp.readinto(self._packet, expected)
            if n > 0 and not (stream.receive(self._packet, n, now) and n == expected):
                ports.be_careful()
        else:
            n = ports.read(self._packet)
            if n > 0 and stream.receive(self._packet, n, now):
                ports.confirm(n)

    def _speak(self, now):
        stream = self._selected
        if stream is None or not stream.sends:
            return
        if self._factor != _UNITY:
            gain(self._spoken, SAMPLES, self._factor)
        n = stream.capture(self._spoken, now)
        if n:
            stream.ports.write(stream.packet, n)

    def _sound(self, now):
        pcm = self._heard
        stream = self._selected
        if stream is None or not stream.receives:
            silence(pcm, SAMPLES)
        elif self._jitter.take(pcm, now):
            stream.concealed += 1
        tones = self._tones
        if not tones.is_sounding:
            self._audio_out.write(pcm)
            return
        tones.mix(pcm)
        self._audio_out.write(pcm)
        if not tones.is_sounding:           # it was to be heard once
            self._run()

    def poll(self, now, out):
        """What takes a while or has no hurry: session keys, RTCP, digits that came, peers that fell silent.

        Tells DIGIT (call, ASCII code) and NO_AUDIO call. -> True if something was done.
        """
        if self._is_agreed:
            self._is_agreed = self._derive()
            return True
        if not self._running:
            return False
        if now >> _LOOK_BITS != self._looked:
            self._look(now, out)
            return True
        for stream in self._running:
            if stream.events.digits or stream.ports.control.is_ready():
                break
        else:
            return False
        return self._attend(stream, now, out)

    def _derive(self):
        for stream in self._streams:
            negotiation = stream.negotiation if stream is not None else None
            if negotiation is not None and negotiation.keys.ssm.advance():
                return True
        return False

    def _attend(self, stream, now, out):
        if not stream.events.digits:
            return stream.hear_control(now)
        out.tell(self, DIGIT, (self._streams.index(stream), stream.events.take()))
        return True

    def _look(self, now, out):
        self._looked = now >> _LOOK_BITS
        for stream in self._running:
            if stream.look(now):
                out.tell(self, NO_AUDIO, self._streams.index(stream))
            if stream.rtcp.is_due(now):
                stream.report(self._crypto.random(2), False, now)

    def _stream(self, call):
        """-> MediaStream of a line. What only calls need is loaded with the first one, and stays."""
        stream = self._streams[call]
        if stream is None:
            from media.jitter import JitterBuffer
            from media.stream import MediaStream
            if self._jitter is None:
                self._packet = bytearray(_DATAGRAM)
                self._jitter = JitterBuffer()
            stream = self._streams[call] = MediaStream()
        return stream

    def _opens(self, stream, call):
        """-> True when the line has ports and a negotiation, now or already."""
        settings = self._settings
        if stream.negotiation is not None:
            return True
        return stream.open(
            self._network, settings.rtp_port, self._crypto, settings.codecs, self.keys_for(call))

    def _apply(self, stream):
        received = stream.receives
        stream.apply()
        self._is_agreed = True
        if stream is self._selected and stream.receives and not received:
            self._jitter.reset()

    def _run(self):
        """The audio clock runs while there is a call or a tone."""
        wanted = bool(self._running) or self._tones.is_sounding
        if wanted == self.is_running:
            return
        self.is_running = wanted
        if wanted:
            self._audio_in.start()
            self._audio_out.start()
        else:
            self._audio_in.stop()
            self._audio_out.stop()
