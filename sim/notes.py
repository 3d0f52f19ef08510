# SPDX-License-Identifier: MIT
"""Notes: what goes on inside a phone's Security Manager, written into the ladder of its world.

Each call of the patent's functions with what it returned, the signals, the processes. Of the
packets of a call the first that is encrypted and the first that is decrypted.
"""

_WORDS = {
    0: "done", 1: "nothing", -1: "malformed", -2: "undecipherable", -3: "bad signature", -4: "stale",
    -5: "replay", -6: "unknown key", -7: "policy", -8: "no resource", -9: "unsupported", -10: "no passphrase",
    -11: "readable",
}
_PENDING = 2
_SIGNALS = ("send_www_authenticate", "sip_invite", "got_401_unauthorized", "got_error", "process_create",
            "process_terminate")


class Notes:
    """world, phone: sim.world.World and SimPhone, which has a Security Manager."""

    def __init__(self, world, phone):
        self._world = world
        self._phone = phone
        phone.unit.sealing.listen(self._note)
        self._keys_for = phone.unit.media.keys_for
        phone.unit.media.keys_for = self._watched

    def _note(self, name, code):
        if name == "got_invite":
            self._say("got_invite, " + ("not authorized" if code else "authorized"))
        elif name in _SIGNALS:
            self._say(name)
        elif name[:4] == "sma_" or code != _PENDING:
            self._say(name if code == _PENDING else "%s %s" % (name, _WORDS[code]))

    def _say(self, what):
        self._world.note(self._phone.name, what)

    def _watched(self, call):
        return _Watched(self._keys_for(call), self._say)


class _Watched:
    """MediaKeys whose ssm says what it does first."""

    def __init__(self, keys, say):
        self._keys = keys
        self._say = say
        self._ssm = None

    def __getattr__(self, name):
        return getattr(self._keys, name)

    @property
    def ssm(self):
        ssm = self._keys.ssm
        if ssm.overhead and ssm is not self._ssm:
            self._ssm = ssm.ready()
            ssm.encrypt = self._first(ssm, "encrypt")
            ssm.decrypt = self._first(ssm, "decrypt")
        return ssm

    def _first(self, ssm, name):
        function = getattr(ssm, name)

        def call(packet, n):
            setattr(ssm, name, function)
            result = function(packet, n)
            self._say("ssm_%s %s" % (name, "done" if result > 0 else "refused"))
            return result
        return call
