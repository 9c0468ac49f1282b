"""Drafts a proposal for each failed run as the service would, on this machine alone; `propose` tells what came of it.

The evidence of a draft is the run, the commit of the library, the moment, and what a model answered to which question:
with it the same draft is made again, and nobody is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Literal

from pydantic import TypeAdapter, ValidationError

from runwright.cli import wiring
from runwright.cli.propose_inputs import MAX_BYTES
from runwright.corpus.corpus import Corpus, read_corpus
from runwright.corpus.layout import CONTENT
from runwright.corpus.strict_json import read_json
from runwright.errors import ContentError, EdgeError
from runwright.learn.background import Background
from runwright.learn.foreign import only_for_a_person
from runwright.learn.improve import Improvement, chosen, drafted, judged, settled
from runwright.learn.triage import triage
from runwright.model.asking import ModelSettings
from runwright.model.execution import Execution
from runwright.model.proposal import Fingerprint
from runwright.model.question import Answer
from runwright.model.telemetry import execution_data, parse_execution
from runwright.model.triage import Triage
from runwright.service.asking import Asking, KeptAnswers
from runwright.service.consulting import model_drafts
from runwright.service.redrafting import SCHEMA


@dataclass(frozen=True, slots=True)
class Known:
    """What was known besides the run when a draft was made."""

    background: Background = field(default_factory=Background)
    triage: Triage | None = None
    """A model's triage; the built-in one where there is none."""
    fingerprint: str = ""
    """The failure's name, where the run had another runbook's id by then."""


_NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class Library:
    """The library that a draft is made for."""

    corpus: Corpus
    commit: str | None
    """None for the files of a folder."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What came of one failed run."""

    execution: Execution
    triage: Triage
    """What triage said, whatever was drafted after it."""
    found: Improvement
    library: Library
    at: datetime
    answers: tuple[Answer, ...] = ()
    settings: ModelSettings = field(default_factory=ModelSettings)
    known: Known = _NOTHING_KNOWN
    held_back: str = ""
    """Why a service would not open it by itself; empty where it would."""


def drafts(runs: Iterable[Execution], repo: Path, *, ask: bool) -> list[Draft]:
    """Draft for every run; raises `ContentError` where the library cannot be read, `EdgeError` without a model."""
    library = _library(repo)
    asking = _model(library) if ask else None
    return [draft(run, library, wiring.now(), asking) for run in runs]


def draft(
    execution: Execution,
    library: Library,
    at: datetime,
    asking: Asking | None = None,
    known: Known = _NOTHING_KNOWN,
) -> Draft:
    """What the service would propose for one run, if it came to it."""
    said, corpus, background = known.triage or triage(execution), library.corpus, known.background
    # Whoever asks for a proposal has decided that it is worth a try; what triage says is told beside it.
    failure = settled(execution, corpus, at, said.model_copy(update={"improvable": True}))
    if isinstance(failure, Improvement):
        return Draft(execution, said, failure, library, at)
    failure = replace(failure, told_fingerprint=known.fingerprint or failure.told_fingerprint)
    own = drafted(failure, background)
    more = model_drafts(asking, failure, background, site_id=_site(execution))
    candidates = [judged(one, failure, corpus) for one in (*own.candidates, *more.candidates)]
    found = chosen(failure, candidates, corpus, background, own)
    found = replace(found, tried=(*found.tried, *more.tried))
    settings = asking.settings if asking is not None else ModelSettings()
    held_back = only_for_a_person(failure) if found.proposal is not None else ""
    return Draft(execution, said, found, library, at, more.answers, settings, known, held_back)


def again(data: Any, repo: Path) -> list[Draft]:
    """Make the draft again that evidence was kept of; raises `ContentError` for what is no evidence."""
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise ContentError(f"expected evidence that `runwright propose --keep` wrote, with schema {SCHEMA}")
    try:
        answers = [Answer.model_validate_json(json.dumps(item)) for item in data.get("answers") or []]
        settings = ModelSettings.model_validate_json(json.dumps(data.get("model") or {}))
        known = Known(
            TypeAdapter(Background).validate_python(data.get("background") or {}),
            Triage.model_validate_json(json.dumps(data["triage"])) if data.get("triage") else None,
            TypeAdapter(Fingerprint | Literal[""]).validate_python(data.get("fingerprint") or ""),
        )
        at = datetime.fromisoformat(str(data["at"]))
    except (ValidationError, KeyError, TypeError, ValueError) as error:
        raise ContentError(f"the evidence is not whole: {error}") from None
    library = _library_at(repo, data.get("commit"))
    asking = KeptAnswers({answer.question: answer for answer in answers}, settings) if answers else None
    return [draft(parse_execution(data.get("execution")), library, at, asking, known)]


def kept_in(source: IO[bytes]) -> Any:
    """The evidence in a file; raises `ContentError` for what is no JSON."""
    return read_json(source.read(MAX_BYTES))


def stored(fingerprint: str, state: Path, database: str | None) -> Any:
    """The evidence that the service on this host kept of a failure; raises `ContentError` where it has none."""
    from runwright.adapters.store.answers import Answers
    from runwright.cli.service_wiring import known_database_url, open_database

    opened = open_database(known_database_url(state, database))
    try:
        found = Answers(opened).evidence(fingerprint)
    finally:
        opened.close()
    if found is None:
        said = (
            f"nothing was kept of {fingerprint!r:.80}; a fingerprint has 12 to 64 digits, and only what a model drafted"
        )
        raise ContentError(f"{said} is kept")
    return found


def keep(found: list[Draft], path: Path) -> None:
    """Write the evidence of one draft; raises `ContentError` for several."""
    from runwright.cli.writing import overwrite

    if len(found) != 1:
        raise ContentError(f"--keep takes one run, and there are {len(found)}; choose one with --execution")
    overwrite(path, json.dumps(evidence(found[0]), indent=2, ensure_ascii=False) + "\n")


def evidence(found: Draft) -> dict[str, Any]:
    """What the same draft can be made of again; the run is redacted."""
    from runwright.redact.redact import redact_data

    return {
        "schema": SCHEMA,
        "at": found.at.isoformat(),
        "commit": found.library.commit,
        "execution": redact_data(execution_data(found.execution))[0],
        "model": found.settings.model_dump(mode="json"),
        "answers": [answer.model_dump(mode="json") for answer in found.answers],
        "background": asdict(found.known.background),
        **({"triage": found.known.triage.model_dump(mode="json")} if found.known.triage else {}),
        **({"fingerprint": found.known.fingerprint} if found.known.fingerprint else {}),
    }


def write(found: list[Draft], folder: Path) -> None:
    """Write the files of every proposal below a folder."""
    from runwright.cli.writing import overwrite

    for one in found:
        for path, text in (one.found.proposal.files if one.found.proposal else {}).items():
            if text is not None:
                overwrite(folder / path, text, folder)


def _site(execution: Execution) -> str:
    return execution.site_id or execution.client_id or "here"


def _library(repo: Path) -> Library:
    """The library in a folder or a bare repository; where there is none, every runbook is one of the field."""
    if any((repo / folder).is_dir() for folder in CONTENT):
        return Library(wiring.corpus_from_folder(repo), None)
    if (repo / "HEAD").is_file():
        return _library_at(repo, "main")
    return Library(read_corpus({}), None)


def _library_at(repo: Path, commit: Any) -> Library:
    if not isinstance(commit, str):
        return _library(repo)
    return Library(wiring.corpus_from_git(repo, commit), wiring.commit_of(repo, commit))


def _model(library: Library) -> Asking:
    """Whoever the environment names; raises `EdgeError` where it names nobody."""
    import os

    import click

    from runwright.cli.model_wiring import asked_of, asker_for_once

    asking = asker_for_once(library.corpus.files, os.environ)
    if asking is None:
        raise EdgeError("--model needs OPENAI_BASE_URL or OPENAI_API_KEY in the environment", retryable=False)
    click.echo(asked_of(asking.settings, "triage", "draft"), err=True)
    return asking
