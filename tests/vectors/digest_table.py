# SPDX-License-Identifier: MIT
"""The numbers of Digest: RFC 2617 3.5, RFC 7616 3.9, and the project's own table for SIP.

The last were computed by another program. RFC 7616's example of SHA-512-256 was made with SHA-512
cut short, and is wrong; here it stands as it should.
"""

from core.octets import hex_of
from security import digest

NONCE = b"dcd98b7102dd2f0e8b11d0f600bfb0c093"
CNONCE = b"0a4f113b"
COUNT = b"00000001"

BODY = b"".join([line + b"\r\n" for line in (
    b"v=0", b"o=bob 2890844526 2890844526 IN IP4 media.biloxi.com", b"s=-", b"c=IN IP4 media.biloxi.com",
    b"t=0 0", b"m=audio 49170 RTP/AVP 0", b"a=rtpmap:0 PCMU/8000", b"m=video 51372 RTP/AVP 31",
    b"a=rtpmap:31 H261/90000", b"m=video 53000 RTP/AVP 32", b"a=rtpmap:32 MPV/90000",
)])

# INVITE sip:bob@biloxi.com by bob, realm biloxi.com, password zanzibar: algorithm, qop, response.
SIP = (
    (b"MD5", b"", b"bf57e4e0d0bffc0fbaedce64d59add5e"),
    (b"MD5", b"auth", b"89eb0059246c02b2f6ee02c7961d5ea3"),
    (b"MD5-sess", b"auth", b"e4e4ea61d186d07a92c9e1f6919902e9"),
    (b"MD5", b"auth-int", b"bdbeebb2da6adb6bca02599c2239e192"),
    (b"MD5-sess", b"auth-int", b"91984da2d8663716e91554859c22ca70"),
    (b"SHA-256", b"", b"38aad98c50c33abe72c5f88dd17246ffcfa6b1f68852c855719ff0659386c0ca"),
    (b"SHA-256", b"auth", b"b3b5a6c69453abafaab9ae4dccdac90a076b6c80615d5f3498e7433b6e93bf4f"),
    (b"SHA-256-sess", b"auth", b"5da59c9ca40954be9d5063a15a174066c8251be2c10cf47c144c366dc7daf792"),
    (b"SHA-256", b"auth-int", b"c54fb1136ee077c9b9b31e2865b25b1326515c2b0ce1584c40f267672401d647"),
    (b"SHA-512-256", b"auth", b"7f1a09de0f19af0a1eac2b28d33e3f2fb89cca1ad8fb01bba5e1883b288bac14"),
    (b"SHA-512-256", b"auth-int", b"05fec0126aa34195c417d63037f4e226cc15fa737015ae0ce9a6fcf3d2ea4ed7"),
)

# rspauth of the same, qop auth.
PROOFS = {
    b"MD5": b"9175a7857f138ef9768651f475f1d73a",
    b"SHA-256": b"eac28e17b8d5d63e96e148e02f1b50afcf750aeecb3856ac20399028c0ee51e6",
}

# REGISTER sip:example.com by alice, realm example.com, password secret: qop auth, and auth-int without a body.
REGISTER = {
    b"MD5": (b"7fd96a22ed1d64a974701dbd8f92a14e", b"ae127926d370f9fd7a61fbf3f0a66df6"),
    b"SHA-256": (
        b"a55e42ad87e94eb5b9c03f5942cc829f83420868db57acc6f2dfb1f1084ae6cd",
        b"9b84ccb75efe170db2c7beccfb5aa3bce4de3013b1d23ccf00a11ce9c0ca6332"),
    b"SHA-512-256": (b"ba423c8f9ca4dacdea50a9e561267b5d880eb52942e82ea10ab3f9c14bb9cbcd", None),
}

EMPTY = {
    b"MD5": b"d41d8cd98f00b204e9800998ecf8427e",
    b"SHA-256": b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    b"SHA-512-256": b"c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a",
}

# RFC 7616 3.9.1: GET /dir/index.html by Mufasa, realm http-auth@example.org, password "Circle of Life".
RFC_7616 = {
    b"MD5": b"8ca523f5e9506fed4657c9700eebdbec",
    b"SHA-256": b"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
}


def invite(hash_of, algorithm, qop):
    """-> response of a row of SIP."""
    secret = digest.secret_of(hash_of, b"bob", b"biloxi.com", b"zanzibar")
    if digest.is_session(algorithm):
        secret = digest.session_secret(hash_of, secret, NONCE, CNONCE)
    return digest.respond(hash_of, secret, b"INVITE", b"sip:bob@biloxi.com", NONCE, qop, COUNT, CNONCE, BODY)


def check_one_hash(hash_of, name):
    """Every number that this file has for one hash; name: of its algorithm, b"MD5"."""
    assert len(BODY) == 243
    assert hex_of(hash_of(b"")) == EMPTY[name]
    for algorithm, qop, response in SIP:
        if algorithm.partition(b"-sess")[0] == name:
            assert invite(hash_of, algorithm, qop) == response, (algorithm, qop)
    if name in PROOFS:
        secret = digest.secret_of(hash_of, b"bob", b"biloxi.com", b"zanzibar")
        proof = digest.respond(
            hash_of, secret, b"", b"sip:bob@biloxi.com", NONCE, b"auth", COUNT, CNONCE)
        assert proof == PROOFS[name]
    secret = digest.secret_of(hash_of, b"alice", b"example.com", b"secret")
    for qop, response in zip((b"auth", b"auth-int"), REGISTER[name]):
        made = digest.respond(hash_of, secret, b"REGISTER", b"sip:example.com", NONCE, qop, COUNT, CNONCE)
        assert made == response or response is None, qop
    if name in RFC_7616:
        secret = digest.secret_of(hash_of, b"Mufasa", b"http-auth@example.org", b"Circle of Life")
        assert RFC_7616[name] == digest.respond(
            hash_of, secret, b"GET", b"/dir/index.html", b"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            b"auth", COUNT, b"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
