# SPDX-License-Identifier: MIT
"""The setup page of a new phone as a picture: what a browser on a telephone makes of it.

    python -m sim.setup_page FILE.png
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main(arguments):
    """-> exit code."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    sys.path[:0] = [str(ROOT / "firmware"), str(ROOT / "sim" / "cpython")]
    from sim.browser import why_none

    if why_none():
        print("setup page: no picture: %s" % why_none(), file=sys.stderr)
        return 1
    try:
        Path(arguments[0]).write_bytes(picture())
    except OSError as fault:
        print("setup page: %s: %s" % (arguments[0], fault.strerror), file=sys.stderr)
        return 2
    return 0


def picture():
    """-> PNG, bytes. The phone is a virtual one: what the browser asks for goes to it, and no further."""
    from sim.browser import Browser
    from sim.new_phone import ADDRESS, NewPhone, Visitor

    phone = NewPhone()
    phone.run(1000)
    visitor = Visitor(phone)

    def fetch(route):
        path = route.request.url.split(ADDRESS)[1]
        answer = visitor.ask(b"GET %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (path.encode(), ADDRESS.encode()))
        head, _, body = answer.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        route.fulfill(status=int(lines[0].split(" ")[1]), body=body,
                      headers=dict(line.split(": ", 1) for line in lines[1:]))

    with Browser() as browser:
        browser.page.route("**/*", fetch)
        browser.page.goto("http://%s/" % ADDRESS)
        return browser.page.screenshot(full_page=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
