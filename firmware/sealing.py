# SPDX-License-Identifier: MIT
"""The part of the map that only a phone with security has: the Security Manager and what it is made of.

Loaded by the assembly when the settings, or what is known of people, ask for it.
"""

from phone.stored_lines import StoredLines
from runtime.host_link_inlet import HostLinkInlet
from security.challenges import Challenges
from security.gate import Gate
from security.guard import Guard
from security.helper_settings import HelperSettings
from security.manager import SecurityManager
from security.people import People
from security.sma import Sma
from security.ssa import Ssa
from security.sst import Sst


class Sealing:
    """manager, gate, sma, sst, people: see their modules."""

    def __init__(self, hal, config, log, agent, ports, now):
        self._hal = hal
        self._settings = HelperSettings(config, hal.storage)
        self.people = People(StoredLines(hal.storage, "people", log), now)
        self.sma = Sma(self._settings)
        self.sst = Sst(config, self.people, agent)
        self.manager = SecurityManager(self.sma, self.sst, self.people, hal.crypto, now)
        self.guard = agent.guard = Guard(self.manager, hal.crypto)
        challenges = Challenges(agent, self.manager, config, hal.crypto)
        self.gate = self.manager.gate = Gate(ports, agent, self.manager, challenges)
        passages = self.guard.passages = self.gate.passages
        self.ssa = self.gate.ssa = passages.ssa = Ssa(
            self.sma, self.manager, hal.crypto, self.sst, passages)

    def start(self, sip, media, application, out):
        """Join it to the stack and the telephone. -> tuple of inlets for the reactor."""
        self.gate.stack = sip
        self.gate.media = media
        self.sst.owner = application
        inlets = ()
        if self._hal.host_link is not None and self._settings.is_paired:
            self.sma.start(out)
            inlets = (HostLinkInlet(self._hal.host_link, self.sma, self._settings, media),)
        if application.config.get("settings.address"):
            from fetching import follow_settings
            inlets += follow_settings(self._hal, sip, media, application, self.sma, out)
        return inlets

    def listen(self, note):
        """Have each call of the four interfaces told: note(name, code)."""
        self.manager.note = self.ssa.note = self.sma.note = note
