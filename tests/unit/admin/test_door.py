# SPDX-License-Identifier: MIT
"""The door of the setup page: few at a time, whole requests only, and nobody keeps others out."""

from admin.door import PORT, Door
from boards.drivers.socket_network import SocketNetwork
from core.route import TCP
from sim.fakes import VirtualClock
from sim.network import VirtualNetwork

HOST = "192.168.4.1"
GET = b"GET / HTTP/1.1\r\nHost: 192.168.4.1\r\n\r\n"


class Addresses:
    @staticmethod
    def pack(host, port):
        return (host.decode(), port) if host else None

    @staticmethod
    def unpack(address):
        return address[0].encode(), address[1]


class Hall:
    """A door with a site behind it that says always the same, and clients in front. asked: whole requests."""

    def __init__(self, answer=b"hello"):
        self.clock = VirtualClock()
        self.wire = VirtualNetwork(3)
        self.asked = []
        self.was_asked = 0
        self._answer = answer
        self._ms = 0
        phone, laptop = self.wire.attach(HOST), self.wire.attach("192.168.4.2")
        self._network = SocketNetwork(phone, phone, Addresses, phone, self.clock, 1500)
        self.laptop = SocketNetwork(laptop, laptop, Addresses, laptop, self.clock, 1500)
        self.door = Door(self._network, self)
        assert self.door.open()

    def answer(self, head, data):
        self.asked.append(data)
        return self._answer, True

    def refuse(self, status):
        return b"no %d" % status

    def knock(self):
        return self.laptop.tcp((TCP, HOST.encode(), PORT))

    def run(self, ms):
        for _ in range(0, ms, 10):
            self._network.poll()
            self.was_asked += self.door.step(self.clock.now())
            self._ms += 10
            self.clock.advance(10)
            self.wire.deliver(self._ms)
            self.laptop.poll()

    def ask(self, data, ms=500):
        """-> (what was heard, the line)."""
        line = self.knock()
        self.run(100)
        assert line.write(data, 0, len(data)) == len(data)
        self.run(ms)
        return self.heard(line), line

    def heard(self, line):
        buf = bytearray(65536)
        return bytes(buf[:line.readinto(buf)])


def test_a_whole_request_is_answered_once():
    hall = Hall()
    assert hall.ask(GET)[0] == b"hello"
    assert hall.asked == [GET] and hall.was_asked == 1


def test_a_request_may_come_in_pieces():
    hall = Hall()
    line = hall.knock()
    hall.run(100)
    for byte in GET:
        line.write(bytes((byte,)), 0, 1)
        hall.run(20)
    hall.run(200)
    assert hall.heard(line) == b"hello"


def test_half_a_request_is_hung_up_on_after_ten_seconds():
    hall = Hall()
    _, line = hall.ask(GET[:-2], 9000)
    assert line.state() == 1
    hall.run(3000)
    hall.heard(line)
    hall.run(1500)
    assert line.state() == 2 and hall.asked == []


def test_what_is_no_request_is_refused_and_the_site_never_sees_it():
    hall = Hall()
    assert hall.ask(b"\0" * 20 + b"\r\n\r\n")[0] == b"no 400"
    assert hall.ask(b"A" * 4000)[0] == b"no 413"
    assert hall.ask(GET + GET)[0] == b"no 400", "two at once"
    assert hall.asked == [] and hall.was_asked == 0


def test_a_long_answer_is_written_as_the_line_takes_it():
    answer = bytes(range(256)) * 150
    hall = Hall(answer)
    assert hall.ask(GET, 2000)[0] == answer


def test_four_are_let_in_and_a_fifth_waits_until_one_has_kept_us_waiting():
    hall = Hall()
    idle = [hall.knock() for _ in range(4)]
    hall.run(300)
    line = hall.knock()
    hall.run(100)
    line.write(GET, 0, len(GET))
    hall.run(300)
    assert hall.asked == [], "the four have a second"
    hall.run(1200)
    assert hall.heard(line) == b"hello"
    hall.laptop.poll()
    for other in idle:
        hall.heard(other)
    hall.run(1500)
    assert [other.state() for other in idle].count(1) <= 3


def test_a_crowd_of_fifty_that_says_nothing_costs_others_seconds_and_the_phone_no_memory():
    hall = Hall()
    crowd = [hall.knock() for _ in range(50)]
    hall.run(100)
    line = hall.knock()
    hall.run(100)
    line.write(GET, 0, len(GET))
    for _ in range(30):
        hall.run(500)
        assert len(hall.door._visits) <= 4
    assert hall.asked == [GET] and len(crowd) == 50


def test_an_answer_that_nobody_takes_is_given_up():
    hall = Hall(b"x" * 1000)
    hall.ask(GET)
    assert hall.door.is_answering() is True, "the client has not hung up"
    hall.run(3000)
    assert hall.door.is_answering() is False


def test_a_closed_door_lets_nobody_in_and_opens_again():
    hall = Hall()
    line = hall.knock()
    hall.run(100)
    hall.door.close()
    hall.run(300)
    hall.heard(line)
    hall.run(1500)
    assert line.state() == 2
    refused = hall.knock()
    hall.run(200)
    assert refused.state() == 2
    assert hall.door.open()
    assert hall.ask(GET)[0] == b"hello"
