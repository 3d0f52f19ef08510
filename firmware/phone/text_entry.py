# SPDX-License-Identifier: MIT
"""Text entry: every printable ASCII character from twelve keys, by pressing them repeatedly."""

from micropython import const

TEXT = 0            # what may be typed: anything
NUMBER = 1          # a phone number: digits and *
INTEGER = 2         # digits and a sign, on *
SECRET = 3          # anything, shown as stars
PIN = 4             # digits, shown as stars

CHANGED = 1         # told to the owner: a character came to rest, the screen is to be redrawn

_BACK = const(66)           # B
_LEFT = const(85)           # U
_RIGHT = const(68)          # D
_STAR = const(42)
_SHARP = const(35)

_REST_MS = const(1000)      # then the next press of the same key is a new character
_REST = const(0)

# Behind each key its characters, in the order of the presses.
_LETTERS = (
    "\n1.@:-_/,1\n2abc2\n3def3\n4ghi4\n5jkl5\n6mno6\n7pqrs7\n8tuv8\n9wxyz9\n0 0+"
    "\n**#!\"$%&'();<=>?[\\]^`{|}~\n"
)


class TextEntry:
    """One line being typed. `#` changes the mode, U and D move the cursor, B deletes."""

    owner = None

    def __init__(self):
        self.begin("", TEXT, 0)

    def begin(self, text, kind, limit):
        """Edit `text` (str), at most `limit` characters long."""
        self.text = text
        self._kind = kind
        self._limit = limit
        self.mode = "abc" if kind == TEXT or kind == SECRET else "123"
        self.cursor = len(text)         # in front of this character
        self._key = 0                   # may be pressed again for its next character
        self._turn = 0
        self._is_fresh = False          # the last character is still shown, though a secret

    def shown(self):
        """-> str, as long as the text: a secret is stars, but for a character just typed."""
        if self._kind < SECRET:
            return self.text
        stars = "*" * len(self.text)
        if not self._is_fresh:
            return stars
        at = self.cursor
        return stars[:at - 1] + self.text[at - 1:at] + stars[at:]

    def press(self, code, out):
        """A key other than O; code is ASCII. The owner redraws."""
        again = code == self._key
        self.rest(out)
        if code == _BACK:
            if self.cursor:
                self._replace(1, "")
        elif code == _LEFT:
            self.cursor = max(0, self.cursor - 1)
        elif code == _RIGHT:
            self.cursor = min(len(self.text), self.cursor + 1)
        elif code == _SHARP:
            if self._kind == TEXT or self._kind == SECRET:
                self.mode = "ABC" if self.mode == "abc" else "123" if self.mode == "ABC" else "abc"
        elif code == _STAR or 48 <= code <= 57:
            self._type(code, again, out)

    def rest(self, out):
        """The last character stands; a secret one is hidden."""
        out.cancel(self, _REST)
        self._key = 0
        self._is_fresh = False

    def timeout(self, timer, now, out):
        self._key = 0
        self._is_fresh = False
        out.tell(self, CHANGED)

    def _type(self, code, again, out):
        group = self._group(code)
        self._turn = (self._turn + 1) % len(group) if again else 0
        if not again and len(self.text) >= self._limit:
            return
        self._replace(1 if again else 0, group[self._turn])
        self._is_fresh = True
        if len(group) > 1:
            self._key = code
        if len(group) > 1 or self._kind >= SECRET:
            out.arm(self, _REST, _REST_MS)

    def _replace(self, n, character):
        """Put `character` in the place of the n in front of the cursor."""
        at = self.cursor
        self.text = self.text[:at - n] + character + self.text[at:]
        self.cursor = at - n + len(character)

    def _group(self, code):
        if self.mode == "123":
            return "-" if code == _STAR and self._kind == INTEGER else chr(code)
        start = _LETTERS.find("\n" + chr(code)) + 2
        group = _LETTERS[start:_LETTERS.find("\n", start)]
        return group.upper() if self.mode == "ABC" else group
