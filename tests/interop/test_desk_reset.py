# SPDX-License-Identifier: MIT
"""Lock and factory reset of boards/desk_s3 by the keys of its matrix, as a process of which only the chip is not real."""

import pytest
from phone import menu_pages

from tests.interop.desk_phone import DeskPhone
from tests.interop.phones import RUNTIMES, free_ports
from tests.interop.setup_phone import SetupPhone, read_glass
from tests.interop.sound import write_voice

pytestmark = list(RUNTIMES[1].marks)

ADDRESS = "127.0.0.68"
SECRET = "correct horse battery"
KEYS = "need 1\nkey 00 xx\n"


def read(desk, words):
    """Look at the glass until these words are on it. -> the rows."""
    for _ in range(400):
        desk.do("look")
        rows = read_glass(desk.wait("glass", desk.count("glass") + 1)["rows"])
        if words in "\n".join(rows):
            return rows
    raise AssertionError("the screen never had %r, but:\n%s" % (words, "\n".join(rows)))


@pytest.fixture()
def owned(tmp_path):
    """-> values that its owner left in a phone, and the folder of it."""
    port, media = free_ports(), free_ports()
    settings = "account.user=desk\naccount.password=%s\nphone.pin=4711\nsip.port=%d\nmedia.port=%d" % (
        SECRET, port, media)
    return tmp_path, {
        "settings": settings, "directory": "1001\tsip:x@127.0.0.1\tBaresip\t", "release.keys": KEYS,
        "calls": "d\t1001\tBaresip\t5", "people": "", "helper.ca": "ca"}


def test_a_phone_that_is_reset_by_its_keys_forgets_all_and_opens_its_setup(owned):
    folder, values = owned
    voice = write_voice(folder / "desk.wav", 1, 1)
    names = menu_pages._SETTINGS + ("wifi", "reset")        # of a board with a radio and one outlet
    with DeskPhone(folder, ADDRESS, voice, values) as desk:
        desk.wait("joined")
        read(desk, "Phone is locked")
        desk.do("type 4711O")
        read(desk, "OK:menu")
        desk.do("type O5")
        read(desk, "Settings")
        desk.do("type " + "D" * names.index("reset") + "O")
        read(desk, "Wipe everything")
        desk.do("type 212345O")
        restart = desk.wait("restart")
    assert SECRET.encode().hex() not in repr(restart) and "settings" not in repr(restart)
    with SetupPhone(folder / "root", ADDRESS, free_ports(), restart["nvs"]) as desk:
        read(desk, "Sinetti-")                              # its own network: it is like a new one
    data = folder / "root" / "data"
    assert {path.name for path in data.iterdir()} <= {"release.keys", "clock.floor"}
    assert (data / "release.keys").read_text() == KEYS
