"""Windows Update: set its store aside and back, drop an old one, look for updates anew.

https://learn.microsoft.com/en-us/troubleshoot/windows-client/installing-updates-features-roles/additional-resources-for-windows-update
The vendor's page deletes the store; here it is renamed, so that it can come back.
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Model, Need, need, sets
from runwright.actions.powershell import powershell, windows

_FOLDERS = (
    '$store = "$Env:SystemRoot\\SoftwareDistribution"; $aside = "$Env:SystemRoot\\SoftwareDistribution.runwright"; '
)
# `sc stop` answers before the service has stopped.
_STOPPED = (
    "foreach ($service in Get-Service -Name @('wuauserv', 'bits')) { $service.WaitForStatus('Stopped', '00:01:00') }; "
)
_AT_REST: tuple[Need, ...] = (need("services.wuauserv.state", "stopped"), need("services.bits.state", "stopped"))
_STORE, _ASIDE = "wupdate.store_exists", "wupdate.store_set_aside"

SET_ASIDE = Action(
    "wupdate.set_store_aside",
    "Rename the folder of Windows Update's downloads and database, so that the service makes a new one.",
    {},
    {
        "windows": windows(
            powershell(_FOLDERS + _STOPPED + "Rename-Item -LiteralPath $store -NewName (Split-Path -Leaf $aside)"),
            Model(
                needs=(*_AT_REST, need(_STORE, True), need(_ASIDE, False)),
                changes=(sets(_STORE, False), sets(_ASIDE, True)),
                fails_clean=True,
            ),
        )
    },
    risk="medium",
    repeatable=False,
)
RESTORE = Action(
    "wupdate.restore_store",
    "Bring the folder back that was set aside; one that was made since is kept under another name.",
    {},
    {
        "windows": windows(
            powershell(
                _FOLDERS
                + _STOPPED
                + 'if (-not (Test-Path -LiteralPath $aside)) { throw "$aside does not exist" }; '
                + "if (Test-Path -LiteralPath $store) { Rename-Item -LiteralPath $store "
                + "-NewName ('SoftwareDistribution.replaced-' + (Get-Date -Format yyyyMMddHHmmss)) }; "
                + "Rename-Item -LiteralPath $aside -NewName (Split-Path -Leaf $store)"
            ),
            Model(
                needs=(*_AT_REST, need(_ASIDE, True)),
                changes=(sets(_STORE, True), sets(_ASIDE, False)),
            ),
        )
    },
    risk="medium",
    repeatable=False,
)
DROP = Action(
    "wupdate.drop_store_aside",
    "Delete the folder that an earlier run had set aside.",
    {},
    {
        "windows": windows(
            # Directory.Delete removes links and never what they point to.
            powershell(_FOLDERS + "[IO.Directory]::Delete($aside, $true)"),
            Model(
                needs=(need(_ASIDE, True),),
                changes=(sets(_ASIDE, False), sets("disks.*.used_percent", FORGET), sets("disks.*.free_bytes", FORGET)),
            ),
        )
    },
    risk="high",
    destructive=True,
    repeatable=False,
    timeout_seconds=600.0,
)
DETECT = Action(
    "wupdate.detect",
    "Ask Automatic Updates to look for updates now; the search goes on after this has answered.",
    {},
    {
        "windows": windows(
            powershell("(New-Object -ComObject Microsoft.Update.AutoUpdate).DetectNow()"),
            Model(
                needs=(need("services.wuauserv.start_type", {"ne": "disabled"}),),
                changes=(sets("wupdate.last_search_minutes", FORGET),),
            ),
        )
    },
    timeout_seconds=120.0,
)
ACTIONS = (SET_ASIDE, RESTORE, DROP, DETECT)
