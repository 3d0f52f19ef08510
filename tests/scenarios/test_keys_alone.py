# SPDX-License-Identifier: MIT
"""A story told by keys alone: what two people do in their first days with the phone, and what they see."""

from sim.world import World

# What stands on the keys, in the order of the presses. Key 1 begins with a dot.
LETTERS = ("1.@:-_/,1", "2abc2", "3def3", "4ghi4", "5jkl5", "6mno6", "7pqrs7", "8tuv8", "9wxyz9", "0 0+")
REST_MS = 1100              # then the same key begins the next letter


class Story:
    """alice and bob, two new phones without a directory."""

    def __init__(self):
        self.world = World()
        self.alice = self.world.add("alice")
        self.bob = self.world.add("bob", hz=660)

    def restart(self, phone):
        """Pull its plug and put it in again. -> the phone."""
        storage = self.world.remove(phone)
        return self.world.add(phone.name, storage=storage, address=phone.address)

    def write(self, phone, text):
        """Type a text by pressing keys repeatedly, as its owner would."""
        mode = "abc"
        last = ""
        for letter in text:
            line = [line for line in LETTERS if letter.lower() in line[1:]][0]
            if (mode == "ABC") != (letter != letter.lower()):
                phone.press("##" if mode == "ABC" else "#")
                mode = "abc" if mode == "ABC" else "ABC"
            elif line[0] == last:
                self.world.run(REST_MS)
            last = line[0]
            phone.press(last * line.find(letter.lower(), 1))

    def add_bob(self):
        """alice writes down who bob is."""
        self.alice.press("UO" + "2")
        self.write(self.alice, "Bob")
        self.alice.press("O" + "3" + "1002" + "O" + "4")
        self.write(self.alice, "sip:bob@10.0.0.2")
        self.alice.press("O" + "5" + "5" + "O")

    def rings(self, phone):
        self.world.run_until(lambda: "Incoming call" in phone.screen(), 5000)


def shows(phone, *rows):
    """The whole screen: rows from the top on, the last one at the bottom."""
    wanted = list(rows[:-1]) + [""] * (8 - len(rows)) + [rows[-1]]
    seen = phone.screen().split("\n")
    assert seen + [""] * (8 - len(seen)) == wanted, phone.screen()


def test_a_contact_is_written_by_keys_and_called_from_the_directory():
    story = Story()
    alice, bob = story.alice, story.bob
    shows(alice, "alice", "10.0.0.1", "OK:menu ^:book v:log")
    alice.press("U")
    shows(alice, "Directory", ">Add a contact", "OK:choose B:back")
    alice.press("O")
    shows(alice, "Contact", ">Dial", " Name:", " Number:", " Address:", " Held digit:", " Delete", "OK:choose B:back")
    alice.press("BB")
    story.add_bob()
    shows(alice, "Contact", " Dial", " Name: Bob", " Number: 1002", " Address: sip:bob@10.", ">Held digit: 5",
          " Delete", "OK:choose B:back")
    alice.press("B")
    shows(alice, "Directory", ">Add a contact", " 5 Bob", "OK:choose B:back")
    alice.press("DO" + "O")
    story.rings(bob)
    shows(alice, "It rings there", "Bob", "bob@10.0.0.2", "B:end")
    shows(bob, "Incoming call", "alice", "alice@10.0.0.1", "OK:answer B:reject")
    bob.lift()
    shows(bob, "In call          0:00", "alice", "alice@10.0.0.1", "", "OPEN: anyone on the", "way", "",
          "H:hold M:mute B:end")
    alice.press("B")
    shows(alice, "Call ended       0:00", "Bob", "", "You hung up", "")
    story.world.run(100)
    shows(bob, "Call ended       0:00", "alice", "", "They hung up", "")
    bob.lay_down()
    story.world.run_until_idle()


def test_a_held_digit_dials_and_redial_dials_again():
    story = Story()
    alice, bob = story.alice, story.bob
    alice.hold_key("5", 1500)
    assert "No such speed dial" in alice.screen()
    alice.press("B" + "R")
    assert "Nothing dialled yet" in alice.screen()
    story.add_bob()
    alice.press("BB")
    alice.hold_key("5", 1500)
    story.rings(bob)
    bob.press("B")
    story.world.run(100)
    shows(alice, "Call ended", "Bob", "", "Busy", "")
    alice.press("R")
    story.rings(bob)
    bob.press("O")
    story.world.run(100)
    shows(alice, "In call          0:00", "Bob", "bob@10.0.0.2", "", "OPEN: anyone on the", "way", "",
          "H:hold M:mute B:end")
    bob.press("B")
    story.world.run_until_idle()


def test_a_missed_call_is_still_in_the_log_after_a_restart_and_can_be_returned():
    story = Story()
    alice, bob = story.alice, story.bob
    story.add_bob()
    alice.press("1")                                    # Dial
    story.rings(bob)
    alice.press("B")
    story.world.run(5000)
    shows(bob, "bob", "10.0.0.2", "", "", "1 missed call", "OK:menu ^:book v:log")
    bob = story.restart(bob)
    shows(bob, "bob", "10.0.0.2", "", "", "1 missed call", "OK:menu ^:book v:log")
    assert "message" in bob.lamps.lit
    bob.press("D")
    shows(bob, "Calls", ">! alice@10.0.0.1", "OK:choose B:back")
    bob.press("O")
    shows(bob, "Call", ">Dial", " Add to directory", " alice@10.0.0.1", " Missed", "OK:choose B:back")
    bob.press("O")
    story.rings(alice)
    shows(alice, "Incoming call", "Bob", "bob@10.0.0.2", "OK:answer B:reject")
    bob.press("B")
    story.world.run(5000)
    shows(bob, "bob", "10.0.0.2", "OK:menu ^:book v:log")
    assert "message" not in bob.lamps.lit
    bob.press("D")
    shows(bob, "Calls", ">> alice@10.0.0.1", " ! alice@10.0.0.1", "OK:choose B:back")
    story.world.run_until_idle()


def test_who_does_not_want_to_be_disturbed_is_not():
    story = Story()
    alice, bob = story.alice, story.bob
    story.add_bob()
    bob.hold_key("B", 1500)
    shows(bob, "bob", "10.0.0.2", "", "", "", "Do not disturb", "OK:menu ^:book v:log")
    alice.press("1")
    story.world.run(200)
    shows(alice, "Call ended", "Bob", "", "Not available now", "")
    assert not bob.has("ringing") and bob.bell.pitch_hz == 0
    shows(bob, "bob", "10.0.0.2", "", "", "1 missed call", "Do not disturb", "OK:menu ^:book v:log")
    bob.hold_key("B", 1500)
    alice.press("R")
    story.rings(bob)
    alice.press("B")
    story.world.run_until_idle()


def test_mute_and_volume():
    story = Story()
    alice, bob = story.alice, story.bob
    story.add_bob()
    alice.press("1")
    story.rings(bob)
    bob.press("O")
    story.world.run(1000)
    assert max(bob.ear.last[-1]) > 5000
    alice.press("M")
    shows(alice, "In call          0:01", "Bob", "bob@10.0.0.2", "Microphone is off", "OPEN: anyone on the", "way", "",
          "H:hold M:mute B:end")
    story.world.run(1000)
    assert max(bob.ear.last[-1]) == 0 and max(alice.ear.last[-1]) > 5000
    alice.press("M")
    story.world.run(1000)
    assert max(bob.ear.last[-1]) > 5000 and "Microphone" not in alice.screen()
    alice.press("DD")
    shows(alice, "In call          0:03", "Bob", "bob@10.0.0.2", "Volume #####----- 50", "OPEN: anyone on the", "way", "",
          "H:hold M:mute B:end")
    assert alice.ear.percent == 50
    alice.press("B")
    story.world.run_until_idle()
    alice = story.restart(alice)
    assert alice.ear.percent == 50                      # as loud as it was left


def test_settings_are_changed_and_stay():
    story = Story()
    bob = story.bob
    bob.press("O")
    shows(bob, "Menu", ">Dial an address", " Calls", " Directory", " Do not disturb: off", " Settings", " Information",
          "OK:choose B:back")
    bob.press("5")
    shows(bob, "Settings", ">Ringer: classic", " Ringer volume: 70", " Volume: 70", " Microphone: 0", " Tones: fi",
          " Do not disturb: off", "OK:choose B:back")
    bob.press("1")
    shows(bob, "Ringer", ">classic", " double", " long", " low", " rising", "OK:choose B:back")
    bob.press("2")
    bob.press("DDO" + "99")
    shows(bob, "Volume            123", "", "7099_", "OK:save B:del #:mode")
    bob.press("O")
    assert "From 0 to 100" in bob.screen()
    bob.press("BBBB" + "35" + "O")
    settings = ("Settings", " Ringer: double", " Ringer volume: 70", ">Volume: 35", " Microphone: 0", " Tones: fi",
                " Do not disturb: off", "OK:choose B:back")
    shows(bob, *settings)
    bob = story.restart(bob)
    bob.press("O" + "5" + "DD")
    shows(bob, *settings)
    assert bob.ear.percent == 35


def test_an_address_is_typed_and_a_long_number_dialled_after_a_pause():
    story = Story()
    alice, bob = story.alice, story.bob
    alice.press("O" + "1")
    shows(alice, "Dial an address   abc", "", "sip:_", "OK:save B:del #:mode")
    story.write(alice, "bob@10.0.0.2")
    alice.press("O")
    story.rings(bob)
    bob.press("B")
    story.world.run(5000)
    story.add_bob()
    alice.press("BB")
    alice.press("1003B2")
    shows(alice, "Dial", "1002_", "OK:dial B:delete")
    story.rings(bob)                                    # by the pause of 4 s alone
    alice.press("B")
    story.world.run_until_idle()
