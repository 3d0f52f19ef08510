# SPDX-License-Identifier: MIT
"""What each step of the reactor runs keeps its frame on the C stack.

MicroPython takes a frame of more than 11 words from the heap, for as long as the function
runs: that costs a search of the heap, the longer the fuller it is, each time.
"""

from pathlib import Path

import pytest

from tests.budgets.compiled import words_of_functions

RIGS = ("cpython",)
ROOT = Path(__file__).resolve().parents[2]
MOST = 11

# What a step runs in which nothing happens, and in which a frame of a call comes and goes.
STEP = {
    "firmware/runtime/reactor.py": ("Reactor.step", "Reactor._ask", "Reactor._rest"),
    "firmware/runtime/inlets.py": ("KeyInlet.poll", "LinkInlet.poll"),
    "firmware/runtime/heap.py": ("Heap.litter",),
    "firmware/phone/panel.py": ("Panel.poll",),
    "firmware/runtime/host_link_inlet.py": ("HostLinkInlet.poll",),
    "firmware/runtime/sip_ports.py": ("SipPorts.poll", "SipPorts._take"),
    "firmware/core/timers.py": ("Timers.next_delay", "Timers.expire_one"),
    "firmware/core/clock.py": ("ticks_add", "ticks_diff"),
    "boards/drivers/socket_network.py": ("SocketNetwork.poll", "SocketNetwork._notice"),
    "boards/drivers/socket_ports.py": (
        "UdpPort.notice", "UdpPort.is_ready", "UdpPort.readinto", "UdpPort._read", "UdpPort.write",
        "UdpPort._write", "Listener.accept"),
    "firmware/media/controller.py": (
        "MediaController.pump", "MediaController._hear", "MediaController._listen", "MediaController._speak",
        "MediaController._sound", "MediaController.poll"),
    "firmware/media/stream.py": ("MediaStream.capture", "MediaStream.receive"),
    "firmware/media/port_pair.py": ("PortPair.read", "PortPair._send"),
    "firmware/media/jitter.py": ("JitterBuffer.take",),
    "firmware/security/clear_ssm.py": ("ClearSsm.encrypt", "ClearSsm.decrypt"),
    "firmware/security/ssm.py": ("ClosedSsm.encrypt", "Ssm._decrypt_either"),
    "firmware/security/srtp.py": (
        "KeyStream.find", "KeyStream.count", "KeyStream._number", "KeyStream.apply", "KeyStream.sign",
        "KeyStream.keep", "KeyStream.is_true", "SrtpSender.encrypt", "SrtpSender.encrypt_control",
        "SrtpReceiver.decrypt", "SrtpReceiver.decrypt_control", "payload_of"),
    "boards/drivers/hmac_kernel.py": ("KernelHmac.digest",),
    "boards/drivers/hmac_hashlib.py": ("HashlibHmac.digest", "HashlibHmac._answer"),
    "boards/drivers/hmac_engine_s3.py": (
        "ShaRegisters.begin", "ShaRegisters.go_on", "EngineHmac.digest", "EngineHmac._hash"),
}


@pytest.mark.parametrize("place", STEP)
def test_a_step_needs_no_heap_for_its_frames(place, tmp_path):
    words = words_of_functions(ROOT / place, tmp_path)
    too_large = {name: words[name] for name in STEP[place] if words[name] > MOST}
    assert too_large == {}


def test_words_are_counted_as_the_interpreter_does(tmp_path):
    source = tmp_path / "sample.py"
    source.write_text(
        "def small(a):\n    return a\n\n\n"
        "class Long:\n"
        "    def loop(self, some):\n        for a in some:\n            self(a)\n\n"
        "    def write(self):\n        try:\n            self()\n        except OSError:\n            pass\n")
    words = words_of_functions(source, tmp_path)
    assert list(words) == ["", "small", "Long", "Long.loop", "Long.write"]
    assert words["small"] == 2                  # its argument and one value
    assert words["Long.loop"] == 3 + 4 + 2      # locals, the iterator, a call
    assert words["Long.write"] > 3 + 1
