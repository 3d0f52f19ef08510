# SPDX-License-Identifier: MIT
"""HelperSettings: where the helper is and how this phone proves who it is, as pairing left it."""

from micropython import const

_TOKEN = const(32)


class HelperSettings:
    """
    config   phone.config.Config: account.user, and helper.address of this run
    storage  the port: helper.address, helper.ca and helper.token, as `sinetti pair` wrote them.
             They are no lines of the settings: two are binary, one is a secret
    """

    def __init__(self, config, storage):
        self._config = config
        self._storage = storage

    @property
    def is_paired(self):
        return len(self.token) == _TOKEN

    @property
    def address(self):
        return self._config.get("helper.address") or self._storage.load("helper.address") or b""

    @property
    def ca(self):
        return self._storage.load("helper.ca") or b""

    @property
    def token(self):
        return self._storage.load("helper.token") or b""

    @property
    def name(self):
        return self._config.get("account.user")
