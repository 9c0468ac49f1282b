"""Windows PowerShell and what it fetches: package providers, and TLS 1.2 by default, without which it reaches nothing.

https://learn.microsoft.com/en-us/powershell/module/packagemanagement/install-packageprovider
https://learn.microsoft.com/en-us/mem/configmgr/core/plan-design/security/enable-tls-1-2-client
The registry's SchUseStrongCrypto lets every program of .NET 4 offer what the system offers; a program that runs already
goes on as it was.
"""

from __future__ import annotations

from runwright.actions.action import Action, Model, Param, need, sets
from runwright.actions.powershell import powershell, windows

PROVIDER = Param("The provider's name, such as NuGet.", pattern=r"[A-Za-z][A-Za-z0-9._-]{0,63}")
_KEYS = tuple(f"HKLM:\\SOFTWARE\\{where}Microsoft\\.NETFramework\\v4.0.30319" for where in ("", "Wow6432Node\\"))
_STRONG = (
    f"foreach ($key in '{_KEYS[0]}', '{_KEYS[1]}') {{ if (Test-Path -LiteralPath $key) {{ "
    "foreach ($name in 'SchUseStrongCrypto', 'SystemDefaultTlsVersions') { "
    "Set-ItemProperty -LiteralPath $key -Name $name -Type DWord -Value 1 } } }"
)

USE_STRONG_CRYPTO = Action(
    "wintls.use_strong_crypto",
    "Let programs of .NET 4 use strong cryptography (SchUseStrongCrypto), so that they offer TLS 1.2 by default.",
    {},
    {"windows": windows(powershell(_STRONG), Model(changes=(sets("wintls.tls12_by_default", True),)))},
    risk="medium",
)
INSTALL = Action(
    "psprovider.install",
    "Install a package provider of PowerShell from where the host is told to fetch it.",
    {"provider": PROVIDER},
    {
        "windows": windows(
            powershell(
                "Install-PackageProvider -Name $Env:RUNWRIGHT_PROVIDER -Force | Out-Null",
                provider="${{ params.provider }}",
            ),
            Model(
                needs=(need("wintls.tls12_by_default", True),),
                changes=(sets("psproviders.${{ params.provider }}.installed", True),),
            ),
        )
    },
    risk="medium",
    timeout_seconds=300.0,
)
ACTIONS = (USE_STRONG_CRYPTO, INSTALL)
