"""The host itself: restart it. The agent goes on with the run afterwards, once it sees that the restart happened.

systemctl: https://www.freedesktop.org/software/systemd/man/latest/systemctl.html#reboot
shutdown.exe: https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/shutdown
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Exec, Model, Variant, read_exit_code, sets

_MODEL = Model(changes=(sets("services.*.state", FORGET), sets("services.*.pid", FORGET)))


def _restart(*argv: str) -> Variant:
    return Variant(Exec(argv), _MODEL, read_exit_code)


REBOOT = Action(
    "host.reboot",
    "Restart the host; the step has succeeded once the host has started again.",
    {},
    {
        "systemd": _restart("systemctl", "reboot"),
        "supervisor": _restart("shutdown", "-r", "now"),
        "windows": _restart("shutdown.exe", "/r", "/t", "5", "/d", "p:4:1"),
    },
    by="service_manager",
    risk="high",
    destructive=True,
    repeatable=False,
    timeout_seconds=900.0,
)
ACTIONS = (REBOOT,)
