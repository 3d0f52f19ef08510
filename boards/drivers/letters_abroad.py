# SPDX-License-Identifier: MIT
"""Letters that the font has no drawing of, as letters that it has: a name stays legible, in as many columns.

    Latin Extended-A      without its mark: Polish, Czech, Turkish, Baltic names
    Greek                 by ISO 843, as far as one letter goes, without accents
    Cyrillic              by ISO 9, which has one letter for each; a mark where the font has it

Loaded with the first such letter: who knows none of these names pays nothing.
"""

# The first code point of each alphabet, and from there on a letter each; a blank where there is none.
_FIRST = (0x0100, 0x0386, 0x0400)
_LETTERS = (
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiJjJjKkkLlLlLlLlLlNnNnNnnNnOoOoOo"
    "\u0152\u0153RrRrRrSsSsSs\u0160\u0161TtTtTtUuUuUuUuUuUuWwYy\u0178ZzZz\u017d\u017es",
    "A EII O YOiAVGDEZITIKLMNXOPR STYFHPOIYaeiiyavgdezitiklmnxoprsstyfhpoiyoyo",
    "\xc8\xcbDG\xcaZ\xcc\xcfJLNCKIUDABVGDE\u017dZIJKLMNOPRSTUFHCC\u0160\u0160\"Y'\xc8\xdb\xc2"
    "abvgde\u017ezijklmnoprstufhcc\u0161\u0161\"y'\xe8\xfb\xe2\xe8\xebdg\xeaz\xec\xefjlnckiud",
)


def letter(code):
    """-> str of one letter that the font has, for a code point; "" when it is in none of these alphabets."""
    for first, letters in zip(_FIRST, _LETTERS):
        if first <= code < first + len(letters):
            return letters[code - first].strip()
    return ""
