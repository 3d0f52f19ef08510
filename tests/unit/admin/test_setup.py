# SPDX-License-Identifier: MIT
"""A phone that knows nothing yet, as its owner meets it: its screen, its network, its page and its keys."""

from tests.unit.admin import library  # noqa: F401
from boards.drivers import wifi_networks
from sim.new_phone import ADDRESS, NAME, NewPhone, Visitor

RIGS = ("cpython", "unix")          # microdot needs asyncio's modules

GET = b"GET / HTTP/1.1\r\nHost: 192.168.4.1\r\n\r\n"


def opened():
    phone = NewPhone()
    phone.run(1000)
    return phone


def form(page, phone):
    """-> a request with the form filled in. page: bytes, with its token."""
    token = page.split(b'name="setup.token" value="')[1].split(b'"')[0]
    body = b"setup.token=%s&setup.pass=%s&wifi.name=Home&wifi.password=correct+horse" % (
        token, phone.password().encode())
    return (b"POST / HTTP/1.1\r\nHost: 192.168.4.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body))


def test_it_says_how_to_get_there():
    phone = opened()
    assert phone.screen() == [
        "Set up this phone", "With a browser: join", "Wi-Fi " + NAME, "by    " + phone.radio.on_air[1], "then open",
        "http://" + ADDRESS, "", "OK: use the keypad"]
    assert phone.radio.on_air == (NAME, phone.password()) and len(phone.password()) == 12


def test_the_radio_looks_around_once_it_says_so():
    phone = NewPhone()
    assert phone.radio.on_air is None
    assert phone.screen()[2:4] == ["One moment:", "looking for networks"]


def test_a_form_that_is_sent_is_stored_and_the_phone_starts_anew():
    phone = opened()
    visitor = Visitor(phone)
    page = visitor.ask(GET)
    assert page[:15] == b"HTTP/1.0 200 OK"
    assert b"It joins Home" in visitor.ask(form(page, phone))
    assert phone.screen()[0] == "Saved" and phone.restarts == 0, "its last page is still read"
    phone.run(5000)
    assert phone.restarts == 1 and phone.radio.on_air is None
    assert wifi_networks.load(phone.storage) == ((b"Home", b"correct horse"),)


def test_keys_alone_do_it_too_and_close_the_network_meanwhile():
    phone = opened()
    phone.press("O")
    assert phone.radio.on_air is None and phone.screen()[0] == "Wi-Fi network"
    phone.press("2" + "O" + "O")                # Cafe, no account, save
    assert phone.screen()[0] == "Saved"
    phone.run(5000)
    assert phone.restarts == 1 and wifi_networks.load(phone.storage) == ((b"Cafe", b""),)


def test_leaving_the_keys_opens_the_network_again_with_another_password():
    phone = opened()
    before = phone.password()
    phone.press("O" + "B")
    phone.run(1000)
    assert phone.radio.on_air and phone.password() != before


def test_nobody_for_ten_minutes_and_the_network_closes_until_a_key():
    phone = opened()
    phone.run(590000)
    assert phone.radio.on_air
    phone.run(20000)
    assert phone.radio.on_air is None
    assert phone.screen() == [
        "Setup is closed", "", "Nobody used the", "setup for 10 minutes.", "", "", "", "any key: open it"]
    before = Visitor(phone).knock()
    phone.run(500)
    phone.press("5")
    phone.run(1000)
    assert phone.radio.on_air and phone.screen()[0] == "Set up this phone" and before is not None


def test_a_visitor_keeps_it_open_but_noise_does_not():
    phone = opened()
    visitor = Visitor(phone)
    phone.run(500000)
    visitor.ask(GET)
    phone.run(500000)
    assert phone.radio.on_air
    visitor.ask(b"GET / HTTP/1.1\r\nHost: evil\r\n\r\n")
    phone.run(110000)
    assert phone.radio.on_air is None


def test_what_was_typed_is_gone_when_nobody_goes_on():
    phone = opened()
    phone.press("O1")
    phone.press("##12345678")
    phone.run(610000)
    assert phone.screen()[0] == "Setup is closed"
    phone.press("5")
    phone.run(1000)
    phone.press("O")
    assert phone.screen()[0] == "Wi-Fi network"


def test_a_radio_that_does_not_start_leaves_the_keypad():
    phone = NewPhone()
    phone.radio.works = False
    phone.run(1000)
    assert phone.screen()[2] == "Wi-Fi does not start" and phone.screen()[7] == "OK: use the keypad"
    phone.press("O")
    assert phone.screen()[0] == "Wi-Fi network"


def test_the_password_is_on_the_screen_and_nowhere_else():
    phone = opened()
    visitor = Visitor(phone)
    password = phone.password().encode()
    assert password not in visitor.ask(GET)
    assert password not in b"".join(list(phone.storage.values.values()))


def test_two_hundred_requests_of_every_kind_leave_nothing_behind():
    import gc

    if not hasattr(gc, "mem_alloc"):
        return                                  # CPython counts otherwise
    phone = opened()
    visitor = Visitor(phone)

    def round_of_visits():
        visitor.ask(GET)
        visitor.ask(b"\xff" * 4000)
        visitor.ask(b"POST / HTTP/1.1\r\nHost: 192.168.4.1\r\nContent-Length: 3\r\n\r\na=b")
        line = visitor.knock()                  # and says nothing
        phone.run(12000)
        line.close()

    taken = []
    for _ in range(2):
        for _ in range(25):
            round_of_visits()
        gc.collect()
        taken.append(gc.mem_alloc())
    assert taken[1] - taken[0] < 2048, taken
