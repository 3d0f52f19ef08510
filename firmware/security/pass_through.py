# SPDX-License-Identifier: MIT
"""PassThrough: stands for the Security Manager in a phone whose owner has turned it off.

The stack is then an ordinary one of RFC 3261; what travels in TLS is known all the same. No gate
is below it: frames go to the ports as they are, and come from there.
"""

from core.route import BY_TLS, TLS, UNGUARDED


class PassThrough:
    """
    options          option tags of a Require that can be met
    reads_encrypted  a request with Encryption can be read
    people           security.people.People, None in a phone that knows nobody's key
    lacks_helper     calls are to be sealed, and the helper that does it is not there
    """

    options = ()
    reads_encrypted = False
    people = None
    lacks_helper = False

    def __init__(self):
        self._ways = [UNGUARDED, UNGUARDED]

    def begin(self, line, call_id, uri, route, now, out):
        """A call of ours begins. -> False when it must not; reason() says why.

        line  0 or 1; uri: of whom we call, bytes; route: along which its INVITE leaves, or None
        """
        self._ways[line] = BY_TLS if route and route[0] == TLS else UNGUARDED
        return True

    def adopt(self, line, invite):
        """An INVITE, a SipMessage, has got a line."""
        self._ways[line] = BY_TLS if invite.route[0] == TLS else UNGUARDED

    def over(self, call_id):
        """Nothing is left of a call."""
        return 0

    # is_enquiry(call_id): the next INVITE asks whether the far end can seal, and describes nothing.
    # is_discreet(call_id): no names in clear. growth(call_id): bytes that sealing adds to a request.
    # seals(call_id): prepare() makes sense.
    is_enquiry = is_discreet = growth = seals = over

    def reason(self, call_id, status):
        """-> cause of sip.ending when a call failed for its security, or 0. status: of the refusal, or 0."""
        return 0

    def headers(self, call_id):
        """-> pairs of header id and value for the next INVITE."""
        return ()

    # name_of(line): the name in the far end's key, bytes, once it is proven. words(line): those that
    # both screens show, list of bytes. is_new(line): the call is sealed with a key that is a stranger's.
    name_of = words = is_new = headers

    def way(self, line):
        """-> how the descriptions of a call travel, see core.route."""
        return self._ways[line]

    def trust(self, line):
        """-> (the owner confirmed the far end's key, something of this call turned out wrong)."""
        return False, False
