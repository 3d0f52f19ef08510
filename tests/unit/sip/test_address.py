# SPDX-License-Identifier: MIT
from core.faults import RemoteFault
from sip.address import Address, addresses, quote
from sip.params import has_token, param, split_list


def test_a_name_addr_has_a_name_a_uri_and_parameters():
    address = Address(b"\"Bob \\\"B\\\" \\\\\" <sip:bob@b;transport=tcp>;tag=x1;Q=0.5 ; flag")
    assert address.display == b"Bob \"B\" \\" and address.uri == b"sip:bob@b;transport=tcp"
    assert address.param(b"tag") == b"x1" and address.param(b"q") == b"0.5"
    assert address.param(b"flag") == b"" and address.param(b"none") is None
    assert Address(b"A. G. Bell <sip:bell@b>").display == b"A. G. Bell"
    assert Address(b"caller<sip:c@d>").display == b"caller"


def test_without_brackets_parameters_belong_to_the_header():
    address = Address(b"sip:bob@b;transport=tcp")
    assert address.uri == b"sip:bob@b" and address.param(b"transport") == b"tcp"


def test_lists_are_cut_at_commas_outside_of_quotes_and_brackets():
    found = addresses([b"<sip:a,b@c>;x=\"1,2\" , \"Q, R\" <sip:d>", b"sip:e@f;q=1"])
    assert [address.uri for address in found] == [b"sip:a,b@c", b"sip:d", b"sip:e@f"]
    assert found[1].display == b"Q, R"
    assert addresses([b"*"]) == []


def test_what_is_no_address_is_the_peers_fault():
    for value in (b"", b"Bell, Alexander <sip:a@b>", b"\"open <sip:a@b>", b"< sip:a@b>", b"<sip:a@b",
                  b"sip:a@b?x=y", b"<sip:a@b>;", b"<sip:a@b>;;x", b"nothing", b"<sip:a@b> tail"):
        try:
            Address(value)
            raise AssertionError(value)
        except RemoteFault as fault:
            assert fault.status == 400


def test_display_names_are_quoted():
    assert quote(b"") == b"" and quote(b"Bob \"B\" \\") == b"\"Bob \\\"B\\\" \\\\\" "
    assert Address(quote(b"Bob \"B\" \\") + b"<sip:b>").display == b"Bob \"B\" \\"


def test_list_elements_and_parameters():
    assert split_list(b"") == [] and split_list(b" , a ,, b;x=\",\" ,") == [b"a", b"b;x=\",\""]
    assert split_list(b"<sip:a,b>, \"x\\\",y\" <sip:c>") == [b"<sip:a,b>", b"\"x\\\",y\" <sip:c>"]
    assert param(b";lr;ttl=16 ; name = \"a b\"", b"name") == b"a b"
    assert param(b";lr;ttl=16", b"lr") == b"" and param(b";lr", b"l") is None and param(b"", b"x") is None
    assert has_token([b"Timer", b"replaces"], b"timer") and not has_token([b"timers"], b"timer")
