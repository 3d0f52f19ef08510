# SPDX-License-Identifier: MIT
"""Page: the HTML of the setup, as functions of what was typed and what is wrong with it.

One page without a script: a form with a label for each field, what is wrong right at the field and told to
screen readers, and a summary of it on top. Nothing typed as a password ever comes back.
"""

from admin.form import NETWORK, NETWORK_KEY, SECRETS, SETTINGS, ZONE

TYPED = "wifi.typed"            # fields that are none of SetupForm: a network that is not in the list,
PASS = "setup.pass"             # the one-time password
TOKEN = "setup.token"           # and the token of this form

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%s</title>
<link rel="stylesheet" href="/setup.css">
</head>
<body>
<main>
<header>
<p class="brand">Sinetti</p>
<h1>%s</h1>
"""
_FOOT = "</main>\n</body>\n</html>\n"

_TROUBLE = """<div role="alert" class="bad">
<p>Nothing was saved yet. Passwords have to be typed again.</p>
<ul>
%s</ul>
</div>
"""

_PLAIN = 'autocomplete="off" autocapitalize="none" spellcheck="false"'

# Field to label, hint and attributes of its input.
_INPUTS = {
    TYPED: ("Or type its name", "A phone with a cable needs none.", _PLAIN),
    NETWORK_KEY: ("Password of the network", "", _PLAIN),
    "account.display": ("Your name", "Others see it when you call.", 'autocomplete="name"'),
    "account.user": ("User", "Your name or number at the server.", _PLAIN),
    "account.domain": ("Domain", "What stands behind the @ of your address.", _PLAIN),
    "account.registrar": (
        "Server", "In numbers: 192.0.2.5 or 192.0.2.5:5060. Leave it empty if the domain is that.", _PLAIN),
    "account.password": ("Password of the account", "", _PLAIN),
    "phone.country": ("Tones of", "", ""),
    ZONE: ("Time of", "", ""),
    "settings.address": ("Address of a settings file", "Only if somebody gave you one.", _PLAIN),
    PASS: ("Password on the phone's screen", "The one by which you joined its network.", _PLAIN),
}
_COUNTRIES = {
    "us": "United States", "gb": "United Kingdom", "fi": "Finland", "de": "Germany", "fr": "France",
    "jp": "Japan", "au": "Australia",
}
_ORDER = (NETWORK, NETWORK_KEY) + SETTINGS + (PASS,)
_GROUPS = (
    ("Account", "Leave it empty for a phone that is called by its address.", "account."),
    ("Place", "", "phone."),
    ("More", "", "settings."),
)


def form(asked, token, values, errors):
    """-> str. asked: SetupForm; values: dict of field to str; errors: dict of field to words."""
    title = "Set up your phone"
    parts = [_HEAD % (("%d to correct: " % len(errors) if errors else "") + title, title)]
    parts.append("<p>What you type goes over the phone's own network, and stays in the phone.</p>\n")
    parts.append("</header>\n")
    if errors:
        parts.append(_summary(errors))
    parts.append('<form method="post" action="/" novalidate>\n')
    parts.append('<input type="hidden" name="%s" value="%s">\n' % (TOKEN, token))
    parts.append("<fieldset>\n<legend>Wi-Fi</legend>\n")
    parts.append(_networks(asked, values, errors))
    parts.append(_input(asked, NETWORK_KEY, values, errors))
    parts.append("</fieldset>\n")
    fields = asked.fields()
    for legend, hint, prefix in _GROUPS:
        parts.append(_group(asked, legend, hint, [f for f in fields if f.startswith(prefix)], values, errors))
    parts.append("<fieldset>\n<legend>Are you at the phone?</legend>\n%s</fieldset>\n" % _input(
        asked, PASS, values, errors))
    parts.append('<button type="submit">Save and start the phone</button>\n</form>\n')
    parts.append(_FOOT)
    return "".join(parts)


def done(network):
    """-> str: it is stored. network: the name of the one that the phone joins, "" for none."""
    title = "Saved"
    told = "It joins %s. Join your own network again; this one is gone." % escape(network) if network else \
        "Plug its cable in. Join your own network again; this one is gone."
    return "%s</header>\n<p role=\"status\" class=\"good\">The phone starts now. %s</p>\n%s" % (
        _HEAD % (title, title), told, _FOOT)


def escape(text):
    """-> text (str) that stands for itself in HTML, between quotes too."""
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        text = text.replace(sign, name)
    return text


def _summary(errors):
    lines = []
    for field in _ORDER:
        if field in errors:
            words = escape(errors[field])
            lines.append('<li><a href="#%s">%s: %s</a></li>\n' % (field, _label(field), words))
    if "" in errors:                            # nothing that stands in a field
        lines.append("<li>%s</li>\n" % escape(errors[""]))
    return _TROUBLE % "".join(lines)


def _label(field):
    return "Network" if field == NETWORK else _INPUTS[field][0]


def _group(asked, legend, hint, fields, values, errors):
    if not fields:
        return ""
    parts = ["<fieldset>\n<legend>%s</legend>\n" % legend]
    if hint:
        parts.append('<p class="hint">%s</p>\n' % hint)
    for field in fields:
        words = asked.words_of(field)
        if words:
            chosen = values.get(field) or asked.usual(field)
            parts.append(_select(field, _label(field), [
                (word, _COUNTRIES.get(word, word) or "The same country") for word in words], chosen, errors))
        else:
            parts.append(_input(asked, field, values, errors))
    parts.append("</fieldset>\n")
    return "".join(parts)


def _networks(asked, values, errors):
    """The list of those in reach, and a line for one that is not in it."""
    chosen = values.get(NETWORK) or ""
    names = [name for name, _ in asked.seen]
    options = [("", "None of these")] + [(name, name) for name in names]
    is_typed = chosen and chosen not in names
    return _select(NETWORK, _label(NETWORK), options, chosen, errors) + _input(
        asked, TYPED, {TYPED: chosen if is_typed else ""}, errors)


def _select(field, label, options, chosen, errors):
    parts = ['<label for="%s">%s</label>\n<select id="%s" name="%s"%s>\n' % (
        field, label, field, field, _marks(field, "", errors))]
    for value, words in options:
        parts.append('<option value="%s"%s>%s</option>\n' % (
            escape(value), " selected" if value == chosen else "", escape(words)))
    parts.append("</select>\n%s" % _error(field, errors))
    return "".join(parts)


def _input(asked, field, values, errors):
    label, hint, attributes = _INPUTS[field]
    is_secret = field in SECRETS
    longest = 32 if field in (TYPED, PASS) else asked.longest(field)
    text = '<label for="%s">%s</label>\n' % (field, label)
    if hint:
        text += '<p class="hint" id="%s.hint">%s</p>\n' % (field, hint)
    text += '<input id="%s" name="%s" type="%s" maxlength="%d" %s value="%s"%s>\n' % (
        field, field, "password" if is_secret else "text", longest, attributes,
        "" if is_secret or field == PASS else escape(values.get(field) or ""), _marks(field, hint, errors))
    return text + _error(field, errors)


def _marks(field, hint, errors):
    """-> attributes by which a screen reader finds hint and error."""
    about = ([field + ".hint"] if hint else []) + ([field + ".error"] if field in errors else [])
    text = ' aria-invalid="true"' if field in errors else ""
    return text + (' aria-describedby="%s"' % " ".join(about) if about else "")


def _error(field, errors):
    if field not in errors:
        return ""
    return '<p class="error" id="%s.error">%s</p>\n' % (field, escape(errors[field]))
