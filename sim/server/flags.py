# SPDX-License-Identifier: MIT
"""The flags of `python -m sim server`: what they are, and what is wrong with them."""

import argparse
import re

from sim.arguments import ArgumentsError, Parser, endpoint, number_between

EXAMPLES = """
example: two phones that call each other through the server, each in a terminal of its own:

  python -m sim server --listen 127.0.0.1:5070 --domain voip.test --record-route --log seen.json \\
         --user 1001=sip:alice@127.0.0.1:5060 --user 1002=sip:bob@127.0.0.1:5062
  python -m sim phone --name bob --sip 127.0.0.1:5062 --proxy 127.0.0.1:5070 --screen
  python -m sim phone --name alice --sip 127.0.0.1:5060 --proxy 127.0.0.1:5070 \\
         --domain voip.test --keys "1002# wait:connected sleep:5 hangup"

  seen.json then has all that a server on the way could read, a line of JSON for each message.

It is for demos and tests. It asks nobody for a password, and listens and sends on the loopback
of this computer only (127.0.0.1 and its like). For people who phone, take a real server.

A phone registers itself by REGISTER, for 10 s to 2 hours; --user binds one for ever. What the
server passes on: what is for its own domain, for an address that is bound there, or what comes
along a route that it recorded (--record-route). All else gets 403.

exit code: 0 when it was told to end (SIGTERM, SIGINT, --seconds), 2 when an argument is wrong.
"""

_DOMAIN = re.compile(r"[A-Za-z0-9.-]{1,58}(:[0-9]{1,5})?")
_USER = re.compile(r"[A-Za-z0-9._+*-]{1,64}")
_CONTACT = re.compile(r'sip:([^\s<>@"]{1,64}@)?127(\.[0-9]{1,3}){3}(:[0-9]{1,5})?(;transport=(udp|tcp))?')


def parse(words):
    """-> argparse.Namespace, every value checked as far as text can be. Raises ArgumentsError."""
    options = _parser().parse_args(words)
    for name, check in (("listen", _listen), ("domain", _domain), ("seconds", number_between(0, 86400 * 5))):
        _check(options, name, check)
    _check(options, "user", lambda words: [_user(word) for word in words])
    return options


def _parser():
    parser = Parser(
        prog="python -m sim server", epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        description="A small SIP server in this computer: registrar, and proxy or redirect server.")
    parser.add_argument("--listen", required=True, metavar="HOST:PORT",
                        help="its address, on loopback; UDP and TCP")
    parser.add_argument("--domain", metavar="NAME", help="domain it answers for (HOST:PORT of --listen)")
    parser.add_argument("--mode", choices=("proxy", "redirect"), default="proxy",
                        help="passes calls on, or tells callers where the callee is (proxy)")
    parser.add_argument("--record-route", action="store_true", help="stay on the way of a call to its end")
    parser.add_argument("--user", metavar="NAME=URI", action="append", default=[],
                        help="somebody who is always there; NAME= is known and never there; may be repeated")
    parser.add_argument("--log", metavar="-|FILE", help="everything it sees, as lines of JSON")
    parser.add_argument("--seconds", metavar="N", help="end the server after so long")
    return parser


def _check(options, name, check):
    word = getattr(options, name)
    if word is not None:
        try:
            setattr(options, name, check(word))
        except ValueError as fault:
            raise ArgumentsError("--%s %s" % (name, fault)) from None


def _listen(word):
    host, port = endpoint(word)
    if not host.startswith("127."):
        raise ValueError("%s: it is for this computer only, give an address of its loopback" % word)
    return host, port


def _domain(word):
    if not _DOMAIN.fullmatch(word):
        raise ValueError("%s: it is a host, or HOST:PORT" % word)
    return word


def _user(word):
    """-> (name, contact URI or "")."""
    name, mark, uri = word.partition("=")
    if not mark or not _USER.fullmatch(name):
        raise ValueError("%s: it is NAME=URI, the name of letters, digits and . _ + * -" % word)
    if uri and not _CONTACT.fullmatch(uri):
        raise ValueError(
            "%s: the URI is like sip:bob@127.0.0.1:5062, perhaps with ;transport=tcp, on loopback" % word)
    return name, uri
