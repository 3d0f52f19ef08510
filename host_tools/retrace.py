# SPDX-License-Identifier: MIT
"""A traceback of a phone, as the sources have it.

    python -m host_tools.retrace unix < traceback

In an image several modules are one and private names are short. This reads a traceback of
MicroPython and writes it with the files, lines and names that a person knows; what is no
line of a traceback stays as it is. The image must be the one that the phone ran.
"""

import argparse
import re
import sys

from host_tools import image

_LINE = re.compile(r'(\s*File ")([\w.]+)(", line )(\d+)(, in )?(\w+)?')


def retrace(text, told):
    """-> text. told: of image.names()."""
    return _LINE.sub(lambda match: _source_of(match, told), text)


def _source_of(match, told):
    head, module, middle, line, tail, name = match.groups()
    line, renamed = int(line), {}
    for first, part, names in told["lines"].get(module, ()):
        if first <= line or first == 1:
            found = line - first + 1, part, names
    if module in told["lines"]:
        line, module, renamed = found
    elif module not in told["names"]:
        return match.group(0)
    name = renamed.get(name, name)
    name = told["names"].get(module, {}).get(name, name)
    return "%s%s%s%d%s" % (head, module, middle, line, tail + name if name else "")


def main(arguments=None):
    """-> exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m host_tools.retrace", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=sorted(image.TARGETS))
    options = parser.parse_args(arguments)
    try:
        told = image.names(options.target)
    except FileNotFoundError:
        print("retrace: there is no build/%s.names.json: build that image first" % options.target,
              file=sys.stderr)
        return 1
    sys.stdout.write(retrace(sys.stdin.read(), told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
