"""Windows Defender Firewall: turn a profile on. Nothing here turns one off or opens anything.

https://learn.microsoft.com/en-us/powershell/module/netsecurity/set-netfirewallprofile
"""

from __future__ import annotations

from runwright.actions.action import Action, Model, Param, need, sets
from runwright.actions.powershell import powershell, windows

PROFILE = Param("The firewall profile.", enum=("Domain", "Private", "Public"))
_SELF = "winfirewall.${{ params.profile }}"

ENABLE = Action(
    "winfirewall.enable",
    "Turn one profile of the Windows firewall on; its rules stay as they are.",
    {"profile": PROFILE},
    {
        "windows": windows(
            powershell(
                "Set-NetFirewallProfile -Name $Env:RUNWRIGHT_PROFILE -Enabled True", profile="${{ params.profile }}"
            ),
            Model(
                # What a group policy says wins over the local setting.
                needs=(need("services.mpssvc.state", "running"), need(f"{_SELF}.policy", {"ne": "off"})),
                changes=(sets(f"{_SELF}.enabled", True),),
                fails_clean=True,
            ),
        )
    },
    risk="medium",
)
ACTIONS = (ENABLE,)
