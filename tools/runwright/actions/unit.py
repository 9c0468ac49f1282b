"""What systemd keeps about a unit beside running it: its failures, its mask, the file it has read.

systemctl: https://www.freedesktop.org/software/systemd/man/latest/systemctl.html
Starting and stopping, for timers and mounts too, is `service`.
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Exec, Model, Variant, need, read_exit_code, sets
from runwright.actions.service import SERVICE

_SELF = "services.${{ params.service }}"
_KNOWN = need(f"{_SELF}.known", True)

RESET_FAILED = Action(
    "unit.reset_failed",
    "Forget that a unit failed, and how often it was started, so that systemd starts it again.",
    {"service": SERVICE},
    {
        "systemd": Variant(
            Exec(("systemctl", "reset-failed", "--", "${{ params.service }}")),
            Model(
                needs=(_KNOWN,),
                changes=(sets(f"{_SELF}.result", "success"), sets(f"{_SELF}.state", FORGET)),
                fails_clean=True,
            ),
            read_exit_code,
        )
    },
    by="service_manager",
)
RELOAD = Action(
    "unit.reload",
    "Let systemd read its units' files again; what runs goes on running.",
    {},
    {
        "systemd": Variant(
            Exec(("systemctl", "daemon-reload")),
            Model(
                changes=tuple(
                    sets(f"services.*.{leaf}", FORGET)
                    for leaf in ("daemon_reload_pending", "known", "requires", "start_type")
                )
            ),
            read_exit_code,
        )
    },
    by="service_manager",
)
MASK = Action(
    "unit.mask",
    "Keep a unit from being started by anything; a unit that runs goes on running.",
    {"service": SERVICE},
    {
        "systemd": Variant(
            Exec(("systemctl", "mask", "--", "${{ params.service }}")),
            Model(changes=(sets(f"{_SELF}.masked", True), sets(f"{_SELF}.start_type", "disabled")), fails_clean=True),
            read_exit_code,
        )
    },
    by="service_manager",
    risk="medium",
    destructive=True,
)
ACTIONS = (RESET_FAILED, RELOAD, MASK)
