"""What systemd keeps about a unit beside running it: its failures, its mask, the file it has read.

systemctl: https://www.freedesktop.org/software/systemd/man/latest/systemctl.html
Starting and stopping, for timers and mounts too, is `service`.
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Exec, Model, Reading, Result, Variant, need, read_exit_code, sets
from runwright.actions.facts_units import READ_FROM_FILE
from runwright.actions.service import SERVICE

_SELF = "services.${{ params.service }}"


_CHANGED = ("unit", "services.*.same_on_disk", False)
"""The units whose files say something else than systemd has read; of one that nobody compared, nobody knows."""


def _read_forgiven(result: Result, success_codes: tuple[int, ...]) -> Reading:
    """Systemd refuses to forget the failures of a unit that it does not have loaded, and has forgotten them already."""
    if result.exit_code == 1 and result.error.rstrip().endswith(" not loaded."):
        return Reading(True)
    return read_exit_code(result, success_codes)


RESET_FAILED = Action(
    "unit.reset_failed",
    "Forget that a unit failed, and how often it was started, so that systemd starts it again.",
    {"service": SERVICE},
    {
        "systemd": Variant(
            Exec(("systemctl", "reset-failed", "--", "${{ params.service }}")),
            Model(
                changes=(
                    sets(f"{_SELF}.result", "success"),
                    sets(f"{_SELF}.state", "stopped", only_if=(f"{_SELF}.state", "failed")),
                ),
                fails_clean=True,
            ),
            _read_forgiven,
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
                changes=(
                    # Every unit's file is as systemd has read it, until somebody writes one.
                    sets("services.*.daemon_reload_pending", False),
                    sets("services.*.up_to_date", FORGET),
                    sets("services.*.same_on_disk", FORGET),
                    *(
                        sets(f"services.${{{{ each.unit }}}}.{leaf}", FORGET, where=_CHANGED)
                        for leaf in ("known", "masked", "start_type", *READ_FROM_FILE)
                    ),
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
            Model(
                needs=(need(f"{_SELF}.local", False),),
                changes=(
                    sets(f"{_SELF}.masked", True),
                    sets(f"{_SELF}.start_type", "disabled"),
                    sets(f"{_SELF}.known", True),
                    *(sets(f"{_SELF}.{leaf}", FORGET) for leaf in READ_FROM_FILE),
                ),
                fails_clean=True,
            ),
            read_exit_code,
        )
    },
    by="service_manager",
    risk="medium",
    destructive=True,
)
ACTIONS = (RESET_FAILED, RELOAD, MASK)
