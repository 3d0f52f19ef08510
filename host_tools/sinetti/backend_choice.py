# SPDX-License-Identifier: MIT
"""Which backend does the arithmetic: sequoia, in this process, or gnupg, the program gpg."""

from host_tools.sinetti.complaint import Complaint

NAMES = ("sequoia", "gnupg")


def backend_of(name, keyring, home=None):
    """-> backend. Raises Complaint."""
    if name == "sequoia":
        from host_tools.sinetti.backends.sequoia import Sequoia

        return Sequoia(keyring)
    if name == "gnupg":
        from host_tools.sinetti.backends.gnupg import Gnupg

        return Gnupg(keyring, home)
    raise Complaint("--backend %s: it is one of %s" % (name, ", ".join(NAMES)), 2)
