# SPDX-License-Identifier: MIT
"""Application: the telephone as a person meets it. Keys, calls and screens come together here.

Rules that are ours:
 * A number is dialled by the digit map, #, OK, lifting the handset, or a pause, with the handset
   on or off the hook. On the hook a call is hands-free; lifting takes it to the handset. Putting
   the handset back ends the call in front, but not one that is on hold.
 * How a call ended is shown for 4 s or until a key. With the handset off, its tone sounds for at
   most 30 s; then the phone is silent and asks for the handset. So ends an unused dial tone.
 * A call that comes while the handset is off is announced in the ear, and OK takes it.
 * While our call is on hold, digits dial a second one.
 * The log, changed settings and what is known of keys are stored when no call is up.
"""

from micropython import const

from media.tones import DIAL, SILENCE
from phone import key_plan, screens, views
from phone.alerting import Alerting, failure_tone
from phone.caption import duration, sides
from phone.dialer import DIALLED, Dialer
from phone.line import FREE
from phone.lines import Lines
from phone.panel import Panel
from phone.strings import text
from sip.ending import HUNG_UP_THERE
from sip.events import ASKED, CHANGED, HEARING, HELPER, INCOMING, REGISTERED

_SECOND = const(0)          # timers: the duration on the screen changes
_SHOWN = const(1)           # a message was shown, or a tone has sounded, for long enough
_NOTE = const(2)            # the passing note goes

_LOCK = const(4)            # told by the menu, see there
_WIPE = const(5)

_SECOND_MS = const(1000)
_SHOWN_MS = const(4000)
_OFF_HOOK_MS = const(30000)
_NOTE_MS = const(2000)


class Application:
    """Owner of Keys, SipManager and MediaController, and of the machines that it makes itself.

    message     eight rows about what has just ended or failed, or None
    note        one passing line, "" for none
    registration  two str: how it is, and why not; "" for nothing
    pressed_in  the view in which the last key went down, -1 when it met a message
    clicks      that key is to be heard
    guard       security.guard.Guard, or its twin PassThrough
    setting_changed  None, or callable(key): a setting was changed on the keypad
    hal         of the board: Storage.wipe(), restart and updates and wifi, for the menu
    clock       None, or phone.wall_clock.WallClock
    lock        None, or phone.lock.Lock, once there is a PIN
    outlets     None, or phone.outlets.Outlets on a board with two
    """

    setting_changed = hal = clock = lock = outlets = None

    def __init__(self, sip, media, display, led, ringer, network, events, config, directory,
                 call_log, version, guard):
        self._sip = sip
        self._media = media
        self.events = events
        self.config = config
        self.directory = directory
        self.call_log = call_log
        self.alerting = Alerting(media, ringer, led, config)
        self.lines = Lines(sip, media, self.alerting, events, directory, call_log, config, guard)
        self.dialer = Dialer(config)
        self.dialer.owner = self
        self.menu = None                # until it is opened for the first time
        self.message = None
        self.note = ""
        self.registration = ("", "")
        self.is_muted = False
        self.pressed_in = -1
        self.clicks = False
        self.trust = None               # until a question about keys comes, or words are compared
        self.guard = guard
        self._network = network
        self._version = version
        self.panel = Panel(self, display, led, network)
        self._counts_seconds = False

    # for the assembly

    def equip(self, hal):
        """Take what a board has beyond what a call needs. -> tuple of inlets of the reactor."""
        self.hal = hal
        if hal.calendar is None and hal.audio_out.outlets < 2:
            return ()
        from phone.equipment import equip
        return equip(self, hal)

    def start(self, now, out):
        """Everything is connected: bring the settings to the media, show the first screen."""
        self.apply("phone.volume")
        self.apply("media.gain_db")
        if self.config.get("phone.pin"):
            self.lock_up(now, out)
        for stored in (self.config, self.directory, self.call_log):
            if stored.store.is_damaged:
                self.events.post("error", {"reason": text("bad_store")})
        self._finish(now, out)

    def network_changed(self, now, out):
        """The network port has a new state or address."""
        self._sip.register(now, out)
        self._sip.follow(now, out)
        self._finish(now, out)

    def admit(self, uri):
        """May a call from `uri` (bytes) ring? -> 0, or the status to refuse it with.

        The log of one that may not is stored with the next change: nobody can wear the
        flash out from afar.
        """
        status = self.lines.admit(uri)
        if status and self.lines.is_idle():
            self.panel.is_stale = True
        return status

    # from the machines

    def told(self, machine, event, detail, now, out):
        if machine is self._sip and event >= REGISTERED:
            from phone.presence import report
            self.registration = report(event, detail, self.events)
        elif machine is self._sip or machine is self._media:
            line = self.lines.told(event, detail, now, out)
            if event == INCOMING:
                self.dialer.pause(out)
            elif line and line.state == FREE:
                if self.trust is not None:
                    self.trust.close(line.call, out)
                self._call_ended(line, now, out)
        elif event == HEARING:
            self.lines.told(CHANGED, detail[0], now, out)
        elif event == HELPER:
            if self.guard.lacks_helper:
                self.events.post("error", {"reason": text("helper_gone")})
        elif event >= ASKED:
            self.open_trust().take(event, detail[0], detail[1], now, out)
        elif machine is self.dialer or machine is self.menu:
            if event == _WIPE:
                self._wipe()
                return
            if event == _LOCK:
                self.lock_up(now, out)
            elif event == DIALLED:
                self.dial(detail, now, out)
            elif detail:                            # the key of a setting
                self.apply(detail)
                if detail.startswith("account."):
                    self._sip.register(now, out)
        elif machine not in (self.trust, self.lock, self.clock):    # which want only to be drawn
            key_plan.press(self, event, detail, now, out)
        self._finish(now, out)

    def open_trust(self):
        """-> Trust."""
        if self.trust is None:
            from phone.trust import Trust
            self.trust = Trust(self, self.guard)
        return self.trust

    def timeout(self, timer, now, out):
        if timer == _SECOND:
            self._counts_seconds = False
        elif timer == _NOTE:
            self.note = ""
        else:
            self._shown_long_enough(out)
        self._finish(now, out)

    def view(self):
        """-> view, see phone.views."""
        view = self.lines.view()
        if self.trust is not None and self.trust.is_shown(self.lines, view, self.is_locked()):
            return views.ASKED
        if view == views.IDLE and self.is_locked():
            return views.LOCKED
        if view == views.IDLE and self.menu_is_open():
            return views.MENU
        if self.dialer.is_open and (view == views.IDLE or view == views.HELD):
            return views.DIALLING
        return view

    def menu_is_open(self):
        return self.menu is not None and self.menu.is_open()

    def is_locked(self):
        return self.lock is not None and self.lock.is_locked

    def volume_key(self):
        """-> the setting that says how loud the outlet in use is."""
        return self.outlets.volume_key() if self.outlets else "phone.volume"

    def _wipe(self):
        """Forget everything, and start anew: never while there is a call."""
        if self.lines.is_idle():
            self.hal.storage.wipe()
            self.hal.restart()

    def _call_ended(self, line, now, out):
        if self.lines.is_idle():
            self.mute(False)
        if not self.lines.is_idle() or self.dialer.is_open:
            self.say(line.reason, out)
            return
        tone = failure_tone(line.cause, line.status)
        if line.cause == HUNG_UP_THERE and not self.lines.off_hook:
            tone = SILENCE
        title = text("ended")
        if line.seconds(now) >= 0:
            title = sides(title, duration(line.seconds(now)))
        message = screens.message(title, line.caller(), line.reason)
        if self.clock:
            message[2] = self.clock.text
        self.show(message, tone, out)

    def show(self, message, tone, out):
        """Show eight rows for a while, with a tone; a lifted handset has dial tone for silence."""
        self.message = message
        if self.lines.off_hook and tone == SILENCE:
            self.give_dial_tone(out)
        else:
            self.lines.idle_tone = tone
        is_failure = self.lines.off_hook and tone != SILENCE
        out.arm(self, _SHOWN, _OFF_HOOK_MS if is_failure else _SHOWN_MS)

    def _shown_long_enough(self, out):
        if not self.lines.off_hook:
            self.message = None
            self.silence(out)
        elif self.message and self.lines.idle_tone == DIAL:
            self.message = None
            self.give_dial_tone(out)
        else:
            self.clear(out)
            self.message = screens.message(text("off_hook_long"), "", "")

    def _finish(self, now, out):
        """After every event: ear, ringer, store and screen follow what the phone is doing."""
        self.lines.settle(out)
        if self.outlets:
            self.outlets.settle(self.lines)
        if self.clicks:
            self.clicks = False
            self.alerting.click()
        if self.lines.is_idle():
            self.call_log.save(now)
            self.config.save(now)
            if self.guard.people and not self.guard.people.save(now):
                self.events.post("error", {"reason": text("not_saved")})
        front = self.lines.front
        counts = front is not None and front.seconds(now) >= 0
        if counts and not self._counts_seconds:
            out.arm(self, _SECOND, _SECOND_MS)
        elif self._counts_seconds and not counts:
            out.cancel(self, _SECOND)
        self._counts_seconds = counts
        self.panel.is_stale = True

    # for the key actions

    def dial(self, address, now, out):
        """Call a number or an address (bytes), as it was dialled."""
        from phone.outgoing import dial
        dial(self, address, now, out)

    def say(self, note, out):
        """Show one line for a moment."""
        self.note = note
        out.arm(self, _NOTE, _NOTE_MS)

    def announce(self, title, words, now, out):
        """Show something that nobody asked for, until a key is pressed; not to who is using the phone."""
        if self.view() == views.IDLE and not self.message:
            self.message = screens.message(title, "", words)
        self._finish(now, out)

    def clear(self, out):
        """Put away what the idle phone was doing: message, tone, digits and menu."""
        self.message = None
        self.silence(out)
        self.dialer.close(out)
        if self.menu is not None:
            self.menu.close(out)

    def take_message_away(self, out):
        self.message = None
        if self.lines.off_hook:
            self.give_dial_tone(out)
        else:
            self.silence(out)

    def silence(self, out):
        """End the tone of the idle phone, and its time."""
        self.lines.idle_tone = SILENCE
        out.cancel(self, _SHOWN)

    def give_dial_tone(self, out):
        self.dialer.is_open = True
        self.lines.idle_tone = DIAL
        out.arm(self, _SHOWN, _OFF_HOOK_MS)

    def open_menu(self, title, out):
        """Show a page of the menu. -> False while a call is held: pages store at once.

        The menu is loaded when it is first opened, and until then leaves its memory, a
        fifth of what this package takes, to the rest of the phone.
        """
        if not self.lines.is_idle() or self.is_locked():
            return False
        if self.menu is None:
            from phone.menu import Menu
            self.menu = Menu(self, self._network, self._version)
        self.silence(out)
        self.dialer.pause(out)
        self.menu.open(title)
        return True

    def lock_up(self, now, out):
        """Lock the keypad, where there is a PIN."""
        from phone.lock import lock_up
        lock_up(self, now, out)

    def mute(self, on):
        if on != self.is_muted:
            self.is_muted = on
            self._media.mute(on)

    def apply(self, key):
        """Bring a changed setting to where it is used."""
        if key == "phone.volume" or key == "phone.speaker_volume":
            self._media.set_volume(self.config.get(self.volume_key()))
        elif key == "phone.pin" or key == "phone.lock_after_s":
            from phone.lock import load
            load(self)                              # the next key begins its time
        elif key == "media.gain_db":
            self._media.set_mic_gain(self.config.get(key))
        if self.setting_changed:
            self.setting_changed(key)
