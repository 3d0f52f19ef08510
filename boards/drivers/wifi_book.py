# SPDX-License-Identifier: MIT
"""WifiBook: the Wi-Fi networks that a phone knows, changed while it runs. Loaded with that page."""

from boards.drivers import wifi_networks


class WifiBook:
    """
    storage  the Storage port
    link     WifiLink, or the LinkChoice around it
    network  the module
    """

    def __init__(self, storage, link, network):
        self._storage = storage
        self._link = link
        self._network = network

    def names(self):
        """-> tuple of bytes, in the order in which they are tried."""
        return tuple([name for name, _ in wifi_networks.load(self._storage)])

    def near(self):
        """-> tuple of bytes: what can be seen now, strongest first. Everything stands still for two seconds.

        A radio that was off is switched off again: there may be a cable."""
        radio = self._network.WLAN(self._network.WLAN.IF_STA)
        names = []
        try:
            was_on = radio.active()
            radio.active(True)
            for place in sorted(radio.scan(), key=lambda place: -place[3]):
                if place[0] and place[0] not in names:
                    names.append(place[0])
            if not was_on:
                radio.active(False)
        except OSError:                 # it does not start, or is joining just now
            pass
        return tuple(names)

    def add(self, name, key):
        """Know a network, in the place of one with that name. key: bytes, b"" for none.

        -> False when the storage refuses. Raises ValueError, in words, for what no network can have.
        """
        others = [network for network in wifi_networks.load(self._storage) if network[0] != name]
        return self._keep([(name, key)] + others)

    def forget(self, name):
        """-> False when the storage refuses."""
        return self._keep([network for network in wifi_networks.load(self._storage) if network[0] != name])

    def _keep(self, known):
        if not wifi_networks.save(self._storage, known):
            return False
        self._link.use(tuple(known))
        return True
