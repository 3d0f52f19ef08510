# SPDX-License-Identifier: MIT
"""The flags of `python -m sim phone`: what they are, and what is wrong with them."""

import argparse
import re
import socket
import warnings

from sim import key_tokens

EXAMPLES = """
examples, each in a terminal of its own:

  python -m sim phone --name bob --sip 127.0.0.1:5062 --screen --auto-answer 2000
  python -m sim phone --name alice --sip 127.0.0.1:5060 --screen \\
         --contact 1002=sip:bob@127.0.0.1:5062,Bob --mic tone:440

  Space lifts the handset, 1002# dials, space hangs up, Ctrl-C ends the phone. With the screen
  drawn, the keyboard is the keypad: digits, * and #, enter = OK, backspace = back, the arrows
  up and down, h = hold, m = mute, r = redial, t = transfer.

  python -m sim phone --name alice --sip 127.0.0.1:5060 --contact 1002=sip:bob@127.0.0.1:5062 \\
         --keys "offhook 1002# wait:connected:10 sleep:5 hangup wait:ended" --events -

  python -m sim phone --name carol --sip 127.0.0.1:5064 --proxy 127.0.0.1:5060 --domain voip.test \\
         --register --password-file carol.password --screen

sealed calls, signed and encrypted from end to end; the first start makes each phone's key:

  python -m sim phone --name bob --sip 127.0.0.1:5062 --screen --security prefer \\
         --data bob --keyring keys
  python -m sim phone --name alice --sip 127.0.0.1:5060 --screen --security prefer \\
         --data alice --keyring keys --contact 1002=sip:bob@127.0.0.1:5062,Bob

  A helper beside each phone holds its key; phones with one keyring know each other's. For a
  helper that runs elsewhere: sinetti pair alice --tls-dir tls --data alice --address HOST:PORT,
  then --data alice --helper HOST:PORT.

tokens of --keys:
  1002#  *  0        keys, one after another          long:5         a key held down
  offhook  onhook    the handset                      answer  ok     the OK key
  hangup             lays the handset, or presses back where it lies
  hold mute transfer redial back up down              keys by name
  sleep:S            S seconds                        wait:EVENT[:S] until it happens, at most S (30)

exit code: 0 when the keys were played to their end, 1 when a wait was in vain or the phone
failed, 2 when an argument is wrong.
"""

_NAME = re.compile(r"[A-Za-z0-9._-]{1,32}")
_NUMBER = re.compile(r"[0-9*]{1,32}")
_USER = re.compile(r"[A-Za-z0-9._+*-]{1,64}")
_DOMAIN = re.compile(r"[A-Za-z0-9.-]{1,58}(:[0-9]{1,5})?")
_LONGEST_FIELD = 96         # bytes of a URI or a name in the directory
_LONGEST_PASSWORD = 64      # bytes
_LONGEST_AUTHORITY = 1 << 20    # bytes of a file with a certificate
_LOGIN = re.compile(r"[ -~]{1,64}")
_HEAP = re.compile(r"([1-9][0-9]{0,9})([KM]?)")
_HEAPS = ("260K", "600K")   # of a phone in clear, and of one that seals
_TRANSPORTS = ("udp", "tcp", "tls")


class ArgumentsError(Exception):
    """A flag is wrong. The message is one line for a person."""


class Parser(argparse.ArgumentParser):
    """Whose errors are one line each."""

    def error(self, message):
        raise ArgumentsError(message)


def parse(words):
    """-> argparse.Namespace, every value checked as far as text can be. Raises ArgumentsError."""
    options = _parser().parse_args(words)
    options.sip = _checked("--sip", options.sip, endpoint)
    options.name = _checked("--name", options.name, _matching(_NAME, "1 to 32 of letters, digits and . _ -"))
    options.user = _checked("--user", options.user, _matching(_USER, "of letters, digits and . _ + * -"))
    options.user = options.user or options.name
    options.domain = _checked("--domain", options.domain, _matching(_DOMAIN, "a host, or HOST:PORT"))
    typed = options.proxy
    options.proxy = _checked("--proxy", options.proxy, _proxy)
    options.tls_names = _tls_names(typed, options.proxy)
    options.ca = _checked("--ca", options.ca, _authority)
    options.auth_user = _checked("--auth-user", options.auth_user, _matching(_LOGIN, "1 to 64 characters"))
    options.password = _checked("--password-file", options.password_file, _password)
    options.registrar = _registrar(options) if options.register else None
    options.contacts = [_checked("--contact", word, _contact) for word in options.contact]
    options.keys = _checked("--keys", options.keys, key_tokens.steps)
    options.seconds = _checked("--seconds", options.seconds, number_between(0, 86400 * 5))
    options.auto_answer = _checked("--auto-answer", options.auto_answer, number_between(0, 600000))
    options.heap = _checked("--heap", options.heap or _HEAPS[options.security != "off"], _heap)
    usual = "none" if options.security == "off" else "embedded"
    options.helper = _checked("--helper", usual if options.helper is None else options.helper, _helper)
    if options.keyring is not None and options.helper[0] != "embedded":
        raise ArgumentsError("--keyring: it is for --helper embedded; another helper has its own keyring")
    return options


def _parser():
    parser = Parser(
        prog="python -m sim phone", epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False, description="A complete desk phone in this computer, on real sockets.")
    flags = parser.add_argument_group("who it is")
    flags.add_argument("--name", required=True, help="what the phone is called, on screens and in logs")
    flags.add_argument("--sip", required=True, metavar="HOST:PORT", help="our address; UDP and TCP")
    flags.add_argument("--user", metavar="U", help="user part of its SIP address (the name)")
    flags.add_argument("--domain", metavar="D", help="domain of its SIP address (HOST:PORT of --sip)")
    flags.add_argument("--proxy", metavar="HOST:PORT[;transport=udp|tcp|tls]",
                       help="where calls are sent; by TLS its certificate must be for HOST")
    flags.add_argument("--ca", metavar="FILE",
                       help="certificate of the authority behind the proxy's, PEM or DER; kept in --data")
    flags.add_argument("--register", action="store_true",
                       help="register at the proxy, or without one at the domain")
    flags.add_argument("--auth-user", metavar="U", help="who it is to a server that asks (--user)")
    flags.add_argument("--password-file", metavar="F", help="file whose first line is the password")
    flags.add_argument("--contact", metavar="NUMBER=URI[,NAME]", action="append", default=[],
                       help="an entry of the directory; may be repeated")
    flags.add_argument("--data", metavar="DIR",
                       help="folder of settings and call log (a fresh one, gone at the end)")

    flags = parser.add_argument_group("what runs it")
    flags.add_argument("--runtime", choices=("cpython", "micropython"), default="cpython",
                       help="which interpreter runs the firmware (cpython)")
    flags.add_argument("--heap", metavar="N",
                       help="what MicroPython may use beside its code, in K or M (%s; %s to seal)" % _HEAPS)
    flags.add_argument("--seconds", metavar="N", help="end the phone after so long")

    flags = parser.add_argument_group("sound: WAV is 8000 Hz, 16 bit, mono; a FIFO carries such samples bare")
    flags.add_argument("--mic", metavar="FILE|FIFO|tone:HZ|silence", default="silence",
                       help="what is said, in real time from the first tone or call on (silence)")
    flags.add_argument("--ear", metavar="FILE|FIFO|null", default="null",
                       help="what is heard, in real time, silence included (null)")

    flags = parser.add_argument_group("who uses it")
    flags.add_argument("--keys", metavar='"TOKENS"', help="what is pressed; with its end the phone ends")
    flags.add_argument("--auto-answer", metavar="MS", help="a call is answered after so many ms")
    flags.add_argument("--screen", action="store_true", help="show the screen; a terminal gives keys, too")
    flags.add_argument("--events", metavar="-|FILE", help="what happens, as lines of JSON; the screen too")
    flags.add_argument("--trace", metavar="FILE", help="each SIP message, as lines of JSON")

    flags = parser.add_argument_group("security")
    flags.add_argument(
        "--security", choices=("off", "prefer", "require"), default="off",
        help="seal calls from end to end: never (off), where it can be, which the screen tells (prefer), "
             "or have no other calls (require)")
    flags.add_argument(
        "--srtp", choices=("off", "prefer", "require"), default="off",
        help="encrypt the sound; its keys go in clear where nothing else is sealed: the screen says so (off)")
    flags.add_argument(
        "--helper", metavar="embedded|HOST:PORT|serial:LINE|none",
        help="who holds its key: a helper that comes and goes with the phone, one at this address or serial "
             "line, with which `sinetti pair` paired --data, or nobody (none with --security off, else "
             "embedded)")
    flags.add_argument("--keyring", metavar="DIR",
                       help="folder of the embedded helper's keys; phones may share it (DATA/keyring)")
    return parser


def _checked(flag, word, check):
    if word is None:
        return None
    try:
        return check(word)
    except ValueError as fault:
        raise ArgumentsError("%s %s" % (flag, fault)) from None


def _matching(pattern, description):
    def check(word):
        if not pattern.fullmatch(word):
            raise ValueError("%s: it is %s" % (word, description))
        return word
    return check


def endpoint(word):
    """-> (numeric host, port). Raises ValueError."""
    host, mark, port = word.rpartition(":")
    if not mark or not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError("%s: it is HOST:PORT, like 127.0.0.1:5060" % word)
    try:
        address = socket.gethostbyname(host)
    except (OSError, UnicodeError):
        raise ValueError("%s: there is no host %s" % (word, host)) from None
    if address == "0.0.0.0":
        raise ValueError("%s: it must be the address that others reach" % word)
    return address, int(port)


def _proxy(word):
    """-> the setting account.proxy: its host made numeric."""
    place, mark, transport = word.partition(";")
    name, equals, kind = transport.partition("=")
    if mark and (name != "transport" or kind not in _TRANSPORTS):
        raise ValueError("%s: after the port only ;transport=udp, ;transport=tcp or ;transport=tls" % word)
    return "%s:%d%s%s" % (*endpoint(place), mark, transport)


def _tls_names(typed, proxy):
    """-> dict of the numeric HOST:PORT of a proxy by TLS to its host as it was typed."""
    place, _, transport = (proxy or "").partition(";")
    if transport != "transport=tls":
        return {}
    return {place: typed.partition(";")[0].rpartition(":")[0]}


def _authority(path):
    """-> DER of the one certificate in a file."""
    from cryptography import x509       # not for a phone without TLS: it takes a while
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        with open(path, "rb") as file:
            data = file.read(_LONGEST_AUTHORITY)
    except (OSError, ValueError) as fault:
        raise ValueError("%s: %s" % (path, getattr(fault, "strerror", None) or fault)) from None
    try:
        with warnings.catch_warnings(action="ignore"):      # of a serial number that is unusual
            if b"-----BEGIN" in data:
                found = x509.load_pem_x509_certificates(data)
            else:
                found = [x509.load_der_x509_certificate(data)]
    except ValueError:
        raise ValueError("%s: it holds no certificate, PEM or DER" % path) from None
    if len(found) != 1:
        raise ValueError("%s: it holds %d certificates; give the authority's alone" % (path, len(found)))
    return found[0].public_bytes(Encoding.DER)


def _helper(word):
    """-> (kind, place): "none", "embedded", "address" with HOST:PORT, or "serial" with the path of a line."""
    if word in ("none", "embedded"):
        return word, None
    kind, mark, path = word.partition(":")
    if kind == "serial" and mark:
        if not path:
            raise ValueError("serial: it is serial:LINE, like serial:/dev/ttyUSB0")
        return "serial", path
    if not mark:
        raise ValueError("%s: it is embedded, HOST:PORT, serial:LINE or none" % word)
    return "address", "%s:%d" % endpoint(word)


def _registrar(options):
    """-> the setting account.registrar."""
    if options.proxy is not None:
        return options.proxy
    if options.domain is None:
        raise ArgumentsError("--register: it needs --proxy HOST:PORT or --domain D, to know where")
    place = options.domain if ":" in options.domain else options.domain + ":5060"
    return "%s:%d" % _checked("--domain", place, endpoint)


def _password(path):
    """-> the first line of a file."""
    try:
        with open(path, encoding="utf-8") as file:
            word = file.readline().rstrip("\r\n")
    except OSError as fault:
        raise ValueError("%s: %s" % (path, fault.strerror)) from None
    except ValueError:
        raise ValueError("%s: it is no text" % path) from None
    if not 0 < len(word.encode()) <= _LONGEST_PASSWORD or not word.isprintable():
        raise ValueError("%s: its first line is no password of 1 to %d bytes" % (path, _LONGEST_PASSWORD))
    return word


def _contact(word):
    """-> [number, URI, name]."""
    number, mark, rest = word.partition("=")
    uri, _, name = rest.partition(",")
    if not mark or not _NUMBER.fullmatch(number):
        raise ValueError("%s: it is NUMBER=URI[,NAME], the number of digits and *" % word)
    if not uri.lower().startswith("sip:") or len(uri) < 5 or any(mark in uri for mark in ' <>"'):
        raise ValueError("%s: the URI begins with sip: and has no spaces or brackets" % word)
    for field in (uri, name):
        if len(field.encode()) > _LONGEST_FIELD or not field.isprintable():
            raise ValueError("%s: at most %d printable characters each" % (word, _LONGEST_FIELD))
    return [number, uri, name]


def number_between(low, high):
    """-> a check of a word, which gives the float it is or raises ValueError."""
    def check(word):
        try:
            number = float(word)
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            raise ValueError("%s: a number, %d to %d" % (word, low, high))
        return number
    return check


def _heap(word):
    """-> bytes."""
    found = _HEAP.fullmatch(word)
    if not found:
        raise ValueError("%s: it is bytes, or with K or M, like 260K" % word)
    return int(found[1]) * {"": 1, "K": 1024, "M": 1024 * 1024}[found[2]]
