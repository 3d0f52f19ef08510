# SPDX-License-Identifier: MIT
"""The registrar and its location table. RFC 3261 10.3."""

from core.clock import ticks_add
from core.faults import RemoteFault
from sim.server.answers import MIN_EXPIRES, PROXY_REQUIRE
from sim.server.domain import Domain
from sim.server.location import Location
from sim.server.registrar import Registrar, permanent
from sip.grammar import CONTACT, UNSUPPORTED
from sip.parser import parse
from sip.uri import Uri

START = 0x3FFFFFFF - 5000           # five seconds before the ticks wrap


class Desk:
    """A registrar, and a clock of its own."""

    def __init__(self, authenticator=None):
        self.location = Location()
        self.now = START
        self._registrar = Registrar(Domain(b"voip.test", b"10.0.0.9", 5060), self.location, authenticator)

    def register(self, *lines, cseq=1, call_id=b"1", to=b"<sip:bob@voip.test>"):
        """-> (status, list of the Contacts of the answer or its headers)."""
        head = (b"REGISTER sip:voip.test SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\r\n"
                b"From: <sip:bob@voip.test>;tag=1\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d REGISTER\r\n" % (
                    to, call_id, cseq))
        try:
            request = parse(head + b"".join([line + b"\r\n" for line in lines]) + b"\r\n")
        except RemoteFault as fault:        # what no server lets in
            return fault.status, []
        status, headers = self._registrar.receive(request, self.now)
        if status == 200:
            assert [header for header, _ in headers if header != CONTACT] == []
            return status, [value for _, value in headers]
        return status, list(headers)

    def wait(self, seconds):
        self.now = ticks_add(self.now, seconds * 1000)


def test_a_binding_is_granted_told_and_expires():
    desk = Desk()
    assert desk.register(b"Contact: <sip:bob@10.0.0.2>", b"Expires: 60") == (
        200, [b"<sip:bob@10.0.0.2>;expires=60"])
    desk.wait(20)
    assert desk.register(cseq=2) == (200, [b"<sip:bob@10.0.0.2>;expires=40"])
    desk.wait(40)
    assert desk.register(cseq=3) == (200, [])
    assert desk.location.knows(b"bob") and not desk.location.knows(b"eve")
    desk.location.purge(desk.now)
    assert desk.location.live() == 0


def test_the_parameter_counts_more_than_the_header_and_the_default_last():
    desk = Desk()
    assert desk.register(
        b"Expires: 500", b"Contact: <sip:a@10.0.0.2>;expires=100, <sip:b@10.0.0.2>", b"m: sip:c@10.0.0.2;expires=20"
    )[1] == [b"<sip:a@10.0.0.2>;expires=100", b"<sip:b@10.0.0.2>;expires=500", b"<sip:c@10.0.0.2>;expires=20"]
    assert Desk().register(b"Contact: <sip:a@10.0.0.2>")[1] == [b"<sip:a@10.0.0.2>;expires=3600"]
    assert Desk().register(b"Contact: <sip:a@10.0.0.2>;expires=soon")[1] == [b"<sip:a@10.0.0.2>;expires=3600"]
    assert Desk().register(b"Contact: <sip:a@10.0.0.2>;expires=99999")[1] == [b"<sip:a@10.0.0.2>;expires=7200"]


def test_too_short_is_423_and_changes_nothing():
    desk = Desk()
    assert desk.register(b"Contact: <sip:a@10.0.0.2>, <sip:b@10.0.0.2>;expires=5") == (423, [(MIN_EXPIRES, b"10")])
    assert desk.register(cseq=2) == (200, [])


def test_a_refresh_is_by_equality_of_uris_and_keeps_its_parameters():
    desk = Desk()
    desk.register(b"Contact: <sip:bob@10.0.0.2;transport=tcp>;q=0.5;expires=60;+sip.instance=\"<urn:uuid:1;expires=2>\"")
    assert desk.register(b"Contact: <sip:%62ob@10.0.0.2;transport=TCP>;q=0.5;expires=90", cseq=2)[1] == [
        b"<sip:%62ob@10.0.0.2;transport=TCP>;q=0.5;expires=90"]
    assert desk.register(b"Contact: <sip:bob@10.0.0.2>;+sip.instance=\"<urn:uuid:1;expires=2>\"", cseq=3)[1][1] == (
        b"<sip:bob@10.0.0.2>;+sip.instance=\"<urn:uuid:1;expires=2>\";expires=3600")


def test_order_is_by_cseq_within_a_call_id():
    desk = Desk()
    desk.register(b"Contact: <sip:bob@10.0.0.2>;expires=60", cseq=5)
    assert desk.register(b"Contact: <sip:bob@10.0.0.2>;expires=0", cseq=4) == (500, [])
    assert desk.register(b"Contact: *", b"Expires: 0", cseq=4) == (500, [])
    # A repetition gets what the first one got.
    assert desk.register(b"Contact: <sip:bob@10.0.0.2>;expires=60", cseq=5) == (
        200, [b"<sip:bob@10.0.0.2>;expires=60"])
    # After a restart of the phone the numbers begin anew, under another Call-ID.
    assert desk.register(b"Contact: <sip:bob@10.0.0.2>;expires=90", cseq=1, call_id=b"2")[0] == 200


def test_bindings_are_removed_one_by_one_or_all_by_the_star():
    desk = Desk()
    desk.register(b"Contact: <sip:a@10.0.0.2>, <sip:b@10.0.0.2>, <sip:c@10.0.0.2>")
    assert len(desk.register(b"Contact: <sip:b@10.0.0.2>;expires=0, <sip:b@10.0.0.2>;expires=0", cseq=2)[1]) == 2
    assert desk.register(b"Contact: *", cseq=3) == (400, [])
    assert desk.register(b"Contact: *", b"Expires: 10", cseq=3) == (400, [])
    assert desk.register(b"Contact: *, <sip:a@10.0.0.2>", b"Expires: 0", cseq=3)[0] == 400
    assert desk.register(b"Contact: *", b"Expires: 0", cseq=3) == (200, [])
    assert desk.register(b"Contact: *", b"Expires: 0", cseq=3) == (200, [])


def test_who_is_not_of_this_domain_is_not_found():
    desk = Desk()
    for to in (b"<sip:bob@other.test>", b"<sip:voip.test>", b"<tel:123>"):
        assert desk.register(b"Contact: <sip:bob@10.0.0.2>", to=to) == (404, [])
    assert desk.register(b"Contact: <sip:bob@10.0.0.2>", to=b"<sip:>")[0] == 400
    assert desk.register(b"Contact: <sip:b%6Fb@10.0.0.2>", to=b"<sip:%62ob@VOIP.test>")[0] == 200
    assert desk.location.knows(b"bob")


def test_what_a_registrar_cannot_do_is_named():
    assert Desk().register(b"Require: path, outbound") == (420, [(UNSUPPORTED, b"path, outbound")])


def test_the_tables_end_somewhere():
    desk = Desk()
    for at in range(8):
        assert desk.register(b"Contact: <sip:%d@10.0.0.2>" % at, cseq=at + 1)[0] == 200
    assert desk.register(b"Contact: <sip:8@10.0.0.2>", cseq=9)[0] == 503
    assert desk.register(b"Contact: <sip:7@10.0.0.2>;expires=60", cseq=9)[0] == 200
    for at in range(400):
        desk.register(b"Contact: <sip:a@10.0.0.3>;expires=60", to=b"<sip:u%d@voip.test>" % at)
    assert desk.location.live() == 8 + 255
    desk.wait(61)
    desk.location.purge(desk.now)
    assert desk.register(b"Contact: <sip:a@10.0.0.3>", to=b"<sip:late@voip.test>")[0] == 200
    assert desk.register(b"Contact: <sip:%s@10.0.0.3>" % (b"a" * 300), to=b"<sip:late@voip.test>", cseq=2)[0] == 400


def test_an_authenticator_has_two_outcomes():
    asked = []

    def authenticator(request, user):
        asked.append(user)
        return () if request.cseq > 1 else ((44, b"Digest ..."),)

    desk = Desk(authenticator)
    assert desk.register(b"Contact: <sip:bob@10.0.0.2>") == (401, [(44, b"Digest ...")])
    assert desk.register(b"Contact: <sip:bob@10.0.0.2>", cseq=2)[0] == 200
    assert asked == [b"bob", b"bob"]


def test_the_best_binding_is_the_latest_of_the_highest_q():
    desk = Desk()
    desk.register(b"Contact: <sip:a@10.0.0.2>;q=0.3, <sip:b@10.0.0.2>;q=0.75, <sip:c@10.0.0.2>;q=.75, <sip:d@10.0.0.2>;q=0")

    def best(may_reach):
        return desk.location.best(b"bob", desk.now, may_reach).contact

    assert best(lambda uri: True) == b"sip:c@10.0.0.2"
    assert best(lambda uri: uri.user in (b"a", b"d")) == b"sip:a@10.0.0.2"
    assert desk.location.best(b"bob", desk.now, lambda uri: False) is None
    assert desk.location.is_bound(Uri.parse(b"sip:d@10.0.0.2"), desk.now)


def test_a_permanent_binding_outlives_every_purge():
    desk = Desk()
    desk.location.add(b"carol", permanent(b"sip:carol@10.0.0.3"))
    desk.wait(100000)
    desk.location.purge(desk.now)
    assert desk.register(to=b"<sip:carol@voip.test>") == (200, [b"<sip:carol@10.0.0.3>;expires=3600"])


def test_the_header_ids_are_those_of_the_table():
    for name, wanted in ((b"Min-Expires", MIN_EXPIRES), (b"Proxy-Require", PROXY_REQUIRE)):
        request = parse(b"OPTIONS sip:a SIP/2.0\r\n%s: 1\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a>;tag=1\r\n"
                        b"To: <sip:a>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n" % name)
        assert request.header_id(0) == wanted
