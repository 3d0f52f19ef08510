# SPDX-License-Identifier: MIT
"""Makes the identity of a phone: a new key, kept in the keyring under the phone's name."""

import time

from host_tools.sinetti import new_key, policy


def make(keys, engine, name, user_id, kind, passphrase):
    """-> Cert. Raises Complaint, also when there is such an identity already.

    keys: Keyring; engine: the backend; user_id: str, "Alice <sip:alice@example.org>"
    kind, passphrase: as for new_key.make()
    """
    secret, public = new_key.make(user_id, kind, passphrase, int(time.time()))
    certificate = policy.check_certificate(public)
    keys.add_identity(name, certificate, engine.add_secret(secret))
    return certificate
