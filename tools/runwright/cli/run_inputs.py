"""What `runwright run` starts from: the runbook and those that it may call, its parameters, this host."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from runwright.adapters.shell_local import LocalHost
from runwright.agent.called import called_by
from runwright.agent.facts import FactReader
from runwright.agent.run import Started
from runwright.agent.targets import Here, not_here, notice, without_command
from runwright.checks.validation import errors, validate
from runwright.cli.agent_wiring import Settings, detected, here_of, new_id
from runwright.cli.folder import read_file
from runwright.corpus.corpus import Corpus, Entry, read_entry
from runwright.engine.matcher import incident_scope
from runwright.engine.params import resolve_params
from runwright.engine.state import Run
from runwright.errors import ContentError
from runwright.model.fields import Facts
from runwright.model.incident import Incident
from runwright.model.runbook import Runbook

FOLDER = "runbooks"


@dataclass(frozen=True)
class ByHand:
    """A run that a person asked for."""

    run: Run
    incident: Incident
    reader: FactReader
    secrets: frozenset[str]
    """The names of the secrets that are known here."""
    notices: tuple[str, ...]

    def started(self, now: datetime, state_before: Facts) -> Started:
        """All that the run is started with."""
        return Started(
            execution_id=new_id("exec")(now),
            check_id="by-hand",
            incident=self.incident,
            runbook=self.run.runbook,
            params=dict(self.run.params),
            release=None,
            lock="",
            at=now,
            level="L3",
            state_before=state_before,
            called=dict(self.run.called),
        )


def read_run(
    path: Path, params: tuple[str, ...], library: Path | None, world: tuple[Settings | None, LocalHost]
) -> ByHand:
    """Read and check everything; raises `ContentError` with the place of what does not fit."""
    settings, port = world
    here = _here(settings, port)
    entries = _Entries(path, library)
    runbook = entries.first.value
    called = called_by(runbook, entries.find)
    entries.check(here)
    incident = _incident(runbook, settings, here)
    scope = incident_scope(incident)
    given = resolve_params(runbook, _given(runbook, params), scope)
    reader = FactReader(port, here.host, settings.config.facts if settings else {})
    known = frozenset(settings.config.secrets) if settings else frozenset()
    notices = tuple(said for one in (runbook, *called.values()) if (said := notice(one)))
    return ByHand(Run(runbook, given, scope, called), incident, reader, known, notices)


class _Entries:
    """The runbook of the command line, and those that it calls, each read once."""

    def __init__(self, path: Path, library: Path | None) -> None:
        self.first = _read(path)
        self._library = library or _library_of(path)
        self._read: dict[str, Entry[Runbook]] = {self.first.value.id: self.first}

    def find(self, name: str) -> Runbook | None:
        """A runbook by its id."""
        if name not in self._read:
            found = sorted(self._library.rglob(f"{name}.yaml")) if self._library else []
            if not found:
                return None
            self._read[name] = _read(found[0])
        return self._read[name].value

    def check(self, here: Here) -> None:
        """Every mistake is shown; raises `ContentError` at the first, and at what this host cannot do."""
        # What to use instead is nothing that a run needs, so it need not be at hand.
        alone = {"replaced_by": None}
        entries = (replace(entry, value=entry.value.model_copy(update=alone)) for entry in self._read.values())
        corpus = Corpus(runbooks=tuple(entries))
        # A file by hand may stand anywhere.
        found = [finding for finding in errors(validate(corpus)) if finding.rule != "identity"]
        for finding in found[1:]:
            click.echo(str(finding), err=True)
        if found:
            raise ContentError(str(found[0]))
        for entry in self._read.values():
            _check_host(entry, here)


def _read(path: Path) -> Entry[Runbook]:
    entry, findings = read_entry(str(path), read_file(path.resolve()), Runbook)
    for finding in findings[1:]:
        click.echo(str(finding), err=True)
    if entry is None:
        raise ContentError(str(findings[0]) if findings else f"{path} holds no runbook")
    return entry


def _library_of(path: Path) -> Path | None:
    """The folder runbooks/ that a file stands in, however deep."""
    return next((folder for folder in path.absolute().parents if folder.name == FOLDER), None)


def _check_host(entry: Entry[Runbook], here: Here) -> None:
    runbook = entry.value
    if reason := not_here(runbook, here):
        raise ContentError(reason, path=entry.path)
    lacking = without_command(runbook, here.host)
    if lacking is not None:
        line, column = entry.document.place(lacking[0])
        raise ContentError(lacking[1], path=entry.path, line=line, column=column)


def _here(settings: Settings | None, port: LocalHost) -> Here:
    return here_of(settings, detected(settings, port)) if settings else Here(port.detect(), socket.gethostname())


def _incident(runbook: Runbook, settings: Settings | None, here: Here) -> Incident:
    now = datetime.now(UTC)
    return Incident(
        incident_id=new_id("INC")(now),
        incident_type=runbook.incident_types[0],
        check_type="manual",
        status="fail",
        site_id=settings.config.site_id if settings else "by-hand",
        hostname=here.name,
        platform=here.host.os,
        detected_at=now,
    )


def _given(runbook: Runbook, params: tuple[str, ...]) -> Mapping[str, Any]:
    """The parameters of the command line, as the types that the runbook declares."""
    given: dict[str, Any] = {}
    for written in params:
        name, equals, value = written.partition("=")
        if not equals:
            raise click.BadParameter(f"{written!r} is not NAME=VALUE", param_hint="--param")
        if name in given:
            raise click.BadParameter(f"{name} is given twice; give it once", param_hint="--param")
        spec = runbook.params.get(name)
        given[name] = value if spec is None or spec.type == "string" else _typed(name, spec.type, value)
    return given


def _typed(name: str, kind: str, value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        shown = 'a list of texts in JSON, such as ["a", "b"]' if kind == "strings" else kind
        raise click.BadParameter(f"{name} is {value!r}; expected {shown}", param_hint="--param") from None
