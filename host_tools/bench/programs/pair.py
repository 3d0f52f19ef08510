# SPDX-License-Identifier: MIT
"""Pair: two phones of a World that make a call, sealed or in clear, for what is counted beside them."""

from sim import fakes
from sim.world import World

_AES_CONTEXT = 288          # bytes that mbedTLS has for one key, where Python's own cipher has thousands
_NAMES = ("alice", "bob")


class Context:
    """Stands for a key of cryptolib by its size. Both phones have it, so they understand each other."""

    def __init__(self, key):
        self._state = bytearray(_AES_CONTEXT)
        self._state[:len(key)] = key

    def encrypt(self, in_buf, out_buf):
        for at in range(len(out_buf)):
            out_buf[at] = in_buf[at] ^ self._state[at & 15]


class Ciphers:
    aes_ecb = Context

    def hmac_sha1(self, key):
        from boards.drivers.hmac_kernel import KernelHmac
        return KernelHmac(key)


class Pair:
    """phones: SimPhone of the caller and of the callee, once assemble() was called."""

    def __init__(self, is_sealed):
        fakes.ciphers = Ciphers
        self.world = World()
        self.phones = []
        self._is_sealed = is_sealed

    def assemble(self):
        """Switch them on; their owners have compared the keys."""
        for at in (0, 1):
            contact = ("1002", "sip:bob@10.0.0.2", "Bob")
            policy = "require" if self._is_sealed else "off"
            self.phones.append(self.world.add(
                _NAMES[at], {"security.policy": policy}, (contact,), 0, helper=self._is_sealed))
        for at in (0, 1) if self._is_sealed else ():
            self.phones[at].host_link.identity.confirmed.append(self.phones[1 - at].host_link.fingerprint)
        self.world.run(1500)

    def take_call(self):
        """Dial, answer, and talk for a second."""
        caller, callee = self.phones
        caller.press("1002#")
        self.world.run_until(lambda: callee.has("ringing"), 5000)
        callee.press("O")
        self.world.run_until(lambda: caller.has("connected"), 5000)
        self.world.run(1000)
        for phone in self.phones:
            if (phone.events.last("who-can-hear")["state"] == "sealed") != self._is_sealed:
                raise AssertionError("the call is not what it was to be")

    def take_away(self):
        """What a phone is goes; what the world has of it stays: its sockets, link and helper."""
        for phone in self.phones:
            phone.unit = None
