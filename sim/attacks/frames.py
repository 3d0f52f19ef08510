# SPDX-License-Identifier: MIT
"""Frames: what an attacker does to a SIP message as bytes. Names and values: bytes."""

_END = b"\r\n"
OWN_KEY = b"1 AES_CM_128_HMAC_SHA1_80 inline:" + b"QUJD" * 10     # for description()


def is_sip(data):
    """-> True for a datagram with a SIP message; RTP and RTCP begin with 0x80 and more."""
    return len(data) > 0 and 64 < data[0] < 91


def is_of(line, names):
    """-> True for a line of one of these headers."""
    return any(line.startswith(name + b": ") for name in names)


def starts(frame, words):
    """-> True for a message whose start line begins so: b"INVITE ", b"SIP/2.0 200"."""
    return frame[:len(words)] == words


def lines_of(frame):
    """-> (list of the lines of the head, body)."""
    head, _, body = frame.partition(_END + _END)
    return head.split(_END), body


def joined(lines, body):
    """-> the frame of lines_of()."""
    return _END.join(lines) + _END + _END + body


def value(frame, name):
    """-> value of the first header of this name, b"" for none."""
    for line in lines_of(frame)[0][1:]:
        if line.startswith(name + b": "):
            return line[len(name) + 2:]
    return b""


def parameter(text, name):
    """-> what stands between the quotes of name="...", b"" for none."""
    _, found, rest = text.partition(name + b'="')
    return rest.partition(b'"')[0] if found else b""


def without(frame, name):
    """-> the frame without any header of this name."""
    lines, body = lines_of(frame)
    return joined([line for line in lines if not line.startswith(name + b": ")], body)


def with_value(frame, name, text):
    """-> the frame with another value in the headers of this name."""
    lines, body = lines_of(frame)
    return joined([name + b": " + text if line.startswith(name + b": ") else line for line in lines], body)


def with_line(frame, line):
    """-> the frame with one more header line at the end."""
    lines, body = lines_of(frame)
    return joined(lines + [line], body)


def with_description(frame, body):
    """-> the frame with this body, which is an SDP."""
    frame = with_line(without(frame, b"Content-Type"), b"Content-Type: application/sdp")
    lines, _ = lines_of(with_value(frame, b"Content-Length", b"%d" % len(body)))
    return joined(lines, body)


def response(request, status, tag, extra=(), body=b""):
    """-> a response to a request, from somebody who has read it. tag: of To, where it has none."""
    lines = [b"SIP/2.0 %d Whatever" % status]
    for line in lines_of(request)[0][1:]:
        if is_of(line, (b"Via", b"From", b"Call-ID", b"CSeq")):
            lines.append(line)
        elif line.startswith(b"To: "):
            lines.append(line if b";tag=" in line else line + b";tag=" + tag)
    lines += list(extra)
    if body:
        lines.append(b"Content-Type: application/sdp")
    return joined(lines + [b"Content-Length: %d" % len(body)], body)


def in_dialog(answer, method, host, cseq, body=b""):
    """-> a request of a call whose 2xx was seen on the wire, as the caller would write it.

    host  of the sender
    """
    lines = [
        method + b" " + value(answer, b"Contact").strip(b"<>") + b" SIP/2.0",
        b"Via: SIP/2.0/UDP %s:5060;branch=z9hG4bKforged%d" % (host, cseq), b"Max-Forwards: 70",
        b"From: " + value(answer, b"From"), b"To: " + value(answer, b"To"),
        b"Call-ID: " + value(answer, b"Call-ID"), b"CSeq: %d %s" % (cseq, method),
        b"Contact: <sip:alice@%s:5060>" % host,
    ]
    if body:
        lines.append(b"Content-Type: application/sdp")
    return joined(lines + [b"Content-Length: %d" % len(body)], body)


def enquiry(uri, host, call_id, to=b"sip:bob@10.0.0.2"):
    """-> an INVITE without a description, from somebody with this URI, to be challenged."""
    return joined([
        b"INVITE " + to + b" SIP/2.0", b"Via: SIP/2.0/UDP %s:5060;branch=z9hG4bK%s" % (host, call_id),
        b"Max-Forwards: 70", b"From: <%s>;tag=%s" % (uri, call_id), b"To: <" + to + b">",
        b"Call-ID: " + call_id, b"CSeq: 1 INVITE", b"Contact: <sip:%s:5060>" % host,
        b"Content-Length: 0"], b"")


def next_try(frame):
    """-> the enquiry, to be signed after its challenge."""
    return frame.replace(b"CSeq: 1", b"CSeq: 2").replace(b"branch=z9hG4bK", b"branch=z9hG4bK2")


def description(host, port, crypto=b""):
    """-> an SDP that wants the sound at host:port. crypto: a key, as a=crypto has it; b"" for none."""
    lines = [
        b"v=0", b"o=- 1 9 IN IP4 " + host, b"s=-", b"c=IN IP4 " + host, b"t=0 0",
        b"m=audio %d %s 0" % (port, b"RTP/SAVP" if crypto else b"RTP/AVP"), b"a=rtpmap:0 PCMU/8000"]
    if crypto:
        lines.append(b"a=crypto:" + crypto)
    return _END.join(lines) + _END


def crypto_value(text, tag=b"1"):
    """-> what stands behind "a=crypto:" in the line with this tag, b"" for none."""
    _, found, rest = text.partition(b"a=crypto:" + tag + b" ")
    return tag + b" " + rest.partition(_END)[0] if found else b""
