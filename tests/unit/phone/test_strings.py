# SPDX-License-Identifier: MIT
"""Every way a call can end has one line, in plain words, that fits one row."""

from phone import page_strings, strings
from phone.strings import ending_text, text
from sip import ending


def test_every_cause_has_its_line():
    lines = {
        "HUNG_UP_HERE": "You hung up",
        "HUNG_UP_THERE": "They hung up",
        "NO_ANSWER": "Nobody answered",
        "CANCELLED": "The caller gave up",
        "ELSEWHERE": "Answered elsewhere",
        "UNREACHABLE": "Cannot be reached",
        "NO_MEDIA": "No common sound",
        "NOT_ACKNOWLEDGED": "Answer got lost",
        "REDIRECTED_TOO_OFTEN": "Redirected too often",
        "NO_AUDIO": "Their sound stopped",
        "BROKEN": "Bad reply from there",
        "REFUSED_HERE": "You declined",
        "SHUT_DOWN": "Phone is turned off",
        "NO_ADDRESS": "Address needs a proxy",
        "WRONG_PASSWORD": "Wrong password",
        "NO_PASSWORD": "Password needed",
        "WEAK_LOGIN": "Login is too weak",
        "UNKNOWN_LOGIN": "Login method unknown",
        "NO_LINK": "Network down",
        "NOT_WANTED": "No registrar is set",
        "NO_HELPER": "Helper is not there",
        "NOT_SEALED": "They do not seal",
        "KEY_CHANGED": "Their key has changed",
        "NOT_TRUSTED": "Key was not accepted",
        "LOCKED": "Key is locked",
        "BAD_SEAL": "Their seal is broken",
    }
    for name in dir(ending):
        cause = getattr(ending, name)
        if isinstance(cause, int) and name != "REFUSED":
            assert ending_text(cause, 0) == lines[name], name


def test_every_status_has_a_line_that_fits():
    for status in range(300, 700):
        line = ending_text(ending.REFUSED, status)
        assert 0 < len(line) <= 21, (status, line)


def test_important_statuses_are_told_apart():
    known = (
        400, 401, 403, 404, 405, 407, 408, 410, 415, 416, 420, 480, 481, 482, 483, 484, 486, 487,
        488, 491, 493, 500, 501, 503, 504, 505, 513, 600, 603, 604, 606,
    )
    lines = [ending_text(ending.REFUSED, status) for status in known]
    for line in lines:
        assert lines.count(line) == 1 and "(" not in line, line


def test_an_incoming_call_that_nobody_answered_was_not_declined():
    assert ending_text(ending.REFUSED_HERE, 486) == "You declined"
    assert ending_text(ending.REFUSED_HERE, 480) == "Nobody answered"


def test_an_unknown_status_is_told_by_its_class():
    assert ending_text(ending.REFUSED, 399) == "Moved (399)"
    assert ending_text(ending.REFUSED, 418) == "Refused (418)"
    assert ending_text(ending.REFUSED, 599) == "Server failed (599)"
    assert ending_text(ending.REFUSED, 699) == "Declined (699)"


def test_no_name_is_there_twice():
    names = [line.split(" ")[0] for line in (strings._TEXTS.decode() + page_strings._TEXTS).split("\n") if line]
    for name in names:
        assert names.count(name) == 1, name
        assert page_strings.text(name), name


def test_a_page_has_the_texts_of_calls_too():
    assert page_strings.text("not_saved") == text("not_saved") == "Not saved"
    assert page_strings.text("forget") == "Forget key" and text("forget") == ""


def test_a_name_that_is_not_there_is_nothing():
    assert text("no such") == page_strings.text("no such") == ""
    assert text("Calling") == ""
