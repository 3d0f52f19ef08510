# SPDX-License-Identifier: MIT
"""own_uri: what a phone will say that it is, before it is there. Its key has to be made for that."""

from phone.config import domain_of
from sip.agent import user_part


def own_uri(config, host):
    """-> bytes: the URI in its From, as Agent.identity() writes it.

    config: phone.config.Config; host: the phone's own address, str
    """
    place = domain_of(config) or b"%s:%d" % (host.encode(), config.get("sip.port"))
    return b"sip:" + user_part(config.get("account.user")) + place
