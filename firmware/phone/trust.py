# SPDX-License-Identifier: MIT
"""Trust: what the owner is asked about keys, and the words that two people compare.

Loaded with the first of them.
"""

from micropython import const

from core.clock import ticks_diff
from phone import page_screens
from phone.caption import bare, decode, wrap
from phone.config import domain_of
from phone.page_strings import text
from phone.text_entry import CHANGED, SECRET, TextEntry
from phone.views import RINGING, TALKING
from security.questions import CHANGED_KEY, PASSPHRASE
from sip.events import ASKED

_OK = const(79)             # O
_BACK = const(66)           # B
_SHARP = const(35)          # #: nobody presses it by habit

_LONGEST = const(64)        # characters of a passphrase
_WORDS_IN_A_ROW = const(2)
_NOTE_ROW = const(6)

_OVER = const(0)            # timer: whoever asked waits no longer
_OVER_MS = const(30000)
_TRIED_MS = const(10000)    # who asks again so soon did not like the passphrase: none holds for less


class Trust:
    """One question at a time, or the words of the call in front.

    question  of security.questions, "" for none; line: what it is about, -1 for no call
    words     list of bytes that are being shown, empty for none
    owner     told CHANGED of text_entry: the screen is to be drawn
    """

    def __init__(self, app, guard):
        self.question = ""
        self.line = -1
        self.words = ()
        self.owner = app
        self._app = app
        self._guard = guard
        self._tried = None          # tick of the last passphrase
        self._is_wrong = False
        self._entry = TextEntry()
        self._entry.owner = self

    def is_shown(self, lines, view, is_locked):
        """-> True when it has the screen and the keys. A call that rings is answered first.

        Who cannot unlock the phone does not say which key to believe."""
        if self.question == CHANGED_KEY and is_locked:
            return False
        if self.question:
            return view != RINGING or lines.ringing().call == self.line
        return view == TALKING and bool(self.words)

    def take(self, event, line, what, now, out):
        """ASKED or ALARM of sip.events."""
        if event == ASKED:
            self._ask(line, what, now, out)
        else:
            self._app.events.post("alarm", {"reason": text(what), "call": line})
            self._app.say(text(what), out)

    def _ask(self, line, question, now, out):
        """Show a question. A new one takes the place of an older one, which counts as no answer."""
        self._drop(out)
        self.question = question
        self.line = line
        self.words = ()
        self._is_wrong = self._tried is not None and ticks_diff(now, self._tried) < _TRIED_MS
        if question != CHANGED_KEY:             # that waits for its answer, since nobody else does
            out.arm(self, _OVER, _OVER_MS)
        self._app.events.post("asked", {"question": question, "call": line})

    def compare(self, line):
        """Show the words of a call. -> False: it has none."""
        self.words = self._guard.words(line)
        self.line = line
        return bool(self.words)

    def close(self, line, out):
        """A call is over, and what was asked about it."""
        if line == self.line:
            self.words = ()
            if self.question != CHANGED_KEY:
                self._drop(out)

    def timeout(self, timer, now, out):
        self._drop(out)
        out.tell(self, CHANGED)

    def told(self, entry, event, detail, now, out):
        """A character came to rest."""
        out.tell(self, CHANGED)

    def press(self, code, now, out):
        """A key, ASCII code."""
        if self.words:
            if code == _OK and not self._guard.confirm(self.line, now, out):
                self._app.say(text("not_saved"), out)
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
        self._is_wrong = False
        if code == _OK and entry.text:
            word = bytearray(entry.text.encode())
            self._tried = now
            self._answer(word, now, out)
            for at in range(len(word)):         # also where nobody wanted it any more
                word[at] = 0
        elif code == _BACK and not entry.text:
            self._answer(None, now, out)
        else:
            entry.press(code, out)

    def _answer(self, word, now, out):
        question = self.question
        self._drop(out)
        self._guard.answered(self.line, question, word, now, out)

    def _drop(self, out):
        """No question any more, and nothing of what was typed."""
        self.question = ""
        out.cancel(self, _OVER)
        self._entry.rest(out)
        self._entry.begin("", SECRET, _LONGEST)

    def rows(self, name):
        """-> eight rows for the display. name: str, of the other side."""
        if self.words:
            return self._word_rows()
        if self.question == PASSPHRASE:
            entry = self._entry
            rows = page_screens.entry(text("passphrase"), entry.shown(), entry.cursor, entry.mode, text("k9"))
            if self._is_wrong:
                rows[_NOTE_ROW] = text("wrong")
            return rows
        key = "new_key"
        if self.question == CHANGED_KEY:
            key = "changed_key"
            name = self._who_changed()
        rows = [text(key), name, ""] + wrap(text(key + "_why")) + [""] * 6
        return rows[:7] + [text(key + "_keys")]

    def _who_changed(self):
        """-> str to call the other side by. The call that told is over, or never was one."""
        uri = self._guard.changed
        name = self._app.directory.name_of(uri, domain_of(self._app.config))
        return decode(name or bare(uri))

    def _word_rows(self):
        rows = [text("compare")]
        for at in range(0, len(self.words), _WORDS_IN_A_ROW):
            rows.append("  ".join([decode(word) for word in self.words[at:at + _WORDS_IN_A_ROW]]))
        return (rows + [""] * 7)[:7] + [text("compare_keys")]
