"""Windows event logs: look at one, save one to a file, change how large it may grow. Nothing here clears a log.

https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/wevtutil
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Model, Param, need, sets
from runwright.actions.powershell import powershell, windows

LOG = Param("The log's name, such as Application.", pattern=r"[A-Za-z0-9][A-Za-z0-9 ._()/-]{0,199}")
FOLDER = Param("An existing folder, such as D:\\Logs.", pattern=r'[A-Za-z]:\\[^\x00-\x1f"*?<>|:/]{0,200}')
MAX_BYTES = Param("The most that the log may grow to, in bytes.", type="integer", pattern=r"[1-9][0-9]{6,10}")
_SELF = "eventlogs.${{ params.log }}"
_KNOWN = need(f"{_SELF}.enabled", True)

INSPECT = Action(
    "eventlog.inspect",
    "Write a log's size, its limit in bytes and what it does when it is full, as JSON.",
    {"log": LOG},
    {
        "windows": windows(
            powershell(
                "$log = Get-WinEvent -ListLog $Env:RUNWRIGHT_LOG; "
                "[pscustomobject]@{LogName = $log.LogName; FileSize = $log.FileSize; IsLogFull = $log.IsLogFull; "
                'MaximumSizeInBytes = $log.MaximumSizeInBytes; LogMode = "$($log.LogMode)"} | '
                "ConvertTo-Json -Compress",
                log="${{ params.log }}",
            ),
            Model(needs=(_KNOWN,), fails_clean=True),
        )
    },
    check=True,
)
ARCHIVE = Action(
    "eventlog.archive",
    "Save all events of a log to a new file in a folder; the log keeps them.",
    {"log": LOG, "folder": FOLDER},
    {
        "windows": windows(
            powershell(
                "$name = ($Env:RUNWRIGHT_LOG -replace '[^A-Za-z0-9._-]', '-') + (Get-Date -Format '-yyyyMMddHHmmss'); "
                'wevtutil.exe epl $Env:RUNWRIGHT_LOG (Join-Path $Env:RUNWRIGHT_FOLDER "$name.evtx"); '
                "exit $LASTEXITCODE",
                log="${{ params.log }}",
                folder="${{ params.folder }}",
            ),
            Model(needs=(_KNOWN,), changes=(sets("disks.*.used_percent", FORGET), sets("disks.*.free_bytes", FORGET))),
        )
    },
    repeatable=False,
    timeout_seconds=600.0,
)
RESIZE = Action(
    "eventlog.resize",
    "Set how large a log may grow, in bytes; what it holds stays.",
    {"log": LOG, "max_bytes": MAX_BYTES},
    {
        "windows": windows(
            powershell(
                'wevtutil.exe sl $Env:RUNWRIGHT_LOG "/ms:$Env:RUNWRIGHT_MAX_BYTES"; exit $LASTEXITCODE',
                log="${{ params.log }}",
                max_bytes="${{ params.max_bytes }}",
            ),
            Model(
                needs=(_KNOWN,),
                # The service rounds to whole pieces of 64 KiB; whether the log is full then depends on what it holds.
                changes=(sets(f"{_SELF}.max_bytes", FORGET), sets(f"{_SELF}.full", FORGET)),
                fails_clean=True,
            ),
        )
    },
    risk="medium",
)
ACTIONS = (INSPECT, ARCHIVE, RESIZE)
