# SPDX-License-Identifier: MIT
"""Site: the setup page as a microdot application, without a socket: door.py brings whole requests.

Nothing in it waits, so a request is answered in one go: its coroutine runs to its end at once, and needs no
loop of asyncio.

    GET /            the form
    POST /           the form, filled in: stored, or the form again with what is wrong
    GET /setup.css   how it looks

Only who asks for the phone's own address is answered: a page of another site, whose name was made to
point here in the meantime (DNS rebinding), is not. What was typed is given back but for passwords.
"""

from microdot import Microdot, Response

from admin import page
from admin.form import NETWORK, SECRETS
from admin.page import PASS, TOKEN, TYPED
from admin.style import CSS

_CARE = (
    # Nothing from elsewhere, no script, in no frame; and nothing of it is kept.
    ("Content-Security-Policy",
     "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)
_HTML = {"Content-Type": "text/html; charset=UTF-8"}
_TEXT = {"Content-Type": "text/plain; charset=UTF-8"}
_REASONS = {
    400: "This request makes no sense", 403: "Not from here: open the address that the phone shows",
    404: "There is no such page", 405: "Not in this way", 413: "Too much",
}


class Site:
    """
    form, pass_  SetupForm, OneTimePass
    clock        the port
    host         the phone's own address (bytes) while its network is open
    is_stored    True once somebody's settings were stored
    """

    def __init__(self, form, pass_, clock):
        self.host = b""
        self.is_stored = False
        self._form = form
        self._pass = pass_
        self._clock = clock
        app = self._app = Microdot()
        app.options_handler = None
        app.route("/")(self.show)
        app.route("/", ["POST"])(self.take)
        app.route("/setup.css")(self.style)
        for status in _REASONS:
            app.errorhandler(status)(_refusal(status))
        app.after_request(self.careful)
        app.after_error_request(self.careful)

    def answer(self, head, data):
        """-> (answer, whether it was asked properly). head: RequestHead; data: the whole request, bytes."""
        if not self.host or head.host != self.host:
            return self.refuse(403), False
        pipe = _Pipe(data)
        _run(self._app.handle_request(pipe, pipe))
        return b"".join(pipe.written), pipe.written[0][9:12] == b"200"

    def refuse(self, status):
        """-> bytes: the answer to what is no request for this site."""
        pipe = _Pipe(b"")
        _run(_with_care(_refused(status)).write(pipe))
        return b"".join(pipe.written)

    # For microdot. On CPython it takes coroutines only; nothing in them waits.

    async def show(self, request):
        return page.form(self._form, self._pass.token, {}, {}), 200, _HTML

    async def style(self, request):
        return CSS, 200, {"Content-Type": "text/css; charset=UTF-8"}

    async def take(self, request):
        try:
            sent = request.form
        except ValueError:                      # no UTF-8, or no escape
            sent = None
        if sent is None:
            return _refused(400)
        values = self._values(sent)
        errors = self._judge(sent, values)
        if not errors and not self._form.save(values, self._clock.now()):
            errors[""] = "The phone could not store this. Try again, or start the phone anew"
        if errors:
            return page.form(self._form, self._pass.token, values, errors), 200, _HTML
        self.is_stored = True
        return page.done(values.get(NETWORK, "")), 200, _HTML

    async def careful(self, request, response):
        return _with_care(response)

    # What was sent

    def _values(self, sent):
        """-> dict of field to str, as SetupForm takes them."""
        values = {}
        for field in [NETWORK] + list(SECRETS) + self._form.fields():
            values[field] = sent.get(field) or ""
        typed = (sent.get(TYPED) or "").strip()
        values[NETWORK] = typed or values[NETWORK]
        for field in values:
            if field not in SECRETS and field != NETWORK:
                values[field] = values[field].strip()
        return values

    def _judge(self, sent, values):
        """-> dict of field to what is wrong, {} for nothing. Who has no password learns nothing else."""
        if self.is_stored:
            return {"": "Settings were stored already. The phone starts anew"}
        if not self._pass.knows(sent.get(TOKEN) or ""):
            return {"": "This page is out of date. Please send it again"}
        if not self._pass.admits(sent.get(PASS) or ""):
            if self._pass.is_spent:
                return {PASS: "Wrong too often. Press a key of the phone for a new password"}
            return {PASS: "It is not the password that the phone shows"}
        return self._form.check(values)


def _refused(status):
    response = Response("%s.\n" % _REASONS[status], status, _TEXT, "Refused")
    if status == 405:
        response.headers["Allow"] = "GET, HEAD, POST"
    return response


def _refusal(status):
    async def handler(request):
        return _refused(status)
    return handler


def _with_care(response):
    for name, value in _CARE:
        response.headers[name] = value
    return response


def _run(coroutine):
    """Run to the end what never waits."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise ValueError("the setup page waits for something")


class _Pipe:
    """Both streams of a connection, in memory: what was sent is there, what is written stays."""

    def __init__(self, data):
        self.written = []
        self._data = data
        self._at = 0

    async def readline(self):
        end = self._data.find(b"\n", self._at) + 1
        return await self.readexactly((end or len(self._data)) - self._at)

    async def readexactly(self, n):
        self._at += n
        return self._data[self._at - n:self._at]

    async def awrite(self, data):
        self.written.append(bytes(data))

    async def aclose(self):
        pass

    def get_extra_info(self, name):
        return None                             # who it is makes no difference
