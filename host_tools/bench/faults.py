# SPDX-License-Identifier: MIT
"""Why a figure could not be measured. Each message is one line for a person."""


class Missing(Exception):
    """This computer lacks something: a tool, a package, an interpreter."""


class Failure(Exception):
    """The phone, or a program that measures it, failed. It counts like a broken limit."""
