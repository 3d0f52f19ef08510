# SPDX-License-Identifier: MIT
"""MediaKeys: what seals the packets of one call, as its descriptions agree on it. RFC 4568, 7.

A key is only as secret as the description that carries it. So none is written, nor taken, where
a description travels in clear, unless the owner has turned security off; and where it travels
from end to end, packets are encrypted or there are none.
"""

from core.route import END_TO_END, IN_CLEAR, UNGUARDED
from security.clear_ssm import ClearSsm
from security.hearing import who_can_hear
from security.suite import AES_256_CM_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32, AES_CM_128_HMAC_SHA1_80

OFF = "off"                 # policies, by the words of the settings
PREFER = "prefer"
REQUIRE = "require"

AVP = b"RTP/AVP"            # profiles. RFC 3551, RFC 3711
SAVP = b"RTP/SAVP"

OFFERED = (AES_CM_128_HMAC_SHA1_80, AES_256_CM_HMAC_SHA1_80)
# The short tag only where a peer has nothing else.
_SERVED = (AES_CM_128_HMAC_SHA1_80, AES_256_CM_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32)
_CLEAR = (AVP, ())


def unguarded():
    """The way of descriptions where no Security Manager is."""
    return UNGUARDED


class MediaKeys:
    """The keys of one call on our side and the peer's.

    policy  OFF: packets in clear; PREFER: sealed where the peer can, which the plain profile with
            keys asks for; REQUIRE: sealed or not at all
    way     function: how a description of this call travels now, see core.route
    ssm     what packets go through, as agreed last. Before anything was agreed REQUIRE is closed
    ours, theirs   how the two descriptions travelled that were agreed on last
    """

    def __init__(self, crypto, policy, way=unguarded):
        self._crypto = crypto
        self._policy = policy
        self._way = way
        self._ours = ()                 # CryptoLines of our last offer
        self._offered = IN_CLEAR        # how that travelled
        self.ours = self.theirs = IN_CLEAR
        self.ssm = ClearSsm()
        if policy == REQUIRE:
            from security.ssm import ClosedSsm
            self.ssm = ClosedSsm()

    @property
    def is_sealed(self):
        """True while packets are encrypted and authenticated."""
        return self.ssm.overhead > 0

    def offer(self):
        """-> (profile, values of a=crypto) for an offer of ours; None: it must have keys and may not.

        Each offer has new keys.
        """
        self._offered = self._way()
        policy = self._policy_for(self._offered)
        self._ours = ()
        if policy == OFF:
            return _CLEAR
        if policy is None:
            return None
        from security.sdes import offer
        self._ours = offer(self._crypto, OFFERED)
        return (SAVP if policy == REQUIRE else AVP), [line.value() for line in self._ours]

    def answer(self, profile, values):
        """-> (profile, values) for our answer to an offer; None: 488, and nothing has changed."""
        if profile != AVP and profile != SAVP:
            return None
        way = self._way()
        policy = self._policy_for(way)
        theirs = self._chosen(policy, values)
        if theirs is None:
            answer = self._agree_on_clear(policy, profile)
        else:
            ours = theirs.reply(self._crypto)
            self._seal(ours, theirs)
            answer = (profile, [ours.value()])
        if answer is not None:
            self.ours = self.theirs = way
        return answer

    def settle(self, profile, values):
        """Take the answer to our last offer. -> False: it does not fit, and nothing has changed."""
        policy = self._policy_for(self._offered)
        if not self._ours or not values:
            if self._agree_on_clear(policy, profile) is None:
                return False
        else:
            from security.sdes import settle
            pair = settle(self._ours, values)
            if pair is None or profile != (SAVP if policy == REQUIRE else AVP):
                return False
            self._seal(pair[0], pair[1])
        self.ours = self._offered
        self.theirs = self._way()
        return True

    def hearing(self, is_confirmed, has_failed, before):
        """-> who can hear the call, as it was agreed last: see hearing.py."""
        return who_can_hear(self.is_sealed, self.ours, self.theirs, is_confirmed, has_failed, before)

    def revert(self):
        """Our offer was refused: the keys before it stay in force."""
        self._ours = ()

    def wipe(self):
        """The call is over."""
        self._ours = ()
        if self.is_sealed:
            self.ssm.wipe()

    def _policy_for(self, way):
        """-> OFF, PREFER, REQUIRE for a description that travels so; None: keys must and may not be in it."""
        if way == END_TO_END:
            return REQUIRE
        if way != IN_CLEAR:
            return self._policy
        return None if self._policy == REQUIRE else OFF

    def _chosen(self, policy, values):
        """-> the CryptoLine of an offer that we take, or None."""
        if policy == OFF or policy is None or not values:
            return None
        from security.sdes import choose, read_lines
        return choose(read_lines(values), _SERVED)

    def _agree_on_clear(self, policy, profile):
        """-> what we answer then, or None: policy or the profile asks for keys."""
        if policy == REQUIRE or policy is None or profile != AVP:
            return None
        if self.is_sealed:
            self.ssm.wipe()
            self.ssm = ClearSsm()
        return _CLEAR

    def _seal(self, ours, theirs):
        if self.is_sealed:
            self.ssm.renew(ours.suite, ours.key, theirs.key)
            return
        from security.ssm import Ssm
        self.ssm = Ssm(self._crypto, ours.suite, ours.key, theirs.key)
