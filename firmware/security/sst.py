# SPDX-License-Identifier: MIT
"""Sst: Security Manager to the telephone. What this terminal can, what its owner wants, what he is told.

Patent IV.C, sst_getSecurityCapability. Questions go to the telephone application; their answers
come back by Guard.answered().
"""

from security.media_keys import OFF, OFFERED, PREFER, REQUIRE
from security.nonce import LIFE_S
from security.people import bare_uri
from sip.events import ALARM, ASKED, HELPER


class SecCapability:
    """The patent's Sec_Capability, for one call. The caller fills in uri and has_helper.

    uri           of the other side, bytes; is_ours: we call it
    policy        OFF, PREFER or REQUIRE
    may_sign, may_encrypt     there is a key, and a helper that can use it: never one without the other
    require_auth, require_enc what is not proven, or not hidden, is refused: the same here
    own_uris      tuple of bytes
    key           fingerprint of our own key, b"" for none
    passphrase    never here: it goes from the keypad to the helper
    realm         bytes, what we ask in the name of
    digest_floor  the weakest digest that is answered, or asked for, as the setting account.login says
    person        security.people.Person of the other side, or None

    The same in every call: mutual, responses are signed too; algorithms, schemes, best first;
    suites of SRTP, best first; nonce_life_s, seconds.
    """

    mutual = True
    algorithms = (b"pgp", b"SHA-256", b"MD5")
    suites = OFFERED
    nonce_life_s = LIFE_S

    def __init__(self, uri, has_helper, is_ours=True):
        self.uri = uri
        self.is_ours = is_ours
        self.has_helper = has_helper
        self.policy = OFF
        self.may_sign = self.may_encrypt = False
        self.require_auth = self.require_enc = False
        self.own_uris = ()
        self.key = b""
        self.realm = b""
        self.digest_floor = ""
        self.person = None


class Sst:
    """config: phone.config.Config; people: security.people.People; owner: the telephone application.

    Told: ASKED (line, question), ALARM (line, reason), HELPER (-1, is there), see sip.events.
    """

    def __init__(self, config, people, agent):
        self.owner = None
        self._config = config
        self._people = people
        self._agent = agent

    def sst_get_security_capability(self, capability):
        """Fill a SecCapability. -> 0."""
        config = self._config
        person = self._people.find(capability.uri)
        policy = config.get("security.policy")
        if person is not None and person.policy:
            policy = person.policy
        if capability.is_ours and self._is_emergency(capability.uri):   # it is made, whatever it can be
            policy = OFF
            person = None
        capability.person = person
        capability.policy = policy
        capability.require_auth = capability.require_enc = policy == REQUIRE
        capability.may_sign = capability.may_encrypt = capability.has_helper and policy != OFF
        capability.own_uris = (self._agent.address(),)
        capability.realm = self._agent.address().partition(b"@")[2] or self._agent.address()[4:]
        capability.digest_floor = config.get("account.login")
        return 0

    def needs_helper(self):
        """-> True when there is somebody whose calls are to be sealed."""
        return is_wanted(self._config.get("security.policy")) or self._people.is_sealing_anybody()

    @property
    def is_ascii(self):
        """True: what is encrypted travels as text."""
        return self._config.get("security.encoding") == "ascii"

    @property
    def unlock_s(self):
        """Seconds for which a passphrase that was typed holds."""
        return self._config.get("security.unlock_s")

    def ask(self, line, question, out):
        """Ask the owner. question: of security.questions."""
        out.tell(self, ASKED, (line, question))

    def alarm(self, line, reason, out):
        """Something is wrong that the owner must hear of at once. reason: a name of phone/page_strings.py."""
        out.tell(self, ALARM, (line, reason))

    def link(self, is_up, out):
        """The helper can be asked from now on, or no longer."""
        out.tell(self, HELPER, (-1, is_up))

    def _is_emergency(self, uri):
        user = bare_uri(uri)[4:].partition(b"@")[0]
        return bool(user) and user in self._config.get("dial.emergency").split(b",")


def is_wanted(policy):
    """-> True for a policy under which calls are sealed where they can be."""
    return policy in (PREFER, REQUIRE)
