# SPDX-License-Identifier: MIT
"""Secret watch: what all tests made is searched for the secrets that they used. See conftest.py.

A secret is what lies in a place that is made for it, so nothing has to be declared: a test that
gives a phone a password has seeded it. Places: the setting account.password, the value
helper.token, files of passwords and passphrases, private keys (*.key), what a World's helper has
of a phone, and each SRTP master key that is made in this process.

Searched, of phones in a World: their events, all that was ever on their screens, their log, the
values they store but those above, the ladder, and each SIP message on its way. Of processes:
the events and the last words of `sim phone`. Of every test: what it printed, and all files in its
folders that are no such place: logs, traces, crash files, a helper's journal.

Limits. SRTP keys are not looked for in SIP messages: --security off sends them in clear, as other
phones do; tests/scenarios/test_sealed_calls.py looks at the wire of sealed calls. Those that
another process makes are not known here. A folder is searched for the secrets of that folder. What
went through a pipe or a socket of a test, and was not kept, is not seen; nor what MicroPython's
rigs print: the same worlds run here. Failed tests show what they compare, and are not searched.
"""

import contextlib
from pathlib import Path

from security import sdes

from sim import fakes, network, phone
from tests.interop import phones
from tests.secret_search import Secrets, private_number

PLACES = ("helper.token", "word", "password", "wrong", "settings", "settings.bad")      # of secrets, by name
PLACE_ENDINGS = (".key", ".password", ".new")
_LARGEST = 4000000              # bytes of a file: others are sound
_MOST_PHONES = 16               # of a test that are held; earlier ones, whose worlds are over, were searched


class Watch:
    """Looks on from enter to exit, and changes nothing.

    leaks   list of lines, "KIND in PLACE", after finish()
    """

    def __init__(self):
        self.leaks = []
        self._secrets = Secrets()       # that may be nowhere
        self._media = Secrets()         # SRTP keys
        self._phones = []
        self._processes = []
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        watch = self
        self._follow(phone.SimPhone, "__init__", lambda made, *rest: watch._meet(made))
        self._follow(fakes.GridDisplay, "line", lambda display, row, text: shown_on(display).add(text))
        self._follow(network.VirtualNetwork, "send_datagram", lambda net, data, *rest: watch._see_frame(data))
        self._follow(phone.Trace, "sent", lambda trace, frame, *rest: watch._see_frame(frame))
        self._follow(phones.Phone, "__init__", lambda made, runtime, *flags, **more: watch._processes.append((made, flags)))
        new_key = sdes.new_key

        def seen_key(crypto, suite):
            key = new_key(crypto, suite)
            watch._media.add("SRTP key", key)
            return key

        sdes.new_key = seen_key
        self._stack.callback(setattr, sdes, "new_key", new_key)
        return self

    def __exit__(self, *fault):
        self._stack.close()

    def _follow(self, owner, name, look):
        """Have look() called with the arguments of each call, when it is through."""
        original = getattr(owner, name)

        def followed(*arguments, **more):
            result = original(*arguments, **more)
            look(*arguments, **more)
            return result

        setattr(owner, name, followed)
        self._stack.callback(setattr, owner, name, original)

    # While it runs

    def _meet(self, made):
        self._phones.append(made)
        self._learn(made)
        if len(self._phones) > _MOST_PHONES:
            self._look_back(self._phones.pop(0))

    def _learn(self, made):
        for name, value in made.storage.values.items():
            learn_place(self._secrets, name, value)
        password = made.unit.sip._agent.account._config.get("account.password")
        self._secrets.add("password", password if isinstance(password, bytes) else password.encode())
        link = made.host_link
        if link is not None:
            self._secrets.add("token", link.token)
            self._secrets.add("private key", link.identity.secret)
            self._secrets.add("passphrase", link.identity.passphrase or b"")

    def _see_frame(self, data):
        if data and 64 < data[0] < 91:
            self._search("a message on its way", data)

    # At the end

    def finish(self, printed=""):
        """Search all that is there. printed: what the test has printed. -> leaks."""
        for made in self._phones:
            self._look_back(made)
        for made, flags in self._processes:
            self._search_process(made, flags)
        self._search("what was printed", printed, True)
        return self.leaks

    def _look_back(self, made):
        self._learn(made)                   # what was typed into it
        name = " of " + made.name
        self._search("the events" + name, repr(made.events.posted), True)
        self._search("the screen" + name, "\n".join(sorted(shown_on(made.display))), True)
        self._search("the log" + name, repr(made.unit.log.records()), True)
        self._search("the ladder", made._world.ladder(), True)
        for place, value in made.storage.values.items():
            if not is_place(place):
                self._search("the stored value %s%s" % (place, name), value, True)

    def _search_process(self, made, flags):
        secrets = Secrets()
        for flag, value in zip(flags, (*flags[1:], "")):
            path = Path(value)
            if flag == "--password-file" and path.is_file():
                secrets.add("password", path.read_bytes().strip())
            elif flag in ("--data", "--keyring") and path.is_dir():
                learn_folder(secrets, path)
        self._note(secrets.found_in(made.story()), "the output of " + made.uri)

    def _search(self, place, data, has_media=False):
        found = self._secrets.found_in(data)
        if has_media:
            found = found + self._media.found_in(data)
        self._note(found, place)

    def _note(self, kinds, place):
        for kind in kinds:
            leak = "%s in %s" % (kind, place)
            if leak not in self.leaks:
                self.leaks.append(leak)


def shown_on(display):
    """-> set of all rows that were ever on a display."""
    if not hasattr(display, "was_shown"):
        display.was_shown = set()
    return display.was_shown


# Files

def is_place(name):
    """-> True for a file, or a stored value, where a secret may be."""
    return name in PLACES or name.endswith(PLACE_ENDINGS)


def learn_place(secrets, name, data):
    """Take note of the secret in a file, or a stored value, of this name."""
    if name == "helper.token":
        secrets.add("token", data)
    elif name.startswith("settings"):
        for line in data.split(b"\n"):
            key, _, value = line.partition(b"=")
            if key == b"account.password":
                secrets.add("password", value)
    elif name == "word":
        secrets.add("passphrase", data.strip())
    elif name == "password" or name.endswith(".password"):
        secrets.add("password", data.strip())


def learn_folder(secrets, folder):
    """Take note of each secret that lies below a folder."""
    for path in folder.rglob("*"):
        if not path.is_file() or not is_place(path.name):
            continue
        data = path.read_bytes()
        learn_place(secrets, path.name, data)
        public = path.with_suffix(".crt")
        if data.startswith(b"-----BEGIN"):      # its letters beside the number are in certificates too
            secrets.add("private key", private_number(data))
        elif path.suffix == ".key" and public.exists():
            secrets.add_private_key(data, public.read_bytes())


def leaks_in_folder(folder):
    """-> list of lines: what lies below a folder, and in which file it may not be."""
    secrets = Secrets()
    learn_folder(secrets, folder)
    leaks = []
    if not secrets.kinds:
        return leaks
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or is_place(path.name) or path.stat().st_size > _LARGEST:
            continue
        for kind in secrets.found_in(path.read_bytes()):
            leaks.append("%s in the file %s" % (kind, path))
    return leaks
