# SPDX-License-Identifier: MIT
"""The attack lab: hostile relays and peers against two phones. `python -m sim attacks`, registry.py."""
