# SPDX-License-Identifier: MIT
"""Browser: Chromium of the system without a window, for pictures and tests of pages. It reaches loopback."""

import importlib.util
import os
import shutil

_NOTHING_ELSE = (
    "--disable-background-networking", "--disable-sync", "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.*")
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def program():
    """-> path of a browser of the system, or None."""
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)


def why_none():
    """-> why there is no browser here, "" when there is one."""
    if importlib.util.find_spec("playwright") is None:
        return "the Python package playwright is missing"
    if program() is None:
        return "there is no Chromium here: apt-get install chromium"
    return ""


class Browser:
    """Use it in a `with` block, where why_none() says nothing.

    page    of playwright, as large as a telephone's screen
    asked   addresses that it asked for; failed: those of which nothing came
    """

    def __init__(self, width=390, height=844):
        self._size = {"width": width, "height": height}
        self.asked = []
        self.failed = []

    def __enter__(self):
        from playwright.sync_api import sync_playwright

        self._playwright = sync_playwright().start()
        # Root has no sandbox to be put into.
        rights = ["--no-sandbox"] if os.geteuid() == 0 else []
        self._chromium = self._playwright.chromium.launch(
            executable_path=program(), args=[*rights, *_NOTHING_ELSE])
        self.page = self._chromium.new_page(viewport=self._size, device_scale_factor=2)
        self.page.set_default_timeout(20000)
        self.page.on("requestfailed", lambda request: self.failed.append(request.url))
        self.page.on("request", lambda request: self.asked.append(request.url))
        return self

    def __exit__(self, *fault):
        self._chromium.close()
        self._playwright.stop()
