# SPDX-License-Identifier: MIT
"""One message, and one description, read again and again between marks, in an assembled phone."""

import gc

from host_tools.bench.programs.desk import Desk
from host_tools.bench.programs.labels import DESCRIPTION, MESSAGE
from host_tools.bench.programs.marks import Labels, begin, calibrate, end
from media.sdp import parse as parse_sdp
from sip.parser import parse

_TIMES = 40


def main(words):
    """words: the paths of an INVITE and of a description."""
    calibrate()
    desk = Desk()
    desk.assemble()
    desk.run(500)
    with open(words[0], "rb") as file:
        frame = file.read()
    with open(words[1], "rb") as file:
        body = file.read()
    labels = Labels(2 * _TIMES)
    for _ in range(_TIMES):
        begin()
        parse(frame)
        end()
        labels.add(MESSAGE)
    gc.collect()
    for _ in range(_TIMES):
        begin()
        read(body)
        end()
        labels.add(DESCRIPTION)
    labels.show()


def read(body):
    """Everything of a description that a phone acts on."""
    section = parse_sdp(body).section(0)
    for payload_type in section.payload_types:
        if payload_type > 127:
            break
        section.kind(payload_type)
