# SPDX-License-Identifier: MIT
"""Report: what a call's packets went through. For screens, events and tests."""


class Report:
    """A picture of one moment. What the peer has not told is -1.

    sent, received, lost    packets; lost by RFC 3550 A.3, negative when some came twice
    late, concealed         packets that came after their time; frames that were made up
    rejected                datagrams that were no RTP of this call
    jitter, jitter_ms       interarrival jitter, in 1/8000 s and in ms
    round_trip_ms
    peer_lost, peer_jitter  the same two of our packets, as the peer reported them
    """

    def __init__(self, stream):
        reception = stream.reception
        session = stream.rtcp
        self.sent = stream.sender.packets()
        self.received = reception.received()
        self.lost = reception.lost()
        self.late = stream.late
        self.concealed = stream.concealed
        self.rejected = stream.rejected
        self.jitter = reception.jitter()
        self.jitter_ms = self.jitter // 8
        self.round_trip_ms = session.round_trip_ms
        self.peer_lost = session.peer_lost
        self.peer_jitter = session.peer_jitter
