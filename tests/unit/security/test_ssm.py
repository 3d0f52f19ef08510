# SPDX-License-Identifier: MIT
"""Ssm: the keys of a call, new ones in its middle, none at all; and the patent's two functions."""

from security.clear_ssm import ClearSsm
from security.media_keys import REQUIRE, MediaKeys
from security.ssm import ClosedSsm, Ssm, ssm_decrypt, ssm_encrypt
from security.suite import AES_256_CM_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32, AES_CM_128_HMAC_SHA1_80
from sim.fakes import seeded_crypto
from tests.unit.media.media_fakes import FRAME, PEER, THERE, Phone, packet

CRYPTO = seeded_crypto(1, "ssm")
SUITE = AES_CM_128_HMAC_SHA1_80
MINE, YOURS, NEW = (CRYPTO.random(30) for _ in range(3))


def pair(suite=SUITE, mine=MINE, yours=YOURS):
    return Ssm(CRYPTO, suite, mine, yours).ready(), Ssm(CRYPTO, suite, yours, mine).ready()


def sealed(ssm, sequence):
    """-> a sealed packet (bytes)."""
    data = bytearray(packet(sequence, 0, b"hello") + bytes(14))
    n = ssm.encrypt(data, 17)
    assert n == 17 + ssm.overhead
    return bytes(data[:n])


def heard(ssm, data):
    return ssm.decrypt(bytearray(data), len(data))


def test_each_direction_has_its_own_key():
    alice, bob = pair()
    data = sealed(alice, 1)
    assert heard(bob, data) == 17
    assert heard(alice, data) == -3             # its own words come back: a reflection
    assert heard(alice, sealed(bob, 1)) == 17


def test_overhead_is_that_of_the_suite():
    assert pair()[0].overhead == 10
    assert pair(AES_CM_128_HMAC_SHA1_32)[0].overhead == 4
    assert pair(AES_256_CM_HMAC_SHA1_80, bytes(46), bytes(46))[0].overhead == 10
    assert ClearSsm().overhead == ClosedSsm().overhead == 0


def test_control_goes_the_same_way():
    alice, bob = pair()
    data = bytearray(b"\x80\xc9\x00\x01abcd" + bytes(14))
    assert alice.encrypt_control(data, 8) == 22
    assert bob.decrypt_control(data, 22) == 8
    assert bob.decrypt_control(data, 22) < 0


def test_the_same_keys_anew_go_on_counting():
    alice, bob = pair()
    data = sealed(alice, 1)
    assert heard(bob, data) == 17
    bob.renew(SUITE, YOURS, MINE)
    bob.ready()
    assert heard(bob, data) == -5
    assert heard(bob, sealed(alice, 2)) == 17


def test_a_new_key_of_the_peer_leaves_the_old_one_a_moment():
    alice, bob = pair()
    late = [sealed(alice, number) for number in (0, 1, 500, 501)]
    assert heard(bob, late[0]) == 17
    bob.renew(SUITE, YOURS, NEW)
    bob.ready()
    alice.renew(SUITE, NEW, YOURS)
    alice.ready()
    assert heard(bob, sealed(alice, 0)) == 17   # the new one, from its beginning
    assert heard(bob, late[1]) == 17
    assert heard(bob, late[1]) < 0 and heard(bob, late[0]) < 0
    assert heard(bob, late[2]) == 17
    for number in range(1, 100):
        assert heard(bob, sealed(alice, number)) == 17
    assert heard(bob, late[3]) == -3
    assert heard(alice, sealed(bob, 9)) == 17   # the other direction did not change


def test_keys_are_derived_a_part_at_a_time_and_before_that_nothing_passes():
    alice = Ssm(CRYPTO, SUITE, MINE, YOURS)
    bob = pair()[1]
    theirs = sealed(bob, 1)
    assert heard(alice, theirs) == -1 and alice.encrypt(bytearray(40), 17) == -1
    assert alice.advance()                      # what comes is first: the peer may speak already
    assert heard(alice, theirs) == 17 and alice.encrypt(bytearray(40), 17) == -1
    assert alice.advance()
    assert heard(bob, sealed(alice, 1)) == 17
    assert not alice.advance()


def test_until_new_keys_are_derived_the_former_stay_in_force():
    alice, bob = pair()
    assert heard(bob, sealed(alice, 1)) == 17
    spent = alice._sender
    masters = alice._local, alice._remote
    for ssm, mine, yours in ((alice, NEW, YOURS), (bob, YOURS, NEW)):
        ssm.renew(SUITE, mine, yours)
    assert masters == (bytes(30), bytes(30)), "nobody needs them any more"
    assert heard(bob, sealed(alice, 2)) == 17
    bob.ready()
    assert heard(bob, sealed(alice, 3)) == 17, "the former one, for a moment"
    alice.ready()
    assert alice._sender is not spent and alice._spent is None
    assert heard(bob, sealed(alice, 1)) == 17


def test_wiped_before_they_were_derived_keys_are_never():
    alice = Ssm(CRYPTO, SUITE, MINE, YOURS)
    alice.wipe()
    assert not alice.advance()
    assert alice.encrypt(bytearray(40), 17) == -1 and heard(alice, sealed(pair()[1], 1)) == -1


def test_wiped_keys_let_nothing_pass():
    alice, bob = pair()
    data = sealed(alice, 1)
    mine = alice._local
    for ssm in (alice, bob):
        ssm.wipe()
    assert mine == bytes(30)
    assert heard(bob, data) == -1
    assert alice.encrypt(bytearray(40), 17) == -1
    assert alice.encrypt_control(bytearray(40), 17) == bob.decrypt_control(bytearray(40), 40) == -1


def test_a_closed_one_lets_nothing_pass():
    closed = ClosedSsm()
    for method in (closed.encrypt, closed.decrypt, closed.encrypt_control, closed.decrypt_control):
        assert method(bytearray(200), 172) == -1


def test_the_patents_functions_convert_between_packet_and_frame():
    alice, bob = pair()
    plain = packet(7, 160, b"hello")
    frame = bytearray()
    assert ssm_encrypt(plain, frame, alice) == 0
    assert len(frame) == len(plain) + 10 and frame[:12] == plain[:12] and frame[12:17] != b"hello"
    back = bytearray(b"what was here before")
    assert ssm_decrypt(back, bytes(frame), bob) == 0
    assert back == plain
    assert ssm_decrypt(back, frame, bob) == -5 and back == b""
    frame[14] ^= 1
    assert ssm_decrypt(back, frame, pair()[1]) == -3
    assert ssm_decrypt(back, frame[:9], bob) == -1
    assert ssm_encrypt(b"short", frame, alice) == -1 and frame == b""
    assert ssm_encrypt(plain, frame, ClosedSsm()) == -1 and frame == b""


def test_the_patents_functions_copy_where_there_is_no_key():
    frame = bytearray()
    assert ssm_encrypt(b"anything", frame, None) == 1 and frame == b"anything"
    back = bytearray()
    assert ssm_decrypt(back, frame, None) == 1 and back == b"anything"


def agreed():
    """-> (Phone, MediaKeys of its peer): their call is described, with keys, and does not run yet."""
    phone, peer = (Phone(MediaKeys(seeded_crypto(2, name), REQUIRE)) for name in ("alice", "bob"))
    peer.network.own_address = THERE
    peer.settings.rtp_port = PEER[2]
    assert phone.media.settle(0, peer.media.agree(0, phone.media.describe(0)))
    assert phone.keys.is_sealed and peer.keys.is_sealed
    return phone, peer.keys


def begin(phone):
    phone.media.start(0, phone.now)
    phone.media.select(0)
    while phone.media.poll(phone.now, phone.out):
        pass


def test_a_call_is_sealed_both_ways():
    phone, peer = agreed()
    bob = peer.ssm.ready()
    begin(phone)
    phone.pass_frames(3)
    datagrams = [data for data, _ in phone.rtp().sent]
    assert len(datagrams) == 3
    for data in datagrams:
        assert len(data) == 182 and heard(bob, data) == 172
    for number in range(5):
        data = bytearray(packet(number, number * FRAME, bytes(FRAME)) + bytes(10))
        phone.rtp().deliver(bytes(data[:bob.encrypt(data, 172)]))
        phone.rtp().deliver(packet(number, number * FRAME, bytes(FRAME)))       # and in clear
        phone.pass_frames(2)
    report = phone.media.report(0)
    assert report.received == 5 and report.rejected == 5


def test_a_sealed_call_reports_in_sealed_rtcp():
    phone, peer = agreed()
    begin(phone)
    phone.pass_frames(3)
    control = phone.network.open_ports[40001]
    phone.media.stop(0, phone.now)
    (data, _), = control.sent
    assert peer.ssm.ready().decrypt_control(bytearray(data), len(data)) == len(data) - 14


def test_nothing_leaves_and_nothing_is_played_without_keys():
    """Not one packet, of sound, of a digit, of RTCP, may leave in clear."""
    phone, _ = agreed()
    phone.keys.ssm = MediaKeys(CRYPTO, REQUIRE).ssm     # where nothing was agreed
    begin(phone)
    for _ in range(3):
        phone.rtp().deliver(packet(1, 0, bytes(FRAME)))
    phone.pass_frames(3)
    assert phone.media.press(0, ord("5"), phone.now)
    phone.pass_frames(600)
    control = phone.network.open_ports[40001]
    rtp = phone.rtp()
    phone.media.stop(0, phone.now)
    assert rtp.sent == [] and control.sent == []
    report = phone.media.report(0)
    assert report.received == 0 and report.rejected == 3
