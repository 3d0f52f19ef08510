# SPDX-License-Identifier: MIT
"""A phone's end of the SMA link and nothing else, on MicroPython or CPython. For test_sma_link.py.

    sma_phone.py ADDRESS CA-FILE TOKEN-HEX JOB        a line of JSON; JOB is "calls" or "greet"
    sma_phone.py DEVICE "" TOKEN-HEX serial           the same calls over a serial line
"""

import json
import sys

from boards.unix import platform
from boards.unix.clock import UnixClock
from core.clock import ticks_add, ticks_diff
from security import sma_frames as frames
from tests.unit.security.sma_fakes import LinkEnd, Message, Settings

_LIMIT_MS = 12000


class Phone(LinkEnd):
    """On the clock of this computer. longest_ms: what a step took at most."""

    longest_ms = 0

    def run_until(self, condition, limit_ms=_LIMIT_MS):
        """-> True when condition() came to hold."""
        end = ticks_add(self.clock.now(), limit_ms)
        while not condition() and ticks_diff(end, self.clock.now()) > 0:
            self.step()
            platform.sleep_ms(1)
        return condition()

    def step(self):
        now = self.clock.now()
        super().step()
        took = ticks_diff(self.clock.now(), now)
        if took > self.longest_ms:
            self.longest_ms = took

    def ask(self, what, *arguments):
        """-> (code, fields)."""
        code = what(*arguments, self, self.clock.now(), self.out)
        if code != frames.PENDING:
            return code, ()
        self.out.drain(self.clock.now())
        count = len(self.ended)
        self.run_until(lambda: len(self.ended) > count)
        return self.ended[-1][1:]


def calls(phone):
    """-> dict of what came of one of each."""
    sma = phone.sma
    block = Message(block=b"INVITESIP/2.0" + bytes(range(256)) * 4)
    signature = bytearray()
    found = {"signed": phone.ask(sma.sma_sign, signature, block, None, None)[0]}
    code, fields = phone.ask(sma.sma_verify_sign, signature, block, sma.fingerprint, None)
    found["verified"] = code
    found["is own"] = frames.value_of(fields, frames.FINGERPRINT) == sma.fingerprint
    other = Message(block=block.sec_block + b"x")
    found["changed"] = phone.ask(sma.sma_verify_sign, signature, other, None, None)[0]
    message = Message(plain=b"v=0")
    found["encrypted"] = phone.ask(sma.sma_encrypt, message, sma.fingerprint, None)[0]
    back = Message(cipher=message.sec_cipher)
    found["decrypted"] = phone.ask(sma.sma_decrypt, back, None, None)[0]
    found["is same"] = back.sec_plain == b"v=0" and b"v=0" not in message.sec_cipher
    return found


def main(address, ca_file, token, job):
    ca = b""
    if job == "serial":
        from boards.unix.serial_link import open_line

        link = open_line(int(address))
    else:
        from boards.drivers.tls_link import TlsLink

        link = TlsLink(platform.sockets, platform.select, platform.addresses, platform.tls)
        with open(ca_file, "rb") as file:
            ca = file.read()
    settings = Settings(b"alice", bytes.fromhex(token), address.encode(), ca)
    phone = Phone(UnixClock(platform.ticks_ms), link, settings)
    found = {"ready": phone.run_until(lambda: phone.sma.is_ready, 3000 if job == "greet" else _LIMIT_MS)}
    if found["ready"] and job != "greet":
        found["longest greeting ms"] = phone.longest_ms
        found.update(calls(phone))
    if job == "again":
        print("first", json.dumps(found))
        sys.stdin.readline()            # until the helper has been ended and begun again
        phone.run_until(lambda: len(phone.links) >= 3)
        found = calls(phone)
        found["links"] = phone.links
    found["longest ms"] = phone.longest_ms
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
