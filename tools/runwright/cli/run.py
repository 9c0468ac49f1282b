"""`runwright run`: one runbook on this host, by hand, outside the agent.

The same engine, shell and verification as the agent's; nothing is queued, and a run that is cut off does not go on.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runwright.cli import options

if TYPE_CHECKING:
    from runwright.actions.catalogue import Host
    from runwright.adapters.shell_local import LocalHost
    from runwright.cli.agent_wiring import Settings
    from runwright.corpus.corpus import Entry
    from runwright.model.execution import Execution
    from runwright.model.runbook import Runbook


@click.command()
@click.argument("runbook", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter; may be given several times.")
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="An agent's configuration, for its service manager, programs and declared facts.",
)
@options.plain_format
def run(runbook: Path, params: tuple[str, ...], config: Path | None, form: str) -> int:
    """Run the file RUNBOOK on this host by hand; exit code 1 when the verification does not confirm it.

    With --format json the whole Execution is written.
    """
    from runwright.cli.agent_wiring import detected, read_settings

    entry = _entry(runbook)
    settings = read_settings(config) if config else None
    port = _port(settings)
    host = detected(settings, port) if settings else port.detect()
    _check_host(entry, host)
    execution = _carried_out(entry, _given(entry.value, params), port, settings)
    click.echo(_json(execution) if form == "json" else _told(execution))
    return 0 if execution.success else 1


def _entry(path: Path) -> Entry[Runbook]:
    """Read and check one runbook; every mistake is shown, and any error ends it here."""
    from runwright.checks.validation import errors, validate
    from runwright.corpus.corpus import Corpus, read_entry
    from runwright.errors import ContentError
    from runwright.model.runbook import Runbook

    entry, findings = read_entry(str(path), path.read_bytes(), Runbook)
    corpus = Corpus(runbooks=(entry,) if entry else (), findings=tuple(findings))
    found = [finding for finding in errors(validate(corpus)) if finding.rule != "identity"]
    for finding in found[1:]:
        click.echo(str(finding), err=True)
    if found or entry is None:
        raise ContentError(str(found[0]) if found else f"{path} holds no runbook")
    return entry


def _port(settings: Settings | None) -> LocalHost:
    import threading

    from runwright.adapters.shell_local import LocalHost

    stopped = threading.Event()
    written = settings.config.host if settings else None
    return LocalHost(stopped.wait, written.programs if written else {}, written.service_manager if written else "auto")


def _check_host(entry: Entry[Runbook], host: Host) -> None:
    """Every step must have a command for this host; raises `ContentError` at the first that has none."""
    from runwright.actions.catalogue import find, variant
    from runwright.errors import ContentError

    for index, step in enumerate(entry.value.steps):
        try:
            variant(find(step.action), host)
        except ContentError as error:
            line, column = entry.document.place(("steps", index, "action"))
            raise ContentError(f"step {step.id}: {error.message}", path=entry.path, line=line, column=column) from error


def _given(runbook: Runbook, params: tuple[str, ...]) -> dict[str, Any]:
    """The parameters of the command line, as the types that the runbook declares."""
    given: dict[str, Any] = {}
    for written in params:
        name, equals, value = written.partition("=")
        if not equals:
            raise click.BadParameter(f"{written!r} is not NAME=VALUE", param_hint="--param")
        spec = runbook.params.get(name)
        given[name] = value if spec is None or spec.type == "string" else _typed(name, spec.type, value)
    return given


def _typed(name: str, kind: str, value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        raise click.BadParameter(f"{name} is {value!r}; expected {kind}", param_hint="--param") from None


class Unkept:
    """A journal that keeps nothing: a run by hand ends with its terminal."""

    def begin_run(self, execution_id: str, target: tuple[str, str], at: object, body: str) -> None:
        """Keep nothing."""

    def append(self, execution_id: str, kind: str, body: str) -> None:
        """Keep nothing."""


def _carried_out(
    entry: Entry[Runbook], given: Mapping[str, Any], port: LocalHost, settings: Settings | None
) -> Execution:
    import socket

    from runwright.adapters.clock_system import SystemClock
    from runwright.agent.carry_out import Hands
    from runwright.agent.facts import FactReader
    from runwright.agent.run import Runner, Started
    from runwright.cli.agent_wiring import new_id
    from runwright.engine.matcher import incident_scope
    from runwright.engine.params import resolve_params
    from runwright.engine.state import Run
    from runwright.model.incident import Incident

    clock, runbook = SystemClock(), entry.value
    incident = Incident(
        incident_id=new_id("INC")(clock.now()),
        incident_type=runbook.incident_types[0],
        check_type="manual",
        status="fail",
        site_id=settings.config.site_id if settings else "by-hand",
        hostname=socket.gethostname(),
        platform=port.detect().os,
        detected_at=clock.now(),
    )
    params = resolve_params(runbook, given, incident_scope(incident))
    reader = FactReader(port, port.detect(), settings.config.facts if settings else {})
    runner = Runner(Hands(port, reader, clock), Unkept(), clock, _say)  # type: ignore[arg-type]  # it is never resumed
    state_before = runner.capture(Run(runbook, params, incident_scope(incident)))
    started = Started(
        execution_id=new_id("exec")(clock.now()),
        check_id="by-hand",
        incident=incident,
        runbook=runbook,
        params=params,
        release=None,
        lock="",
        at=clock.now(),
        level="L3",
        state_before=state_before,
    )
    return runner.start(started)


def _say(event: str, fields: Mapping[str, Any]) -> None:
    """Show progress on a terminal."""
    if event in ("step_started", "step") and sys.stderr.isatty():
        outcome = fields.get("outcome", "…")
        click.echo(f"  {fields['step']}: {outcome}", err=True)


def _told(execution: Execution) -> str:
    verified = {True: "passed", False: "failed", None: "not known"}[execution.verification_passed]
    lines = [f"{execution.runbook_id} version {execution.runbook_version}: {execution.status}, verification {verified}"]
    for step in execution.executed_steps:
        lines.append(f"  {step.step} ({step.action}): {step.outcome} in {step.duration_seconds:.1f} s")
        if step.error:
            lines.append(f"    {_safe(step.error)}")
    if execution.error_message:
        lines.append(f"  {_safe(execution.error_message)}")
    return "\n".join(lines)


def _safe(text: str) -> str:
    """Output of a program cannot move the cursor of a terminal."""
    return "".join(c if c.isprintable() else " " for c in text.strip())[-500:]


def _json(execution: Execution) -> str:
    from runwright.model.telemetry import canonical, execution_data

    return canonical(execution_data(execution)).decode().rstrip()
