# SPDX-License-Identifier: MIT
"""What host_tools/frozen_tree.py writes beside boards/frozen/main.py."""

FACTS: dict
