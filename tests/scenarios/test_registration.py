# SPDX-License-Identifier: MIT
"""A phone and its registrar: what goes over the wire, and what a person sees of it."""

from sim.world import World
from tests.worlds.registrar import Registrar

SETTINGS = {
    "account.domain": "voip.test", "account.registrar": "10.0.0.9:5060", "account.password": "wonder-a1",
}
PASSWORDS = {b"alice": b"wonder-a1"}


def meet(passwords=PASSWORDS):
    """-> world, registrar; a phone is added by switch_on()."""
    world = World()
    registrar = Registrar(passwords)
    world.add_peer("pbx", "10.0.0.9", registrar)
    return world, registrar


def switch_on(world, **settings):
    given = dict(SETTINGS)
    for name in settings:
        given["account." + name] = settings[name]
    return world.add("alice", given)


def rows(phone):
    return phone.screen().split("\n")


def test_a_phone_registers_with_sha_256():
    world, registrar = meet()
    alice = switch_on(world)
    assert rows(alice)[2] == ""
    world.run_until(lambda: alice.has("registered"))
    world.expect("""
        alice > pbx    REGISTER 1
        pbx   > alice  401 REGISTER
        alice > pbx    REGISTER 2
        pbx   > alice  200 REGISTER
    """)
    assert alice.events.last("registered") == {"seconds": 3600}
    assert rows(alice)[1:4] == ["alice@voip.test", "Registered", ""]
    assert registrar.bound == {b"alice": 3600} and registrar.tried[0] is None
    assert b"algorithm=SHA-256" in registrar.tried[1] and b"wonder" not in registrar.tried[1]


def test_a_phone_without_a_registrar_asks_nobody():
    world, registrar = meet()
    alice = world.add("alice")
    world.run(10000)
    assert registrar.tried == [] and rows(alice)[2] == "" and not alice.has("unregistered")


def test_a_server_without_passwords_is_content_at_once():
    world, registrar = meet({})
    alice = switch_on(world)
    world.run_until(lambda: alice.has("registered"))
    assert registrar.tried == [None]


def test_a_binding_that_is_too_short_is_made_longer():
    world, registrar = meet()
    registrar.least = 1800
    alice = switch_on(world, expires=600)
    world.run_until(lambda: alice.has("registered"))
    world.expect("""
        alice > pbx    REGISTER 1
        pbx   > alice  401 REGISTER
        alice > pbx    REGISTER 2
        pbx   > alice  423 REGISTER
        alice > pbx    REGISTER 3
        pbx   > alice  200 REGISTER
    """)
    assert registrar.bound == {b"alice": 1800}


def test_it_is_refreshed_with_the_nonce_that_is_known_counted_on():
    world, registrar = meet()
    registrar.granted = 100
    alice = switch_on(world)
    world.run_until(lambda: len(registrar.tried) == 4, 200000)
    world.run(200)
    assert [b"nc=%08x" % count in tried for count, tried in enumerate(registrar.tried) if tried] == [True] * 3
    assert 140000 <= world.ms < 145000                  # twice 70 s
    assert alice.events.names().count("registered") == 1


def test_a_stale_nonce_costs_one_more_message_and_no_question():
    world, registrar = meet()
    registrar.granted = 100
    alice = switch_on(world)
    world.run_until(lambda: alice.has("registered"))
    world.expect("""
        alice > pbx    REGISTER 1
        pbx   > alice  401 REGISTER
        alice > pbx    REGISTER 2
        pbx   > alice  200 REGISTER
    """)
    registrar.forget_nonces()
    world.run_until(lambda: len(registrar.tried) == 4, 100000)
    world.run(200)
    ladder = [line for line in world.ladder().split("\n") if "alice" in line]
    assert [line.split("  ")[1] for line in ladder] == [
        "REGISTER 3", "401 REGISTER", "REGISTER 4", "200 REGISTER"]
    assert not alice.has("unregistered")


def test_a_wrong_password_is_tried_once_and_told():
    world, registrar = meet()
    alice = switch_on(world, password="guess")
    world.run_until(lambda: alice.has("unregistered"))
    world.run(4000000)
    assert alice.unit.shut_down(world.clock.now())      # nothing holds, so nothing has to end
    assert len(registrar.tried) == 2 and registrar.bound == {}
    assert alice.events.last("unregistered") == {"reason": "Wrong password", "status": 401}
    assert rows(alice)[2:4] == ["Not registered:", "Wrong password"]


def test_a_missing_password_is_told_and_typing_it_registers():
    world, registrar = meet({b"alice": b"7"})
    alice = switch_on(world, password="")
    world.run_until(lambda: alice.has("unregistered"))
    assert rows(alice)[2:4] == ["Not registered:", "Password needed"] and len(registrar.tried) == 1
    alice.press("O5" + "D" * 13 + "O" + "##7O")
    world.run_until(lambda: alice.has("registered"))
    assert registrar.bound == {b"alice": 3600}
    alice.press("BB")
    assert rows(alice)[2:4] == ["Registered", ""]


def test_a_login_that_is_weaker_than_the_account_allows_is_not_used():
    world, registrar = meet()
    registrar.algorithms = [b"MD5"]
    alice = switch_on(world, login="sha-256")
    world.run_until(lambda: alice.has("unregistered"))
    assert alice.events.last("unregistered")["reason"] == "Login is too weak" and registrar.tried == [None]


def test_a_server_that_forgets_its_better_login_is_not_followed_down():
    world, registrar = meet()
    registrar.granted = 100
    alice = switch_on(world)
    world.run_until(lambda: alice.has("registered"))
    registrar.algorithms = [b"MD5"]
    registrar.forget_nonces()
    world.run_until(lambda: alice.has("unregistered"), 100000)
    assert alice.events.last("unregistered")["reason"] == "Login is too weak"


def test_a_server_that_goes_is_noticed_and_found_again():
    world, registrar = meet()
    registrar.granted = 100
    alice = switch_on(world)
    world.run_until(lambda: alice.has("registered"))
    registrar.is_gone = True
    world.run_until(lambda: alice.has("unregistered"), 200000)
    assert alice.events.last("unregistered") == {"reason": "Nobody answered", "status": 408}
    assert rows(alice)[2:4] == ["Not registered:", "Nobody answered"]
    registrar.is_gone = False
    registrar.forget_nonces()
    world.run_until(lambda: alice.events.names().count("registered") == 2, 70000)
    assert rows(alice)[2:4] == ["Registered", ""]
    assert alice.events.names().count("unregistered") == 1


def test_switched_off_it_says_good_bye():
    world, registrar = meet()
    alice = switch_on(world)
    world.run_until(lambda: alice.has("registered"))
    assert not alice.unit.shut_down(world.clock.now())
    world.run(200)
    assert alice.unit.shut_down(world.clock.now())
    world.expect("""
        alice > pbx    REGISTER 1
        pbx   > alice  401 REGISTER
        alice > pbx    REGISTER 2
        pbx   > alice  200 REGISTER
        alice > pbx    REGISTER 3
        pbx   > alice  200 REGISTER
    """)
    assert registrar.bound == {b"alice": 0}
    assert alice.events.last("unregistered")["reason"] == "Phone is turned off"


def test_lost_messages_only_take_time():
    world, registrar = meet()
    world.network.loss = 30
    alice = switch_on(world)
    world.run_until(lambda: alice.has("registered"), 300000)
    assert registrar.bound == {b"alice": 3600}


def test_no_secret_is_in_any_event_screen_or_log():
    world, registrar = meet()
    alice = switch_on(world, password="hunter2")
    world.run_until(lambda: alice.has("unregistered"))
    seen = "%s %s %s" % (alice.events.posted, alice.screen(), alice.unit.log.records())
    assert "hunter2" not in seen and "hunter2" not in world.ladder()
    for tried in registrar.tried:
        assert tried is None or b"hunter2" not in tried
