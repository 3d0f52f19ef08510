# SPDX-License-Identifier: MIT
"""OneTimePass: the password of the phone's own network, and the token of the form in its page.

Drawn anew each time that the network opens, and shown on the screen alone. It opens the network, and the
page asks for it again. The network keeps out whoever only sees it; but inside it, too, is every page that is
open in the owner's browser, and all that shares that computer's link. What saves settings has to show that
its person stands in front of the phone. The token keeps a page of another site from sending the form
in the owner's name.

Twelve letters of 23 are 54 bits. Whoever records the handshake of WPA2 can try passwords for ever, and would
then read what the form brought: at a million a second, half of them take some 300 years. No letter is
like another one or like a digit, and none needs a second keyboard on a telephone.
"""

from micropython import const

from security.equality import are_equal

_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_LENGTH = const(12)
_FAIR = const(253)              # 11 * 23: a byte from here on would favour some letters
_TOKEN_BYTES = const(16)
_TRIES = const(5)


class OneTimePass:
    """
    random  function of n: n unpredictable bytes
    password, token  str
    is_spent  True when a wrong password was given too often: it opens nothing any more
    """

    def __init__(self, random):
        self._random = random
        self.renew()

    def renew(self):
        password = ""
        while len(password) < _LENGTH:
            for byte in self._random(_LENGTH):
                if byte < _FAIR and len(password) < _LENGTH:
                    password += _LETTERS[byte % len(_LETTERS)]
        self.password = password
        self.token = "".join(["%02x" % byte for byte in self._random(_TOKEN_BYTES)])
        self.is_spent = False
        self._wrong = 0

    def admits(self, password):
        """-> True for the password, as a person types it (str)."""
        if self.is_spent:
            return False
        if are_equal(password.strip().lower().encode(), self.password.encode()):
            return True
        self._wrong += 1
        self.is_spent = self._wrong >= _TRIES
        return False

    def knows(self, token):
        """-> True for the token of this form (str)."""
        return are_equal(token.encode(), self.token.encode())
