#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes the two voices of `make demo`. Needs the Debian packages espeak-ng and sox.
#
#     sh sim/speech/make_speech.sh
set -eu
cd "$(dirname "$0")"
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

say() {     # voice, pitch, file, words
    espeak-ng -v "$1" -p "$2" -s 155 -w "$temporary/raw.wav" "$4"
    # 8 kHz, 16 bit, mono; no dither, so that the same words give the same file.
    sox -D "$temporary/raw.wav" -r 8000 -c 1 -b 16 "$3" norm -6 silence 1 0.02 0.5% reverse \
        silence 1 0.02 0.5% reverse
}

say en-us+f3 55 alice.wav "Hello Bob, this is Alice. Every sample you hear went through two phones in Python."
say en-us+m3 40 bob.wav "Good morning Alice. I hear you well, and nobody had to write a line of C."
