"""The DNS client of Windows: forget what it remembers, register this host's own names again.

https://learn.microsoft.com/en-us/powershell/module/dnsclient/clear-dnsclientcache
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Model, need, sets
from runwright.actions.powershell import powershell, windows

_FORGOTTEN = (sets("dns.*.resolves", FORGET),)

FLUSH = Action(
    "windns.flush",
    "Empty the cache of the DNS client, failed answers included.",
    {},
    {"windows": windows(powershell("Clear-DnsClientCache"), Model(changes=_FORGOTTEN))},
)
REGISTER = Action(
    "windns.register",
    "Register this host's addresses with its DNS server again.",
    {},
    {
        "windows": windows(
            powershell("Register-DnsClient"),
            Model(needs=(need("services.Dnscache.state", "running"),), changes=_FORGOTTEN),
        )
    },
)
ACTIONS = (FLUSH, REGISTER)
