"""The Windows Time service: look for its time source again and correct the clock.

https://learn.microsoft.com/en-us/windows-server/networking/windows-time-service/windows-time-service-tools-and-settings
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Exec, Model, need, sets
from runwright.actions.powershell import windows

RESYNC = Action(
    "wintime.resync",
    "Tell the time service to find its time source anew and to correct the clock.",
    {},
    {
        "windows": windows(
            Exec(("w32tm.exe", "/resync", "/rediscover")),
            Model(
                needs=(need("services.W32Time.state", "running"), need("wintime.mode", {"ne": "none"})),
                changes=(sets("wintime.*.drift_seconds", FORGET),),
            ),
        )
    },
    risk="medium",
    timeout_seconds=120.0,
)
ACTIONS = (RESYNC,)
