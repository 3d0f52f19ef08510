# SPDX-License-Identifier: MIT
"""Location: who is bound to which addresses, and until when. RFC 3261 10.2.1 and 10.3."""

from micropython import const

from core.clock import ticks_add, ticks_diff

_MOST_USERS = const(256)    # anybody may register any name: the table must end somewhere
_MOST_BINDINGS = const(8)   # of one user
_FOR_EVER = const(3600)     # seconds that are told of a binding that does not expire


class Binding:
    """One address of a user.

    contact   bytes, the URI without angle brackets; uri: the same as Uri
    params    bytes, b";q=0.5;+sip.instance=..." without expires
    q         0 .. 1000; RFC 3261 20.10, in thousandths, 1000 when it was not given
    call_id, cseq   of the REGISTER that made it
    due       tick at which it expires, None for never
    """

    def __init__(self, contact, uri, params, q, call_id, cseq, due):
        self.contact = contact
        self.uri = uri
        self.params = params
        self.q = q
        self.call_id = call_id
        self.cseq = cseq
        self.due = due

    def seconds_left(self, now):
        return _FOR_EVER if self.due is None else (ticks_diff(self.due, now) + 999) // 1000


class Location:
    """The bindings of each user of one domain. user: bytes, unescaped."""

    def __init__(self):
        self._users = {}                    # user -> list of Binding, the oldest first

    def knows(self, user):
        """-> True for a user who is bound, or was."""
        return user in self._users

    def fetch(self, user, now):
        """-> list of Binding that have not expired, the oldest first."""
        return [binding for binding in self._users.get(user, ())
                if binding.due is None or ticks_diff(binding.due, now) > 0]

    def find(self, user, uri, now):
        """-> the Binding of a user to an equal Uri, or None. RFC 3261 19.1.4."""
        for binding in self.fetch(user, now):
            if binding.uri.matches(uri):
                return binding
        return None

    def is_bound(self, uri, now):
        """-> True when anybody is bound to this Uri."""
        for user in self._users:
            if self.find(user, uri, now) is not None:
                return True
        return False

    def best(self, user, now, may_reach):
        """-> the Binding of the highest q, the latest among equals, or None.

        may_reach  may_reach(Uri) -> False where it is no use
        """
        found = None
        for binding in self.fetch(user, now):
            if (found is None or binding.q >= found.q) and may_reach(binding.uri):
                found = binding
        return found

    def has_room(self, user, added):
        """-> True when `added` new bindings of a user have a place."""
        if user not in self._users and len(self._users) >= _MOST_USERS and not self._forget_one():
            return False
        return len(self._users.get(user, ())) + added <= _MOST_BINDINGS

    def add(self, user, binding):
        """Add a binding that does not expire; None makes the user known and no more."""
        bindings = self._users.setdefault(user, [])
        if binding is not None:
            bindings.append(binding)

    def put(self, user, binding, now):
        """Add a binding, or refresh the equal one. The room was asked for before."""
        kept = [other for other in self.fetch(user, now) if not other.uri.matches(binding.uri)]
        kept.append(binding)
        self._users[user] = kept

    def remove(self, user, binding):
        """Remove a binding, if it is still there. The user stays known: 480 is not 404."""
        self._users[user] = [other for other in self._users[user] if other is not binding]

    def purge(self, now):
        """Forget what has expired. To be called more often than ticks wrap."""
        for user in self._users:
            self._users[user] = self.fetch(user, now)

    def live(self):
        """-> number of bindings, expired ones that were not purged included."""
        return sum([len(bindings) for bindings in self._users.values()])

    def _forget_one(self):
        """-> True when a user without bindings was forgotten."""
        for user in self._users:
            if not self._users[user]:
                del self._users[user]
                return True
        return False


def due_in(seconds, now):
    """-> tick so many seconds from now."""
    return ticks_add(now, seconds * 1000)
