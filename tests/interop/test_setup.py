# SPDX-License-Identifier: MIT
"""A phone as it was bought: boards/desk_s3 under MicroPython opens its setup, and a real browser fills it in.

Of the phone only the chip is not real. What it shows is read off the glass, keys are pressed on its matrix.
"""

import os
import socket
import time

import pytest

from sim.browser import Browser, why_none
from tests.interop.installed import install, unpack
from tests.interop.peers import needs
from tests.interop.phones import RUNTIMES, free_ports, sockets_of
from tests.interop.registrar import DOMAIN, Account, Kamailio
from tests.interop.setup_phone import SetupPhone

pytestmark = list(RUNTIMES[1].marks)
needs_browser = pytest.mark.skipif(bool(why_none()), reason=why_none() or "there is one")

ADDRESS = "127.0.0.61"
SECRETS = ("correct horse", "wonder-a1")


class Desk(SetupPhone):
    """A new phone whose setup is open. password: on its screen."""

    def __init__(self, folder, cable=None):
        self.http = free_ports()
        self.root = folder / "root"
        super().__init__(self.root, ADDRESS, self.http, cable=cable)

    def __enter__(self):
        super().__enter__()
        self.shown = self.rows_with("http://")
        self.password = self.shown[3].split()[-1]
        return self

    @property
    def page(self):
        return "http://%s:%d/" % (ADDRESS, self.http)

    def ask(self, data, limit_s=20):
        """-> all that comes back for these bytes, in one connection."""
        with socket.create_connection((ADDRESS, self.http), limit_s) as line:
            line.sendall(data)
            return heard(line)

    def get(self, path="/", host=ADDRESS, method="GET"):
        return self.ask(b"%s %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (method.encode(), path.encode(), host.encode()))

    def post(self, body, host=ADDRESS):
        return self.ask(
            b"POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (host.encode(), len(body), body))

    def token(self):
        return self.get().split(b'name="setup.token" value="')[1].split(b'"')[0].decode()

    def restarted(self, cable=None):
        """It starts anew by itself. -> the phone that it is then."""
        nvs = self.wait("restart")["nvs"]
        self.process.wait(20)
        return SetupPhone(self.root, ADDRESS, self.http, nvs, "boot", cable)


def heard(line):
    data = b""
    while True:
        try:
            piece = line.recv(65536)
        except ConnectionResetError:
            return data
        if not piece:
            return data
        data += piece


def status_of(answer):
    return int(answer.split(b" ")[1]) if answer else 0


def filled(desk, **fields):
    """-> the form as a browser sends it."""
    words = {"setup.token": desk.token(), "setup.pass": desk.password, "wifi.name": "Home",
             "wifi.password": "correct+horse", **{name.replace("_", ".", 1): fields[name] for name in fields}}
    return "&".join("%s=%s" % pair for pair in words.items()).encode()


def stored_files(desk):
    return {path.name: path.read_bytes() for path in (desk.root / "data").iterdir()}


def test_a_phone_without_settings_opens_its_setup_and_says_how_to_get_there(tmp_path):
    with Desk(tmp_path) as desk:
        assert desk.shown[:3] == ["Set up this phone", "With a browser: join", "Wi-Fi Sinetti-0102"]
        assert desk.shown[5] == "http://" + ADDRESS and len(desk.password) == 12
        assert desk.own() == ["Sinetti-0102", desk.password], "the network on the air has the password on the glass"
        assert status_of(desk.get()) == 200
    assert desk.password not in desk.errors and desk.password not in str(
        [event for event in desk.events if event["event"] != "glass"]), "it is on the glass alone"


@needs_browser
def test_a_browser_sees_what_is_wrong_then_saves_and_the_phone_runs_from_it(tmp_path):
    with Desk(tmp_path) as desk, Browser() as browser:
        page = browser.page
        page.goto(desk.page)
        assert page.title() == "Set up your phone"
        assert page.get_by_label("Network", exact=True).locator("option").all_inner_texts()[1:] == ["Home", "Cafe"]

        # What cannot be right is told at its field, and what was typed stays, but for passwords.
        page.get_by_label("Network", exact=True).select_option("Home")
        page.get_by_label("Password of the network").fill("short")
        page.get_by_label("Your name").fill("Alice <at> \"home\" & away")
        page.get_by_label("User").fill("alice")
        page.get_by_label("Domain").fill("voip.test")
        page.get_by_label("Password of the account").fill(SECRETS[1])
        page.get_by_label("Tones of").select_option("de")
        page.get_by_label("Password on the phone's screen").fill("guessed")
        page.get_by_role("button").click()
        assert "not the password that the phone shows" in page.get_by_role("alert").inner_text()
        page.get_by_label("Password on the phone's screen").fill(desk.password.upper())
        page.get_by_label("Password of the network").fill("short")
        page.get_by_role("button").click()
        key = page.get_by_label("Password of the network")
        assert key.get_attribute("aria-invalid") == "true" and key.input_value() == ""
        assert page.locator("[id='wifi.password.error']").inner_text() == (
            "The password of a Wi-Fi network has 8 to 64 letters")
        assert page.locator("[id='account.registrar.error']").inner_text().startswith("Where is this server?")
        assert page.get_by_label("Your name").input_value() == "Alice <at> \"home\" & away"
        assert page.get_by_label("Domain").input_value() == "voip.test"
        assert page.get_by_label("Tones of").input_value() == "de"
        assert page.get_by_label("Password of the account").input_value() == ""
        assert page.title() == "2 to correct: Set up your phone"
        assert "wifi.networks" not in stored_files(desk) and "settings" not in stored_files(desk)

        # By keyboard alone: from the summary to the field.
        page.get_by_role("alert").get_by_role("link").first.click()
        page.get_by_label("Password of the network").fill(SECRETS[0])
        page.get_by_label("Server").fill("127.0.0.9:5099")
        page.get_by_label("Password of the account").fill(SECRETS[1])
        page.get_by_label("Password on the phone's screen").fill(desk.password)
        page.get_by_role("button").click()
        assert "It joins Home" in page.get_by_role("status").inner_text()
        assert "Saved" in desk.rows()[0]
        assert browser.failed == [] and {url[:len(desk.page)] for url in browser.asked} == {desk.page}, "from nowhere else"

        with desk.restarted() as phone:
            phone.wait("joined")
            rows = phone.rows_with("alice@voip.test")
            seen = phone.story()
    assert rows[0] == "Alice <at> \"home\" & a", "its own name, as far as it fits"
    files = stored_files(desk)
    assert "settings" not in files and "wifi.networks" not in files
    for secret in (*SECRETS, desk.password):
        assert not any(secret.encode() in data for data in files.values()), "no secret in a file"
        assert secret not in seen and secret not in desk.errors


@needs_browser
@needs("kamailio")
def test_a_phone_that_a_browser_set_up_registers_at_a_real_server(tmp_path, capsys):
    with Kamailio(tmp_path / "kamailio") as kamailio, Desk(tmp_path) as desk:
        account = Account(kamailio, "alice")
        with Browser() as browser:
            page = browser.page
            page.goto(desk.page)
            for label, text in (
                ("Or type its name", "Home"), ("Password of the network", SECRETS[0]), ("User", account.user),
                ("Domain", DOMAIN), ("Server", account.proxy), ("Password of the account", account.password),
                ("Password on the phone's screen", desk.password),
            ):
                page.get_by_label(label).fill(text)
            page.keyboard.press("Enter")
            page.get_by_role("status").wait_for()
        with desk.restarted() as phone:
            phone.wait("registered")
            rows = phone.rows_with("Registered")
            assert len(kamailio.bindings()) == 1
    with capsys.disabled():
        print("\na new phone, set up by a browser:\n    " + "\n    ".join(desk.shown + ["-" * 21] + rows))


def test_the_keypad_alone_sets_the_phone_up(tmp_path):
    with Desk(tmp_path) as desk:
        desk.do("type O")
        rows = desk.rows_with("Type its name")
        assert rows[:3] == ["Wi-Fi network", ">Home", " Cafe"]
        assert desk.own() is None, "one way at a time"
        desk.do("type 2")                       # the open one: it has no password
        desk.rows_with("User or number")
        desk.do("type ##1001O")
        desk.rows_with("Domain")
        desk.do("type ##127*")                  # in this mode * is itself; a dot is of mode abc
        desk.do("type B#1##0#1##0#1##9O")
        desk.rows_with("Password")
        desk.do("type ##4711O")
        rows = desk.rows_with("Save this?")
        assert rows[2:4] == ["Wi-Fi Cafe", "1001@127.0.0.9"]
        desk.do("type O")
        with desk.restarted() as phone:
            phone.wait("joined")


def test_a_new_phone_sets_up_from_exactly_the_files_that_were_installed(tmp_path):
    unpack(install(tmp_path), tmp_path / "root")
    with Desk(tmp_path) as desk:
        assert desk.wait("slot")["name"] == "/a"
        assert b"It joins Home" in desk.post(filled(desk))
        with desk.restarted() as phone:
            phone.wait("joined")


def test_a_cable_that_brings_an_address_is_network_enough(tmp_path):
    with SetupPhone(tmp_path / "root", ADDRESS, free_ports(), boots="boot", cable=True) as phone:
        assert phone.count("setup") == 0
        assert phone.rows_with("OK:menu")[0] != "Set up this phone"


def test_a_cable_that_comes_later_makes_it_a_phone_too(tmp_path):
    with Desk(tmp_path, cable=False) as desk:
        desk.do("plug")
        with desk.restarted(cable=True) as phone:
            assert phone.count("setup") == 0


def test_hostile_clients_get_a_short_answer_and_the_phone_serves_the_next_one(tmp_path):
    with Desk(tmp_path) as desk:
        token = desk.token()
        for name, answer, expected in (
            ("another path", desk.get("/admin"), 404), ("a path that climbs", desk.get("/../data/settings"), 404),
            ("another method", desk.get("/", method="DELETE"), 405), ("a tunnel", desk.get("/", method="TRACE"), 405),
            ("another name", desk.get(host="evil.example"), 403), ("a bad host", desk.get(host=ADDRESS + ".evil"), 403),
            ("no host", desk.ask(b"GET / HTTP/1.1\r\n\r\n"), 400), ("noise", desk.ask(os.urandom(2000) + b"\r\n\r\n"), 400),
            ("noise without end", desk.ask(b"\xff" * 9000), 413),
            ("a long head", desk.ask(b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 8000 + b"\r\n\r\n"), 413),
            ("a large form", desk.post(b"a" * 5000), 413), ("a huge one", desk.ask(
                b"POST / HTTP/1.1\r\nHost: %s\r\nContent-Length: 99999999999999\r\n\r\n" % ADDRESS.encode()), 413),
            ("chunks", desk.ask(b"POST / HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n\r\n" % ADDRESS.encode()), 400),
            ("no form", desk.ask(b"POST / HTTP/1.1\r\nHost: %s\r\nContent-Length: 2\r\n\r\n{}" % ADDRESS.encode()), 400),
            ("no text", desk.post(b"setup.token=%zz&setup.pass=%ff%fe"), 400),
        ):
            assert status_of(answer) == expected, name
            assert len(answer) < 600 and b"Traceback" not in answer, name
        assert b"out of date" in desk.post(filled(desk, setup_token="0" * 32)), "a page of another site knows no token"
        assert b"not the password" in desk.post(filled(desk, setup_pass="")), "nor has it seen the screen"
        assert desk.token() == token and desk.post(b"a=" * 4096)[:5] == b"HTTP/", "it is as it was"
        assert stored_files(desk) == {} and status_of(desk.get()) == 200
    assert desk.errors == ""


def test_fifty_half_open_connections_hold_up_nobody_for_long(tmp_path):
    with Desk(tmp_path) as desk:
        lines = []
        for number in range(50):
            line = socket.socket()
            line.setblocking(False)
            line.connect_ex((ADDRESS, desk.http))
            lines.append(line)
            if number % 2:
                try:
                    line.send(b"POST / HTTP/1.1\r\nHost: ")
                except OSError:
                    pass                        # it is still knocking
        began = time.monotonic()
        assert status_of(desk.ask(b"GET / HTTP/1.1\r\nHost: %s\r\n\r\n" % ADDRESS.encode(), 60)) == 200
        assert time.monotonic() - began < 30
        assert sockets_of(desk.process.pid) <= 5, "one that listens, and four guests"
        for line in lines:
            line.close()


def test_five_wrong_passwords_close_the_network_until_somebody_presses_a_key(tmp_path):
    with Desk(tmp_path) as desk:
        for _ in range(4):
            assert b"not the password" in desk.post(filled(desk, setup_pass="aaaaaaaaaaaa"))
        assert b"too often" in desk.post(filled(desk, setup_pass="aaaaaaaaaaaa"))
        assert desk.rows_with("Setup is closed")[2:4] == ["A wrong password was", "typed too often."]
        assert desk.own() is None
        with pytest.raises(ConnectionRefusedError):
            desk.get()
        desk.do("type 5")
        again = desk.rows_with("http://")[3].split()[-1]
        assert again != desk.password and desk.own() == ["Sinetti-0102", again]
