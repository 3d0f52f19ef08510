# SPDX-License-Identifier: MIT
"""Peer: the far end of a measured phone's calls, in the same program. It says what it is told to.

Only text goes over the wire, as another phone would write it: nothing of the firmware is used.
"""

_PACKET = 172
_AUDIO = 160
_SEALED = 182
_PORT = 26000               # the first that is tried: SIP; RTP is two above it, RTCP three
_ROOM = 2048
_SSRC = b"\x11\x22\x33\x44"
_NAME = "Alice Liddell"

_SDP = (
    "v=0\r\no=alice 2890844526 %d IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
    "m=audio %d RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=%s\r\n"
)
# Sender report and CNAME. RFC 3550 6.4, 6.5
_REPORT = (
    b"\x80\xc8\x00\x06" + _SSRC + b"\xe0\x00\x00\x00\x00\x00\x00\x00" + b"\x00\x00\x00\xa0"
    b"\x00\x00\x00\x01" + b"\x00\x00\x00\xa0" + b"\x81\xca\x00\x03" + _SSRC + b"\x01\x04peer\x00\x00"
)


class Peer:
    """sockets: as boards/drivers/socket_network.py takes them. host: str, numeric.

    pack    pack(host, port) -> the address for bind(), connect() and sendto(); host is bytes
    phone   (host, port) of the phone's SIP, to be set before anything is said
    sip     the socket on which SIP messages come
    opened  sealed packets of the phone that were right
    """

    def __init__(self, sockets, pack, host):
        self.host = host
        self.phone = None
        self._pack = pack
        self.port = _PORT
        self.sip = self._rtp = self._control = None
        while self._control is None:
            self.sip = self._bound(sockets, self.port)
            self._rtp = self.sip and self._bound(sockets, self.port + 2)
            self._control = self._rtp and self._bound(sockets, self.port + 3)
            if self._control is None:
                self.port += 4
        self.keys = None                # security.media_keys.MediaKeys, where packets are to be sealed
        self._ssm = None
        self.opened = 0
        self._packet = bytearray(_SEALED)
        self._packet[0] = 0x80
        self._packet[8:12] = _SSRC
        for place in range(12, _PACKET):
            self._packet[place] = 0x55 + place % 40
        self._scratch = bytearray(_ROOM)
        self._sequence = 0
        self._media = None              # (host, port) where the phone hears, of its last description
        self._version = 1
        self._branches = 0
        self._cseq = 0
        self._call_id = ""
        self._from = self._to = ""      # of a request of ours in the call
        self._first_to = ""             # before the phone had a tag

    def _bound(self, sockets, port):
        """-> socket, or None when somebody has the port."""
        socket = sockets.socket(sockets.AF_INET, sockets.SOCK_DGRAM)
        socket.setblocking(False)
        try:
            socket.bind(self._packed((self.host, port)))
        except OSError:
            socket.close()
            return None
        return socket

    def _packed(self, place):
        return self._pack(place[0].encode(), place[1])

    def close(self):
        for socket in (self.sip, self._rtp, self._control):
            socket.close()

    # Signalling

    def call(self, call_id):
        """INVITE, a new call."""
        self._call_id = call_id
        self._cseq = 0
        self._from = '"%s" <sip:alice@%s:%d>;tag=5f1e77aa90c2' % (_NAME, self.host, self.port)
        self._to = self._first_to = "<sip:desk@%s:%d>" % self.phone
        self.offer("sendrecv")

    def offer(self, direction):
        """INVITE, with a description of ours."""
        self._version += 1
        self.ask("INVITE", self._description(direction), "application/sdp")

    def ask(self, method, body="", content_type=""):
        """A request of the call."""
        if method not in ("ACK", "CANCEL"):
            self._cseq += 1
            self._branches += 1
        self._send_request(method, body, content_type)

    def acknowledge(self):
        """ACK to a 2xx: a transaction of its own. RFC 3261 13.2.2.4."""
        self._branches += 1
        self._send_request("ACK", "", "")

    def answer(self, request, status, has_description=False):
        """Respond to a request (str) of the phone."""
        lines = ["SIP/2.0 " + status]
        for line in request.split("\r\n\r\n")[0].split("\r\n")[1:]:
            name = line.split(":")[0]
            if name == "To" and ";tag=" not in line:
                line += ";tag=a90c25f1e77a"
            if name in ("Via", "From", "To", "Call-ID", "CSeq"):
                lines.append(line)
        if request.startswith("INVITE"):
            self._call_id = value_of(request, "Call-ID")
            self._to = value_of(request, "From")
            self._from = value_of("\r\n".join(lines), "To")
            lines.append(self._contact())
            self._meet(request)
        body = self._description("sendrecv") if has_description else ""
        self._send(lines, body, "application/sdp")

    def take(self):
        """-> list of the SIP messages (str) that came, oldest first."""
        heard = []
        while True:
            try:
                pair = self.sip.recvfrom(_ROOM)
            except OSError:
                return heard
            message = pair[0].decode()
            heard.append(message)
            if value_of(message, "Call-ID") == self._call_id and message.startswith("SIP/2.0"):
                if value_of(message, "From") == self._from:
                    self._to = value_of(message, "To")
                self._meet(message)

    def _send_request(self, method, body, content_type):
        lines = [
            "%s sip:desk@%s:%d SIP/2.0" % (method, self.phone[0], self.phone[1]),
            "Via: SIP/2.0/UDP %s:%d;branch=z9hG4bK7c1f9e02a4d8%04d;rport" % (
                self.host, self.port, self._branches),
            "Max-Forwards: 70",
            "From: " + self._from,
            "To: " + (self._first_to if method == "CANCEL" else self._to),
            "Call-ID: " + self._call_id,
            "CSeq: %d %s" % (self._cseq, method),
        ]
        if method == "INVITE":
            lines += [
                self._contact(), "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO",
                "Supported: replaces, timer", "User-Agent: Another Phone/1.0",
                "Session-Expires: 1800;refresher=uac",
            ]
        self._send(lines, body, content_type)

    def _send(self, lines, body, content_type):
        if body:
            lines.append("Content-Type: " + content_type)
        lines.append("Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.sip.sendto("\r\n".join(lines).encode(), self._packed(self.phone))

    def _contact(self):
        return "Contact: <sip:alice@%s:%d>" % (self.host, self.port)

    def _description(self, direction):
        text = _SDP % (self._version, self.host, self.host, self.port + 2, direction)
        for value in self.keys.offer()[1] if self.keys else ():
            text += "a=crypto:%s\r\n" % value.decode()
        return text

    def _meet(self, message):
        """Where a description says that the phone hears, RTP goes from now on, sealed if it says so."""
        if self.keys and "a=crypto:" in message:
            value = message[message.find("a=crypto:") + 9:].split("\r\n")[0].encode()
            self.keys.settle(b"RTP/AVP", [value])
            self._ssm = self.keys.ssm.ready()
        at = message.find("m=audio ")
        if at >= 0:
            self._media = (self.phone[0], int(message[at:].split(" ")[1]))
            self._rtp.connect(self._packed(self._media))

    # Audio: speak() and listen() allocate nothing

    def speak(self):
        """Send the next RTP packet."""
        packet = self._packet
        self._sequence = (self._sequence + 1) & 0xFFFF
        stamp = self._sequence * _AUDIO
        packet[2] = self._sequence >> 8
        packet[3] = self._sequence & 0xFF
        packet[5] = (stamp >> 16) & 0xFF
        packet[6] = (stamp >> 8) & 0xFF
        packet[7] = stamp & 0xFF
        if self._ssm is None:
            self._rtp.write(packet, _PACKET)
        else:                                   # each packet is the cipher of the one before: noise
            self._rtp.write(packet, self._ssm.encrypt(packet, _PACKET))

    def listen(self):
        """Take what the phone sent by RTP, and throw it away."""
        if self._ssm is None:
            while self._rtp.readinto(self._scratch, _PACKET):
                pass
            return
        while self._rtp.readinto(self._scratch, _SEALED):
            if self._ssm.decrypt(self._scratch, _SEALED) == _PACKET:
                self.opened += 1

    def report(self):
        """Send an RTCP packet."""
        self._control.sendto(_REPORT, self._packed((self._media[0], self._media[1] + 1)))

    def hears_reports(self):
        """Take what the phone sent by RTCP. -> True when there was something."""
        try:
            return bool(self._control.recvfrom(_ROOM))
        except OSError:
            return False


def value_of(message, name):
    """-> the first value of a header, str; "" without one."""
    for line in message.split("\r\n"):
        if line.startswith(name + ": "):
            return line[len(name) + 2:]
    return ""
