# SPDX-License-Identifier: MIT
"""Trust: what the owner is asked about keys, and the words that two people compare.

Loaded with the first of them.
"""

from micropython import const

from phone import screens
from phone.caption import decode, wrap
from phone.strings import text
from phone.text_entry import SECRET, TextEntry
from security.questions import CHANGED_KEY, NEW_KEY, PASSPHRASE
from sip.events import ASKED

_OK = const(79)             # O
_BACK = const(66)           # B
_SHARP = const(35)          # #: nobody presses it by habit

_LONGEST = const(64)        # characters of a passphrase
_WORDS_IN_A_ROW = const(2)


class Trust:
    """One question at a time, or the words of the call in front.

    question  of security.questions, "" for none; line: what it is about, -1 for no call
    words     list of bytes that are being shown, empty for none
    """

    def __init__(self, app, guard):
        self.question = ""
        self.line = -1
        self.words = ()
        self._app = app
        self._guard = guard
        self._entry = TextEntry()
        self._entry.owner = self

    def take(self, event, line, what, out):
        """ASKED or ALARM of sip.events."""
        if event == ASKED:
            self._ask(line, what)
        else:
            self._app.events.post("alarm", {"reason": text(what), "call": line})
            self._app.say(text(what), out)

    def _ask(self, line, question):
        """Show a question. A new one takes the place of an older one, which counts as no answer."""
        self.question = question
        self.line = line
        self.words = ()
        if question == PASSPHRASE:
            self._entry.begin("", SECRET, _LONGEST)
        self._app.events.post("asked", {"question": question, "call": line})

    def compare(self, line):
        """Show the words of a call. -> False: it has none."""
        self.words = self._guard.words(line)
        self.line = line
        return bool(self.words)

    def close(self):
        """The call that it was about is over."""
        if self.question != CHANGED_KEY:
            self.question = ""
        self.words = ()

    def told(self, entry, event, detail, now, out):
        """A character came to rest: the application draws after each event."""

    def press(self, code, now, out):
        """A key, ASCII code."""
        if self.words:
            if code == _OK:
                self._guard.confirm(self.line, now, out)
            if code == _OK or code == _BACK:
                self.words = ()
        elif self.question == PASSPHRASE:
            self._press_passphrase(code, now, out)
        elif code == (_SHARP if self.question == CHANGED_KEY else _OK):
            self._answer(b"", now, out)
        elif code == _BACK:
            self._answer(None, now, out)

    def _press_passphrase(self, code, now, out):
        entry = self._entry
        if code == _OK and entry.text:
            entry.rest(out)
            word = bytearray(entry.text.encode())
            entry.begin("", SECRET, _LONGEST)
            self._answer(word, now, out)
        elif code == _BACK and not entry.text:
            self._answer(None, now, out)
        else:
            entry.press(code, out)

    def _answer(self, word, now, out):
        question = self.question
        self.question = ""
        self._guard.answered(self.line, question, word, now, out)

    def rows(self, name):
        """-> eight rows for the display. name: str, of the other side."""
        if self.words:
            return self._word_rows()
        if self.question == PASSPHRASE:
            entry = self._entry
            return screens.entry(text("passphrase"), entry.shown(), entry.cursor, entry.mode, text("k9"))
        key = "new_key" if self.question == NEW_KEY else "changed_key"
        rows = [text(key), name, ""] + wrap(text(key + "_why")) + [""] * 6
        return rows[:7] + [text(key + "_keys")]

    def _word_rows(self):
        rows = [text("compare")]
        for at in range(0, len(self.words), _WORDS_IN_A_ROW):
            rows.append("  ".join([decode(word) for word in self.words[at:at + _WORDS_IN_A_ROW]]))
        return (rows + [""] * 7)[:7] + [text("compare_keys")]
