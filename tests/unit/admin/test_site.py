# SPDX-License-Identifier: MIT
"""The setup page as it answers: the form, what is wrong with it, and what it never says."""

from tests.unit.admin import library  # noqa: F401
from admin.form import SetupForm
from admin.one_time_pass import OneTimePass
from admin.page import escape
from admin.request_head import read_head
from admin.site import Site
from boards.drivers import staged_values, wifi_networks
from core.log import Log
from phone.config import Config
from sim.fakes import MemoryStorage, VirtualClock, seeded_crypto

RIGS = ("cpython", "unix")          # microdot needs asyncio's modules

HOST = "192.168.4.1"


class Desk:
    """A site, and a browser that asks it."""

    def __init__(self):
        self.storage = MemoryStorage()
        self.form = SetupForm(self.storage, lambda storage: Config(storage, Log(4)), wifi_networks, staged_values)
        self.form.seen = [("Home", True), ("<b>'Cafe\"", False)]
        self.pass_ = OneTimePass(seeded_crypto(1, "site").random)
        self.site = Site(self.form, self.pass_, VirtualClock())
        self.site.host = HOST.encode()

    def ask(self, method="GET", path="/", host=HOST, body=b"", kind="application/x-www-form-urlencoded"):
        """-> (status, head, body), the last two str."""
        data = ("%s %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (
            method, path, host, kind, len(body))).encode() + body
        answer, _ = self.site.answer(read_head(data), data)
        head, _, body = answer.decode().partition("\r\n\r\n")
        return int(head.split(" ")[1]), head, body

    def post(self, **fields):
        """-> what the page says then. Fields have _ in the place of the first dot; None leaves one out."""
        sent = {"setup_token": self.pass_.token, "setup_pass": self.pass_.password, "wifi_name": "Home",
                "wifi_password": "correct horse"}
        sent.update(fields)
        body = "&".join(["%s=%s" % (name.replace("_", ".", 1), quoted(sent[name]))
                         for name in sent if sent[name] is not None])
        return self.ask("POST", body=body.encode())[2]


def quoted(text):
    return "".join(["%%%02X" % byte for byte in text.encode()])


def test_the_form_has_a_label_for_each_field_and_nothing_from_elsewhere():
    status, head, page = Desk().ask()
    assert status == 200 and "<title>Set up your phone</title>" in page and '<html lang="en">' in page
    for field in ["wifi.name", "wifi.password", "setup.pass"] + Desk().form.fields():
        assert page.count('<label for="%s">' % field) == 1 and page.count(' id="%s"' % field) == 1, field
    for foreign in ("http://", "https://", "<script", "style=", "onclick"):
        assert foreign not in page.replace("http://www.w3.org", ""), foreign
    assert "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'" in head
    assert "Cache-Control: no-store" in head and "X-Content-Type-Options: nosniff" in head


def test_how_it_looks_comes_from_the_phone():
    status, head, text = Desk().ask(path="/setup.css")
    assert status == 200 and "Content-Type: text/css" in head and "url(" not in text and "@import" not in text


def test_names_of_networks_stand_for_themselves():
    page = Desk().ask()[2]
    assert "&lt;b&gt;&#39;Cafe&quot;" in page and "<b>" not in page
    assert escape("&<>\"'") == "&amp;&lt;&gt;&quot;&#39;"


def test_what_is_right_is_stored_and_told():
    desk = Desk()
    page = desk.post(account_user="1001", account_domain="192.0.2.5", account_password="wönder & co")
    assert "It joins Home" in page and 'role="status"' in page and desk.site.is_stored
    assert Config(desk.storage, Log(4)).get("account.password") == "wönder & co".encode()
    assert wifi_networks.load(desk.storage) == ((b"Home", b"correct horse"),)


def test_a_network_that_is_not_in_the_list_counts_when_it_is_typed():
    desk = Desk()
    assert "It joins Hidden" in desk.post(wifi_name="", wifi_typed=" Hidden ")


def test_an_error_is_at_its_field_and_in_the_summary_and_what_was_typed_stays():
    desk = Desk()
    page = desk.post(account_user="al\"ice", account_display="Alice & co", wifi_password="secret", account_password="hush")
    assert '<p class="error" id="account.user.error">This is no part of an address</p>' in page
    assert '<a href="#account.user">User: This is no part of an address</a>' in page
    assert 'value="Alice &amp; co"' in page and 'value="al&quot;ice"' in page
    assert 'aria-invalid="true" aria-describedby="account.user.hint account.user.error"' in page
    assert '<option value="Home" selected>' in page and "<title>2 to correct: " in page
    assert "secret" not in page and "hush" not in page and desk.pass_.password not in page
    assert desk.storage.values == {}


def test_a_page_of_another_site_cannot_send_the_form():
    desk = Desk()
    for token in ("", "0" * 32, desk.pass_.token[:-1], None):
        assert "out of date" in desk.post(setup_token=token)
    assert desk.storage.values == {}


def test_who_does_not_see_the_screen_cannot_save_and_is_told_nothing_else():
    desk = Desk()
    page = desk.post(setup_pass="aaaaaaaaaaaa", account_user="a b")
    assert "It is not the password that the phone shows" in page and "no part of an address" not in page
    assert desk.storage.values == {}


def test_the_password_may_be_typed_with_large_letters_and_blanks_around():
    desk = Desk()
    assert "It joins Home" in desk.post(setup_pass=" %s " % desk.pass_.password.upper())


def test_five_wrong_passwords_are_enough():
    desk = Desk()
    for _ in range(4):
        desk.post(setup_pass="x")
        assert not desk.pass_.is_spent
    assert "Wrong too often" in desk.post(setup_pass="x") and desk.pass_.is_spent
    assert "Wrong too often" in desk.post(), "the right one is of no use any more"
    assert desk.storage.values == {}


def test_a_name_that_was_made_to_point_here_is_not_ours():
    desk = Desk()
    for host in ("evil.example", "192.168.4.1.evil.example", "192.168.4.2", "", "192.168.4.1@evil"):
        assert desk.ask(host=host)[0] == 403, host
    assert desk.ask(host=HOST + ":80")[0] == 200
    desk.site.host = b""                        # its network is closed
    assert desk.ask(host="")[0] == 403


def test_everything_else_is_404_or_405_with_the_same_care():
    desk = Desk()
    for method, path, status in (
        ("GET", "/x", 404), ("GET", "/setup.css/", 404), ("GET", "//", 404), ("GET", "/../data/settings", 404),
        ("PUT", "/", 405), ("DELETE", "/", 405), ("OPTIONS", "/", 405), ("POST", "/setup.css", 405),
    ):
        found, head, _ = desk.ask(method, path)
        assert found == status and "default-src 'none'" in head, (method, path)
    assert "Allow: GET, HEAD, POST" in desk.ask("PUT")[1]
    assert desk.ask("HEAD")[2] == ""


def test_a_form_that_is_none_is_400_and_leaves_no_trace_on_the_console():
    desk = Desk()
    for body in (b"a=%zz", b"a=%ff", b"%e2%82=1"):
        assert desk.ask("POST", body=body)[0] == 400
    assert desk.ask("POST", body=b"{}", kind="application/json")[0] == 400


def test_a_storage_that_refuses_is_told():
    desk = Desk()
    desk.storage.is_full = True
    assert "could not store this" in desk.post() and not desk.site.is_stored


def test_settings_are_stored_once():
    desk = Desk()
    desk.post()
    assert "stored already" in desk.post(wifi_name="Other")
    assert wifi_networks.load(desk.storage)[0][0] == b"Home"


def test_passwords_are_fair_new_each_time_and_easy_to_type():
    seen = set()
    pass_ = OneTimePass(seeded_crypto(2, "passwords").random)
    for _ in range(100):
        seen.add(pass_.password)
        assert len(pass_.password) == 12 and not [c for c in pass_.password if c not in "abcdefghjkmnpqrstuvwxyz"]
        pass_.renew()
    assert len(seen) == 100
    # A byte that would favour some letters is thrown away, and another one drawn.
    draws = [bytes([255] * 12), bytes([253, 254] * 6), bytes(range(12)), bytes(16)]
    assert OneTimePass(lambda n: draws.pop(0)).password == "abcdefghjkmn"
