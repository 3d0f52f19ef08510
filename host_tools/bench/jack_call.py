# SPDX-License-Identifier: MIT
"""A call between two baresips whose sound card is a JACK server without hardware."""

import importlib.util
import os
import shutil
import subprocess
import time

import numpy

from host_tools.bench.chirps import RATE, Chirps
from host_tools.bench.faults import Failure, Missing
from host_tools.bench.phones import Baresip

_PERIOD = 80                # samples: 10 ms
_LIMIT_S = 10
_LOOK_S = 0.05


def delays_ms(talk_s):
    """-> list of ms from the mouth of one to the ear of the other. Raises Missing or Failure."""
    if shutil.which("jackd") is None:
        raise Missing("jackd is missing (Debian package jackd2)")
    if importlib.util.find_spec("jack") is None:
        raise Missing("the Python package JACK-Client is missing")
    server = "sinetti-%d" % os.getpid()
    jackd = subprocess.Popen(
        ["jackd", "--no-realtime", "-n", server, "-d", "dummy", "-r", str(RATE), "-p", str(_PERIOD)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return _delays(server, talk_s)
    finally:
        jackd.terminate()
        jackd.wait()


def _delays(server, talk_s):
    client = _client(server)
    try:
        with Baresip(True, (server, "ear")) as callee, Baresip(False, (server, "mouth")) as caller:
            caller.dial(callee.place)
            # The second client of a name becomes NAME-01.
            mouth, ear = _port(client, "mouth.*:input_1"), _port(client, "ear.*:output_1")
            chirps = Chirps(talk_s)
            heard = _exchange(client, mouth, ear, chirps.sound)
    finally:
        client.deactivate()
        client.close()
    return [1000 * (place - start) / RATE for start, place in chirps.find(heard, lambda sample: sample)]


def _client(server):
    """-> jack.Client, once the server is there."""
    import jack

    jack.set_error_function(lambda message: None)
    jack.set_info_function(lambda message: None)
    end = time.monotonic() + _LIMIT_S
    while True:
        try:
            return jack.Client("bench", servername=server, no_start_server=True)
        except jack.JackOpenError:
            if time.monotonic() > end:
                raise Failure("jackd did not start") from None
            time.sleep(_LOOK_S)


def _port(client, pattern):
    """-> a port of baresip's, once the call has opened it."""
    end = time.monotonic() + _LIMIT_S
    while True:
        found = client.get_ports(pattern)
        if found:
            return found[0]
        if time.monotonic() > end:
            raise Failure("baresip did not open %s" % pattern)
        time.sleep(_LOOK_S)


def _exchange(client, mouth, ear, sound):
    """Say `sound` into one, and -> what the other one said meanwhile, sample by sample."""
    speaker = client.outports.register("out_1")
    microphone = client.inports.register("in_1")
    said = (sound / 32768).astype("float32")
    heard = numpy.zeros(len(said))
    at = 0

    @client.set_process_callback
    def process(count):
        nonlocal at
        out = speaker.get_array()
        out[:] = 0
        n = min(count, len(said) - at)
        if n > 0:
            out[:n] = said[at:at + n]
            heard[at:at + n] = 32768 * microphone.get_array()[:n]
            at += n

    client.activate()
    client.connect(speaker, mouth)
    client.connect(ear, microphone)
    end = time.monotonic() + len(said) / RATE + _LIMIT_S
    while at < len(said):
        if time.monotonic() > end:
            raise Failure("JACK stopped")
        time.sleep(_LOOK_S)
    return heard
