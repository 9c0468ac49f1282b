"""Microsoft Defender Antivirus: turn real-time protection on, fetch signatures. Nothing here turns anything off.

https://learn.microsoft.com/en-us/powershell/module/defender/set-mppreference
https://learn.microsoft.com/en-us/powershell/module/defender/update-mpsignature
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Model, need, sets
from runwright.actions.powershell import powershell, windows

_SERVICE = need("defender.service_enabled", True)
# Beside another antivirus product Defender is passive, and its real-time protection cannot be turned on.
_ACTIVE = need("defender.running_mode", "Normal")

ENABLE_REALTIME = Action(
    "defender.enable_realtime",
    "Turn the real-time protection of Microsoft Defender Antivirus on.",
    {},
    {
        "windows": windows(
            powershell("Set-MpPreference -DisableRealtimeMonitoring $false"),
            Model(needs=(_SERVICE, _ACTIVE), changes=(sets("defender.realtime_enabled", True),), fails_clean=True),
        )
    },
    risk="medium",
)
UPDATE_SIGNATURES = Action(
    "defender.update_signatures",
    "Fetch the newest signatures of Microsoft Defender Antivirus from where the host is told to.",
    {},
    {
        "windows": windows(
            powershell("Update-MpSignature"),
            Model(needs=(_SERVICE,), changes=(sets("defender.signature_age_days", FORGET),), fails_clean=True),
        )
    },
    timeout_seconds=600.0,
)
ACTIONS = (ENABLE_REALTIME, UPDATE_SIGNATURES)
