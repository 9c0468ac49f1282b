"""Services that must let go of what they hold: an old certificate, settings read long ago, files deleted since.

systemd: https://www.freedesktop.org/software/systemd/man/latest/systemctl.html
A deleted file keeps its room until the last program that has it open closes it: unlink(2).
Starting and stopping is `service`; making systemd read its own files again is `unit`.
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Exec, Model, Variant, copied, less, need, read_exit_code, sets
from runwright.actions.service import SERVICE

_SELF = "services.${{ params.service }}"
_KNOWN = need(f"{_SELF}.known", True)
_ENDPOINT = "tls.${{ each.host }}.${{ each.port }}"
_SERVED_BY_IT = ("host port", "tls.*.*.served_by", "${{ params.service }}")
_MOUNT = "${{ each.mount }}"
_HELD_BY_IT = ("mount", "deleted_open.*.holder", "${{ params.service }}")

RELOAD = Action(
    "service.reload",
    "Let a running service read its configuration and certificates again, in the way that its unit names.",
    {"service": SERVICE},
    {
        "systemd": Variant(
            Exec(("systemctl", "reload", "--", "${{ params.service }}")),
            Model(
                needs=(_KNOWN, need(f"{_SELF}.state", "running"), need(f"{_SELF}.reloadable", True)),
                changes=(
                    sets(f"{_ENDPOINT}.days_left", copied(f"{_ENDPOINT}.renewed_days_left"), where=_SERVED_BY_IT),
                    sets("http.*.status", FORGET),
                    sets("http.*.ok", FORGET),
                ),
            ),
            read_exit_code,
        )
    },
    by="service_manager",
    risk="medium",
)
RELEASE_DELETED = Action(
    "disk.release_deleted",
    "Restart a service that holds deleted files open, so that their room comes back; one that is stopped stays so.",
    {"service": SERVICE},
    {
        "systemd": Variant(
            Exec(("systemctl", "try-restart", "--", "${{ params.service }}")),
            Model(
                needs=(_KNOWN,),
                changes=(
                    sets(
                        f"disks.{_MOUNT}.used_percent",
                        less(f"deleted_open.{_MOUNT}.percent"),
                        only_if=(f"{_SELF}.masked", False),
                        where=_HELD_BY_IT,
                    ),
                    sets("disks.*.free_bytes", FORGET),
                    sets(f"deleted_open.{_MOUNT}.percent", FORGET, where=_HELD_BY_IT),
                    sets(f"deleted_open.{_MOUNT}.holder", FORGET, where=_HELD_BY_IT),
                    *(sets(f"{_SELF}.{leaf}", FORGET) for leaf in ("state", "pid", "result", "up_to_date")),
                    *(
                        sets(f"services.*.{leaf}", FORGET, only_if=(f"{_SELF}.{others}", True))
                        for others in ("starts_others", "stops_others")
                        for leaf in ("state", "result")
                    ),
                ),
            ),
            read_exit_code,
        )
    },
    by="service_manager",
    risk="medium",
    repeatable=False,
)
ACTIONS = (RELOAD, RELEASE_DELETED)
