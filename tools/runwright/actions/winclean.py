"""Room on a Windows system disk: superseded components, and old files of the system's temporary folder.

https://learn.microsoft.com/en-us/troubleshoot/windows-client/installing-updates-features-roles/address-disk-space-issues-caused-by-winsxs
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Exec, Model, Param, sets
from runwright.actions.powershell import powershell, windows

REBOOT_NEEDED = 3010
_ROOM = (sets("disks.*.used_percent", FORGET), sets("disks.*.free_bytes", FORGET))

COMPONENTS = Action(
    "winclean.component_store",
    "Remove the versions of Windows components that newer ones replaced; updates can still be uninstalled.",
    {},
    {
        "windows": windows(
            Exec(("dism.exe", "/Online", "/Cleanup-Image", "/StartComponentCleanup", "/NoRestart")),
            Model(changes=_ROOM),
            REBOOT_NEEDED,
        )
    },
    risk="medium",
    timeout_seconds=3600.0,
)
# Links are neither followed nor removed; a file that is in use stays.
_OLD_FILES = (
    "$before = (Get-Date).AddDays(-[int]$Env:RUNWRIGHT_DAYS); $removed = 0; "
    "$folders = New-Object System.Collections.Stack; "
    '$folders.Push((Get-Item -LiteralPath "$Env:SystemRoot\\Temp").FullName); '
    "while ($folders.Count) { foreach ($item in Get-ChildItem -LiteralPath $folders.Pop() -Force) { "
    "if ($item.Attributes -band [IO.FileAttributes]::ReparsePoint) { continue } "
    "if ($item.PSIsContainer) { $folders.Push($item.FullName); continue } "
    "if ($item.LastWriteTime -lt $before) { "
    "try { Remove-Item -LiteralPath $item.FullName -Force; $removed++ } catch [IO.IOException] { } "
    "catch [UnauthorizedAccessException] { } } } } "
    "[pscustomobject]@{Removed = $removed} | ConvertTo-Json -Compress"
)
OLD_TEMP_FILES = Action(
    "winclean.old_temp_files",
    "Delete files of the system's temporary folder that nobody wrote for some days.",
    {"days": Param("How many days old a file must be.", type="integer", pattern=r"[1-9][0-9]{0,3}")},
    {"windows": windows(powershell(_OLD_FILES, days="${{ params.days }}"), Model(changes=_ROOM))},
    risk="high",
    destructive=True,
    timeout_seconds=900.0,
)
ACTIONS = (COMPONENTS, OLD_TEMP_FILES)
