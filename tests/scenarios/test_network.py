# SPDX-License-Identifier: MIT
"""Calls over networks that lose, delay, repeat and rewrite; and the chip's unkind sockets."""

from boards.drivers.socket_ports import UdpPort
from sim.world import World


def talk(world, alice, bob):
    alice.press("1002#")
    world.run_until(lambda: bob.has("ringing"), 40000)
    bob.lift()
    world.run_until(lambda: alice.has("connected"), 40000)


def test_a_lost_ack_is_made_good_by_the_repeated_200():
    world = World()
    alice, bob = world.pair()
    lost = []

    def lose(data, source, destination):
        if data.startswith(b"ACK") and not lost:
            lost.append(data)
            return True
        return False

    world.network.lose = lose
    talk(world, alice, bob)
    world.run(1000)
    world.expect("""
        alice > bob    INVITE 1
        bob   > alice  180
        bob   > alice  200
        alice > bob    ACK 1 (lost)
        bob   > alice  200
        alice > bob    ACK 1
    """)


def test_a_lost_180_and_a_lost_200_only_delay_the_call():
    world = World()
    alice, bob = world.pair()
    lost = []

    def lose(data, source, destination):
        for status in (b"SIP/2.0 180", b"SIP/2.0 200"):
            if data.startswith(status) and status not in lost:
                lost.append(status)
                return True
        return False

    world.network.lose = lose
    alice.press("1002#")
    world.run_until(lambda: alice.has("ringback"))
    bob.lift()
    world.run_until(lambda: alice.has("connected"))
    world.expect("""
        alice > bob    INVITE 1
        bob   > alice  180 (lost)
        alice > bob    INVITE 1
        bob   > alice  180
        bob   > alice  200 (lost)
        bob   > alice  200
        alice > bob    ACK 1
    """)


def test_duplicates_make_one_call():
    world = World()
    world.network.duplicates = 100
    alice, bob = world.pair()
    talk(world, alice, bob)
    assert bob.events.names().count("ringing") == 1
    world.run(2000)
    alice.hang_up()
    bob.hang_up()
    world.run_until_idle()
    assert bob.events.names().count("ended") == 1


def test_speech_survives_five_percent_of_loss_and_reordering():
    world = World(3)
    world.network.jitter_ms = 30
    alice, bob = world.pair()
    talk(world, alice, bob)
    world.network.loss = 5
    world.run(20000)
    report = bob.unit.media.report(0)
    assert 20 < report.lost < 90                        # about 50 of 1000
    crossings = hum_crossings(bob.ear.last)
    assert 800 < crossings < 900                        # 440 Hz for a second, still a tone


def hum_crossings(frames):
    samples = [sample for frame in frames for sample in frame]
    return sum([1 for at in range(1, len(samples)) if (samples[at - 1] < 0) != (samples[at] < 0)])


def test_a_phone_behind_a_nat_is_heard_and_answered():
    world = World()
    alice, bob = world.pair()
    world.network.put_behind_nat(alice.address, "192.0.2.1")
    world.name_host("192.0.2.1", "nat")
    talk(world, alice, bob)
    world.run(3000)
    assert 850 < hum_crossings(bob.ear.last) < 910      # what alice hums, through the NAT
    assert 1280 < hum_crossings(alice.ear.last) < 1360  # and back to where it really came from
    alice.hang_up()
    world.run(200)
    assert bob.has("ended")
    assert "bob > nat  180" in world.ladder()


def test_a_network_that_goes_away_in_a_call_ends_it_with_a_reason():
    world = World()
    alice, bob = world.pair()
    talk(world, alice, bob)
    world.run(2000)
    world.network.loss = 100
    world.run_until(lambda: alice.has("ended") and bob.has("ended"), 40000)
    assert alice.events.last("ended")["reason"] == "Their sound stopped"
    bob.lay_down()
    world.run_until_idle()


def bombard(world, phone, port):
    """An empty datagram to one port of a phone, from a stranger."""
    world.network.send_datagram(b"", ("10.9.9.9", 1234), (phone.address, port))


def test_an_empty_datagram_ends_neither_call_nor_phone():
    """The chip believes that the peer has hung up until the socket is bound or connected again."""
    world = World()
    alice, bob = world.pair()
    talk(world, alice, bob)
    world.run(1000)
    for port in (5060, 40000, 40001):
        bombard(world, bob, port)
    rtp = alice.unit.media.report(0)
    world.run(1000)
    world.network.send_datagram(b"", (alice.address, 40000), (bob.address, 40000))
    world.run(2000)
    assert 850 < hum_crossings(bob.ear.last) < 910
    assert bob.unit.media.report(0).received > rtp.received + 100
    alice.hang_up()
    world.run(200)
    assert bob.has("ended")


def test_without_its_cure_the_empty_datagram_is_deadly():
    cure = UdpPort._revive
    UdpPort._revive = lambda self: None
    try:
        test_an_empty_datagram_ends_neither_call_nor_phone()
    except AssertionError:
        return
    finally:
        UdpPort._revive = cure
    raise AssertionError("the trap is not there: the test above shows nothing")


def test_two_packets_in_one_tick_are_not_heard_as_one():
    """readinto() reads on into the next datagram; jitter makes packets arrive in pairs."""
    world = World(5)
    world.network.jitter_ms = 40
    alice, bob = world.pair()
    talk(world, alice, bob)
    world.run(10000)
    assert bob.unit.media.report(0).lost == 0
    assert 850 < hum_crossings(bob.ear.last) < 910
