# SPDX-License-Identifier: MIT
"""Messages of RFC 2543 13 and 15, and messages of ours signed and encrypted with published secrets.

The keys of A. Bell and T. A. Watson are made of the Ed25519 secrets of RFC 8032 7.1 tests 1
and 2 and the X25519 secrets of RFC 7748 6.1: for tests only. Signatures and ciphertext were made
and verified with two OpenPGP programs.
"""

SDP = (
    b"v=0\r\no=bell 53655765 2353687637 IN IP4 128.3.4.5\r\nc=IN IP4 135.180.144.94\r\n"
    b"m=audio 3456 RTP/AVP 0 3 4 5\r\n"
)

# RFC 2543 15.1.2 and 15.2: an Authorization and a Response-Key that belong together.
RFC_KEY = (
    b"mQBtAzNWHNYAAAEDAL7QvAdK2utY05wuUG+ItYK5tCF8HNJM60sU4rLaV+eUnkMkmOmJWtc2wXcZx1XaXb2lkydTQOesrUR75IwN"
    b"XBuZXPEIMThEa5WLsT7VLme7njnxsE86SgWmAZx5ookIdQAFEbQxSGVubmluZyBTY2h1bHpyaW5uZSA8c2NodWx6cmlubmVAY3Mu"
    b"Y29sdW1iaWEuZWR1Pg===+y19"
)
RFC_SIGNATURE = (
    b"iQB1AwUBNNJiUaYBnHmiiQh1AQFYsgL/Wt3dk6TWK81/b0gcNDfVAUGU4rhEBW972IPxFSOZ94L1qhCLInTPaqhHFw1cb3lB01rA"
    b"0RhpV4t5yCdUtSRYBSkOK29o5e1KlFeW23EzYPVUm2TlDAhbcjbMdfC+KLFX=aIrx"
)

# RFC 2543 13.2: a request, and beside it (13.1.1) the plaintexts of two that are encrypted.
RFC_SIGNED = (
    b"INVITE sip:watson@boston.bell-telephone.com SIP/2.0\r\nVia: SIP/2.0/UDP 169.130.12.5\r\n"
    b"Authorization: PGP version=5.0, signature=%s\r\n"
    b"From: A. Bell <sip:a.g.bell@bell-telephone.com>\r\nTo: T. A. Watson <sip:watson@bell-telephone.com>\r\n"
    b"Call-ID: 187602141351@worcester.bell-telephone.com\r\nSubject: Mr. Watson, come here.\r\n"
    b"Content-Type: application/sdp\r\nContent-Length: 105\r\n\r\n%s"
) % (RFC_SIGNATURE, SDP)
RFC_PLAINTEXT_A = b"Subject: Mr. Watson, come here.\r\nContent-Type: application/sdp\r\n\r\n" + SDP
RFC_PLAINTEXT_B = b"\r\n" + SDP

# RFC 2543 6.19. Its Content-Length counts something else than what is printed.
RFC_ARMOR = (
    b"hQEMAxkp5GPd+j5xAQf/ZDIfGD/PDOM1wayvwdQAKgGgjmZWe+MTy9NEX8O25Red\r\n"
    b"h0/pyrd/+DV5C2BYs7yzSOSXaj1C/tTK/4do6rtjhP8QA3vbDdVdaFciwEVAcuXs\r\n"
    b"ODxlNAVqyDi1RqFC28BJIvQ5KfEkPuACKTK7WlRSBc7vNPEA3nyqZGBTwhxRSbIR\r\n"
    b"RuFEsHSVojdCam4htcqxGnFwD9sksqs6LIyCFaiTAhWtwcCaN437G7mUYzy2KLcA\r\n"
    b"zPVGq1VQg83b99zPzIxRdlZ+K7+bAnu8Rtu+ohOCMLV3TPXbyp+err1YiThCZHIu\r\n"
    b"X9dOVj3CMjCP66RSHa/ea0wYTRRNYA/G+kdP8DSUcqYAAAE/hZPX6nFIqk7AVnf6\r\n"
    b"IpWHUPTelNUJpzUp5Ou+q/5P7ZAsn+cSAuF2YWtVjCf+SQmBR13p2EYYWHoxlA2/\r\n"
    b"GgKADYe4M3JSwOtqwU8zUJF3FIfk7vsxmSqtUQrRQaiIhqNyG7KxJt4YjWnEjF5E\r\n"
    b"WUIPhvyGFMJaeQXIyGRYZAYvKKklyAJcm29zLACxU5alX4M25lHQd9FR9Zmq6Jed\r\n"
    b"wbWvia6cAIfsvlZ9JGocmQYF7pcuz5pnczqP+/yvRqFJtDGD/v3s++G2R+ViVYJO\r\n"
    b"z/lxGUZaM4IWBCf+4DUjNanZM0oxAE28NjaIZ0rrldDQmO8V9FtPKdHxkqA5iJP+\r\n"
    b"6vGOFti1Ak4kmEz0vM/Nsv7kkubTFhRl05OiJIGr9S1UhenlZv9l6RuXsOY/EwH2\r\n"
    b"z8X9N4MhMyXEVuC9rt8/AUhmVQ==\r\n"
    b"=bOW+\r\n"
)

# A. Bell's certificate. Primary key and subkey were made on 2023-09-12.
ALICE = (
    b"xjMEZQAAABYJKwYBBAHaRw8BAQdA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURrNKUEuIEJlbGwgPHNpcDphLmcuYmVs"
    b"bEBiZWxsLXRlbGVwaG9uZS5jb20+woMEExYIACsWIQSuJM53WoNw2qAz2RDE0La1i1rktwUCZQAAAAIbAwMLCQcDFQgKAh4BAAoJ"
    b"EMTQtrWLWuS3V5oA/1MhYrBYwlqKsopd9mdWKWxVz1V0+SwD6si6J7DuOhIkAQDIKZUTeprS10bx36pAkVZly0W+bQjP7ZKSdPyr"
    b"AiUDDs44BGUAAAASCisGAQQBl1UBBQEBB0CFIPAJiTCnVHSLfdy0PvdaDb86DSY4GvTrpKmOqptOagMBCAnCeAQYFggAIBYhBK4k"
    b"zndag3DaoDPZEMTQtrWLWuS3BQJlAAAAAhsMAAoJEMTQtrWLWuS3i3MBAP2V9LvOu+6l420N5aHdr+tUKoefhjOiatCGVAQZ23Sv"
    b"APoDrsv5eHvHm0AkyxrIVGO+KbOjmWfsYPIsFqNA3lV7AA=="
)
ALICE_FINGERPRINT = b"ae24ce775a8370daa033d910c4d0b6b58b5ae4b7"
BOB_FINGERPRINT = b"5187412313e444b2608add71a32d6235d8cd1b34"

# Her signatures over the block of RFC_SIGNED with the nonce 913082051: types 00 and 01.
SIGNATURE_00 = (
    b"wnUEABYIAB0WIQSuJM53WoNw2qAz2RDE0La1i1rktwUCZQABAAAKCRDE0La1i1rkt2knAP9cxrrjpzdk7uRSr6Sd0cl25EN917p5"
    b"qNvAzn0XaX84DgEA1mz2zkqt1uFdKvWcZjtdxyeQNC6qeSSHDSiFBGDD9Qw==JYIC"
)
SIGNATURE_01 = (
    b"wnUEARYIAB0WIQSuJM53WoNw2qAz2RDE0La1i1rktwUCZQABAAAKCRDE0La1i1rkt4L5AQDpv1idX/aYHiN3HdhdtywKC/8hmqT9"
    b"AQ0okVh5qQov8wD9FrygHezKiOJx/d4+hZEfCClb5R9U+kk570cQlURcZAk==4rZ0"
)

# RFC_PLAINTEXT_A encrypted to T. A. Watson, 319 bytes, as a body of 449.
CIPHERTEXT = (
    b"wV4DToEc/HpVh+8SAQdAHJ/Yj0VgbZMqgMcYJK4VHRXXPnfeOOjgAIUuYU+ucBkw\r\n"
    b"Y9gIML9Qy/HVORY3cWVQCTWrD/canModRHNSPs3EMoyhy2ZsYpv24pCvd2npTUYF\r\n"
    b"0sAcAfKRArUuTJnXofqQYdEjeY+U6lg+t1rGJvhQ1UvBGvy3NhQXUl2DQ56iW9ku\r\n"
    b"Rf6JjqDe5VU2O5bUdREC3Jp76fatPb9fv/Vcn/D2DadnDRTIoGiA8iPMkJAKMpe7\r\n"
    b"xCmW0FfguvG84t0mPwHbDvUzy1oJmlDUfNXyK0apPlpLFe6NZTmxZN2Gpv0bbEwX\r\n"
    b"H/6ktGOpJJM04i8w0PjajvIDA2rGsdE/rxKKB8QvxHhSLYV+sgvqRiS3RJUXAaz/\r\n"
    b"EppTd8gPKXMYPBZElAveFbeS46nLs0b3WoJzCjD8YQ==\r\n"
    b"=OKVR\r\n"
)
SIGNATURE = (
    b"wnUEABYIAB0WIQSuJM53WoNw2qAz2RDE0La1i1rktwUCZQABAAAKCRDE0La1i1rkt9dXAPwOygy+DB0Egah13XE51+/2lQsfnY7l"
    b"BJyH8E+LmafVbwD9HdCs+yEL8/kSWE3gFG0aA/Pq7qARb8URdxBjes5tlgY==zt6S"
)
# A whole request, encrypted, then signed: 1177 bytes.
SEALED = (
    b"INVITE sip:watson@boston.bell-telephone.com SIP/2.0\r\n"
    b"Via: SIP/2.0/TCP 192.0.2.5:5060;branch=z9hG4bK74bf9\r\nMax-Forwards: 70\r\n"
    b'Authorization: pgp version="5.0",realm="boston.bell-telephone.com",nonce="913082051",signature="%s"\r\n'
    b"Contact: <sip:a.g.bell@192.0.2.5:5060;transport=tcp>\r\n"
    b"From: A. Bell <sip:a.g.bell@bell-telephone.com>;tag=a48s\r\n"
    b"To: T. A. Watson <sip:watson@bell-telephone.com>\r\n"
    b"Call-ID: 187602141351@worcester.bell-telephone.com\r\nCSeq: 489 INVITE\r\n"
    b'Date: Tue, 12 Sep 2023 06:11:12 GMT\r\nEncryption: pgp version="5.0",encoding="ascii"\r\n'
    b"Content-Length: 449\r\n\r\n%s"
) % (SIGNATURE, CIPHERTEXT)

# T. A. Watson's signature over a response (the request's nonce: 5f0c9a).
RESPONSE_SIGNATURE = (
    b"wnUEABYIAB0WIQRRh0EjE+REsmCK3XGjLWI12M0bNAUCZQABAQAKCRCjLWI12M0bNFiyAQDCxDAsq2yrPAwUOOqUFtLHSTZ0H6K3"
    b"nV6xGHXEiDwZjwEA4MYLUH7NwumLNAFV1zyBi23enDJDBOATYXmKXbzGowk==8knV"
)
RESPONSE = (
    b"SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP 192.0.2.5:5060;branch=z9hG4bK74bf9\r\n"
    b'Authorization: pgp version="5.0",realm="bell-telephone.com",nonce="5f0c9a",signature="%s"\r\n'
    b"From: A. Bell <sip:a.g.bell@bell-telephone.com>;tag=a48s\r\n"
    b"To: T. A. Watson <sip:watson@bell-telephone.com>;tag=37462311\r\n"
    b"Call-ID: 187602141351@worcester.bell-telephone.com\r\nCSeq: 489 INVITE\r\nContent-Length: 0\r\n\r\n"
) % RESPONSE_SIGNATURE
