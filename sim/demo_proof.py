# SPDX-License-Identifier: MIT
"""Proof: what the demo claims, from what the phones, the relay and the WAV files tell."""

from rich.console import Group
from rich.table import Table
from rich.text import Text

from sim.comparison import Comparison, ComparisonError
from sim.relay_log import SHAPES, RelayLog, descriptions_in, keys_in

SETUP_MS = 500              # from the last digit to ringback, both helpers on this computer

_MARKS = {True: ("PASS", "bold green"), False: ("FAIL", "bold red")}


class Proof:
    """keys: DemoKeys; sealed, clear: the Calls, both over."""

    def __init__(self, keys, sealed, clear):
        self._sealed = sealed
        self._clear = clear
        self._sealed_log, self._clear_log = (
            RelayLog(call.relay.log, {phone.place: phone.user for phone in call.phones})
            for call in (sealed, clear))
        covered = [message.frame for message in self._sealed_log.messages if message.is_sealed]
        opened = [keys.open(frame) for frame in covered]
        self._unopened = opened.count(b"")
        self._inside = [found for found in opened if found]
        self._written = [frame for phone in clear.phones for frame in phone.sent()]
        self._heard = [self._compare(*pair) for pair in (sealed.phones, sealed.phones[::-1])]
        self._found = self._search()
        self._claims = self._judge()

    def holds(self):
        return all(is_true for is_true, _ in self._claims)

    def shown(self):
        """-> all of it, for people."""
        claims = Table.grid(padding=(0, 2))
        for is_true, words in self._claims:
            word, style = _MARKS[is_true]
            claims.add_row(Text(word, style=style), Text(words))
        return Group(
            "\n[bold]The ladder[/bold], in ms from the first message, as the relay saw it", *self._ladder(),
            "\n[bold]What was heard[/bold], by the WAV files alone", self._hearing_table(),
            "\n[bold]What the relay could read[/bold]: its log, searched in plain, in base64 and in hex",
            self._search_table(), "\n[bold]Who can hear[/bold], as the screens say", self._hearers(),
            "\n[bold]The proof[/bold]", claims, *self._complaints())

    # What there is

    def _compare(self, speaker, listener):
        """-> (listener, speaker, figures, is good)."""
        try:
            comparison = Comparison(speaker.mouth, listener.ear)
            return listener.user, speaker.user, comparison.figures(), comparison.is_good()
        except ComparisonError as fault:
            return listener.user, speaker.user, (str(fault), "", "", ""), False

    def _search(self):
        """-> rows (what, found and looked for in the sealed call, the same in the clear one).

        Of the sealed call what the phones' own keys have opened is looked for; of the clear one
        what the phones say themselves that they have sent. A callee writes no name.
        """
        names = [phone.name.encode() for phone in self._sealed.phones]
        sealed, clear = self._sealed_log, self._clear_log
        rows = []
        for what, ours, theirs in (
            ("keys of the sound, and their halves", keys_in(self._inside), keys_in(self._written)),
            ("lines of descriptions (SDP)", descriptions_in(self._inside), descriptions_in(self._written)),
            ("names of the owners", names, names[:1]),
            ("beginnings of any of these", SHAPES[:-1], SHAPES[:-1]),
            ("Subject: (no phone here writes one)", SHAPES[-1:], ()),
        ):
            rows.append((what, (sealed.count(ours), len(ours)), (clear.count(theirs), len(theirs))))
        return rows

    def _judge(self):
        """-> list of (is true, words)."""
        alice, bob = self._sealed.phones
        phones = self._sealed.phones + self._clear.phones
        sealed, clear = self._sealed_log.messages, self._clear_log.messages
        is_routed = [message.way for message in sealed if message.what == "INVITE 2" and message.is_sealed]
        setup_ms = self._setup_ms()
        covered = sum(1 for message in sealed if message.is_sealed)
        return [
            (all(row[3] for row in self._heard), "each heard the other well"),
            (alice.hearing() == bob.hearing() == ["sealed"],
             "both phones said SEALED, all the time, to a key that was confirmed"),
            (bool(self._inside) and not self._unopened,
             "with their own keys all %d sealed messages could be opened" % covered),
            (all(looked_for and not found for _, (found, looked_for), _ in self._found),
             "the relay's log holds nothing of what was inside: no key, no SDP, no name"),
            (is_routed == ["alice > relay > bob"] and all(" > relay > " in message.way for message in sealed),
             "the headers in clear routed all %d messages through the relay" % len(sealed)),
            (all(found == looked_for for _, _, (found, looked_for) in self._found)
             and not any(message.is_sealed for message in clear) and self._found[0][2][1] > 0,
             "the same search finds all of it in a clear call"),
            (setup_ms is not None and setup_ms <= SETUP_MS,
             "%s ms from the last digit to ringback; at most %d" % (setup_ms, SETUP_MS)),
            (all(phone.process.returncode == 0 for phone in phones),
             "every phone did all that was asked of it"),
        ]

    def _setup_ms(self):
        dialled, ringback = map(self._sealed.phones[0].first, ("dialling", "ringback"))
        return ringback["ms"] - dialled["ms"] if dialled and ringback else None

    # How it looks

    def _ladder(self):
        messages = self._sealed_log.messages
        return [Text("%8.1f  %-20s  %-8s%s" % (
            (message.wall_us - messages[0].wall_us) / 1000, message.way, message.what,
            "  sealed" if message.is_sealed else "")) for message in messages]

    def _hearing_table(self):
        heard = Table("who", "heard", "correlation", "gain", "SNR", "of the speech", "", box=None)
        for listener, speaker, figures, is_good in self._heard:
            heard.add_row(listener, speaker, *figures, "good" if is_good else "NOT GOOD")
        return heard

    def _search_table(self):
        table = Table("", "sealed call", "clear call", box=None)
        for what, sealed, clear in self._found:
            table.add_row(what, "%d of %d" % sealed, "%d of %d" % clear if clear[1] else "-")
        addresses = [b"sip:%s@" % phone.user.encode() for phone in self._sealed.phones]
        found = [log.count(addresses) for log in (self._sealed_log, self._clear_log)]
        table.add_row("addresses, which route the call", *("%d of %d" % (n, len(addresses)) for n in found))
        return table

    def _hearers(self):
        table = Table("", "sealed call", "clear call", box=None)
        for ours, theirs in zip(self._sealed.phones, self._clear.phones, strict=True):
            table.add_row(ours.user, ours.hearer or "no call", theirs.hearer or "no call")
        return table

    def _complaints(self):
        phones = self._sealed.phones + self._clear.phones
        return [Text("\n%s ended with code %s. %s" % (
            phone.user, phone.process.returncode, phone.complaint()))
            for phone in phones if phone.process.returncode]
