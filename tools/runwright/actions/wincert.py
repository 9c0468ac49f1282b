"""Certificates of the Windows machine store: have the enrolled ones renewed.

https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/certutil
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Exec, Model, sets
from runwright.actions.powershell import windows

AUTOENROLL = Action(
    "wincert.autoenroll",
    "Start certificate autoenrollment now; it goes on after this has answered.",
    {},
    {
        "windows": windows(
            Exec(("certutil.exe", "-pulse")),
            Model(
                changes=(sets("wincert.*.days_left", FORGET), sets("wincert.*.thumbprint", FORGET)),
            ),
        )
    },
    risk="medium",
    timeout_seconds=120.0,
)
ACTIONS = (AUTOENROLL,)
