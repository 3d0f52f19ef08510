# SPDX-License-Identifier: MIT
"""A world with a web server that has the settings file of a phone, and the office where such files are made."""

from boards.drivers import tuple_addresses
from boards.drivers.socket_network import SocketNetwork
from core.octets import hex_of
from security import sma_frames as frames
from security.sma_frames import value_of
from sim.world import World
from tests.unit.security.sma_fakes import LinkEnd, Settings
from tests.unit.update.web_server import WebServer

ADDRESS = "10.0.0.80"
URL = b"http://10.0.0.80:8000/alice.settings"
PATH = b"/alice.settings"
PLAIN = b"account.display=Alice Adams\nphone.volume=40\ncontact=2000\tsip:desk@10.0.0.9\tReception\t5\n"
_STEP_MS = 10


class WebHost:
    """The web server as a host of the world. server: tests.unit.update.web_server.WebServer."""

    due_ms = 0

    def __init__(self, world):
        self.sockets = host = world.network.attach(ADDRESS)
        self.server = WebServer(SocketNetwork(host, host, tuple_addresses, host, world.clock, 8193), {})

    def step(self, ms):
        self.sockets.woken = False
        self.server.step()
        self.due_ms = ms + _STEP_MS


class Office(LinkEnd):
    """Who makes settings files: with a key of its own, at the helper that the phones have."""

    def __init__(self, world, name="office"):
        self._world = world
        link = world.helper.attach(name)
        super().__init__(world.clock, link, Settings(name.encode(), link.token))
        self.run(200)

    def run(self, ms):
        for _ in range(ms // _STEP_MS):
            self.step()
            self._world.run(_STEP_MS)

    @property
    def fingerprint(self):
        return self.sma.fingerprint

    def ask(self, verb, *fields):
        before = len(self.ended)
        assert self.sma.request(verb, fields, self, self.out)[0] == frames.PENDING
        self.out.drain(self.clock.now())
        self.run(300)
        assert len(self.ended) == before + 1
        return self.ended[-1][1:]

    def encrypted(self, plain, reader):
        code, fields = self.ask(frames.ENCRYPT, (frames.PLAIN, plain), (frames.KEY, reader))
        assert code == frames.DONE
        return value_of(fields, frames.CIPHER)

    def signature(self, block):
        code, fields = self.ask(frames.SIGN, (frames.BLOCK, block))
        assert code == frames.DONE
        return value_of(fields, frames.SIGNATURE)

    def seal(self, plain, reader, serial=7, to=None):
        """-> a settings file. reader: fingerprint of who can read it; to: of whom it is said to be for."""
        cipher = self.encrypted(plain, reader)
        head = b"sinetti settings 1\nto %s\nserial %d\nsize %d\n" % (hex_of(to or reader), serial, len(cipher))
        return head + b"sign " + self.signature(head + cipher) + b"\n\n" + cipher


class Scene:
    """
    alice    a phone with the address of a settings file and the fingerprint of who may sign it
    office   who may; web: the server, where nothing lies yet
    """

    def __init__(self, **settings):
        self.world = World()
        self.office = Office(self.world)
        self.web = WebHost(self.world)
        self.world._hosts.append(self.web)
        self.world.name_host(ADDRESS, "web")
        self._settings = {"settings.address": URL, "settings.signer": hex_of(self.office.fingerprint)}
        self._settings.update(settings)
        self.alice = None
        self.reader = b""

    def start(self, storage=None, helper=True):
        """Switch the phone on, for the first time or again."""
        if self.alice is not None:
            storage = self.world.remove(self.alice)
        if storage is None:
            from sim.fakes import MemoryStorage
            storage = MemoryStorage()
            storage.save("settings", b"".join([
                key.encode() + b"=" + self._settings[key] + b"\n" for key in self._settings]))
        link = self.world.helper.attach("alice", "sip:alice@10.0.0.1:5060")
        self.reader = link.identity.fingerprint
        self.alice = self.world.add("alice", storage=storage, address="10.0.0.1", helper=helper)
        return self

    def serve(self, content):
        self.web.server.files[PATH] = content
        return self

    def seal(self, plain=PLAIN, **given):
        return self.office.seal(plain, self.reader, **given)

    def run(self, ms=20000):
        self.world.run(ms)
        return self

    def wait(self, ms):
        """So much time passes at once, as if the world had held its breath; then a minute as usual."""
        self.world.clock.advance(ms)
        return self.run(60000)

    @property
    def config(self):
        return self.alice.unit.sip.owner.config

    def told(self):
        """-> the last reason why there are no new settings, "" for none."""
        reasons = [detail["reason"] for event, detail in self.alice.events.posted if event == "error"]
        return reasons[-1][len("Settings file: "):] if reasons else ""

    def stored(self):
        """-> (settings, directory) as they lie in the storage."""
        return self.alice.storage.load("settings"), self.alice.storage.load("directory")
