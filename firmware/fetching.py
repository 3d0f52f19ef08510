# SPDX-License-Identifier: MIT
"""The part of the map for what the phone fetches by itself: new versions, and its settings file.

Loaded when a person opens the page about updates, and at the start of a phone that has the address of a
settings file; a phone that does neither pays nothing for it.
"""

from update.fetch import Fetch


def make_updater(hal, phone, versions):
    """-> a new update.updater.Updater. phone: assembly.Phone; versions: of the board, see there."""
    from update.updater import Updater
    fetch = Fetch(hal.network, Busy(phone.sip, phone.media))
    phone.reactor.inlets.append(fetch)
    return Updater(fetch, versions, hal.restart, hal.events)


def follow_settings(hal, sip, media, application, sma, out):
    """At the start: look for the settings file from now on. -> tuple of inlets for the reactor."""
    from provisioning.contacts import finish
    from provisioning.provisioner import Provisioner
    config, directory = application.config, application.directory
    finish(hal.storage, config, directory, hal.clock.now())
    busy = Busy(sip, media)
    fetch = Fetch(hal.network, busy)
    Provisioner(config, directory, hal, fetch, busy, sma, application.announce).start(out)
    return (fetch,)


class Busy:
    """is_running: there is sound or a call, and neither flash nor the helper may stand in its way."""

    def __init__(self, sip, media):
        self._sip = sip
        self._media = media

    @property
    def is_running(self):
        return self._media.is_running or self._sip.live() > 0
