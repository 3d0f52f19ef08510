# SPDX-License-Identifier: MIT
"""The tokens of `--keys`: a row of words into the lines that boards/unix/keyscript.py plays."""

PRESS_MS = 60
LONG_MS = 1200          # well over the 0.8 s from which the phone counts a key as held
WAIT_MS = 30000         # of a `wait` that names no limit

EVENTS = (
    "boot", "registered", "unregistered", "dialling", "ringback", "ringing", "connected",
    "who-can-hear", "dtmf", "held", "resumed", "ended", "message-waiting", "error", "asked", "alarm",
    "media", "idle",
)
_KEYS = {
    "answer": "O", "ok": "O", "back": "B", "up": "U", "down": "D", "hold": "H", "mute": "M",
    "redial": "R", "transfer": "T",
}
_STEPS = {"offhook": "lift", "onhook": "lay", "hangup": "hang-up"}
_DIALLED = "0123456789*#"


def steps(text):
    """-> list of steps, a line each. Raises ValueError with a sentence that names the token."""
    found = []
    for token in text.split():
        word, mark, value = token.partition(":")
        if not mark and word in _STEPS:
            found.append(_STEPS[word])
        elif not mark and word in _KEYS:
            found.append(_press(_KEYS[word], PRESS_MS))
        elif not mark and not set(word) - set(_DIALLED):
            found.extend(_press(key, PRESS_MS) for key in word)
        elif word == "sleep" and mark:
            found.append("sleep %d" % _milliseconds(value, token))
        elif word == "wait" and mark:
            found.append(_wait(value, token))
        elif word == "long" and mark:
            found.append(_long(value, token))
        else:
            raise ValueError(
                "%s is no token: keys (1002#), offhook, onhook, answer, hangup, %s, "
                "long:KEY, sleep:SECONDS, wait:EVENT[:SECONDS]" % (
                    token, ", ".join(sorted(set(_KEYS) - {"answer"}))))
    return found


def _press(key, down_ms):
    return "press %d %d" % (ord(key), down_ms)


def _long(key, token):
    key = _KEYS.get(key, key)
    if len(key) != 1 or key not in _DIALLED + "".join(_KEYS.values()):
        raise ValueError("%s: a key is one of %s or a word like hold" % (token, _DIALLED))
    return _press(key, LONG_MS)


def _wait(value, token):
    event, mark, limit = value.partition(":")
    if event not in EVENTS:
        raise ValueError("%s: the events are %s" % (token, ", ".join(EVENTS)))
    return "wait %s %d" % (event, _milliseconds(limit, token) if mark else WAIT_MS)


def _milliseconds(text, token):
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86400:
        raise ValueError("%s: the time is a number of seconds, 0 to 86400" % token)
    return int(seconds * 1000)
