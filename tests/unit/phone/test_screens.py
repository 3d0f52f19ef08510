# SPDX-License-Identifier: MIT
"""The screen of each state, as a person reads it: eight rows of 21 characters."""

from phone import page_screens
from sip.ending import CANCELLED, HUNG_UP_THERE, REFUSED
from tests.unit.phone.phone_fakes import Desk, Storage

BOB = (b"1002", b"sip:bob@192.0.2.20", b"Bob")


def shows(desk, golden):
    """The screen is the golden text, drawn between two rulers."""
    rows = golden.split("\n")[2:-2]
    assert len(rows) == 8
    assert desk.screen() == "\n".join([row.strip("|").rstrip() for row in rows]), "\n" + desk.screen()


def calling(**settings):
    desk = Desk(settings, [BOB])
    desk.press("1002#")
    return desk


def talking():
    desk = calling()
    desk.established()
    return desk


def test_idle_without_an_account():
    shows(Desk(), """
+---------------------+
|Sinetti              |
|192.0.2.10           |
|                     |
|                     |
|                     |
|                     |
|                     |
|OK:menu ^:book v:log |
+---------------------+
""")


def test_idle_with_an_account_missed_calls_and_do_not_disturb():
    desk = Desk({"account.user": "1001", "account.domain": "pbx.example", "account.display": "Alice"})
    desk.arrives(b"sip:bob@192.0.2.20", b"Bob")
    desk.ended(CANCELLED)
    desk.run(4000)
    shows(desk, """
+---------------------+
|Alice                |
|1001@pbx.example     |
|                     |
|                     |
|1 missed call        |
|                     |
|                     |
|OK:menu ^:book v:log |
+---------------------+
""")
    desk.arrives(b"sip:bob@192.0.2.20", b"Bob")
    desk.ended(CANCELLED)
    desk.run(4000)
    desk.hold_down("B")
    shows(desk, """
+---------------------+
|Alice                |
|1001@pbx.example     |
|                     |
|                     |
|2 missed calls       |
|Do not disturb       |
|                     |
|OK:menu ^:book v:log |
+---------------------+
""")


def test_network_down():
    desk = Desk()
    desk.network.is_up = False
    desk.phone.network_changed(desk.now, desk.out)
    shows(desk, """
+---------------------+
|Sinetti              |
|                     |
|Network down         |
|                     |
|                     |
|                     |
|                     |
|OK:menu ^:book v:log |
+---------------------+
""")
    assert not desk.display.icons["net"]


def test_dialling():
    desk = Desk()
    desk.press("10")
    shows(desk, """
+---------------------+
|Dial                 |
|10_                  |
|                     |
|                     |
|                     |
|                     |
|                     |
|OK:dial B:delete     |
+---------------------+
""")


def test_a_long_number_shows_its_end():
    desk = Desk()
    desk.press("0123456789" * 3)
    assert desk.display.rows[1] == "01234567890123456789_"


def test_calling():
    shows(calling(), """
+---------------------+
|Calling              |
|Bob                  |
|bob@192.0.2.20       |
|                     |
|                     |
|                     |
|                     |
|B:end                |
+---------------------+
""")


def test_ringback():
    desk = calling()
    desk.rings_there()
    shows(desk, """
+---------------------+
|It rings there       |
|Bob                  |
|bob@192.0.2.20       |
|                     |
|                     |
|                     |
|                     |
|B:end                |
+---------------------+
""")


def test_early_media():
    desk = calling()
    desk.early_media()
    shows(desk, """
+---------------------+
|Calling, with sound  |
|Bob                  |
|bob@192.0.2.20       |
|                     |
|OPEN: anyone on the  |
|way                  |
|                     |
|B:end                |
+---------------------+
""")


def test_ringing():
    desk = Desk()
    desk.arrives(b"sip:1003@192.0.2.30:5080;transport=udp", b"Carol")
    shows(desk, """
+---------------------+
|Incoming call        |
|Carol                |
|1003@192.0.2.30:5080 |
|                     |
|                     |
|                     |
|                     |
|OK:answer B:reject   |
+---------------------+
""")
    assert desk.display.icons["ring"]


def test_answered_but_not_yet_confirmed():
    desk = Desk()
    desk.arrives(b"sip:1003@192.0.2.30", b"")
    desk.press("O")
    shows(desk, """
+---------------------+
|Connecting           |
|1003                 |
|1003@192.0.2.30      |
|                     |
|                     |
|                     |
|                     |
|B:end                |
+---------------------+
""")


def test_in_a_call():
    desk = talking()
    desk.run(65000)
    shows(desk, """
+---------------------+
|In call          1:05|
|Bob                  |
|bob@192.0.2.20       |
|                     |
|OPEN: anyone on the  |
|way                  |
|                     |
|H:hold M:mute B:end  |
+---------------------+
""")


def test_muted():
    desk = talking()
    desk.press("M")
    shows(desk, """
+---------------------+
|In call          0:00|
|Bob                  |
|bob@192.0.2.20       |
|Microphone is off    |
|OPEN: anyone on the  |
|way                  |
|                     |
|H:hold M:mute B:end  |
+---------------------+
""")
    assert desk.display.icons["mute"]


def test_volume():
    desk = talking()
    desk.press("UU")
    shows(desk, """
+---------------------+
|In call          0:00|
|Bob                  |
|bob@192.0.2.20       |
|Volume #########- 90 |
|OPEN: anyone on the  |
|way                  |
|                     |
|H:hold M:mute B:end  |
+---------------------+
""")
    desk.press("U")
    assert desk.display.rows[3] == "Volume ########## 100"


def test_held_by_us():
    desk = talking()
    desk.press("H")
    desk.changed(ours=True)
    shows(desk, """
+---------------------+
|On hold          0:00|
|Bob                  |
|bob@192.0.2.20       |
|                     |
|OPEN: anyone on the  |
|way                  |
|                     |
|H:resume B:end       |
+---------------------+
""")


def test_held_by_them():
    desk = talking()
    desk.changed(theirs=True)
    shows(desk, """
+---------------------+
|Held by them     0:00|
|Bob                  |
|bob@192.0.2.20       |
|                     |
|OPEN: anyone on the  |
|way                  |
|                     |
|H:hold M:mute B:end  |
+---------------------+
""")


def test_held_on_both_sides():
    desk = talking()
    desk.press("H")
    desk.changed(ours=True, theirs=True)
    assert desk.display.rows[0] == "Both on hold     0:00"


def test_call_waiting():
    desk = talking()
    desk.arrives(b"sip:carol@192.0.2.30", b"Carol", 1)
    shows(desk, """
+---------------------+
|In call          0:00|
|Bob                  |
|bob@192.0.2.20       |
|                     |
|OPEN: anyone on the  |
|way                  |
|Waiting: Carol       |
|OK:take B:reject     |
+---------------------+
""")


def test_two_calls():
    desk = talking()
    desk.arrives(b"sip:carol@192.0.2.30", b"Carol", 1)
    desk.press("O")
    desk.established(1)
    shows(desk, """
+---------------------+
|In call          0:00|
|Carol                |
|carol@192.0.2.30     |
|                     |
|OPEN: anyone on the  |
|way                  |
|On hold: Bob         |
|H:swap B:end         |
+---------------------+
""")


def test_transfer_comes_later():
    desk = talking()
    desk.press("T")
    assert desk.display.rows[3] == "Transfer comes later"
    assert desk.asked() == ["call 0 sip:bob@192.0.2.20"]
    desk.run(2000)
    assert desk.display.rows[3] == ""


def test_the_end_of_a_call():
    desk = talking()
    desk.run(65000)
    desk.ended(HUNG_UP_THERE)
    shows(desk, """
+---------------------+
|Call ended       1:05|
|Bob                  |
|                     |
|They hung up         |
|                     |
|                     |
|                     |
|                     |
+---------------------+
""")


def test_a_call_that_was_refused():
    desk = calling()
    desk.ended(REFUSED, 486)
    shows(desk, """
+---------------------+
|Call ended           |
|Bob                  |
|                     |
|Busy                 |
|                     |
|                     |
|                     |
|                     |
+---------------------+
""")


def test_a_number_that_means_nothing():
    desk = Desk()
    desk.press("4711#")
    shows(desk, """
+---------------------+
|Cannot dial          |
|4711                 |
|                     |
|Not in the directory,|
|and no server is set |
|                     |
|                     |
|                     |
+---------------------+
""")


def test_a_handset_forgotten_beside_the_phone():
    desk = calling()
    desk.lift()
    desk.established()
    desk.ended(HUNG_UP_THERE)
    desk.run(30000)
    shows(desk, """
+---------------------+
|Please hang up       |
|                     |
|                     |
|                     |
|                     |
|                     |
|                     |
|                     |
+---------------------+
""")


def test_the_menu():
    desk = Desk()
    desk.press("OD")
    shows(desk, """
+---------------------+
|Menu                 |
| Dial an address     |
|>Calls               |
| Directory           |
| Do not disturb: off |
| Settings            |
| Information         |
|OK:choose B:back     |
+---------------------+
""")


def test_the_information_page():
    desk = Desk({"account.user": "1001", "account.domain": "pbx.example"})
    desk.press("O6")
    shows(desk, """
+---------------------+
|Information          |
|>Number              |
| 1001@pbx.example    |
| Address             |
| 192.0.2.10:5060     |
| Version             |
| 0.1.0               |
|OK:choose B:back     |
+---------------------+
""")


def test_the_settings():
    desk = Desk({"account.user": "1001"})
    desk.press("O5")
    shows(desk, """
+---------------------+
|Settings             |
|>Ringer: classic     |
| Ringer volume: 70   |
| Volume: 70          |
| Microphone: 0       |
| Tones: fi           |
| Do not disturb: off |
|OK:choose B:back     |
+---------------------+
""")
    desk.press("DDDDDDDDD")
    shows(desk, """
+---------------------+
|Settings             |
| Dial pause ms: 4000 |
| Digit map: x.T      |
| Your name:          |
|>User: 1001          |
| Domain:             |
| Proxy:              |
|OK:choose B:back     |
+---------------------+
""")


def test_a_choice():
    desk = Desk()
    desk.press("O51D")
    shows(desk, """
+---------------------+
|Ringer               |
| classic             |
|>double              |
| long                |
| low                 |
| rising              |
|                     |
|OK:choose B:back     |
+---------------------+
""")


def test_a_text_being_typed():
    desk = Desk()
    desk.press("O1")
    desk.press("22666")
    shows(desk, """
+---------------------+
|Dial an address   abc|
|                     |
|sip:bo_              |
|                     |
|                     |
|                     |
|                     |
|OK:save B:del #:mode |
+---------------------+
""")


def test_a_secret_being_typed():
    desk = Desk()
    desk.press("O5" + "D" * 13 + "O")
    desk.press("72")
    shows(desk, """
+---------------------+
|Password          abc|
|                     |
|*a_                  |
|                     |
|                     |
|                     |
|                     |
|OK:save B:del #:mode |
+---------------------+
""")
    desk.run(1000)
    assert desk.display.rows[2] == "**_"
    desk.press("O")
    assert desk.config.get("account.password") == b"pa"
    assert desk.display.rows[2] == ">Password: ***"


def test_a_long_text_is_seen_around_its_cursor():
    rows = page_screens.entry("Title", "x" * 100, 100, "abc", "hint")
    assert [len(row) for row in rows] == [21, 0, 21, 21, 21, 21, 0, 4]
    assert rows[5] == "x" * 20 + "_"
    rows = page_screens.entry("Title", "x" * 100, 0, "abc", "hint")
    assert rows[2] == "_" + "x" * 20


def test_an_empty_call_log():
    desk = Desk()
    desk.press("D")
    shows(desk, """
+---------------------+
|Calls                |
|>(nothing here)      |
|                     |
|                     |
|                     |
|                     |
|                     |
|OK:choose B:back     |
+---------------------+
""")


def logged():
    storage = Storage({"calls": b"\n".join((
        b"M\tsip:carol@192.0.2.30\tCarol\t0", b"r\tsip:dan@192.0.2.40\t\t125", b"d\t1002\tBob\t65",
    ))})
    return Desk(None, [BOB], storage)


def test_the_call_log():
    desk = logged()
    desk.press("D")
    shows(desk, """
+---------------------+
|Calls                |
|>! Carol             |
| < dan@192.0.2.40    |
| > Bob               |
|                     |
|                     |
|                     |
|OK:choose B:back     |
+---------------------+
""")


def test_a_call_of_the_log():
    desk = logged()
    desk.press("DDO")
    shows(desk, """
+---------------------+
|Call                 |
|>Dial                |
| Add to directory    |
| dan@192.0.2.40      |
| Received 2:05       |
|                     |
|                     |
|OK:choose B:back     |
+---------------------+
""")


def test_the_directory():
    storage = Storage({"directory": b"1003\t\tCarol\t3\n1004\tsip:dan@192.0.2.40\t\t"})
    desk = Desk(None, [BOB], storage)
    desk.press("U")
    shows(desk, """
+---------------------+
|Directory            |
|>Add a contact       |
| Bob                 |
| 3 Carol             |
| 1004                |
|                     |
|                     |
|OK:choose B:back     |
+---------------------+
""")


def test_a_contact():
    desk = Desk(None, [BOB])
    desk.press("U2")
    shows(desk, """
+---------------------+
|Contact              |
|>Dial                |
| Name: Bob           |
| Number: 1002        |
| Address: sip:bob@192|
| Held digit:         |
| Delete              |
|OK:choose B:back     |
+---------------------+
""")
    desk.press("6")
    shows(desk, """
+---------------------+
|Delete it?           |
|>No                  |
| Yes                 |
|                     |
|                     |
|                     |
|                     |
|OK:choose B:back     |
+---------------------+
""")


def test_names_from_strangers_are_made_safe():
    desk = Desk()
    desk.arrives(b"sip:eve@192.0.2.66", b"\x1b[2JJ\xfcrgen " + b"x" * 40)
    assert desk.display.rows[1] == "?[2JJ?rgen xxxxxxxxxx"


def test_only_rows_that_changed_are_sent():
    desk = talking()
    before = desk.display.writes
    desk.run(1000)
    assert desk.display.writes == before + 1
    desk.press("M")
    assert desk.display.writes == before + 2
