# SPDX-License-Identifier: MIT
"""Attack: one of the lab. Each is a class below this one, in the file of its family."""

from sim.attacks.scene import Scene
from sim.ladder import normal


class Attack:
    """
    name       what it is called on the command line
    tried      what the attacker does, one sentence
    alice, bob what their screens show then, row for row
    ladder     who says what to whom, from the moment at which it counts
    without    what happens when the defence is taken away, one sentence
    defences   what has to be taken away for it to succeed, see defences.py
    """

    name = ""
    tried = ""
    alice = bob = ""
    ladder = ""
    without = ""
    defences = ()

    def scene(self):
        """-> where it happens."""
        return Scene("require")

    def play(self, scene):
        """Do it."""

    def told(self, scene):
        """-> the ladder, as far as it counts."""
        return scene.world.ladder()

    def has_won(self, scene):
        """-> True when what the attacker wants has happened."""
        return scene.bob.has("ringing")


def faults(attack, scene):
    """-> list of what is not as it should be once an attack was played, the defence on; str."""
    found = [scene.breach()] if scene.breach() else []
    if attack.has_won(scene):
        found.append("it succeeds")
    for name, wanted, shown in zip(("alice", "bob"), (attack.alice, attack.bob), scene.screens):
        if shown != wanted:
            found.append("%s sees %s, not %s" % (name, shown, wanted))
    if normal(attack.told(scene)) != normal(attack.ladder):
        found.append("the ladder is\n%s\nand not\n%s" % (normal(attack.told(scene)), normal(attack.ladder)))
    return found


def perform(attack):
    """Play an attack. -> its Scene at the end."""
    scene = attack.scene()
    attack.play(scene)
    if scene.screens is None:
        scene.look()
    return scene
