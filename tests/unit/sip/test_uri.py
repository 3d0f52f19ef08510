# SPDX-License-Identifier: MIT
"""RFC 3261 19.1, its own examples among them."""

from sip.uri import Uri, is_numeric, unescape


def test_each_part_of_a_uri_is_read():
    uri = Uri.parse(b"SIPS:alice:secret@atlanta.com:5071;transport=tcp;lr?subject=x&priority=urgent")
    assert (uri.scheme, uri.user, uri.host, uri.port) == (b"sips", b"alice:secret", b"atlanta.com", 5071)
    assert uri.param(b"transport") == b"tcp" and uri.param(b"lr") == b"" and uri.param(b"x") is None
    assert uri.headers == b"subject=x&priority=urgent"
    assert Uri.parse(b"sip:atlanta.com").user == b"" and Uri.parse(b"sip:atlanta.com").port == 0
    assert Uri.parse(b"sip:[2001:db8::1]:5080").port == 5080
    assert Uri.parse(b"tel:+358-555").host == b"+358-555"


def test_odd_users_are_users():
    uri = Uri.parse(b"sip:user;par=u%40example.net@example.com")
    assert uri.user == b"user;par=u%40example.net" and uri.host == b"example.com" and uri.params == b""
    uri = Uri.parse(b"sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1@example.com")
    assert uri.host == b"example.com" and uri.headers == b""


def test_what_is_no_uri_is_none():
    for text in (b"", b"sip", b":x", b"sip:", b"sip:@host", b"sip:a@b@c", b"sip:a@", b"sip:h:99999",
                 b"sip:h:x", b"sip:;lr"):
        assert Uri.parse(text) is None, text


def test_a_uri_is_written_as_it_was_read():
    for text in (b"sip:alice@atlanta.com:5071;transport=tcp;lr?subject=x", b"sip:[::1]:5080", b"tel:+1"):
        assert Uri.parse(text).write() == text


def test_a_request_uri_has_no_headers_and_no_method():
    uri = Uri.parse(b"sip:bob@b.com;method=REGISTER;transport=tcp?Route=%3Csip:evil%3E")
    assert uri.write_target() == b"sip:bob@b.com;transport=tcp"


def equal(one, other):
    first = Uri.parse(one).matches(Uri.parse(other))
    assert first == Uri.parse(other).matches(Uri.parse(one))
    return first


def test_the_equal_pairs_of_the_rfc_are_equal():
    assert equal(b"sip:%61lice@atlanta.com;transport=TCP", b"sip:alice@AtLanTa.CoM;Transport=tcp")
    assert equal(b"sip:carol@chicago.com", b"sip:carol@chicago.com;newparam=5")
    assert equal(b"sip:carol@chicago.com", b"sip:carol@chicago.com;security=on")
    assert equal(b"sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                 b"sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com")
    assert equal(b"sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                 b"sip:alice@atlanta.com?priority=urgent&subject=project%20x")


def test_the_unequal_pairs_of_the_rfc_are_unequal():
    assert not equal(b"SIP:ALICE@AtLanTa.CoM;Transport=udp", b"sip:alice@AtLanTa.CoM;Transport=UDP")
    assert not equal(b"sip:bob@biloxi.com", b"sip:bob@biloxi.com:5060")
    assert not equal(b"sip:bob@biloxi.com", b"sip:bob@biloxi.com;transport=udp")
    assert not equal(b"sip:bob@biloxi.com", b"sip:bob@biloxi.com:6000;transport=tcp")
    assert not equal(b"sip:carol@chicago.com", b"sip:carol@chicago.com?Subject=next%20meeting")
    assert not equal(b"sip:bob@phone21.boxesbybob.com", b"sip:bob@192.0.2.4")
    assert not equal(b"sip:carol@chicago.com;security=on", b"sip:carol@chicago.com;security=off")
    assert not equal(b"sip:a@b", b"sips:a@b")


def test_escapes_are_undone_once():
    assert unescape(b"value%25%34%31") == b"value%41"
    assert unescape(b"null-%00-null") == b"null-\x00-null"
    assert unescape(b"%4") == b"%4" and unescape(b"%Z%45") == b"%ZE" and unescape(b"a%") == b"a%"


def test_only_dotted_quads_are_addresses():
    assert is_numeric(b"192.0.2.1") and is_numeric(b"0.0.0.0")
    for host in (b"", b"1.2.3", b"1.2.3.4.5", b"256.1.1.1", b"a.b.c.d", b"1.2.3.0004", b"1..2.3", b"-1.1.1.1"):
        assert not is_numeric(host), host
