"""Processes: ask whether one runs, and end one by name.

pkill, pgrep: procps-ng; taskkill: https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/taskkill
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Exec, Model, Native, Param, Variant, need, read_exit_code, sets

NAME = Param("The program's exact name, without its folder.", pattern=r"[A-Za-z0-9._+-]{1,64}")
_COUNT = "processes.${{ params.name }}.count"

RUNNING = Action(
    "process.running",
    "Check that a program runs.",
    {"name": NAME},
    {
        "any": Variant(
            Native("process.running", {"name": "${{ params.name }}"}),
            Model(needs=(need(_COUNT, {"gt": 0}),), fails_clean=True),
            read_exit_code,
        )
    },
    check=True,
)
TERMINATE = Action(
    "process.terminate",
    "Ask every process of a name to end.",
    {"name": NAME},
    {
        "linux": Variant(
            Exec(("pkill", "-TERM", "-x", "--", "${{ params.name }}")),
            Model(needs=(need(_COUNT, {"gt": 0}),), changes=(sets(_COUNT, FORGET), sets("services.*.state", FORGET))),
            read_exit_code,
        ),
        "windows": Variant(
            Exec(("taskkill.exe", "/IM", "${{ params.name }}")),
            Model(needs=(need(_COUNT, {"gt": 0}),), changes=(sets(_COUNT, FORGET), sets("services.*.state", FORGET))),
            read_exit_code,
        ),
    },
    risk="high",
    destructive=True,
    repeatable=False,
)
ACTIONS = (RUNNING, TERMINATE)
