# SPDX-License-Identifier: MIT
"""SplitStorage: one Storage port over two. Values that hold a secret go to one, all others to the other.

A value is secret as a whole: the settings are one value, and passwords are lines of it. Were they taken
apart, a power cut could leave the old half of one account with the new half of another.
"""

# Values in which there is a secret, and the copies that phone/stored_lines.py sets aside of them.
#   settings       account.password, security.guest: the keys of kind KEY in phone/config.py
#   helper.token   by which the helper knows this phone
#   wifi.networks  names and passwords, see wifi_networks.py
#   rng.seed       see chip_random.py
SECRETS = ("settings", "settings.bad", "helper.token", "wifi.networks", "rng.seed")


class SplitStorage:
    """secrets, others: Storage ports. What an older version left of a secret among the others is
    moved when it is loaded, so that it does not stay there."""

    def __init__(self, secrets, others, names=SECRETS, counters=None):
        self._secrets = secrets
        self._others = others
        self._names = names
        self._counters = counters

    def load(self, name):
        if not self._is_secret(name):
            return self._others.load(name)
        data = self._secrets.load(name)
        if data is None:
            data = self._others.load(name)
            if data is not None and self._secrets.save(name, data):
                self._others.erase(name)
        return data

    def save(self, name, data):
        if not self._is_secret(name):
            return self._others.save(name, data)
        if not self._secrets.save(name, data):
            return False
        self._others.erase(name)
        return True

    def erase(self, name):
        if self._is_secret(name):
            self._secrets.erase(name)
        self._others.erase(name)

    def wipe(self):
        from boards.drivers import factory_reset
        factory_reset.begin(self._secrets, self._others, self._counters)

    def _is_secret(self, name):
        # What is to replace a secret is one: see staged_values.py.
        return name in self._names or name[:2] == "n." and name[2:] in self._names
