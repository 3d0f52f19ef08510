# SPDX-License-Identifier: MIT
"""What servers are told when they ask for the password: RFC 3261 22, RFC 7616, RFC 8760, with SHA-256."""

from core.octets import hex_of
from core.route import TCP, TLS, UDP
from security import digest, verdict
from security.auth_params import TOKEN68, read_schemes
from security.credentials import Credentials
from sip.grammar import ACK, AUTHORIZATION, CANCEL, INVITE, PROXY_AUTHORIZATION, REGISTER
from tests.unit.security.digest_fakes import Crypto, Login

SERVER = (UDP, b"10.0.0.9", 5060)
URI = b"sip:example.com"
SHA = b'Digest realm="example.com",nonce="n1",algorithm=SHA-256,qop="auth"'
MD5 = b'Digest realm="example.com",nonce="m1",algorithm=MD5,qop="auth"'
SHA_512 = b'Digest realm="example.com",nonce="h1",algorithm=SHA-512-256,qop="auth"'


class Client:
    """Credentials, and what a test does with them."""

    def __init__(self, **login):
        self.login = Login()
        for name in login:
            setattr(self.login, name, login[name])
        self.crypto = Crypto()
        self.credentials = Credentials(self.login, self.crypto)
        self.chain = []

    def asked(self, *values, is_proxy=False, method=REGISTER, route=SERVER):
        return self.credentials.receive_challenge(list(values), is_proxy, method, route, self.chain)

    def answers(self, method=REGISTER, uri=URI, body=b"", route=SERVER):
        return self.credentials.authorization(method, uri, body, route)

    def answer(self, *arguments, **more):
        """-> params of the only answer."""
        (_, value), = self.answers(*arguments, **more)
        (scheme, params), = read_schemes(value)
        assert scheme == b"digest"
        return params

    def expected(self, params, name=b"REGISTER", body=b"", secret=None):
        """-> response that fits the params of an answer."""
        hash_of = self.crypto.sha256
        if secret is None:
            secret = digest.secret_of(hash_of, self.login.user, params[b"realm"], self.login.password)
        return digest.respond(
            hash_of, secret, name, params[b"uri"], params[b"nonce"], params.get(b"qop", b""),
            params.get(b"nc", b""), params.get(b"cnonce", b""), body)


def test_a_challenge_is_answered_in_the_form_of_rfc_8760():
    client = Client()
    assert client.asked(SHA.replace(b"qop", b'opaque="o\\"p",qop')) == verdict.DONE
    (header_id, value), = client.answers()
    assert header_id == AUTHORIZATION
    params = client.answer()
    assert value.startswith(b'Digest username="alice",realm="example.com",nonce="n1",uri="sip:example.com",response="')
    assert b",algorithm=SHA-256," in value and value.endswith(b"qop=auth,nc=00000001")
    assert params[b"opaque"] == b'o\\"p' and len(params[b"cnonce"]) == 16
    assert params[b"response"] == client.expected(params)


def test_each_use_of_a_nonce_is_counted():
    client = Client()
    client.asked(SHA)
    counts = [client.answer()[b"nc"] for _ in range(17)]
    assert counts[0] == b"00000001" and counts[9] == b"0000000a" and counts[16] == b"00000011"


def test_before_any_challenge_nothing_is_sent():
    assert Client().answers() == []


def test_without_qop_it_is_the_digest_of_rfc_2543():
    client = Client()
    assert client.asked(b'Digest realm="example.com",nonce="n1",algorithm=SHA-256') == verdict.DONE
    params = client.answer()
    assert b"qop" not in params and b"nc" not in params and b"cnonce" not in params
    assert params[b"response"] == client.expected(params)


def test_auth_int_is_taken_where_it_is_offered_and_binds_the_body():
    client = Client()
    client.asked(SHA.replace(b'"auth"', b'"auth, auth-int"'), method=INVITE)
    params = client.answer(INVITE, b"sip:bob@example.com", b"v=0\r\n")
    assert params[b"qop"] == b"auth-int"
    assert params[b"response"] == client.expected(params, b"INVITE", b"v=0\r\n")


def test_a_session_keeps_its_cnonce_for_as_long_as_its_nonce():
    client = Client()
    client.asked(SHA.replace(b"SHA-256", b"SHA-256-sess"))
    first, second = client.answer(), client.answer()
    assert first[b"algorithm"] == b"SHA-256-sess" and first[b"cnonce"] == second[b"cnonce"]
    secret = digest.secret_of(client.crypto.sha256, b"alice", b"example.com", b"secret")
    secret = digest.session_secret(client.crypto.sha256, secret, b"n1", first[b"cnonce"])
    assert second[b"response"] == client.expected(second, secret=secret)


def test_a_user_is_hidden_when_the_server_asks_for_that():
    client = Client()
    client.asked(SHA + b",userhash=true")
    params = client.answer()
    assert params[b"userhash"] == b"true"
    assert params[b"username"] == hex_of(client.crypto.sha256(b"alice:example.com"))
    assert params[b"response"] == client.expected(params)


def test_a_user_with_a_quote_is_escaped():
    client = Client(user=b'a"l\\ice')
    client.asked(SHA)
    assert client.answer()[b"username"] == b'a\\"l\\\\ice'


# Which challenge


def test_the_topmost_that_we_compute_is_taken_and_sha_before_md5():
    for values in ((SHA, MD5), (MD5, SHA), (SHA_512, SHA, MD5), (SHA + b", " + MD5,), (b'pgp realm="x"', SHA)):
        client = Client()
        assert client.asked(*values) == verdict.DONE
        assert client.answer()[b"algorithm"] == b"SHA-256", values
    client = Client()
    client.asked(SHA.replace(b"SHA-256", b"SHA-256-sess"), SHA)
    assert client.answer()[b"algorithm"] == b"SHA-256-sess"


def test_a_realm_that_has_offered_sha_is_never_answered_with_md5_again():
    client = Client()
    client.asked(SHA, MD5)
    client.chain = []
    assert client.asked(MD5) == verdict.POLICY
    client.credentials.wipe()
    client.chain = []
    assert client.asked(MD5) == verdict.POLICY
    assert client.asked(MD5.replace(b",algorithm=MD5", b"")) == verdict.POLICY
    assert client.asked(MD5.replace(b"example.com", b"other.example")) == verdict.DONE


def test_sha_512_is_known_but_never_chosen_and_raises_the_floor():
    client = Client()
    assert client.asked(SHA_512) == verdict.UNSUPPORTED
    assert client.asked(SHA_512, MD5) == verdict.POLICY
    assert client.answers() == []


def test_md5_is_refused_where_the_account_says_so():
    assert Client(allows_md5=False).asked(MD5) == verdict.POLICY
    assert Client(allows_md5=False).asked(MD5, SHA) == verdict.DONE


def test_what_cannot_be_answered_says_why():
    for value, code in (
        (b'Digest realm="x', verdict.MALFORMED),
        (b'Digest nonce="n",algorithm=SHA-256', verdict.MALFORMED),
        (b'Digest realm="example.com",algorithm=SHA-256', verdict.MALFORMED),
        (b'Digest realm="x",nonce="n",algorithm=SHA3', verdict.UNSUPPORTED),
        (b'Digest realm="x",nonce="n",algorithm=SHA-256,qop="auth-conf"', verdict.UNSUPPORTED),
        (b'Bearer realm="x"', verdict.UNSUPPORTED),
        (b'Basic realm="x"', verdict.POLICY),
    ):
        client = Client()
        assert client.asked(value) == code, value
        assert client.answers() == []
    assert Client().asked() == verdict.NOTHING
    assert Client(password=b"").asked(SHA) == verdict.UNKNOWN_KEY
    assert Client().asked(SHA, method=ACK) == verdict.NOTHING
    assert Client().asked(SHA, method=CANCEL) == verdict.NOTHING


def test_one_bad_header_does_not_hide_a_good_one():
    assert Client().asked(b'Digest realm="x', SHA) == verdict.DONE


def test_basic_is_answered_over_tls_only_when_the_account_says_so():
    basic = b'Basic realm="old.example"'
    sealed = (TLS, b"10.0.0.9", 5061)
    assert Client(allows_basic=True).asked(basic) == verdict.POLICY
    assert Client().asked(basic, route=sealed) == verdict.POLICY
    client = Client(allows_basic=True)
    assert client.asked(basic, route=sealed) == verdict.DONE
    assert client.answers(route=SERVER) == []
    (_, value), = client.answers(route=sealed)
    assert read_schemes(value) == [(b"basic", {TOKEN68: b"YWxpY2U6c2VjcmV0"})]
    assert client.asked(SHA, basic, route=sealed) == verdict.DONE


# How often, and whom


def test_a_second_challenge_is_a_wrong_password_unless_it_is_stale():
    client = Client()
    assert client.asked(SHA) == verdict.DONE
    client.answers()
    assert client.asked(SHA.replace(b"n1", b"n2")) == verdict.BAD_SIGNATURE
    assert client.answers() == []                       # and the bad answer is not kept
    client = Client()
    assert client.asked(SHA) == verdict.DONE
    assert client.asked(SHA.replace(b"n1", b"n2") + b",stale=TRUE") == verdict.DONE
    assert client.answer()[b"nonce"] == b"n2" and client.answer()[b"nc"] == b"00000002"
    assert client.asked(SHA.replace(b"n1", b"n3") + b",stale=true") == verdict.STALE


def test_a_nonce_sent_unasked_and_refused_is_no_wrong_password():
    client = Client()
    client.asked(SHA)
    client.answers()
    client.chain = []                                   # the next request, with credentials unasked
    client.answers()
    assert client.asked(SHA.replace(b"n1", b"n2")) == verdict.DONE
    assert client.asked(SHA.replace(b"n1", b"n3")) == verdict.BAD_SIGNATURE


def test_a_proxy_and_the_registrar_behind_it_each_get_their_answer():
    client = Client()
    assert client.asked(SHA.replace(b"example.com", b"proxy.example"), is_proxy=True) == verdict.DONE
    assert client.asked(SHA) == verdict.DONE
    found = client.answers()
    assert [header_id for header_id, _ in found] == [PROXY_AUTHORIZATION, AUTHORIZATION]
    assert b"proxy.example" in found[0][1] and b'"example.com"' in found[1][1]


def test_realms_without_end_end_the_chain():
    client = Client()
    codes = [client.asked(SHA.replace(b"example.com", b"r%d" % at)) for at in range(6)]
    assert codes == [verdict.DONE] * 4 + [verdict.NO_RESOURCE] * 2
    assert len(client.answers()) == 4


def test_only_a_server_of_the_account_gets_an_answer():
    client = Client()
    stranger = (UDP, b"192.0.2.66", 5060)
    assert client.asked(SHA, route=stranger) == verdict.POLICY
    assert client.asked(SHA) == verdict.DONE
    assert client.answers(route=stranger) == []
    assert client.answers(route=(UDP, b"10.0.0.9", 5070)) == []     # another one there
    assert client.answers(route=(TLS, b"10.0.0.9", 5060)) == []
    assert len(client.answers(route=(TCP, b"10.0.0.9", 5060))) == 1     # a long INVITE, RFC 3261 18.1.1
    assert client.answers(CANCEL) == []


def test_what_a_registrar_has_asked_for_is_not_shown_to_whoever_is_called():
    client = Client()
    client.asked(SHA)
    assert client.answers(INVITE) == [] and len(client.answers(REGISTER)) == 1
    client.chain = []
    assert client.asked(SHA.replace(b"n1", b"n2"), method=INVITE) == verdict.DONE     # a PBX that asks callers, too
    assert client.answer(INVITE)[b"nonce"] == b"n2" and client.answer(REGISTER)[b"nonce"] == b"n1"


# Authentication-Info


def informed(client, params, **changes):
    """-> verdict on an Authentication-Info with the right proof, but for what is changed."""
    hash_of = client.crypto.sha256
    secret = digest.secret_of(hash_of, b"alice", b"example.com", changes.pop("password", b"secret"))
    proof = digest.respond(
        hash_of, secret, b"", URI, params[b"nonce"], b"auth", params[b"nc"], params[b"cnonce"])
    value = b'rspauth="%s",qop=auth,cnonce="%s",nc=%s' % (proof, params[b"cnonce"], params[b"nc"])
    return client.credentials.receive_info(value + changes.pop("more", b""), URI, b"", SERVER)


def test_a_server_that_knows_the_password_proves_it_and_may_give_the_next_nonce():
    client = Client()
    client.asked(SHA)
    params = client.answer()
    assert informed(client, params) == verdict.DONE
    assert informed(client, params) == verdict.NOTHING              # a proof once given proves nothing new
    params = client.answer()
    assert informed(client, params, more=b',nextnonce="n9"') == verdict.DONE
    after = client.answer()
    assert after[b"nonce"] == b"n9" and after[b"nc"] == b"00000001" and after[b"cnonce"] != params[b"cnonce"]


def test_a_server_with_a_wrong_proof_is_found_out_and_its_next_nonce_left():
    client = Client()
    client.asked(SHA)
    params = client.answer()
    assert informed(client, params, password=b"guess", more=b',nextnonce="evil"') == verdict.BAD_SIGNATURE
    ahead = dict(params)
    ahead[b"nc"] = b"00000009"
    assert informed(client, ahead) == verdict.BAD_SIGNATURE
    assert client.answer()[b"nonce"] == b"n1"
    assert client.credentials.receive_info(b'nextnonce="n', URI, b"", SERVER) == verdict.MALFORMED
    assert client.credentials.receive_info(b'nextnonce="n5"', URI, b"", SERVER) == verdict.NOTHING
    assert client.answer()[b"nonce"] == b"n5"


# Secrets


def test_no_password_and_no_ha1_is_kept_or_shown():
    client = Client(password=b"hunter2")
    client.asked(SHA)
    client.answers()
    secret = digest.secret_of(client.crypto.sha256, b"alice", b"example.com", b"hunter2")
    held = [client.credentials]
    for thing in held:
        for name in dir(thing):
            value = getattr(thing, name)
            if name.startswith("__") or callable(value) or value is client.login:
                continue
            text = repr(value)
            assert "hunter2" not in text and secret.decode() not in text, name
            if isinstance(value, list):
                held.extend([entry for entry in value if hasattr(entry, "nonce")])
    assert len(held) == 2


def test_after_a_wipe_nothing_is_known():
    client = Client()
    client.asked(SHA)
    client.credentials.wipe()
    assert client.answers() == []


def test_a_changed_password_counts_at_once():
    client = Client()
    client.asked(SHA)
    client.login.password = b"another"
    params = client.answer()
    assert params[b"response"] == client.expected(params)
