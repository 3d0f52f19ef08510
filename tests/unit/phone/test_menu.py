# SPDX-License-Identifier: MIT
"""Everything the menu can do, by keys alone."""

from sip.ending import CANCELLED, HUNG_UP_HERE, REFUSED
from tests.unit.phone.guard_fakes import BOB, SealedDesk
from tests.unit.phone.phone_fakes import Desk, Storage

LETTERS = {
    "a": "2", "b": "22", "c": "222", "d": "3", "e": "33", "i": "444", "n": "66", "o": "666", "p": "7",
    "r": "777", "s": "7777", "x": "99", ".": "1", "@": "11", ":": "111", "0": "00", "1": "1111111",
}


def write(desk, text):
    """Type small letters and signs by multi-tap, resting after each."""
    for letter in text:
        desk.press(LETTERS[letter])
        desk.run(1000)


def digits(desk, text):
    """Type digits in mode 123, and go back to abc."""
    desk.press("##" + text + "#")


def test_a_contact_is_added_called_and_kept():
    desk = Desk()
    desk.press("U1")                                    # the directory, a new contact
    assert desk.display.rows[2] == " Name: "
    desk.press("3" + "1002" + "O")                      # its number
    desk.press("2")
    write(desk, "bob")
    desk.press("O" + "4")
    write(desk, "bob@")
    digits(desk, "192")
    write(desk, ".")
    digits(desk, "0")
    write(desk, ".")
    digits(desk, "2")
    write(desk, ".")
    digits(desk, "20")
    desk.press("O")
    assert desk.display.rows[1:5] == [
        " Dial", " Name: bob", " Number: 1002", ">Address: bob@192.0.2",
    ]
    assert desk.storage.values["directory"] == b"1002\tbob@192.0.2.20\tbob\t"
    desk.press("1")
    assert desk.asked() == ["call 0 sip:bob@192.0.2.20"]
    desk.ended(REFUSED, 486)
    desk.run(4000)
    again = Desk(None, (), desk.storage)
    again.press("1002#")
    assert again.asked() == ["call 0 sip:bob@192.0.2.20"]
    assert again.display.rows[1] == "bob"


def test_a_speed_dial_is_given_and_used():
    storage = Storage({"directory": b"1002\tsip:bob@192.0.2.20\tBob\t"})
    desk = Desk(None, (), storage)
    desk.press("U2" + "5" + "7" + "O")                  # the contact, held digit, 7
    assert desk.display.rows[5] == ">Held digit: 7"
    desk.press("BB")
    desk.hold_down("7")
    assert desk.asked() == ["call 0 sip:bob@192.0.2.20"]


def test_a_contact_is_deleted_after_a_question():
    storage = Storage({"directory": b"1002\tsip:bob@192.0.2.20\tBob\t"})
    desk = Desk(None, (), storage)
    desk.press("U2" + "6" + "O")                        # delete? no
    assert desk.display.rows[0] == "Contact"
    assert desk.directory.count() == 1
    desk.press("O" + "2")                               # delete? yes
    assert desk.display.rows[:3] == ["Directory", ">Add a contact", ""]
    assert storage.values["directory"] == b""


def test_a_contact_that_cannot_be_kept_is_told():
    storage = Storage()
    storage.refuses = True
    desk = Desk(None, (), storage)
    desk.press("U1" + "3" + "1002" + "O")
    assert desk.display.rows[7] == "Not saved"
    assert desk.display.rows[2] == "1002_"
    desk.press("BBBBB")
    assert desk.display.rows[0] == "Contact"


def test_a_call_of_the_log_is_dialled_again():
    desk = Desk()
    desk.arrives(b"sip:carol@192.0.2.30", b"Carol")
    desk.ended(CANCELLED)
    desk.run(4000)
    desk.press("DOO")
    assert desk.asked() == ["call 0 sip:carol@192.0.2.30"]
    assert desk.display.rows[1] == "carol"


def test_a_caller_is_added_to_the_directory_from_the_log():
    desk = Desk()
    desk.arrives(b"sip:1003@192.0.2.30:5080", b"Carol")
    desk.ended(CANCELLED)
    desk.run(4000)
    desk.press("DO2")
    assert desk.display.rows[:5] == [
        "Contact", ">Dial", " Name: Carol", " Number: 1003", " Address: sip:1003@19",
    ]
    assert desk.directory.count() == 0
    desk.press("2O")
    assert desk.storage.values["directory"] == b"1003\tsip:1003@192.0.2.30:5080\tCarol\t"
    desk.arrives(b"sip:1003@192.0.2.30:5080", b"Somebody")
    assert desk.display.rows[1] == "Carol"


def test_an_address_is_typed_and_dialled():
    desk = Desk()
    desk.press("T")
    assert desk.display.rows[2] == "sip:_"
    write(desk, "bob@pbx")
    desk.press("O")
    assert desk.asked() == ["call 0 sip:bob@pbx"]


def test_digits_typed_before_are_taken_into_the_address():
    desk = Desk()
    desk.press("1001T")
    assert desk.display.rows[2] == "1001_"
    write(desk, "@pbx")
    desk.press("O")
    assert desk.asked() == ["call 0 sip:1001@pbx"]


def test_an_empty_address_is_left_by_back():
    desk = Desk()
    desk.press("T" + "BBBB")
    assert desk.display.rows[2] == "_"
    desk.press("B")
    assert desk.display.rows[0] == "Menu"
    desk.press("B")
    assert desk.display.rows[0] == "Sinetti"


def test_a_long_press_of_back_leaves_the_menu_at_once():
    desk = Desk()
    desk.press("O5" + "O")
    desk.hold_down("B")
    assert desk.display.rows[0] == "Sinetti"
    assert desk.config.get("phone.dnd") is False


def test_do_not_disturb_is_in_the_menu():
    desk = Desk()
    desk.press("O4")
    assert desk.display.rows[4] == ">Do not disturb: on"
    assert desk.arrives(b"sip:bob@192.0.2.20") == 480
    desk.press("O")
    assert desk.display.rows[4] == ">Do not disturb: off"
    assert desk.storage.values["settings"] == b""


def test_a_number_setting_is_changed_within_its_limits():
    desk = Desk()
    desk.press("O5" + "3")
    assert desk.display.rows[2] == "70_"
    desk.press("BB" + "101" + "O")
    assert desk.display.rows[7] == "From 0 to 100"
    desk.press("BBB")
    assert desk.display.rows[7] == "OK:save B:del #:mode"
    desk.press("30O")
    assert desk.display.rows[3] == ">Volume: 30"
    assert desk.media.percent == 30
    assert desk.storage.values["settings"] == b"phone.volume=30"


def test_a_gain_may_be_negative():
    desk = Desk()
    desk.press("O5" + "4" + "B" + "*6" + "O")
    assert desk.media.gain_db == -6
    assert desk.display.rows[4] == ">Microphone: -6"


def test_a_choice_is_made_and_told_to_the_assembly():
    desk = Desk()
    changed = []
    desk.phone.setting_changed = changed.append
    desk.press("O5" + "5" + "2")
    assert desk.config.get("phone.country") == "gb"
    assert desk.display.rows[0] == "Settings"
    assert changed == ["phone.country"]


def test_a_text_setting_is_changed():
    desk = Desk()
    desk.press("O5" + "DDDDDDDD" + "O")
    assert desk.display.rows[0] == "Your name         abc"
    write(desk, "bob")
    desk.press("OBB")
    assert desk.display.rows[0] == "bob"


def test_a_stored_password_is_never_shown():
    desk = Desk(None, (), Storage({"settings": b"account.password=hunter2"}))
    desk.press("O5" + "D" * 13)
    assert desk.display.rows[2] == ">Password: ***"
    desk.press("O")
    assert desk.display.rows[2] == "_"
    desk.press("B")
    assert desk.config.get("account.password") == b"hunter2"


def test_a_setting_that_cannot_be_stored_still_holds_and_is_told():
    desk = Desk()
    desk.storage.refuses = True
    desk.press("O4")
    assert desk.display.rows[7] == "Not saved"
    assert desk.config.get("phone.dnd") is True


def test_the_cursor_stops_at_both_ends():
    desk = Desk()
    desk.press("OU")
    assert desk.display.rows[1] == ">Dial an address"
    desk.press("D" * 20)
    assert desk.display.rows[6] == ">Information"


def test_a_call_interrupts_the_menu_and_the_menu_returns():
    desk = Desk()
    desk.press("O5")
    desk.arrives(b"sip:bob@192.0.2.20", b"Bob")
    assert desk.display.rows[0] == "Incoming call"
    desk.ended(CANCELLED)
    assert desk.display.rows[0] == "Call ended"
    desk.press("D")                                     # takes the message away, nothing else
    assert desk.display.rows[:2] == ["Settings", ">Ringer: classic"]


def test_answering_or_lifting_leaves_the_menu():
    desk = Desk()
    desk.press("O")
    desk.talks()
    desk.press("B")
    desk.ended(HUNG_UP_HERE)
    desk.run(4000)
    assert desk.display.rows[0] == "Sinetti"
    desk.press("O")
    desk.lift()
    assert desk.display.rows[0] == "Dial"


def test_the_log_that_moves_under_an_open_entry_does_not_change_who_is_called():
    desk = Desk()
    desk.arrives(b"sip:carol@192.0.2.30", b"Carol")
    desk.ended(CANCELLED)
    desk.run(4000)
    desk.press("DO")
    desk.arrives(b"sip:eve@192.0.2.66", b"Eve")
    desk.ended(CANCELLED)
    desk.run(4000)
    desk.press("O")
    assert desk.asked() == ["call 0 sip:carol@192.0.2.30"]


def sealed(people=b"", **settings):
    """A phone with a Security Manager, in the menu's page of Bob."""
    desk = SealedDesk(settings, people=people)
    desk.press("U3")
    return desk


def test_a_contact_without_a_security_manager_has_no_rows_of_keys():
    desk = Desk(None, [(b"1002", BOB, b"Bob")])
    desk.press("U")
    assert desk.display.rows[:4] == ["Directory", ">Add a contact", " Bob", ""]
    desk.press("2" + "D" * 9)
    assert desk.display.rows[6] == ">Delete"


def test_how_calls_with_a_contact_are_sealed_is_chosen():
    desk = sealed()
    assert desk.display.rows[6] == " Calls: usual"
    for key, word in (("2", "off"), ("3", "prefer"), ("4", "require")):
        desk.press("6")
        assert desk.display.rows[:5] == ["Calls", ">usual (off)", " off", " prefer", " require"]
        desk.press(key)
        assert desk.display.rows[6] == ">Calls: " + word
        assert desk.storage.values["people"] == b"sip:bob@192.0.2.20\t\t\t" + word.encode()
        assert desk.guard.people.find(BOB).policy == word
    desk.press("61")
    assert desk.display.rows[6] == ">Calls: usual" and desk.storage.values["people"] == b""


def test_a_policy_that_cannot_be_stored_is_told():
    desk = sealed()
    desk.storage.refuses = True
    desk.press("64")
    assert desk.display.rows[7] == "Not saved"


def test_the_key_of_a_contact_is_seen_and_forgotten():
    for mark, shown in (("", "new"), ("c", "compared")):
        line = "sip:bob@192.0.2.20\t%s\t%s\trequire" % ("00" * 20, mark)
        desk = sealed(line.encode())
        desk.press("D" * 6)
        assert desk.display.rows[1:3] == [">Key: " + shown, " Delete"]
        desk.press("O")
        words = " ".join(desk.display.rows[1:4]).replace(">", "").split()
        assert desk.display.rows[0] == "Key" and desk.display.rows[4] == " Forget key"
        assert [word.encode() for word in words] == desk.guard.key_words(bytes(20)) and len(words) == 6
        desk.press("1" + "4" + "1")                     # words do nothing; forget? no
        assert desk.display.rows[0] == "Key"
        desk.press("42")
        assert desk.display.rows[1] == ">Key: none"
        assert desk.storage.values["people"] == b"sip:bob@192.0.2.20\t\t-\trequire"
        desk.press("O")
        assert desk.display.rows[7] == "Comes with a call"


def test_a_contact_without_an_address_is_at_the_domain_of_the_account():
    desk = SealedDesk({"account.domain": "pbx"}, ((b"1003", b"", b"Carol"),))
    desk.press("U3" + "6" + "4")
    assert desk.storage.values["people"] == b"sip:1003@pbx\t\t\trequire"
    assert desk.directory.name_of(b"sip:1003@pbx", b"pbx") == b"Carol"


def test_who_cannot_be_dialled_has_no_key():
    desk = SealedDesk(None, ((b"1003", b"", b"Carol"),))
    desk.press("U3" + "D" * 9)
    assert desk.display.rows[6] == ">Delete"
    desk.press("B" + "1")
    assert desk.display.rows[0] == "Contact" and desk.display.rows[6] == " Delete"


def test_a_contact_with_rows_of_keys_is_edited_and_deleted():
    desk = sealed()
    desk.press("5" + "7" + "O")
    assert desk.display.rows[5] == ">Held digit: 7"
    desk.press("DDDOO")
    assert desk.display.rows[0] == "Contact"
    desk.press("O2")
    assert desk.display.rows[:4] == ["Directory", " Add a contact", ">Helper's book", ""]
    assert desk.directory.count() == 0


def test_whom_the_helper_knows_is_dialled_by_name_and_copied():
    desk = SealedDesk(None, ())
    desk.press("U2")
    assert desk.display.rows[:2] == ["Helper's book", ">(nothing here)"]
    desk.press("O")
    assert desk.display.rows[0] == "Helper's book"
    people = desk.guard.people
    people.learn(b"sip:carol@192.0.2.30", bytes(20), True, b"prefer", b"Carol C.")
    people.learn(b"sip:eve@192.0.2.66", bytes(20), False, b"", b"Eve")
    people.learn(b"sip:dave@192.0.2.40", bytes(20), True, b"", b"")
    desk.press("U")
    assert desk.display.rows[1:4] == [">Carol C.", " dave@192.0.2.40", ""]
    desk.press("1")
    assert desk.display.rows[:5] == [
        "Helper's book", ">Dial", " Add to directory", " Carol C.", " carol@192.0.2.30"]
    desk.press("2" + "2" + "O")
    assert desk.storage.values["directory"] == b"carol\tsip:carol@192.0.2.30\tCarol C.\t"
    desk.press("BB" + "O" + "1")
    assert desk.asked() == ["call 0 sip:carol@192.0.2.30"]
    assert desk.display.rows[1] == "Carol C."


def test_whom_only_the_helper_knows_has_his_name_on_the_screen():
    desk = SealedDesk(None, ())
    desk.guard.people.learn(b"sip:carol@192.0.2.30", bytes(20), True, b"", b"Carol C.")
    desk.press("U211")
    assert desk.asked() == ["call 0 sip:carol@192.0.2.30"] and desk.display.rows[1] == "Carol C."


def test_how_calls_are_sealed_is_a_setting_that_needs_a_new_start():
    desk = Desk()
    desk.press("O5" + "D" * 17)
    assert desk.display.rows[6] == ">Seal calls: off"
    desk.press("O3")
    assert desk.display.rows[6:] == [">Seal calls: require", "Restart to apply"]
    assert desk.storage.values["settings"] == b"security.policy=require"
    desk.press("O1")
    assert desk.display.rows[6:] == [">Seal calls: off", "OK:choose B:back"]


def test_with_a_security_manager_it_holds_at_once():
    desk = SealedDesk()
    desk.press("O5" + "D" * 17 + "O2")
    assert desk.display.rows[6:] == [">Seal calls: prefer", "OK:choose B:back"]


def test_the_other_settings_of_sealing_are_there():
    desk = Desk()
    desk.press("O5" + "D" * 18)
    assert desk.display.rows[1] == ">Seal sound: off"
    desk.press("O2" + "D")
    assert desk.display.rows[2] == ">Sealed as: binary"
    desk.press("O2" + "D")
    assert desk.display.rows[3] == ">Unlock for s: 3600"
    desk.press("O" + "BBBB" + "9O")
    assert desk.display.rows[7] == "From 10 to 43200"
    desk.press("B" + "600O")
    assert desk.storage.values["settings"] == (
        b"security.encoding=ascii\nsecurity.unlock_s=600\nsrtp.policy=prefer")
