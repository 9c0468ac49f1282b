"""How facts are read on Windows: read-only PowerShell whose JSON names the vendor's own properties, and vssadmin.

Words that Windows translates are never read: properties, numbers and the names of enumerations are. A property
that is missing or of another type tells nothing. Services and what needs no program stand in `facts`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from runwright.actions.action import Exec, Operation, Result
from runwright.actions.powershell import powershell
from runwright.actions.reader import Parse, Reader
from runwright.actions.schtask import SPLIT
from runwright.model.path import parse_path

Tell = Callable[[Mapping[str, Any]], Any]
"""Takes one fact out of the properties; None where they do not tell it."""

_JSON = " | ConvertTo-Json -Compress"


def parse_properties(leaves: Mapping[str, Tell]) -> Parse:
    """Read one JSON object, and each leaf out of it."""

    def parse(result: Result) -> dict[str, Any]:
        properties = _properties(result)
        told = {leaf: tell(properties) for leaf, tell in leaves.items()}
        return {leaf: value for leaf, value in told.items() if value is not None}

    return parse


def _properties(result: Result) -> Mapping[str, Any]:
    if result.exit_code != 0:
        return {}
    try:
        data = json.loads(result.output.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def flag(name: str) -> Tell:
    """A property that is true or false, also where an enumeration says it."""
    said: Mapping[Any, bool] = {"True": True, "False": False}
    return lambda p: p.get(name) if isinstance(p.get(name), bool) else said.get(str(p.get(name)))


def whole(name: str, below: int = 2**63) -> Tell:
    """A property that is a whole number from zero on; a larger one than makes sense tells nothing."""

    def tell(properties: Mapping[str, Any]) -> int | None:
        value = properties.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < below else None

    return tell


def signed(name: str) -> Tell:
    """A property that is a whole number, below zero too."""
    return lambda p: p[name] if isinstance(p.get(name), int) and not isinstance(p[name], bool) else None


def text(name: str) -> Tell:
    """A property that is a text which is not empty."""
    return lambda p: p[name] if isinstance(p.get(name), str) and p[name] else None


def word(name: str, words: Mapping[str, str]) -> Tell:
    """A name of an enumeration, as the dictionary of facts calls it."""
    return lambda p: words.get(p[name]) if isinstance(p.get(name), str) else None


def texts(name: str) -> Tell:
    """A property that is a list of texts."""
    return lambda p: [item for item in p[name] if isinstance(item, str)] if isinstance(p.get(name), list) else None


def zero(name: str) -> Tell:
    """A registry value that says no by being 0 does not: it says yes."""
    return lambda p: p[name] == 0 if isinstance(p.get(name), int) else None


_STRIPCHART = re.compile(r"^[^,]*, ([+-][0-9]{1,12}\.[0-9]{1,9})s\s*$", re.MULTILINE)


def parse_stripchart(result: Result) -> dict[str, Any]:
    """Read the one sample of `w32tm /stripchart /dataonly`: how far the clock is off, whichever way."""
    found = _STRIPCHART.search(result.output)
    return {"drift_seconds": abs(float(found[1]))} if found else {}


_WRITER = re.compile(r"^\S[^']*'([^'\r\n]{1,200})'")
_WRITER_STATE = re.compile(r"^\s.*\[([0-9]{1,2})\]")
FIRST_FAILED_STATE, LAST_FAILED_STATE = 6, 14
"""VSS_WS_FAILED_AT_IDENTIFY to VSS_WS_FAILED_AT_POST_RESTORE of the enumeration VSS_WRITER_STATE (vss.h)."""


def parse_vss_writers(result: Result) -> dict[str, Any]:
    """Read `vssadmin list writers`: each writer's name and its state by number, since the words are translated."""
    if result.exit_code != 0:
        return {}
    states: dict[str, int] = {}
    name = None
    for line in result.output.splitlines():
        if found := _WRITER.match(line):
            name = found[1]
        elif name and (state := _WRITER_STATE.match(line)):
            # One name may have several instances: the worst of them counts.
            states[name] = max(int(state[1]), states.get(name, 0))
    if not states:
        return {}
    failed = sorted(n for n, state in states.items() if FIRST_FAILED_STATE <= state <= LAST_FAILED_STATE)
    return {"writers": sorted(states), "failed_writers": failed, "failed_count": len(failed)}


_DEFENDER = (
    "Get-MpComputerStatus | Select-Object -Property @('AMRunningMode', 'AMServiceEnabled', "
    "'RealTimeProtectionEnabled', 'AntivirusSignatureAge', 'IsTamperProtected')" + _JSON
)
_FIREWALL = (
    "$now = Get-NetFirewallProfile -Name $Env:RUNWRIGHT_PROFILE -PolicyStore ActiveStore; "
    "$rsop = Get-NetFirewallProfile -Name $Env:RUNWRIGHT_PROFILE -PolicyStore RSOP -ErrorAction SilentlyContinue; "
    '[pscustomobject]@{Enabled = "$($now.Enabled)"; DefaultInboundAction = "$($now.DefaultInboundAction)"; '
    "Policy = if ($rsop) { \"$($rsop.Enabled)\" } else { 'NotConfigured' }}" + _JSON
)
_W32TIME = (
    "Get-ItemProperty -LiteralPath 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\W32Time\\Parameters' | "
    "Select-Object -Property Type" + _JSON
)
_CHART = 'w32tm.exe /stripchart "/computer:$Env:RUNWRIGHT_SERVER" /samples:1 /dataonly'
_SPOOL = (
    '$jobs = @(Get-ChildItem -LiteralPath "$Env:SystemRoot\\System32\\spool\\PRINTERS" -File -Force | '
    "Where-Object { $_.Extension -in '.SHD', '.SPL' }); "
    "$first = ($jobs | Measure-Object -Property LastWriteTime -Minimum).Minimum; "
    "[pscustomobject]@{Files = $jobs.Count; OldestMinutes = "
    "if ($first) { [int]((Get-Date) - $first).TotalMinutes } else { 0 }}" + _JSON
)
_STORE = (
    '$aside = Get-Item -LiteralPath "$Env:SystemRoot\\SoftwareDistribution.runwright" -ErrorAction SilentlyContinue; '
    "$key = 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired'; "
    '[pscustomobject]@{Store = Test-Path -LiteralPath "$Env:SystemRoot\\SoftwareDistribution" -PathType Container; '
    "Aside = [bool]$aside; RebootRequired = Test-Path -LiteralPath $key; "
    "AsideDays = if ($aside) { [int]((Get-Date) - $aside.LastWriteTime).TotalDays } else { $null }}" + _JSON
)
_SEARCH = (
    "$last = (New-Object -ComObject Microsoft.Update.AutoUpdate).Results.LastSearchSuccessDate; "
    "[pscustomobject]@{LastSearchMinutes = "
    "if ($last) { [int]((Get-Date).ToUniversalTime() - $last).TotalMinutes } else { $null }}" + _JSON
)
_TASK = (
    SPLIT + "$task = Get-ScheduledTask -TaskPath $path -TaskName $name -ErrorAction SilentlyContinue; "
    "if (-not $task) { [pscustomobject]@{Known = $false}" + _JSON + "; exit 0 } "
    "$info = $task | Get-ScheduledTaskInfo; "
    '[pscustomobject]@{Known = $true; State = "$($task.State)"; LastTaskResult = $info.LastTaskResult; '
    "NumberOfMissedRuns = $info.NumberOfMissedRuns; LastRunMinutes = "
    "if ($info.LastRunTime) { [int]((Get-Date) - $info.LastRunTime).TotalMinutes } else { $null }}" + _JSON
)
_LOG = (
    "$log = Get-WinEvent -ListLog $Env:RUNWRIGHT_LOG; "
    "[pscustomobject]@{IsEnabled = $log.IsEnabled; IsLogFull = $log.IsLogFull; FileSize = $log.FileSize; "
    'MaximumSizeInBytes = $log.MaximumSizeInBytes; LogMode = "$($log.LogMode)"}' + _JSON
)
_CERTIFICATE = (
    "$newest = Get-ChildItem -LiteralPath Cert:\\LocalMachine\\My | Where-Object { $_.HasPrivateKey -and "
    "($_.DnsNameList.Unicode -contains $Env:RUNWRIGHT_NAME) } | Sort-Object -Property NotAfter | "
    "Select-Object -Last 1; "
    "if (-not $newest) { [pscustomobject]@{Known = $false}" + _JSON + "; exit 0 } "
    "[pscustomobject]@{Known = $true; Thumbprint = $newest.Thumbprint; "
    "DaysLeft = [int][Math]::Floor(($newest.NotAfter - (Get-Date)).TotalDays)}" + _JSON
)
_BACKUP = (
    "$summary = Get-WBSummary; $last = $summary.LastSuccessfulBackupTime; "
    '[pscustomobject]@{Policy = [bool](Get-WBPolicy); JobState = "$((Get-WBJob).JobState)"; '
    "LastBackupResultHR = $summary.LastBackupResultHR; LastSuccessHours = "
    "if ($last -and $last.Year -gt 2000) { [int]((Get-Date) - $last).TotalHours } else { $null }}" + _JSON
)
_RDP = (
    "$key = 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server'; "
    "[pscustomobject]@{fDenyTSConnections = (Get-ItemProperty -LiteralPath $key).fDenyTSConnections; "
    'PortNumber = (Get-ItemProperty -LiteralPath "$key\\WinStations\\RDP-Tcp").PortNumber}' + _JSON
)
_DNS_SERVERS = (
    "[pscustomobject]@{ServerAddresses = @(Get-DnsClientServerAddress | "
    "Select-Object -ExpandProperty ServerAddresses | Select-Object -Unique)}" + _JSON
)


def _reader(prefix: str, script: str, leaves: Mapping[str, Tell], *values: str) -> Reader:
    """A reader by PowerShell; the values are the insertions of the prefix."""
    operation = powershell(script, **{value: f"${{{{ params.{value} }}}}" for value in values})
    return _parsed(prefix, operation, leaves.keys(), parse_properties(leaves))


def _parsed(prefix: str, operation: Operation, leaves: Any, parse: Parse) -> Reader:
    return Reader(parse_path(prefix), frozenset(leaves), {"windows": (operation, parse)})


NEVER = 65535
"""Days that Microsoft Defender gives as the age of signatures that were never fetched."""
DEFENDER: Mapping[str, Tell] = {
    "running_mode": text("AMRunningMode"),
    "service_enabled": flag("AMServiceEnabled"),
    "realtime_enabled": flag("RealTimeProtectionEnabled"),
    "signature_age_days": whole("AntivirusSignatureAge", below=NEVER),
    "tamper_protected": flag("IsTamperProtected"),
}
FIREWALL: Mapping[str, Tell] = {
    "enabled": flag("Enabled"),
    "default_inbound": word(
        "DefaultInboundAction", {"Allow": "allow", "Block": "block", "NotConfigured": "not_configured"}
    ),
    "policy": word("Policy", {"True": "on", "False": "off", "NotConfigured": "not_configured"}),
}
TIME_MODE: Mapping[str, Tell] = {
    "mode": word("Type", {"NT5DS": "domain", "NTP": "manual", "AllSync": "all", "NoSync": "none"})
}
SPOOL: Mapping[str, Tell] = {"queued_files": whole("Files"), "oldest_minutes": whole("OldestMinutes")}
STORE: Mapping[str, Tell] = {
    "store_exists": flag("Store"),
    "store_set_aside": flag("Aside"),
    "set_aside_days": whole("AsideDays"),
    "reboot_required": flag("RebootRequired"),
}
SEARCH: Mapping[str, Tell] = {"last_search_minutes": whole("LastSearchMinutes")}
TASK: Mapping[str, Tell] = {
    "known": flag("Known"),
    "state": word("State", {"Disabled": "disabled", "Queued": "queued", "Ready": "ready", "Running": "running"}),
    "last_result": whole("LastTaskResult"),
    "missed_runs": whole("NumberOfMissedRuns"),
    "last_run_minutes": whole("LastRunMinutes"),
}
LOG: Mapping[str, Tell] = {
    "enabled": flag("IsEnabled"),
    "full": flag("IsLogFull"),
    "size_bytes": whole("FileSize"),
    "max_bytes": whole("MaximumSizeInBytes"),
    "mode": word("LogMode", {"Circular": "circular", "Retain": "retain", "AutoBackup": "auto_backup"}),
}
CERTIFICATE: Mapping[str, Tell] = {
    "known": flag("Known"),
    "thumbprint": text("Thumbprint"),
    "days_left": signed("DaysLeft"),
}
BACKUP: Mapping[str, Tell] = {
    "has_policy": flag("Policy"),
    "busy": lambda p: p["JobState"] == "Running" if isinstance(p.get("JobState"), str) else None,
    "last_result": signed("LastBackupResultHR"),
    "last_success_hours": whole("LastSuccessHours"),
}
RDP: Mapping[str, Tell] = {"allowed": zero("fDenyTSConnections"), "port": whole("PortNumber", below=65536)}
DNS_SERVERS: Mapping[str, Tell] = {"servers": texts("ServerAddresses")}

READERS: tuple[Reader, ...] = (
    _reader("defender", _DEFENDER, DEFENDER),
    _reader("winfirewall.${{ params.profile }}", _FIREWALL, FIREWALL, "profile"),
    _reader("wintime", _W32TIME, TIME_MODE),
    _parsed(
        "wintime.${{ params.server }}",
        powershell(_CHART, server="${{ params.server }}"),
        {"drift_seconds"},
        parse_stripchart,
    ),
    _reader("winspool", _SPOOL, SPOOL),
    _reader("wupdate", _STORE, STORE),
    _reader("wupdate", _SEARCH, SEARCH),
    _reader("schtasks.${{ params.task }}", _TASK, TASK, "task"),
    _reader("eventlogs.${{ params.log }}", _LOG, LOG, "log"),
    _reader("wincert.${{ params.name }}", _CERTIFICATE, CERTIFICATE, "name"),
    _reader("winbackup", _BACKUP, BACKUP),
    _parsed(
        "vss",
        Exec(("vssadmin.exe", "list", "writers")),
        {"writers", "failed_writers", "failed_count"},
        parse_vss_writers,
    ),
    _reader("rdp", _RDP, RDP),
    _reader("windns", _DNS_SERVERS, DNS_SERVERS),
)
