# SPDX-License-Identifier: MIT
"""Equipment: what some boards have beyond what a call needs. Loaded where there is any."""


def equip(app, hal):
    """Give the application what goes with a calendar and with two outlets. -> tuple of inlets."""
    if hal.audio_out.outlets > 1:
        from phone.outlets import Outlets
        app.outlets = Outlets(app, hal.audio_out)
    if hal.calendar is None:
        return ()
    from phone.wall_clock import WallClock
    app.clock = app.call_log.clock = WallClock(hal.calendar, app.config)
    app.clock.owner = app
    return (app.clock,)
