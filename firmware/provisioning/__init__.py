# SPDX-License-Identifier: MIT
"""Settings that a phone fetches: a file on any web server, signed by who may set it up and encrypted to it.

    sinetti settings 1
    to FINGERPRINT              of the key that reads it, the phone's own at its helper; hex
    serial N                    goes up: a phone takes no file that is older than the one it has
    size N                      bytes of the message
    sign ARMOR                  OpenPGP, over all that stands before this line, and the message
    (an empty line)
    (the message: binary OpenPGP, encrypted)

In the message are lines KEY=VALUE as in phone/config.py, and contact=NUMBER TAB URI TAB NAME TAB DIGIT.
The signature is outside so that what a stranger sends is never decrypted.
Loaded when a phone has settings.address.
"""
