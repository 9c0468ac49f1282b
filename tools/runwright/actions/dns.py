"""Name resolution: hand /etc/resolv.conf back to systemd-resolved, and forget what it has cached.

resolv.conf: https://www.freedesktop.org/software/systemd/man/latest/systemd-resolved.service.html#/etc/resolv.conf
resolvectl: https://www.freedesktop.org/software/systemd/man/latest/resolvectl.html
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Exec, Model, Param, Variant, need, read_exit_code, sets

STUB, UPLINK = "/run/systemd/resolve/stub-resolv.conf", "/run/systemd/resolve/resolv.conf"
_NAMES = sets("dns.*.resolves", FORGET)

USE_RESOLVED = Action(
    "dns.use_resolved",
    "Make /etc/resolv.conf a link to the file that systemd-resolved keeps; what stood there is replaced.",
    {
        "target": Param(
            "The file that is linked to: the local stub, or the servers it was told of.",
            required=False,
            default=STUB,
            enum=(STUB, UPLINK),
        )
    },
    {
        "linux": Variant(
            Exec(
                (
                    "ln",
                    "--symbolic",
                    "--force",
                    "--no-target-directory",
                    "--",
                    "${{ params.target }}",
                    "/etc/resolv.conf",
                )
            ),
            Model(
                changes=(sets("resolver.managed", True), sets("resolver.servers", FORGET), _NAMES),
                fails_clean=True,
            ),
            read_exit_code,
        )
    },
    risk="medium",
    destructive=True,
)
FLUSH = Action(
    "dns.flush",
    "Forget every answer that systemd-resolved has cached.",
    {},
    {
        "linux": Variant(
            Exec(("resolvectl", "flush-caches")),
            Model(needs=(need('services["systemd-resolved.service"].state', "running"),), changes=(_NAMES,)),
            read_exit_code,
        )
    },
)
ACTIONS = (USE_RESOLVED, FLUSH)
