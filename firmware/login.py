# SPDX-License-Identifier: MIT
"""Login: what the account says to servers that ask who it is. Loaded with the first of them."""

from sip.uri import Uri


class Login:
    """config: the settings, read anew each time; account: AccountSettings; transport: of the stack."""

    def __init__(self, config, account, transport):
        self._config = config
        self._account = account
        self._transport = transport

    @property
    def user(self):
        return self._config.get("account.auth_user") or self._config.get("account.user")

    @property
    def password(self):
        return self._config.get("account.password")

    @property
    def allows_md5(self):
        return self._config.get("account.login") != "sha-256"

    @property
    def allows_basic(self):
        return self._config.get("account.login") == "basic"

    def serves(self, route):
        """-> True when a route leads to our registrar, our proxy, or the host that is our domain."""
        account = self._account
        for uri in (account.registrar, account.proxy, Uri.parse(b"sip:" + account.domain)):
            known = self._transport.route_for(uri)
            if known is not None and known[1:] == route[1:]:
                return True
        return False
