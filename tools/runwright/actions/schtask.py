"""Tasks of the Windows task scheduler: enable, disable, start.

https://learn.microsoft.com/en-us/powershell/module/scheduledtasks/start-scheduledtask
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Change, Exec, Model, Need, Param, need, sets
from runwright.actions.powershell import powershell, windows

# The cmdlets take wildcards, so none of their characters is a part of a name here.
TASK = Param(
    "The task's full path, such as \\Backup\\Nightly.", pattern=r"\\[A-Za-z0-9 ._()\\{}-]{0,229}[A-Za-z0-9._()}-]"
)
_SELF = "schtasks.${{ params.task }}"
_STATE = f"{_SELF}.state"
_KNOWN = need(f"{_SELF}.known", True)
SPLIT = (
    "$at = $Env:RUNWRIGHT_TASK.LastIndexOf('\\') + 1; "
    "$path = $Env:RUNWRIGHT_TASK.Substring(0, $at); $name = $Env:RUNWRIGHT_TASK.Substring($at); "
)
"""A task's full path as the two texts that the cmdlets want."""


def _cmdlet(verb: str) -> Exec:
    return powershell(f"{SPLIT}{verb}-ScheduledTask -TaskPath $path -TaskName $name", task="${{ params.task }}")


def _model(needs: tuple[Need, ...], *changes: Change) -> Model:
    return Model(needs=needs, changes=changes, fails_clean=True)


ENABLE = Action(
    "schtask.enable",
    "Let a disabled task run again at its times.",
    {"task": TASK},
    {"windows": windows(_cmdlet("Enable"), _model((_KNOWN,), sets(_STATE, "ready")))},
    risk="medium",
)
DISABLE = Action(
    "schtask.disable",
    "Keep a task from running at its times; what runs goes on.",
    {"task": TASK},
    {"windows": windows(_cmdlet("Disable"), _model((_KNOWN,), sets(_STATE, "disabled")))},
    risk="medium",
)
START = Action(
    "schtask.start",
    "Start a task now; it goes on after this has answered.",
    {"task": TASK},
    {
        "windows": windows(
            _cmdlet("Start"),
            _model(
                (_KNOWN, need(_STATE, "ready")),
                sets(_STATE, FORGET),
                sets(f"{_SELF}.last_result", FORGET),
                sets(f"{_SELF}.last_run_minutes", FORGET),
            ),
        )
    },
    risk="medium",
    repeatable=False,
)
ACTIONS = (ENABLE, DISABLE, START)
