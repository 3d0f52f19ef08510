# SPDX-License-Identifier: MIT
"""Setup screens: what a phone shows that was never set up, as pure functions to eight rows of 21 letters."""


def looking():
    return ("Set up this phone", "", "One moment:", "looking for networks", "", "", "", "")


def open_door(name, password, address):
    """The phone's own network. name, password, address: str."""
    return (
        "Set up this phone", "With a browser: join", "Wi-Fi " + name, "by    " + password,
        "then open", "http://" + address, "", "OK: use the keypad",
    )


def no_radio(reason):
    """There is no network of its own. reason: str, a row."""
    return ("Set up this phone", "", reason, "", "", "", "", "OK: use the keypad")


def closed(is_spent):
    """is_spent: wrong passwords closed it, not the time."""
    why = ("Nobody used the", "setup for 10 minutes.")
    if is_spent:
        why = ("A wrong password was", "typed too often.")
    return ("Setup is closed", "") + why + ("", "", "", "any key: open it")


def stored():
    return ("Saved", "", "The phone starts now", "with what you typed.", "", "", "", "")
