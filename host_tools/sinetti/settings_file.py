# SPDX-License-Identifier: MIT
"""Settings file: what a phone is to know, as text that a person writes. FORMAT says how it looks.

Here is its grammar; what the words mean to a phone is in phone_settings.py.
"""

from host_tools.sinetti.complaint import Complaint

ASK = "?"                       # instead of a secret: it is asked for at the terminal

WIFI, CONTACT, PERSON = "wifi", "contact", "person"
FIELDS = {WIFI: ("password",), CONTACT: ("number", "uri", "speed"),
          PERSON: ("fingerprint", "compared", "security")}

EXAMPLE = """\
account.user = alice
account.domain = pbx.example.org
account.password = ?
account.ca = authority.pem
security.policy = prefer
time.servers = 192.0.2.10 192.0.2.11

[wifi Home]
password = ?

[contact Bob]
number = 1002
uri = sip:bob@pbx.example.org
speed = 2

[person sip:bob@pbx.example.org]
fingerprint = 0123 4567 89AB CDEF 0123 4567 89AB CDEF 0123 4567
compared = yes
security = require
"""

FORMAT = """FILE is UTF-8 text; a line is NAME = VALUE, a comment that begins with #, or empty:

%s

The names before the first [...] are those that `sinetti settings get` lists. A "?" is asked for at the
terminal; secrets are not shown there. account.ca is a file beside FILE: the certificate of the authority by
which SIP servers are known. A network without a password is an open one. A contact takes the place of another
one with its number. A value in double quotes is taken as it stands between them.""" % EXAMPLE

_LARGEST = 65536                # bytes; a phone could not keep more


class Section:
    """A phone's settings, or one network, contact or person.

    kind, name  "" for the settings; values: dict of name to text; lines: dict of name to number of its line
    line        number of the line that began it
    """

    def __init__(self, kind, name, line):
        self.kind = kind
        self.name = name
        self.line = line
        self.values = {}
        self.lines = {}


def read(data):
    """-> list of Section, the settings first. data: bytes. Raises Complaint, which names no value."""
    if len(data) > _LARGEST:
        raise Complaint("it is longer than %d bytes: no settings file" % _LARGEST)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Complaint("line %d: it is no UTF-8 text" % (data.count(b"\n", 0, fault.start) + 1)) from None
    sections = [Section("", "", 0)]
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        if line.startswith("["):
            sections.append(_begun(line, number, sections))
        elif line and not line.startswith("#"):
            _take(sections[-1], line, number)
    return sections


def write(sections, remarks=()):
    """-> bytes that read() takes. remarks: lines of a comment at the top."""
    lines = ["# " + remark for remark in remarks]
    for section in sections:
        if section.kind:
            lines += ["", "[%s %s]" % (section.kind, quoted(section.name))]
        lines += ["%s = %s" % (name, value) for name, value in section.values.items()]
    return ("\n".join(lines) + "\n").encode()


def quoted(text):
    """-> text as it has to stand in a file, so that it is read as it is."""
    if text == ASK or text != text.strip() or text[:1] == text[-1:] == '"':
        return '"%s"' % text
    return text


def plain(text):
    """-> what was meant by a text of a file."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _begun(line, number, sections):
    kind, _, name = line[1:-1].strip().partition(" ")
    name = plain(name.strip())
    if line[-1] != "]" or kind not in FIELDS or not name:
        raise Complaint("line %d: a part begins with %s" % (
            number, ", ".join("[%s NAME]" % known for known in FIELDS)))
    for section in sections:
        if (section.kind, section.name) == (kind, name):
            raise Complaint("line %d: the same %s is in line %d already" % (number, kind, section.line))
    return Section(kind, name, number)


def _take(section, line, number):
    name, mark, value = line.partition("=")
    name = name.strip()
    if not mark:
        raise Complaint("line %d: it is no NAME = VALUE" % number)
    if section.kind and name not in FIELDS[section.kind]:
        raise Complaint("line %d: a %s has %s" % (number, section.kind, ", ".join(FIELDS[section.kind])))
    if name in section.values:
        raise Complaint("line %d: %s is in line %d already" % (number, name, section.lines[name]))
    section.values[name] = value.strip()
    section.lines[name] = number
