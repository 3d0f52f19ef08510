# SPDX-License-Identifier: MIT
"""The image of each board of the project, compiled once for all tests of a run."""

import functools

from host_tools import board_image, frozen_tree


@functools.cache
def image_of(board):
    """-> (Manifest, dict: path to bytes). Not to be changed."""
    return board_image.compose(board)


@functools.cache
def tree_of(board):
    """-> folder of the frozen tree of a board, just written."""
    return frozen_tree.write(board)
