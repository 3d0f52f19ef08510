# SPDX-License-Identifier: MIT
"""What the owner of the phone is asked about keys, by the names that the events have."""

NEW_KEY = "new-key"             # call somebody with a key that nobody has compared yet?
CHANGED_KEY = "changed-key"     # forget the key that was known?
PASSPHRASE = "passphrase"       # what unlocks our own key
