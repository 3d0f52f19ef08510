# SPDX-License-Identifier: MIT
"""Account: who we are towards the network."""


class Account:
    """user, domain, display: bytes, empty where not set; a phone without a domain is called directly.

    proxy     Uri of the outbound proxy, or None
    any_user  True: calls for other users than ours ring too
    """

    def __init__(self, user, domain=b"", display=b"", proxy=None, any_user=False):
        self.user = user
        self.domain = domain
        self.display = display
        self.proxy = proxy
        self.any_user = any_user
