# SPDX-License-Identifier: MIT
"""A registrar and caller of few words, for one connection: the `answer` of TlsServer."""

import re

_SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio %d RTP/AVP 0\r\n")


class Pbx:
    """Confirms each REGISTER, answers each INVITE and BYE, and calls the phone after its first REGISTER.

    place: HOST:PORT of ours; rtp: port that the descriptions name; calls: whether it calls
    seen: first lines of what came; contacts: Contact of each REGISTER
    """

    def __init__(self, place, rtp, calls):
        self._place = place
        self._rtp = rtp
        self._calls = calls
        self._data = b""
        self.seen = []
        self.contacts = []

    def __call__(self, data):
        self._data += data
        out = ""
        while True:
            head, mark, rest = self._data.partition(b"\r\n\r\n")
            if not mark:
                return out.encode()
            if not head:
                self._data = rest           # a ping; its answer is no matter here
                continue
            length = int(re.search(rb"Content-Length: *(\d+)", head)[1])
            if len(rest) < length:
                return out.encode()
            self._data = rest[length:]
            out += self._take(head.decode())

    def _take(self, head):
        line, _, fields = head.partition("\r\n")
        self.seen.append(line)
        if line.startswith("SIP/2.0"):
            return self._response(line, fields)
        contact = re.search("Contact: ([^\r]*)", fields)
        if line.startswith("REGISTER"):
            self.contacts.append(contact[1])
            call = self._calls and len(self.contacts) == 1
            return _ok(fields, "Contact: %s\r\n" % contact[1]) + (self._request("INVITE", 1) if call else "")
        if line.startswith("INVITE"):
            body = _SDP % self._rtp
            return _ok(fields, "Contact: <sip:bob@%s;transport=tls>\r\nContent-Type: application/sdp\r\n" %
                       self._place, body)
        return "" if line.startswith("ACK") else _ok(fields)

    def _response(self, line, fields):
        if not line.startswith("SIP/2.0 200"):
            return ""
        tag = re.search("To:.*(;tag=[^\r;]*)", fields)[1]
        if "CSeq: 1 INVITE" in fields:
            return self._request("ACK", 1, tag) + self._request("BYE", 2, tag)
        return ""

    def _request(self, method, cseq, tag=""):
        uri = re.match("<([^>]*)>", self.contacts[0])[1]
        body = _SDP % self._rtp if method == "INVITE" else ""
        return (
            "%s %s SIP/2.0\r\nVia: SIP/2.0/TLS %s;branch=z9hG4bK%s%d;rport\r\nMax-Forwards: 70\r\n"
            "From: <sip:bob@pbx.test>;tag=b\r\nTo: <sip:alice@pbx.test>%s\r\nCall-ID: from-the-pbx\r\n"
            "CSeq: %d %s\r\nContact: <sip:bob@%s;transport=tls>\r\n%sContent-Length: %d\r\n\r\n%s" % (
                method, uri, self._place, method, cseq, tag, cseq, method, self._place,
                "Content-Type: application/sdp\r\n" if body else "", len(body), body))


def _ok(fields, more="", body=""):
    kept = [line for line in fields.split("\r\n") if re.match("(Via|From|To|Call-ID|CSeq): ", line)]
    kept = [line + ";tag=p" if line.startswith("To: ") and ";tag=" not in line else line for line in kept]
    return "SIP/2.0 200 OK\r\n%s\r\n%sContent-Length: %d\r\n\r\n%s" % ("\r\n".join(kept), more, len(body), body)
