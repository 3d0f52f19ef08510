# SPDX-License-Identifier: MIT
"""A desk phone whose slots are real files, and a web server: what a person does to update it, in virtual time."""

from sim.fakes import VirtualClock
from sim.network import VirtualNetwork
from tests.chip import esp32
from tests.unit.phone.phone_fakes import Desk
from tests.unit.update.slot_phone import SlotPhone, fresh_folder
from tests.unit.update.web_server import WebServer, attached
from update.fetch import Fetch
from update.manifest import version_of
from update.updater import Updater

URL = b"http://192.0.2.1:8000/desk_s3.sinetti"
PATH = b"/desk_s3.sinetti"
_STEP_MS = 10


class Versions:
    """As boards.drivers.slot_versions.SlotVersions, of a SlotPhone that runs from slot a."""

    def __init__(self, slots):
        self._slots = slots

    def running(self):
        with self._slots.disk.open("/a/manifest", "rb") as file:
            return version_of(file).decode()

    def writer(self):
        return self._slots.writer()


class Busy:
    is_running = False


class UpdateDesk(Desk):
    """
    slots      SlotPhone; server: WebServer, with one image
    busy       is_running: there is a call
    restarts   how often the phone was told to start anew
    """

    def __init__(self, image, url=URL, **release_keys):
        esp32.erase()
        super().__init__({"update.address": url} if url else {})
        self.slots = SlotPhone(fresh_folder("update-desk"), **release_keys).set_up()
        self.busy = Busy()
        self.restarts = 0
        self.clock = VirtualClock()
        self.air = VirtualNetwork(1)
        self.air.delay_ms = 2
        self._net = attached(self.air, self.clock, "192.0.2.10")
        self.server = WebServer(attached(self.air, self.clock, "192.0.2.1"), {PATH: image})
        self.fetch = Fetch(self._net, self.busy)
        self._ms = 0
        self.made = 0
        self.hal.updates = self._updater

    def _updater(self):
        self.made += 1
        return Updater(self.fetch, Versions(self.slots), self._restart, self.events)

    def _restart(self):
        self.restarts += 1

    def open_page(self):
        """Menu, Settings, the row "Update"."""
        self.press("O5")
        while self.row(">") != "Update":
            self.press("D")
        self.press("O")

    def row(self, mark):
        """-> the row of the screen behind a mark."""
        found = [row[len(mark):] for row in self.display.rows if row.startswith(mark)]
        return found[0] if found else ""

    def list(self):
        """-> the rows between title and hint, without the cursor."""
        return [row[1:] for row in self.display.rows[1:7] if row]

    def told(self):
        """-> what is read on the page, row after row."""
        return " ".join(self.list())

    def wait(self, word, ms=600000):
        """Time passes until the page says so."""
        end = self._ms + ms
        while self.told().find(word) < 0:
            assert self._ms < end, self.told()
            self.pass_time()

    def pass_time(self, ms=_STEP_MS):
        for _ in range(ms // _STEP_MS):
            self._ms += _STEP_MS
            self.clock.advance(_STEP_MS)
            self.air.deliver(self._ms)
            self.server.step()
            self._net.poll()
            if self.fetch.poll(self.now, self.out):
                self.out.drain(self.now)
            self.run(_STEP_MS)

    def update(self):
        """What its owner does for one. -> what is read at the end."""
        self.open_page()
        self.press("1")
        while self.told().find("Stop") >= 0 or self.told().find("Install") >= 0:
            self.pass_time()
            if self.told().find("Install") >= 0:
                self.press("%d" % len(self.list()))         # the last row, yes
        return self.told()
