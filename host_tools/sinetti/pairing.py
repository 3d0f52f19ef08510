# SPDX-License-Identifier: MIT
"""Pairing: what a phone and its helper have to know of each other."""

import os
from pathlib import Path

from host_tools.sinetti import certificates
from host_tools.sinetti.tokens import Tokens, draw

TOKENS = "tokens.json"          # in the folder of the helper's certificate, if nobody says otherwise

# What a phone is told, each under its name in the phone's storage.
ADDRESS, CA, TOKEN = "helper.address", "helper.ca", "helper.token"


def introduce(name, tls_dir, address, tokens=None):
    """Give the phone `name` a new token, and the helper a certificate if it has none.

    -> {ADDRESS: bytes, CA: DER, TOKEN: 32 bytes}. address: str; tokens: path of the file or None.
    Raises OSError and Complaint.
    """
    told = propose(tls_dir, address)
    accept(name, told, tls_dir, tokens)
    return told


def propose(tls_dir, address):
    """As introduce(), but the helper does not take that token yet."""
    return {ADDRESS: address.encode(), CA: certificates.make(tls_dir), TOKEN: draw()}


def accept(name, told, tls_dir, tokens=None):
    """The helper takes this token of the phone `name` from now on, and no older one. told: of propose()."""
    Tokens(tokens or Path(tls_dir) / TOKENS).keep(name, told[TOKEN])


def tell(folder, told):
    """Put what introduce() returned into a phone's storage. Raises OSError."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for key, value in told.items():
        write_secret(folder / key, value)


def write_secret(path, content):
    """Write a file that nobody else may read. Raises OSError."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
