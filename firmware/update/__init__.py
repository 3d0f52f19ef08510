# SPDX-License-Identifier: MIT
"""Updates: a signed image of the firmware into the slot that does not run. Loaded when one is asked for.

An image is a manifest, an empty line, and the contents of the files in the manifest's order.
"""
