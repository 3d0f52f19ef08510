# SPDX-License-Identifier: MIT
"""What a chip's sockets and its radio do to a call for minutes, and what becomes of it without each cure.

A test of the second kind runs the story of the one before it on a port that lacks the cure.
"""

from boards.drivers.chip_network import chip_network
from boards.drivers.socket_network import SocketNetwork
from boards.drivers.socket_ports import UdpPort
from boards.drivers.wifi import WifiLink
from sim.dice import Dice
from sim.world import World
from tests.chip import network as radio
from tests.chip.air import AccessPoint, Air

RIGS = ("cpython", "unix")          # long calls; and 32 bit collects its garbage between two tests only

STRANGER = ("10.9.9.9", 1234)
PORTS = (5060, 40000, 40001)
A_SECOND = 50                       # packets
HOME = (b"home", b"correct horse")


def talk(world, alice, bob):
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"), 40000)
    bob.lift()
    world.run_until(lambda: alice.has("connected"), 40000)
    world.run(3000)


def call(make_network=chip_network, seed=1):
    """-> (world, alice, bob), who talk. make_network: of bob's phone."""
    world = World(seed)
    alice = world.add("alice", None, (("1002", "sip:bob@10.0.0.2", "Bob"),))
    world.make_network = make_network
    bob = world.add("bob", None, (), 660)
    talk(world, alice, bob)
    return world, alice, bob


def is_heard(phone, hz):
    """-> True when the last second in the ear is the other one's hum."""
    samples = [sample for frame in phone.ear.last for sample in frame]
    crossings = sum([1 for at in range(1, len(samples)) if (samples[at - 1] < 0) != (samples[at] < 0)])
    return abs(crossings - 2 * hz) < 40


def run(world, phone, ms):
    """Let time pass for a phone that steps each 10 ms, as a board does with sound. A step reads one packet
    of a call: at the 20 ms of a SimPhone whatever else comes would delay all that follows."""
    for _ in range(0, ms, 10):
        phone.due_ms = world.ms
        world.run(10)


def received(phone):
    return phone.unit.media.report(0).received


def has_failed(story, make_network):
    """-> True when a story does not come to its good end on this network, though people talked there."""
    try:
        story(make_network)
    except AssertionError as fault:
        return "gave up" not in str(fault)      # so says a world in which there was no call at all
    return False


# An empty datagram each second for ten minutes, to every port, from a stranger and in the peer's name

def bombarded(make_network):
    world, alice, bob = call(make_network)
    before = received(bob)
    for second in range(600):
        for port in PORTS:
            world.network.send_datagram(b"", STRANGER, (bob.address, port))
        world.network.send_datagram(b"", (alice.address, 40000), (bob.address, 40000))
        world.network.send_datagram(b"", (alice.address, 40001), (bob.address, 40001))
        run(world, bob, 1000)
        assert not bob.has("ended") and received(bob) > before + second * A_SECOND // 2, second
    assert received(bob) - before > 600 * A_SECOND - 5, "behind an empty one nothing is lost"
    assert is_heard(bob, 440) and is_heard(alice, 660)
    alice.hang_up()
    world.run(500)
    assert bob.has("ended"), "the SIP port hears, too"


def test_an_empty_datagram_each_second_for_ten_minutes_costs_nothing():
    bombarded(chip_network)


class DeafPort(UdpPort):
    """Without the cure: it lets the socket believe that the peer has hung up."""

    def _revive(self):
        pass


def deaf_network(*given):
    made = chip_network(*given)
    made.udp = lambda port: DeafPort(made, port)
    return made


def test_without_its_cure_the_first_empty_datagram_ends_the_sound():
    assert has_failed(bombarded, deaf_network)


# Ten thousand bursts of datagrams of any length, in the peer's name, between its packets

def in_bursts(make_network):
    world, alice, bob = call(make_network, seed=9)
    world.network.jitter_ms = 30                    # so that its packets come together, too
    dice = Dice(9, "bursts")
    before = received(bob)
    for _ in range(10000):
        for _ in range(1 + dice.below(3)):
            junk = dice.take(dice.below(300))
            world.network.send_datagram(junk, (alice.address, 40000), (bob.address, 40000))
        run(world, bob, 60)
    sent = 600 * A_SECOND
    assert received(bob) - before > sent * 996 // 1000
    world.network.jitter_ms = 0
    run(world, bob, 3000)
    assert is_heard(bob, 440) and is_heard(alice, 660)
    assert not bob.has("ended")


def test_ten_thousand_bursts_of_any_length_leave_the_speech_whole():
    in_bursts(chip_network)


class MergingPort(UdpPort):
    """Without the cure: it reads until the buffer is full, whatever length is expected."""

    def readinto(self, buf, n):
        self._buf = buf
        return self._read(len(buf)) or 0


def merging_network(*given):
    made = chip_network(*given)
    made.udp = lambda port: MergingPort(made, port)
    return made


def test_without_its_cure_what_comes_together_is_read_as_one():
    assert has_failed(in_bursts, merging_network)


# Another address in a call

def renumbered(make_network):
    world, alice, bob = call(make_network)
    for last in (77, 78):
        world.renumber(bob, "10.0.0.%d" % last)
        world.run(4000)
        before = received(bob)
        world.run(10000)
        assert received(bob) - before > 9 * A_SECOND
        assert is_heard(bob, 440) and is_heard(alice, 660)
    assert not bob.has("ended") and not alice.has("ended")
    bob.hang_up()
    world.run(500)
    assert alice.has("ended")
    world.run_until_idle()


def test_a_call_survives_another_address():
    renumbered(chip_network)


def test_sockets_that_are_bound_to_one_address_lose_it():
    assert has_failed(renumbered, SocketNetwork)


def test_an_empty_datagram_that_is_read_when_the_link_is_gone_does_no_harm():
    for make_network in (chip_network, SocketNetwork):
        world, alice, bob = call(make_network)
        for port in PORTS:
            world.network.send_datagram(b"", STRANGER, (bob.address, port))
        world.run(15)
        world.network.deliver(world.ms + 10)        # it lies in the sockets already
        bob.sockets.is_up = False
        world.run(1500)
        bob.sockets.is_up = True
        world.run(3000)
        assert not bob.has("ended") and is_heard(bob, 440), make_network


# A radio that loses its network again and again

class Radio:
    """Bob's link, and the world around it. Its sockets go as far as the radio does."""

    def __init__(self, point):
        self.point = point
        self.link = None
        self.air = None

    def make_network(self, sockets, select, addresses, link, clock, largest):
        self.air = Air(clock, self.point)
        self.air.scan_ms = 0                        # what it costs is not told here, but that it is done
        radio.use(self.air)
        self.link = WifiLink(radio, clock, (HOME,))
        self.link.join()
        made = chip_network(sockets, select, addresses, self.link, clock, largest)
        look = made.poll

        def poll():
            wlan = radio.WLAN.station
            sockets.is_up = wlan is not None and wlan.isconnected()
            look()

        sockets.is_up = False
        made.poll = poll
        return made


def flapping(knows_of_calls):
    """The access point sends the phone away each ten seconds."""
    bobs = Radio(AccessPoint(*HOME, address="10.0.0.2"))
    world = World(3)
    alice = world.add("alice", None, (("1002", "sip:bob@10.0.0.2", "Bob"),))
    world.make_network = bobs.make_network
    bob = world.add("bob", None, (), 660)
    if knows_of_calls:
        bobs.link.may_block = lambda: bob.unit.live() == 0
    world.run(10000)
    assert bobs.link.state() == 2
    talk(world, alice, bob)
    scans = bobs.air.scans
    for _ in range(18):                             # three minutes
        before = received(bob)
        bobs.air.kick(bobs.point)
        world.run(10000)
        assert not bob.has("ended") and not alice.has("ended")
        assert received(bob) - before > 5 * A_SECOND
    assert bobs.air.scans == scans, "nobody looks around in a call"
    world.run(3000)
    assert is_heard(bob, 440) and is_heard(alice, 660)
    alice.hang_up()
    world.run(500)
    assert bob.has("ended")


def test_a_call_survives_a_link_that_comes_and_goes():
    flapping(True)


def test_a_radio_that_is_not_told_of_the_call_loses_it():
    assert has_failed(flapping, False)


def test_a_phone_is_assembled_before_its_radio_has_joined():
    """And it is called as soon as that has happened."""
    bobs = Radio(AccessPoint(*HOME, address="10.0.0.2", dhcp_ms=3000))
    world = World()
    alice = world.add("alice", None, (("1002", "sip:bob@10.0.0.2", "Bob"),))
    world.make_network = bobs.make_network
    bob = world.add("bob", None, (), 660)
    assert bob.unit.ports.is_bound and "Network down" in bob.screen()
    world.run(8000)
    assert "Network down" not in bob.screen()
    talk(world, alice, bob)
    assert is_heard(bob, 440) and is_heard(alice, 660)
