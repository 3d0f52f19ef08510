# SPDX-License-Identifier: MIT
"""WifiLink: the radio as a link of drivers/socket_network.py, over network.WLAN of the ESP32.

What that does, and what follows (ports/esp32/network_wlan.c; unproven on a chip):

 * scan() stops everything for some two seconds, by estimate. It is called only while may_block().
 * A failure stays in status() until a connection succeeds, the next attempt included. So only a
   status that was not there before tells something at once; one that was is believed after
   _DOUBT_MS, if no access point has taken us by then: without one there is no strength to ask for.
 * The port's own attempts to come back never end, and while they go on scan() finds nothing. They
   are switched off; whoever lost a network is led back from here.
 * connect() without an address of an access point takes the first that answers, not the strongest;
   so one that was seen is named. In a call nobody can look: the network is joined by its name alone.
 * With power saving on, packets wait for the next beacon, 100 ms and more.

An access point that calls itself like a known network but asks for no key, or for WEP, is not it.
"""

from micropython import const

from core.clock import ticks_add, ticks_diff

_DOWN = const(0)                # states of the link
_JOINING = const(1)
_UP = const(2)

_OFF = const(0)                 # phases: nobody called join(), or there is nothing to join
_PAUSE = const(1)               # until _due
_TRYING = const(2)
_JOINED = const(3)

_LOOK_MS = const(100)
_LEAVE_MS = const(200)          # between disconnect() and connect(): its event has to come first
_ATTEMPT_MS = const(15000)      # with an address by DHCP
_DOUBT_MS = const(5000)         # a failure takes 2 to 4 s, by estimate
_BASE_MS = const(1000)          # between rounds, doubled with each that failed
_MOST_MS = const(60000)
_MOST_IN_CALL_MS = const(2000)  # a call is lost after a few seconds of silence
_DOUBLINGS = const(6)
_STABLE_MS = const(30000)       # a link that held for so long owes nothing
_ADDRESS_MS = const(1000)       # how often it is read: DHCP may give another one at any time
_ROAM_MS = const(30000)         # how often the strength is looked at
_PATIENCE = const(10)           # so many of these pass between two scans of a phone in a weak spot
_WEAK_DBM = const(-70)
_CLEARLY_DB = const(12)
_KEYLESS = (0, 9)               # security of scan(): open, OWE
_WEP = const(1)
_REASONS = const(1000)          # of status(): below are reasons why it failed
_LONGEST_SSID = const(32)       # bytes, IEEE 802.11 9.4.2.2
_KEY = (8, 64)                  # letters of a passphrase; 64 are the key itself, IEEE 802.11 J.4


def check(known):
    """Raise ValueError, in words, when (ssid, key), bytes, cannot be those of a network. Key b"": none."""
    for ssid, key in known:
        if not 0 < len(ssid) <= _LONGEST_SSID:
            raise ValueError("the name of a Wi-Fi network has 1 to 32 letters")
        if key and not _KEY[0] <= len(key) <= _KEY[1]:
            raise ValueError("the password of a Wi-Fi network has 8 to 64 letters")


def _always():
    return True


class WifiLink:
    """
    network    the module
    known      sequence of (ssid, key), bytes; ValueError as check() has it
    may_block  -> True while nobody would notice two seconds in which the phone does nothing; the
               board sets it once there is a phone
    words      what is going on, for a row of the screen; never a key
    """

    def __init__(self, network, clock, known):
        check(known)
        self.may_block = _always
        self.words = "Wi-Fi: off"
        self._network = network
        self._clock = clock
        self._known = known
        self._wlan = None
        self._phase = _OFF
        self._is_wanted = False         # somebody called join(), perhaps before there was a network
        self._address = b""
        self._looked = None             # tick
        self._due = 0                   # tick at which a pause or an attempt ends
        self._read_at = 0               # tick at which the address was read
        self._strength_at = 0           # tick at which the strength was looked at
        self._patience = 0              # how often it is to be seen weak before a scan
        self._plan = []                 # of this round: (index of the known network, bssid or None)
        self._last = None               # index of the network that was joined last
        self._since = 0
        self._is_stable = False
        self._failures = 0
        self._stale = 0

    # The link

    def state(self):
        now = self._clock.now()
        if self._phase != _OFF and (self._looked is None or ticks_diff(now, self._looked) >= _LOOK_MS):
            self._looked = now
            self._look(now)
        if self._phase == _JOINED and self._address:
            return _UP
        return _DOWN if self._phase == _OFF else _JOINING

    def join(self):
        self._is_wanted = True
        if self._phase != _OFF:
            return
        if not self._known:
            self.words = "Wi-Fi: no network set"
            return
        self._failures = 0
        self._looked = None
        self._pause(self._clock.now(), 0)
        self.words = "Wi-Fi: searching"

    def address(self):
        return self._address

    def leave(self):
        """Switch the radio off, until join(): a phone with a cable has no use for it."""
        self._is_wanted = False
        self._phase = _OFF
        self._address = b""
        self._plan = []
        self.words = "Wi-Fi: off"
        if self._wlan is not None:
            self._quietly(self._wlan.disconnect)
            self._quietly(self._wlan.active, False)
            self._wlan = None

    def use(self, known):
        """Know these networks from now on. The one that is joined stays; else the search begins anew."""
        check(known)
        joined = self._known[self._last] if self._phase == _JOINED else None
        self._known = known
        if joined in known:
            self._last = known.index(joined)
            return
        if self._is_wanted:
            self.leave()
            self._last = None
            self.join()

    # One look

    def _look(self, now):
        if self._phase == _TRYING:
            self._watch(now)
        elif self._phase == _JOINED:
            self._keep(now)
        elif ticks_diff(now, self._due) >= 0:
            self._try_next(now)

    def _watch(self, now):
        status = self._wlan.status()
        if self._wlan.isconnected():
            self._joined(now)
        elif status < _REASONS and self._is_news(status, now) or ticks_diff(now, self._due) >= 0:
            self._failed(status, now)

    def _is_news(self, status, now):
        """-> True when this failure is one of the attempt that goes on."""
        if status != self._stale:
            return True
        return ticks_diff(self._due, now) < _ATTEMPT_MS - _DOUBT_MS and self._strength() is None

    def _strength(self):
        """-> dBm of the access point that has taken us; None: there is none."""
        try:
            return self._wlan.status("rssi")
        except OSError:
            return None

    def _keep(self, now):
        if not self._wlan.isconnected():
            self._lost(now)
            return
        if not self._is_stable and ticks_diff(now, self._since) >= _STABLE_MS:
            self._is_stable = True
            self._failures = 0
        if ticks_diff(now, self._read_at) >= _ADDRESS_MS:
            self._read_address(now)
        if ticks_diff(now, self._strength_at) >= _ROAM_MS:
            self._strength_at = now
            self._roam(now)

    # Joining

    def _try_next(self, now):
        """Begin with the next network of this round, or a round."""
        if not self._switch_on():
            self._wait(now)
            return
        if not self._plan:
            self._plan = self._survey() if self.may_block() else self._by_name(self._last)
            now = self._clock.now()             # it may have taken a while
        known, bssid = self._plan.pop(0)
        ssid, key = self._known[known]
        self._last = known
        self._stale = self._wlan.status()
        self.words = "Wi-Fi: joining"
        self._phase = _TRYING
        self._due = ticks_add(now, _ATTEMPT_MS)
        try:
            if bssid is None:
                self._wlan.connect(ssid, key or None)
            else:
                self._wlan.connect(ssid, key or None, bssid=bssid)
        except OSError:                         # the radio is still busy with something else
            self._failed(0, now)

    def _switch_on(self):
        """-> True when the radio is on."""
        if self._wlan is None:
            try:
                wlan = self._network.WLAN(self._network.WLAN.IF_STA)
                wlan.active(True)
                wlan.config(pm=self._network.WLAN.PM_NONE, reconnects=0)
                self._wlan = wlan
            except (OSError, RuntimeError):     # no memory for it, most likely
                self.words = "Wi-Fi does not start"
        return self._wlan is not None

    def _joined(self, now):
        self._phase = _JOINED
        self._plan = []
        self._since = self._strength_at = now
        self._due = ticks_add(now, _ATTEMPT_MS)
        self._patience = 0
        self._is_stable = False
        self._read_address(now)

    def _failed(self, status, now):
        if status == self._network.STAT_WRONG_PASSWORD:
            self.words = "Wi-Fi: wrong password"
        elif status == self._network.STAT_NO_AP_FOUND:
            self.words = "Wi-Fi: none in reach"
        else:
            self.words = "Wi-Fi: no answer"
        self._quietly(self._wlan.disconnect)
        if self._plan:
            self._pause(now, _LEAVE_MS)
        else:
            self._wait(now)

    def _lost(self, now):
        """It was there. Back to the same network first: that needs no scan."""
        self._address = b""
        self.words = "Wi-Fi: lost"
        self._quietly(self._wlan.disconnect)
        self._plan = self._by_name(self._last)
        if self._is_stable:
            self._pause(now, _LEAVE_MS)
        else:
            self._wait(now)

    def _wait(self, now):
        """Until the next round: longer each time, so that a network in trouble is left in peace."""
        delay = _BASE_MS << min(self._failures, _DOUBLINGS)
        self._failures += 1
        self._pause(now, min(delay, _MOST_MS if self.may_block() else _MOST_IN_CALL_MS))

    def _pause(self, now, delay_ms):
        self._phase = _PAUSE
        self._due = ticks_add(now, delay_ms)

    def _quietly(self, action, *arguments):
        try:
            action(*arguments)
        except OSError:                         # it was not what we took it for, and that is as well
            pass

    # Who is there

    def _scan(self):
        """-> list of (known network, bssid, dBm), strongest first. Everything stands still."""
        found = []
        try:
            seen = self._wlan.scan()
        except OSError:
            seen = ()
        for ssid, bssid, _, strength, security, _ in seen:
            for known in range(len(self._known)):
                key = self._known[known][1]
                fits = security in _KEYLESS if not key else security not in _KEYLESS and security != _WEP
                if self._known[known][0] == ssid and fits:
                    found.append((known, bssid, strength))
        found.sort(key=lambda place: -place[2])
        return found

    def _survey(self):
        """-> a plan: the strongest access point of each known network; all by name if none is seen, since
        one that hides its name is not."""
        self.words = "Wi-Fi: searching"
        plan = []
        for known, bssid, _ in self._scan():
            if known not in [place[0] for place in plan]:
                plan.append((known, bssid))
        return plan or self._by_name(None)

    def _by_name(self, known):
        if known is not None:
            return [(known, None)]
        return [(index, None) for index in range(len(self._known))]

    def _roam(self, now):
        """In a weak spot, look for a clearly stronger access point of the same network."""
        strength = self._strength()
        if strength is None or strength >= _WEAK_DBM or not self.may_block():
            return
        if self._patience:
            self._patience -= 1
            return
        self._patience = _PATIENCE
        for known, bssid, found in self._scan():
            if known == self._last and found >= strength + _CLEARLY_DB:
                self._quietly(self._wlan.disconnect)
                self._plan = [(known, bssid)]
                self._address = b""
                self._pause(self._clock.now(), _LEAVE_MS)
                return

    def _read_address(self, now):
        self._read_at = now
        host = self._wlan.ifconfig()[0]
        if host != "0.0.0.0":
            self._address = host.encode()
            self._due = ticks_add(now, _ATTEMPT_MS)
            self.words = "Wi-Fi: connected"
        else:
            self._address = b""
            self.words = "Wi-Fi: no address"
            if ticks_diff(now, self._due) >= 0:     # the lease is over, and nobody gives another
                self._lost(now)
