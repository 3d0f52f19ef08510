# SPDX-License-Identifier: MIT
"""MediaKeys: what seals the packets of one call, as its descriptions agree on it. RFC 4568, 7.

A key is only as secret as the description that carries it: who may write one is decided above.
"""

from security.clear_ssm import ClearSsm
from security.suite import AES_256_CM_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32, AES_CM_128_HMAC_SHA1_80

OFF = "off"                 # policies, by the words of the settings
PREFER = "prefer"
REQUIRE = "require"

AVP = b"RTP/AVP"            # profiles. RFC 3551, RFC 3711
SAVP = b"RTP/SAVP"

_OFFERED = (AES_CM_128_HMAC_SHA1_80, AES_256_CM_HMAC_SHA1_80)
# The short tag only where a peer has nothing else.
_SERVED = (AES_CM_128_HMAC_SHA1_80, AES_256_CM_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32)
_CLEAR = (AVP, ())


class MediaKeys:
    """The keys of one call on our side and the peer's.

    policy  OFF: packets in clear; PREFER: sealed where the peer can, which the plain profile with
            keys asks for; REQUIRE: sealed or not at all
    ssm     what packets go through, as agreed last. Before anything was agreed REQUIRE is closed
    """

    def __init__(self, crypto, policy):
        self._crypto = crypto
        self._policy = policy
        self._ours = ()                 # CryptoLines of our last offer
        self.ssm = ClearSsm()
        if policy == REQUIRE:
            from security.ssm import ClosedSsm
            self.ssm = ClosedSsm()

    @property
    def is_sealed(self):
        """True while packets are encrypted and authenticated."""
        return self.ssm.overhead > 0

    def offer(self):
        """-> (profile, values of a=crypto) for an offer of ours. Each offer has new keys."""
        if self._policy == OFF:
            return _CLEAR
        from security.sdes import offer
        self._ours = offer(self._crypto, _OFFERED)
        return (SAVP if self._policy == REQUIRE else AVP), [line.value() for line in self._ours]

    def answer(self, profile, values):
        """-> (profile, values) for our answer to an offer; None: 488, and nothing has changed."""
        if profile != AVP and profile != SAVP:
            return None
        theirs = self._chosen(values)
        if theirs is None:
            return self._agree_on_clear(profile)
        ours = theirs.reply(self._crypto)
        self._seal(ours, theirs)
        return profile, [ours.value()]

    def settle(self, profile, values):
        """Take the answer to our last offer. -> False: it does not fit, and nothing has changed."""
        if not self._ours or not values:
            return self._agree_on_clear(profile) is not None
        from security.sdes import settle
        pair = settle(self._ours, values)
        if pair is None or profile != (SAVP if self._policy == REQUIRE else AVP):
            return False
        self._seal(pair[0], pair[1])
        return True

    def revert(self):
        """Our offer was refused: the keys before it stay in force."""
        self._ours = ()

    def wipe(self):
        """The call is over."""
        self._ours = ()
        if self.is_sealed:
            self.ssm.wipe()

    def _chosen(self, values):
        """-> the CryptoLine of an offer that we take, or None."""
        if self._policy == OFF or not values:
            return None
        from security.sdes import choose, read_lines
        return choose(read_lines(values), _SERVED)

    def _agree_on_clear(self, profile):
        """-> what we answer then, or None: policy or the profile asks for keys."""
        if self._policy == REQUIRE or profile != AVP:
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
