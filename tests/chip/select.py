# SPDX-License-Identifier: MIT
"""The module `select` over sockets of tests/chip/socket.py. A socket that went deaf can always be read."""

import uselect

POLLIN, POLLOUT, POLLERR, POLLHUP = uselect.POLLIN, uselect.POLLOUT, uselect.POLLERR, uselect.POLLHUP


_polls = []


def replace(former, obj):
    """A socket has another inner one."""
    for made in _polls:
        made.replace(former, obj)


class poll:
    def __init__(self):
        self._poll = uselect.poll()
        self._sockets = {}              # id of the inner one -> ours
        self._masks = {}
        _polls.append(self)

    def register(self, obj, eventmask=POLLIN | POLLOUT):
        self._sockets[id(obj.inner)] = obj
        self._masks[id(obj.inner)] = eventmask
        self._poll.register(obj.inner, eventmask)

    def replace(self, former, obj):
        if self._sockets.pop(id(former), None) is obj:
            self._poll.unregister(former)
            self.register(obj, self._masks.pop(id(former)))

    def modify(self, obj, eventmask):
        self._masks[id(obj.inner)] = eventmask
        self._poll.modify(obj.inner, eventmask)

    def unregister(self, obj):
        self._sockets.pop(id(obj.inner), None)
        self._poll.unregister(obj.inner)

    def ipoll(self, timeout=-1, flags=0):
        for inner, events in self._poll.ipoll(timeout):
            yield self._sockets[id(inner)], events
