# SPDX-License-Identifier: MIT
"""Every driver and every fake has the methods of its port, with the same parameters."""

import ast

from tests.architecture.sources import ROOT, tree

# class that implements a port: file and name, and the port. Names may differ, parameters not.
IMPLEMENTATIONS = (
    ("boards/drivers/socket_ports.py", "UdpPort", "UdpPort"),
    ("boards/drivers/socket_ports.py", "TcpPort", "TcpPort"),
    ("boards/drivers/socket_ports.py", "Listener", "Listener"),
    ("boards/drivers/socket_network.py", "SocketNetwork", "Network"),
    ("boards/drivers/file_storage.py", "FileStorage", "Storage"),
    ("boards/drivers/matrix_keypad.py", "MatrixKeypad", "Keypad"),
    ("boards/drivers/hook_switch.py", "HookSwitch", "Hook"),
    ("boards/drivers/text_grid.py", "TextGrid", "Display"),
    ("boards/drivers/lamps.py", "Lamps", "Led"),
    ("boards/drivers/buzzer.py", "Buzzer", "Ringer"),
    ("boards/drivers/i2s_audio.py", "I2sMicrophone", "AudioIn"),
    ("boards/drivers/i2s_audio.py", "I2sSpeaker", "AudioOut"),
    ("boards/drivers/speaker_ringer.py", "RingingSpeaker", "AudioOut"),
    ("boards/drivers/speaker_ringer.py", "SpeakerRinger", "Ringer"),
    ("boards/drivers/chip_clock.py", "ChipClock", "Clock"),
    ("boards/drivers/chip_calendar.py", "ChipCalendar", "Calendar"),
    ("boards/drivers/chip_watchdog.py", "ChipWatchdog", "Watchdog"),
    ("boards/drivers/board_crypto.py", "BoardCrypto", "Crypto"),
    ("boards/drivers/secret_store.py", "SecretStore", "Storage"),
    ("boards/drivers/split_storage.py", "SplitStorage", "Storage"),
    ("boards/unix/clock.py", "UnixClock", "Clock"),
    ("boards/unix/watchdog.py", "NoWatchdog", "Watchdog"),
    ("boards/unix/microphone.py", "Microphone", "AudioIn"),
    ("boards/unix/speaker.py", "Speaker", "AudioOut"),
    ("boards/unix/keypad.py", "Keypad", "Keypad"),
    ("boards/unix/keypad.py", "Hook", "Hook"),
    ("boards/unix/screen.py", "Screen", "Display"),
    ("boards/unix/screen.py", "Led", "Led"),
    ("boards/unix/screen.py", "Ringer", "Ringer"),
    ("boards/unix/host_ciphers.py", "HostHmac", "Hmac"),
    ("boards/drivers/hmac_kernel.py", "KernelHmac", "Hmac"),
    ("boards/drivers/hmac_hashlib.py", "HashlibHmac", "Hmac"),
    ("boards/drivers/hmac_engine_s3.py", "EngineHmac", "Hmac"),
    ("boards/unix/events.py", "Events", "Events"),
    ("boards/unix/trace.py", "TraceFile", "Trace"),
    ("boards/drivers/serial_line.py", "SerialLine", "HostLink"),
    ("boards/drivers/tls_link.py", "TlsLink", "HostLink"),
    ("boards/drivers/tls_port.py", "TlsPort", "TcpPort"),
    ("sim/virtual_helper.py", "VirtualLink", "HostLink"),
    ("sim/fakes.py", "VirtualClock", "Clock"),
    ("sim/fakes.py", "Calendar", "Calendar"),
    ("sim/fakes.py", "NoWatchdog", "Watchdog"),
    ("sim/fakes.py", "Mouth", "AudioIn"),
    ("sim/fakes.py", "Ear", "AudioOut"),
    ("sim/fakes.py", "Keypad", "Keypad"),
    ("sim/fakes.py", "Hook", "Hook"),
    ("sim/fakes.py", "GridDisplay", "Display"),
    ("sim/fakes.py", "Lamps", "Led"),
    ("sim/fakes.py", "Bell", "Ringer"),
    ("sim/fakes.py", "MemoryStorage", "Storage"),
    ("sim/fakes.py", "EventList", "Events"),
    ("sim/phone.py", "Trace", "Trace"),
)


def classes(path):
    return {node.name: node for node in tree(ROOT / path).body if isinstance(node, ast.ClassDef)}


def methods(node):
    """-> name to parameter names of the public methods of a class."""
    found = {}
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and not item.name.startswith("_"):
            found[item.name] = [argument.arg for argument in item.args.args]
    return found


def attributes(node):
    """-> names that a class or its __init__ gives to self."""
    found = set()
    for item in ast.walk(node):
        if isinstance(item, ast.Attribute) and isinstance(item.ctx, ast.Store):
            found.add(item.attr)
        elif isinstance(item, ast.Assign):
            found.update(target.id for target in item.targets if isinstance(target, ast.Name))
    return found


def test_every_implementation_fits_its_port():
    ports = classes("firmware/hal/ports.py")
    for path, name, port in IMPLEMENTATIONS:
        made = classes(path)[name]
        has = methods(made)
        for method, parameters in methods(ports[port]).items():
            where = "%s %s.%s" % (path, name, method)
            if method in has:
                assert has[method] == parameters, where
            else:
                assert method in attributes(made), where + " is missing"


def test_every_port_is_implemented_on_a_board_and_in_the_simulator():
    ports = set(classes("firmware/hal/ports.py"))
    for folder in ("boards/", "sim/"):
        implemented = {port for path, _, port in IMPLEMENTATIONS if path.startswith(folder)}
        shared = {"UdpPort", "TcpPort", "Listener", "Network", "Hmac", "Crypto"}    # one driver serves all
        assert ports <= implemented | shared, folder
