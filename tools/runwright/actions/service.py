"""Services: start, stop, restart, enable and look, for systemd, supervisor and the Windows service manager.

systemd: https://www.freedesktop.org/software/systemd/man/latest/systemctl.html
supervisor: https://supervisord.org/running.html#supervisorctl-actions
Windows: https://learn.microsoft.com/en-us/windows/win32/services/controlling-a-service-using-sc
The supervisor knows no dependencies, so there a start needs what the service requires; systemd starts it itself,
and with a stop it stops what depends on the service: so with systemd the others may change their state as well.
"""

from __future__ import annotations

from runwright.actions.action import (
    FORGET,
    Action,
    Change,
    Exec,
    Model,
    Need,
    Param,
    Reading,
    Result,
    Variant,
    need,
    paths,
    read_exit_code,
    sets,
)
from runwright.actions.facts_units import READ_FROM_FILE

# A leading dash would be an option; supervisor takes `all` for every program. Windows names hold a dollar sign, as in
# MSSQL$SALES; no shell ever sees it.
SERVICE = Param(
    "The service's name, as its manager knows it.", pattern=r"[A-Za-z0-9_@][A-Za-z0-9@._:$-]{0,199}", refused=("all",)
)
_SELF = "services.${{ params.service }}"
_STATE = f"{_SELF}.state"
_REQUIRED = need("services.${{ each.service }}.state", "running", each=("service", f"{_SELF}.requires"))
_REQUIRED_TO_START = need(
    "services.${{ each.service }}.state",
    "running",
    each=("service", f"{_SELF}.requires"),
    unless=(_STATE, "running"),
)
"""The supervisor leaves a service that runs alone, whatever became of the others."""
_NOT_MASKED = need(f"{_SELF}.masked", False)
_KNOWN = need(f"{_SELF}.known", True)
_REQUIRED_KNOWN = need("services.${{ each.service }}.known", True, each=("service", f"{_SELF}.requires"))
_REQUIRED_NOT_MASKED = need("services.${{ each.service }}.masked", False, each=("service", f"{_SELF}.requires"))
_SYSTEMD_STARTS = (_KNOWN, _NOT_MASKED, _REQUIRED_KNOWN, _REQUIRED_NOT_MASKED)
_NOT_DISABLED = need(f"{_SELF}.start_type", {"ne": "disabled"})
_REQUIRED_NOT_DISABLED = need(
    "services.${{ each.service }}.start_type", {"ne": "disabled"}, each=("service", f"{_SELF}.requires")
)
_LABELLED = need("files.${{ each.program }}.label_right", True, each=("program", f"{_SELF}.programs"))
_ALLOWED = need("selinux_booleans.${{ each.boolean }}.on", True, each=("boolean", f"{_SELF}.refused_by"))
_OLD_OR_NEW = sets(f"{_SELF}.up_to_date", FORGET)
"""A service that runs already is left as it is; one that does not is started with what systemd has read."""
_UP_TO_DATE = (
    sets(f"{_SELF}.up_to_date", True, only_if=(f"{_SELF}.daemon_reload_pending", False)),
    sets(f"{_SELF}.up_to_date", FORGET, only_if=(f"{_SELF}.start_leaves", {"ne": "running"})),
)
WINDOWS_ALREADY_RUNNING = 1056
WINDOWS_NOT_RUNNING = 1062


def _read_supervisor(result: Result, success_codes: tuple[int, ...]) -> Reading:
    """A restart tells of two things: that nothing ran before is no error, that nothing runs now is one."""
    lines = (result.output + "\n" + result.error).splitlines()
    so_already = [line for line in lines if line.endswith(("ERROR (already started)", "ERROR (not running)"))]
    wrong = [line for line in lines if "ERROR" in line and line not in so_already]
    if wrong:
        return Reading(False, "\n".join(lines).strip()[-2000:])
    return Reading(True) if so_already else read_exit_code(result, success_codes)


def _model(needs: tuple[Need, ...], *changes: Change, rare: tuple[Need, ...] = ()) -> Model:
    return Model(needs=needs, reads=paths(_STATE), changes=changes, rare=rare)


def _systemd_model(*changes: Change) -> Model:
    return _model(_SYSTEMD_STARTS, *_systemd_running(), *changes, rare=(_LABELLED, _ALLOWED))


def _windows_model() -> Model:
    return _model((_KNOWN, _NOT_DISABLED), *_running(), rare=(_REQUIRED_NOT_DISABLED,))


def _running() -> tuple[Change, ...]:
    return (sets(_STATE, "running"), sets(f"{_SELF}.pid", FORGET))


def _stopped() -> tuple[Change, ...]:
    return (sets(_STATE, "stopped"), sets(f"{_SELF}.pid", FORGET))


def _supervisor_stopped() -> tuple[Change, ...]:
    """A program that has ended by itself counts as ended until it is started again."""
    return (sets(_STATE, "stopped", only_if=(_STATE, {"ne": "failed"})), sets(f"{_SELF}.pid", FORGET))


def _others(*whether: str) -> tuple[Change, ...]:
    """Other services, where these facts say that they move along."""
    leaves = ("state", "result")
    return tuple(
        sets(f"services.*.{leaf}", FORGET, only_if=(f"{_SELF}.{name}", True)) for name in whether for leaf in leaves
    )


def _systemd_running() -> tuple[Change, ...]:
    """A job that ends by itself does not run afterwards."""
    left = f"{_SELF}.start_leaves"
    return (
        sets(_STATE, "running", only_if=(left, "running")),
        sets(_STATE, "stopped", only_if=(left, "stopped")),
        sets(_STATE, FORGET, only_if=(left, "unsure")),
        sets(f"{_SELF}.pid", FORGET),
        sets(f"{_SELF}.result", "success"),
    )


def _systemd_stopped() -> tuple[Change, ...]:
    """A service that has failed stays failed until it is forgiven, or started again."""
    return (
        sets(_STATE, "stopped", only_if=(_STATE, {"ne": "failed"})),
        sets(f"{_SELF}.pid", FORGET),
        sets(f"{_SELF}.result", FORGET),
    )


def _systemd(verb: str, model: Model) -> Variant:
    return Variant(Exec(("systemctl", verb, "--", "${{ params.service }}")), model, read_exit_code)


def _supervisor(verb: str, model: Model) -> Variant:
    return Variant(Exec(("supervisorctl", verb, "${{ params.service }}")), model, _read_supervisor)


def _windows(command: tuple[str, ...] | Exec, model: Model, *also_good: int) -> Variant:
    operation = command if isinstance(command, Exec) else Exec(command)
    return Variant(operation, model, lambda result, codes: read_exit_code(result, (*codes, *also_good)))


# PowerShell reads everything behind -Command as one script, so the name comes in by the environment.
_POWERSHELL_RESTART = Exec(
    (
        "powershell.exe",
        "-NoProfile",
        "-NonInteractive",
        "-Command",
        "Restart-Service -ErrorAction Stop -Name $Env:RUNWRIGHT_SERVICE",
    ),
    env={"RUNWRIGHT_SERVICE": "${{ params.service }}"},
)
START = Action(
    "service.start",
    "Start a service; a service that already runs is left alone.",
    {"service": SERVICE},
    {
        "systemd": _systemd("start", _systemd_model(_OLD_OR_NEW, *_others("starts_others"))),
        "supervisor": _supervisor("start", _model((_KNOWN, _REQUIRED_TO_START), *_running())),
        "windows": _windows(
            ("sc.exe", "start", "${{ params.service }}"),
            _windows_model(),
            WINDOWS_ALREADY_RUNNING,
        ),
    },
    by="service_manager",
)
STOP = Action(
    "service.stop",
    "Stop a service.",
    {"service": SERVICE},
    {
        "systemd": _systemd("stop", _model((_KNOWN,), *_systemd_stopped(), _OLD_OR_NEW, *_others("stops_others"))),
        "supervisor": _supervisor("stop", _model((_KNOWN,), *_supervisor_stopped())),
        "windows": _windows(
            ("sc.exe", "stop", "${{ params.service }}"), _model((_KNOWN,), *_stopped()), WINDOWS_NOT_RUNNING
        ),
    },
    by="service_manager",
    risk="medium",
    destructive=True,
)
RESTART = Action(
    "service.restart",
    "Stop a service if it runs, then start it.",
    {"service": SERVICE},
    {
        "systemd": _systemd("restart", _systemd_model(*_UP_TO_DATE, *_others("starts_others", "stops_others"))),
        "supervisor": _supervisor("restart", _model((_KNOWN, _REQUIRED), *_running())),
        "windows": _windows(
            _POWERSHELL_RESTART,
            _windows_model(),
        ),
    },
    by="service_manager",
    risk="medium",
    repeatable=False,
)
# The install section of one unit may name others (`Also=`).
_OTHERS_INSTALLED = sets("services.*.start_type", FORGET)
ENABLE = Action(
    "service.enable",
    "Let a service start when the host starts.",
    {"service": SERVICE},
    {
        "systemd": _systemd(
            "enable",
            Model(
                needs=(_KNOWN, _NOT_MASKED),
                changes=(
                    _OTHERS_INSTALLED,
                    sets(f"{_SELF}.start_type", "automatic", only_if=(f"{_SELF}.installable", True)),
                ),
            ),
        ),
        "windows": _windows(
            ("sc.exe", "config", "${{ params.service }}", "start=", "auto"),
            Model(needs=(_KNOWN,), changes=(sets(f"{_SELF}.start_type", "automatic"),)),
        ),
    },
    by="service_manager",
    risk="medium",
)
DISABLE = Action(
    "service.disable",
    "Let a service no longer start when the host starts; one that runs goes on running.",
    {"service": SERVICE},
    {
        "systemd": _systemd(
            "disable",
            Model(
                needs=(_KNOWN,),
                changes=(
                    _OTHERS_INSTALLED,
                    sets(f"{_SELF}.start_type", "manual", only_if=(f"{_SELF}.masked", False)),
                ),
            ),
        ),
        "windows": _windows(
            ("sc.exe", "config", "${{ params.service }}", "start=", "demand"),
            Model(needs=(_KNOWN,), changes=(sets(f"{_SELF}.start_type", "manual"),)),
        ),
    },
    by="service_manager",
    risk="medium",
    destructive=True,
)
_UNMASKED = (
    sets(f"{_SELF}.masked", False),
    *(sets(f"{_SELF}.{leaf}", FORGET) for leaf in ("known", "start_type", *READ_FROM_FILE)),
)
UNMASK = Action(
    "service.unmask",
    "Lift the mask that keeps a systemd unit from starting.",
    {"service": SERVICE},
    {"systemd": _systemd("unmask", Model(changes=_UNMASKED))},
    by="service_manager",
    risk="medium",
)
ACTIONS = (START, STOP, RESTART, ENABLE, DISABLE, UNMASK)
