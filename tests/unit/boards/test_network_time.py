# SPDX-License-Identifier: MIT
"""The time of a phone: from servers that answer, from servers that lie, and from nobody."""

from boards.drivers import tuple_addresses
from boards.drivers.chip_calendar import ChipCalendar, date_of, days_of
from boards.drivers.chip_network import chip_network
from boards.drivers.network_time import FLOOR, NetworkTime
from sim.dice import Dice
from sim.fakes import MemoryStorage, VirtualClock
from sim.network import VirtualNetwork
from sim.sockets import Datagrams

DAY = 86400
BUILT = 1790000000              # 21 September 2026
TRUTH = BUILT + 40 * DAY
ONE = "192.0.2.1"
OTHER = "192.0.2.2"
TO_1970 = 2208988800


class Rtc:
    """machine.RTC of an ESP32: it starts with the year 2000 and goes on by the clock."""

    def __init__(self, desk):
        self._desk = desk
        self._set_at = desk.ms
        self._seconds = 946684800
        self.sets = []

    def datetime(self, *given):
        if given:
            year, month, day, weekday, hour, minute, second, microsecond = given[0]
            assert 0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 and 0 <= microsecond < 1000000
            self._seconds = days_of(year, month, day) * DAY + hour * 3600 + minute * 60 + second
            self._set_at = self._desk.ms
            self.sets.append(self._seconds)
            return None
        seconds = self._seconds + (self._desk.ms - self._set_at) // 1000
        year, month, day = date_of(seconds // DAY)
        return (year, month, day, 0, seconds % DAY // 3600, seconds % 3600 // 60, seconds % 60, 0)


class Server:
    """A host that answers questions for the time, as it is told."""

    def __init__(self, desk, address):
        self._desk = desk
        self._socket = Datagrams(desk.network.attach(address))
        self._socket.bind((address, 123))
        self.address = address
        self.questions = []             # and when they came, ms
        self.edit = None                # edit(answer) -> another one, or None to say nothing
        self.off_s = 0                  # how much its clock is before the truth
        self.delay_ms = 0

    def serve(self):
        while self._socket.queue:
            data, source = self._socket.recvfrom(100)
            self.questions.append((data, self._desk.ms))
            self._desk.network.after(self.delay_ms, self._answer, (data, source))

    def _answer(self, data, source):
        answer = bytearray(48)
        answer[0] = 0x24
        answer[1] = 2
        answer[12:16] = b"GPS\0"
        answer[24:32] = data[40:48]
        ms = self._desk.truth_ms() + self.off_s * 1000
        seconds = (ms // 1000 + TO_1970) % (1 << 32)
        answer[40:44] = seconds.to_bytes(4, "big")
        answer[44:46] = (ms % 1000 * 65536 // 1000).to_bytes(2, "big")
        if self.edit is not None:
            answer = self.edit(answer)
        if answer is not None:
            self._socket.sendto(bytes(answer), source)


class Desk:
    """A phone that steps each 10 ms, or less often while no question is out; and two servers."""

    def __init__(self, servers=(ONE,), storage=None, built=BUILT):
        self.clock = VirtualClock()
        self.network = VirtualNetwork(1)
        self.ms = 0
        self.hosts = self.network.attach("10.0.0.1")
        self.net = chip_network(self.hosts, self.hosts, tuple_addresses, self.hosts, self.clock, 1500)
        self.rtc = Rtc(self)
        self.calendar = ChipCalendar(self.rtc)
        self.storage = storage or MemoryStorage()
        self.one = Server(self, ONE)
        self.other = Server(self, OTHER)
        self.time = NetworkTime(
            self.clock, self.net, self.calendar, self.storage, Dice(1, "time").take,
            [server.encode() for server in servers], built)

    def truth_ms(self):
        return TRUTH * 1000 + self.ms

    def error_ms(self):
        return self.calendar.now() * 1000 - self.truth_ms()

    def run(self, seconds, step_ms=10):
        end = self.ms + seconds * 1000
        while self.ms < end:
            self.net.poll()
            self.time.step()
            ms = step_ms if self.time._port is None else 10
            self.clock.advance(ms)
            self.ms += ms
            self.network.deliver(self.ms)
            self.one.serve()
            self.other.serve()


def test_a_server_sets_the_clock_of_a_phone_that_has_none():
    desk = Desk()
    assert desk.calendar.now() == BUILT, "before that it is at least as late as its firmware"
    desk.run(3)
    assert desk.time.is_set and desk.time.words == ""
    assert -1001 < desk.error_ms() <= 20
    question = desk.one.questions[0][0]
    assert len(question) == 48 and question[0] == 0x23 and question[1:40] == bytes(39)


def test_the_minute_is_not_known_before_somebody_told_the_time():
    desk = Desk()
    assert desk.calendar.minute() == -1, "the floor is no time of day"
    desk.run(3)
    assert desk.calendar.minute() == TRUTH // 60
    silent = Desk(servers=())
    silent.run(100)
    assert silent.calendar.minute() == -1


def test_the_way_back_is_added():
    desk = Desk()
    desk.one.delay_ms = 1500
    desk.run(5)
    assert desk.time.is_set
    assert abs(desk.error_ms()) < 1800


def test_two_questions_are_never_alike_and_tell_no_time():
    desk = Desk()
    desk.run(8 * 3600, 1000)
    asked = [data[40:] for data, _ in desk.one.questions]
    assert len(asked) == 2 and asked[0] != asked[1]


def test_it_is_asked_again_after_six_hours_and_not_before():
    desk = Desk()
    desk.run(DAY, 500)
    times = [ms // 1000 for _, ms in desk.one.questions]
    assert len(times) == 4
    for at in range(1, 4):
        assert 21600 <= times[at] - times[at - 1] < 21610


def test_without_a_network_nothing_is_asked():
    desk = Desk()
    desk.hosts.is_up = False
    desk.run(120)
    assert desk.one.questions == [] and not desk.time.is_set
    desk.hosts.is_up = True
    desk.run(3)
    assert desk.time.is_set


def test_a_server_that_is_silent_is_asked_less_and_less_often_and_the_other_in_turn():
    desk = Desk((ONE, OTHER))
    desk.one.edit = desk.other.edit = lambda answer: None
    desk.run(4 * 3600, 100)
    assert desk.time.words == "Time: no answer"
    times = sorted([ms for server in (desk.one, desk.other) for _, ms in server.questions])
    gaps = [times[at] - times[at - 1] for at in range(1, len(times))]
    assert min(gaps) >= 15000 and max(gaps) < 3610000 and 10 < len(times) < 16
    assert abs(len(desk.one.questions) - len(desk.other.questions)) <= 1
    desk.other.edit = None
    desk.run(2 * 3600, 100)
    assert desk.time.is_set


def lies(edit, seconds=3):
    """-> Desk whose server answers something else."""
    desk = Desk()
    desk.one.edit = edit
    desk.run(seconds)
    assert not desk.time.is_set and desk.rtc.sets == [BUILT], "it was believed"
    return desk


def changed(place, value):
    def edit(answer):
        answer[place:place + len(value)] = value
        return answer
    return edit


def test_answers_that_are_none_are_not_believed():
    for edit in (
        changed(24, b"\0" * 8), changed(31, b"\0"), changed(0, b"\x23"), changed(0, b"\x2c"), changed(0, b"\x14"),
        lambda answer: answer[:47], lambda answer: b"", lambda answer: b"\xff" * 48,
    ):
        desk = lies(edit)
        assert desk.time.words == "Time: no answer", "who guesses does not end the waiting"


def test_servers_whose_clock_is_not_good_are_not_believed():
    for edit in (
        changed(0, b"\xe4"), changed(1, b"\x10"), changed(1, b"\xff"), changed(40, b"\0" * 8),
        changed(4, b"\0\1"), changed(4, b"\xff\xff"), changed(8, b"\0\1"), changed(1, b"\0"),
    ):
        assert lies(edit).time.words == "Time: bad server"


def test_an_answer_from_somewhere_else_is_not_believed():
    desk = Desk()
    desk.one.edit = lambda answer: None
    stranger = Datagrams(desk.network.attach("192.0.2.66"))
    stranger.bind(("192.0.2.66", 123))

    def overhear(ms, source, destination, data, lost):
        if destination[1] == 123:
            answer = bytearray(48)
            answer[0:2] = b"\x24\1"
            answer[24:32] = data[40:48]
            answer[40:44] = (TRUTH + TO_1970).to_bytes(4, "big")
            stranger.sendto(bytes(answer), source)

    desk.network.spy = overhear
    desk.run(3)
    assert not desk.time.is_set


def test_guesses_before_the_answer_do_not_keep_it_away():
    desk = Desk()
    sent = []

    def first_guess(answer):
        if not sent:
            sent.append(True)
            desk.one._socket.sendto(b"\x24" + b"\1" * 47, ("10.0.0.1", desk.time._port._socket.name[1]))
        return answer

    desk.one.edit = first_guess
    desk.run(3)
    assert desk.time.is_set


def test_an_answer_that_comes_too_late_is_none():
    desk = Desk()
    desk.one.delay_ms = 2500
    desk.run(14)
    assert not desk.time.is_set and desk.time.words == "Time: no answer"


def test_a_kiss_of_death_is_obeyed():
    for code in (b"DENY", b"RSTR"):
        desk = Desk((ONE, OTHER))
        desk.one.edit = changed(1, b"\0" + bytes(10) + code)
        desk.other.edit = lambda answer: None
        desk.run(3 * 3600, 100)
        assert len(desk.one.questions) == 1 and len(desk.other.questions) > 5
    desk = Desk()
    desk.one.edit = changed(1, b"\0" + bytes(10) + b"DENY")
    desk.run(3600, 100)
    assert len(desk.one.questions) == 1 and desk.time.words == "Time: server refuses"
    desk = Desk()
    desk.one.edit = changed(1, b"\0" + bytes(10) + b"RATE")
    desk.run(DAY + 3600, 500)
    assert len(desk.one.questions) == 2, "once a day"
    desk = Desk()
    desk.one.edit = lambda answer: changed(24, b"\7" * 8)(changed(1, b"\0" + bytes(10) + b"DENY")(answer))
    desk.run(60)
    assert len(desk.one.questions) > 1, "a kiss that does not know our question is somebody else's"


def test_a_time_before_the_firmware_was_built_is_not_believed():
    desk = Desk()
    desk.one.off_s = -41 * DAY
    desk.run(3)
    assert not desk.time.is_set and desk.time.words == "Time: wrong" and desk.calendar.now() // DAY == BUILT // DAY


def test_a_time_before_the_last_one_is_not_believed_after_a_restart():
    desk = Desk()
    for _ in range(30):
        desk.run(DAY, 5000)
    floor = int(desk.storage.load(FLOOR))
    assert BUILT + 25 * DAY < floor <= BUILT + 31 * DAY
    again = Desk(storage=desk.storage)
    assert again.calendar.now() == floor, "it starts no earlier than that"
    again.one.off_s = (floor - DAY) - TRUTH
    again.run(3)
    assert not again.time.is_set and again.time.words == "Time: wrong"


def test_a_lie_about_the_future_is_over_after_a_restart():
    desk = Desk()
    desk.one.off_s = 10 * 365 * DAY
    desk.run(3)
    assert desk.time.is_set
    again = Desk(storage=desk.storage)
    again.run(3)
    assert again.time.is_set and abs(again.error_ms()) < 1100


def test_a_time_that_is_absurdly_late_is_not_believed():
    desk = Desk()
    desk.one.off_s = 21 * 366 * DAY
    desk.run(3)
    assert not desk.time.is_set and desk.time.words == "Time: wrong"


def test_the_calendar_never_goes_back():
    desk = Desk()
    desk.one.off_s = 30
    desk.run(3)
    before = desk.calendar.now()
    desk.one.off_s = 0
    desk.run(7 * 3600, 500)
    assert len(desk.one.questions) == 2 and len(desk.rtc.sets) == 2
    assert desk.calendar.now() >= before + 7 * 3600 - 1
    desk.one.off_s = -2 * DAY
    desk.run(7 * 3600, 500)
    assert len(desk.rtc.sets) == 2


def test_after_2036_the_count_begins_anew():
    built = days_of(2036, 1, 1) * DAY
    desk = Desk(built=built)
    desk.one.off_s = days_of(2036, 2, 8) * DAY - TRUTH
    desk.run(3)
    assert desk.time.is_set and date_of(desk.calendar.now() // DAY) == (2036, 2, 8)


def test_a_full_storage_does_not_keep_the_time_away():
    desk = Desk()
    desk.storage.is_full = True
    desk.run(3)
    assert desk.time.is_set


def test_a_floor_that_nobody_stored_is_none():
    for data in (b"", b"never", b"-5", b"9" * 12, b"9" * 40):
        storage = MemoryStorage()
        storage.save(FLOOR, data)
        desk = Desk(storage=storage)
        desk.run(3)
        assert desk.time.is_set, data


def test_no_socket_stays_open_between_questions():
    desk = Desk()
    desk.run(4)
    assert desk.hosts._bound == []
    desk.one.edit = lambda answer: None
    desk.run(DAY // 2, 1000)
    assert desk.hosts._bound == []


def test_without_a_server_it_says_so():
    desk = Desk(())
    desk.run(3)
    assert desk.time.words == "Time: no server set"


def test_dates_and_days_are_each_others_inverse():
    assert days_of(1970, 1, 1) == 0 and days_of(2000, 1, 1) == 10957 and days_of(2100, 3, 1) == 47541
    for days in range(0, 60000, 7):
        year, month, day = date_of(days)
        assert days_of(year, month, day) == days and 1 <= month <= 12 and 1 <= day <= 31
    for year in (2000, 2024, 2026, 2100):
        lengths = [days_of(year + month // 12, month % 12 + 1, 1) - days_of(year, month, 1) for month in range(1, 13)]
        leap = 29 if year in (2000, 2024) else 28
        assert lengths == [31, leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def test_the_calendar_tells_the_day_of_the_week():
    told = []

    class Told:
        def datetime(self, *given):
            told.append(given[0])

    ChipCalendar(Told()).set(days_of(2026, 11, 23) * DAY + 45296, 250)
    assert told == [(2026, 11, 23, 0, 12, 34, 56, 250000)], "a Monday"
