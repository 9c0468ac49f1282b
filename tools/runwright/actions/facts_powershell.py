"""Readers of facts about Windows PowerShell itself: what it offers a server, which package providers it has.

https://learn.microsoft.com/en-us/dotnet/api/system.net.securityprotocoltype: 3072 is TLS 1.2, 0 is the system's choice.
https://learn.microsoft.com/en-us/windows-server/security/tls/tls-registry-settings: the client's keys of Schannel.
https://learn.microsoft.com/en-us/powershell/module/dism/repair-windowsimage
How answers become facts stands in `facts_windows`.
"""

from __future__ import annotations

from collections.abc import Mapping

from runwright.actions.facts_windows import Tell, flag, parse_properties, text, word
from runwright.actions.powershell import powershell
from runwright.actions.reader import Reader
from runwright.model.path import parse_path

_JSON = " | ConvertTo-Json -Compress"
_TLS = (
    "$now = [int][Net.ServicePointManager]::SecurityProtocol; "
    "$key = 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Client'; "
    "$set = Get-ItemProperty -LiteralPath $key -ErrorAction SilentlyContinue; "
    "$off = $set -and (($set.Enabled -eq 0) -or ($set.DisabledByDefault -eq 1)); "
    "[pscustomobject]@{Offers = (($now -band 3072) -ne 0) -or (($now -eq 0) -and -not $off)}" + _JSON
)
_PROVIDER = (
    "$found = Get-PackageProvider -ListAvailable -ErrorAction SilentlyContinue | "
    "Where-Object { $_.Name -eq $Env:RUNWRIGHT_PROVIDER }; "
    "[pscustomobject]@{Installed = [bool]$found}" + _JSON
)
_VERSION = '[pscustomobject]@{Version = "$($PSVersionTable.PSVersion)"}' + _JSON
_IMAGE = (
    '$state = "$((Repair-WindowsImage -Online -CheckHealth).ImageHealthState)"; '
    "$key = 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\Servicing'; "
    "$set = Get-ItemProperty -LiteralPath $key -Name LocalSourcePath -ErrorAction SilentlyContinue; "
    "[pscustomobject]@{Health = $state; Source = [bool]($set -and $set.LocalSourcePath)}" + _JSON
)
IMAGE: Mapping[str, Tell] = {
    "health": word("Health", {"Healthy": "healthy", "Repairable": "repairable", "NonRepairable": "damaged"}),
    "source_set": flag("Source"),
}
TLS: Mapping[str, Tell] = {"tls12_by_default": flag("Offers")}
PROVIDER: Mapping[str, Tell] = {"installed": flag("Installed")}
VERSION: Mapping[str, Tell] = {"version": text("Version")}
READERS: tuple[Reader, ...] = (
    Reader(
        parse_path("powershell"), frozenset(VERSION), {"windows": (powershell(_VERSION), parse_properties(VERSION))}
    ),
    Reader(parse_path("wintls"), frozenset(TLS), {"windows": (powershell(_TLS), parse_properties(TLS))}),
    Reader(parse_path("winimage"), frozenset(IMAGE), {"windows": (powershell(_IMAGE), parse_properties(IMAGE))}),
    Reader(
        parse_path("psproviders.${{ params.provider }}"),
        frozenset(PROVIDER),
        {"windows": (powershell(_PROVIDER, provider="${{ params.provider }}"), parse_properties(PROVIDER))},
    ),
)
