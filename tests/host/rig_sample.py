# SPDX-License-Identifier: MIT
"""A test file in which one of three fails, for test_rigs.py: a rig has to notice."""

ORDER = []


def test_zebras_come_first_because_the_file_says_so():
    ORDER.append("zebra")


def test_this_one_fails_on_purpose():
    ORDER.append("failure")
    assert ORDER == ["never"]


def test_apes_come_last_and_see_both():
    assert ORDER == ["zebra", "failure"]
