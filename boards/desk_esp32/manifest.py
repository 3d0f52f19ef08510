# SPDX-License-Identifier: MIT
"""What is frozen into a MicroPython of your own for desk_esp32. Nothing of micropython-lib is.

    python -m host_tools.frozen_tree desk_esp32
    make -C ports/esp32 BOARD=ESP32_GENERIC BOARD_VARIANT=SPIRAM FROZEN_MANIFEST=...

The second line in the folder of MicroPython's sources, with the whole path of this file. Of the port it takes
what mounts the file system. See docs/new-board.md.
"""

freeze("$(PORT_DIR)/modules", ("_boot.py", "flashbdev.py", "inisetup.py"))     # noqa: F821
include("$(MPY_DIR)/extmod/asyncio")                                      # noqa: F821
freeze("../../build/frozen/desk_esp32", opt=3)  # noqa: F821
