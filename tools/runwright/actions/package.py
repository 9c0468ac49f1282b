"""Packages: finish what an interrupted dpkg or apt left half done.

dpkg: https://manpages.debian.org/bookworm/dpkg/dpkg.1.en.html
apt-get: https://manpages.debian.org/bookworm/apt/apt-get.8.en.html
Nobody answers questions here: a configuration file that was changed on this host stays as it is.
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Exec, Model, Variant, need, read_exit_code, sets

_FREE = need("packages.locked", False)
_QUIET = {"DEBIAN_FRONTEND": "noninteractive"}
_SERVICES = sets("services.*.state", FORGET)
_KEEP = ("--force-confdef", "--force-confold")

CONFIGURE_PENDING = Action(
    "package.configure_pending",
    "Configure every package that was unpacked and not configured.",
    {},
    {
        "linux": Variant(
            Exec(("dpkg", *_KEEP, "--configure", "--pending"), env=_QUIET),
            Model(needs=(_FREE,), changes=(sets("packages.consistent", True), _SERVICES)),
            read_exit_code,
        )
    },
    risk="medium",
    timeout_seconds=600.0,
)
FIX_BROKEN = Action(
    "package.fix_broken",
    "Install what installed packages lack, and remove nothing.",
    {},
    {
        "linux": Variant(
            Exec(("apt-get", "--quiet", "--yes", "--no-remove", "--fix-broken", "install"), env=_QUIET),
            Model(needs=(_FREE,), changes=(sets("packages.consistent", True), _SERVICES)),
            read_exit_code,
        )
    },
    risk="medium",
    timeout_seconds=600.0,
)
ACTIONS = (CONFIGURE_PENDING, FIX_BROKEN)
