# SPDX-License-Identifier: MIT
"""From one phone's mouth to the other's ear: how long a sound takes, from FIFO to FIFO."""

import os
import select
import statistics
import tempfile
import threading
import time
from bisect import bisect_right
from pathlib import Path

import numpy

from host_tools.bench import jack_call
from host_tools.bench.chirps import RATE, Chirps
from host_tools.bench.faults import Failure, Missing
from host_tools.bench.phones import RUNTIMES, Phone
from host_tools.bench.row import Gap, Row

NAMES = ("ear.delay.ms",)

_CALLS = 4                  # their frames lie differently to each other
_TALK_S = 5
_PIECE = 80                 # samples: 10 ms, as JACK delivers them to baresip
_LIMIT_MS = 100
_SKIPPED = 3                # chirps: until the call has settled
_HOW = (
    "two processes on loopback, G.711, 20 ms packets; chirps written into the caller's microphone FIFO in "
    "pieces of 10 ms, each when its last sample has been spoken, and found again in the callee's ear FIFO "
    "by correlation; heard when the piece that holds the beginning was read; median of %d chirps in %d "
    "calls, %.0f to %.0f ms. baresip: two of them, the same chirps from JACK client to JACK client (dummy "
    "driver, periods of 10 ms), settings as they come")


def measure(options, say):
    """-> list of Row and Gap."""
    calls = 1 if options.quick else _CALLS
    peers, note = _peer(calls, say)
    rows = []
    for rig in RUNTIMES:
        say("mouth to ear, %s" % rig)
        try:
            delays = [delay for _ in range(calls) for delay in _delays(rig)]
        except (Failure, Missing) as fault:
            rows.append(Gap(NAMES[0], rig, fault))
            continue
        method = _HOW % (len(delays), calls, min(delays), max(delays))
        delay = round(statistics.median(delays), 1)
        rows.append(Row(NAMES[0], delay, "ms", rig, method, peers, most=_LIMIT_MS, note=note))
    return rows


def _peer(calls, say):
    """-> (dict of peers, note)."""
    say("mouth to ear, baresip through JACK")
    try:
        delays = [delay for _ in range(calls) for delay in jack_call.delays_ms(_TALK_S)[_SKIPPED:]]
        return {"baresip": round(statistics.median(delays), 1)}, ""
    except (Failure, Missing) as fault:
        return {}, "no baresip: %s" % fault


def _delays(rig):
    """One call. -> list of ms."""
    chirps = Chirps(_TALK_S)
    with tempfile.TemporaryDirectory() as folder:
        mouth_path, ear_path = Path(folder) / "mouth", Path(folder) / "ear"
        os.mkfifo(mouth_path)
        os.mkfifo(ear_path)
        with Ear(ear_path) as ear, Phone(rig, "--auto-answer", 0, "--ear", ear_path) as callee:
            contact = "1=sip:desk@%s:%d" % callee.place
            with Phone(rig, "--contact", contact, "--mic", mouth_path, "--keys",
                       "1# wait:connected:10 sleep:%d hangup" % (_TALK_S + 5)) as caller:
                caller.wait("connected", 10)
                callee.wait("connected", 10)
                began = speak(mouth_path, chirps.sound)
    heard, came = ear.heard, ear.came

    def first_after(sample):
        """The first sample of the ear that came after this one of the mouth was spoken."""
        return bisect_right(came, began + sample / RATE)

    found = chirps.find(heard, first_after)[_SKIPPED:]
    if len(found) < _TALK_S / 2:
        raise Failure("only %d chirps were heard" % len(found))
    return [1000 * (came[place] - began - start / RATE) for start, place in found]


def speak(path, sound):
    """Say it in real time. -> when its first sample was spoken."""
    data = sound.astype("<i2").tobytes()
    descriptor = os.open(path, os.O_WRONLY)
    began = time.perf_counter()
    try:
        for off in range(0, len(data), 2 * _PIECE):
            due = began + (off // 2 + _PIECE) / RATE
            time.sleep(max(0, due - time.perf_counter()))
            os.write(descriptor, data[off:off + 2 * _PIECE])
    finally:
        os.close(descriptor)
    return began


class Ear:
    """Reads a FIFO as fast as it fills.

    heard   array of floats; came: list of when each sample was read. Complete behind the block
    """

    def __init__(self, path):
        self._path = path
        self._pieces = []               # (bytes, when)
        self._is_over = threading.Event()

    def __enter__(self):
        self._descriptor = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK)
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        return self

    def _read(self):
        while not self._is_over.is_set():
            if not select.select([self._descriptor], [], [], 0.05)[0]:
                continue
            data = os.read(self._descriptor, 65536)
            if data:
                self._pieces.append((data, time.perf_counter()))
            else:
                time.sleep(0.01)            # nobody has it open yet, or any more

    def __exit__(self, *fault):
        self._is_over.set()
        self._thread.join()
        os.close(self._descriptor)
        data = b"".join(piece for piece, _ in self._pieces)
        self.heard = numpy.frombuffer(data[:len(data) & ~1], dtype="<i2").astype(float)
        self.came = [when for piece, when in self._pieces for _ in range(len(piece) // 2)]
