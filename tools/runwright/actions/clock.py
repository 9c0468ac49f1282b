"""The clock: correct it at once, and let the host follow a time source again.

chronyc: https://chrony-project.org/doc/4.3/chronyc.html
timedatectl: https://www.freedesktop.org/software/systemd/man/latest/timedatectl.html
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Exec, Model, Variant, need, read_exit_code, sets

_ANSWERS = need("clock.answers", True)
ASK_SOURCES = Action(
    "clock.ask_sources",
    "Let chrony ask its time sources now instead of at their next turn.",
    {},
    {
        "linux": Variant(
            Exec(("chronyc", "burst", "2/4")),
            Model(needs=(_ANSWERS,), changes=(sets("clock.tracking", FORGET), sets("clock.offset_seconds", FORGET))),
            read_exit_code,
        )
    },
)
STEP = Action(
    "clock.step",
    "Set the clock to the time that chrony has found, at once and not slowly.",
    {},
    {
        "linux": Variant(
            Exec(("chronyc", "makestep")),
            Model(needs=(_ANSWERS, need("clock.tracking", True)), changes=(sets("clock.offset_seconds", FORGET),)),
            read_exit_code,
        )
    },
    risk="medium",
)
ACTIONS = (ASK_SOURCES, STEP)
