"""Joins whoever asks a model with the model: address and key from the environment, names and limits from the base.

Without `OPENAI_BASE_URL` and `OPENAI_API_KEY` there is none, and everything works with what is built in.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from runwright.errors import EdgeError
from runwright.model.policy import FILE, read_model_settings

if TYPE_CHECKING:
    from runwright.adapters.store.database import Database
    from runwright.model.asking import Held, ModelSettings
    from runwright.model.question import Answer, Question
    from runwright.service.asking import Asker, Asking
    from runwright.service.ports import Model

NAMES = ("OPENAI_BASE_URL", "OPENAI_API_KEY")
"""What says that there is a model; no file does."""
OVERRIDES = {"triage": "RUNWRIGHT_MODEL_TRIAGE", "draft": "RUNWRIGHT_MODEL_DRAFT"}
"""Names of models that the environment gives instead of the file, for a server that knows others."""
LONGEST_WAIT = 30.0
"""Seconds that a verb waits for a model's next try."""


def has_model(environ: Mapping[str, str]) -> bool:
    """Whether the environment names a model."""
    return any(environ.get(name) for name in NAMES)


def model_settings(files: Mapping[str, bytes], environ: Mapping[str, str]) -> ModelSettings:
    """The settings of the base's files with the names that the environment gives; raises ContentError."""
    settings = read_model_settings(files.get(FILE))
    named = {field: environ[name] for field, name in OVERRIDES.items() if environ.get(name)}
    # A price belongs to the model that the file names.
    changed = {**settings.model_dump(), **named, **({"prices": {}} if named else {})}
    return type(settings).model_validate(changed)


def build_asker(database: Database, settings: ModelSettings, environ: Mapping[str, str]) -> Asker | None:
    """The service's asker; None where the environment names no model. Raises ContentError for a bad address."""
    if not has_model(environ):
        return None
    from runwright.adapters.store.answers import Answers
    from runwright.service.asking import Asker

    return Asker(_model(settings, environ), Answers(database), settings, _now)


def asker_for_once(files: Mapping[str, bytes], environ: Mapping[str, str]) -> Asking | None:
    """An asker for one run of a verb: it keeps no store, and waits where the service would come back later."""
    if not has_model(environ):
        return None
    from runwright.service.asking import Asker
    from runwright.service.once import OnceLedger

    settings = model_settings(files, environ)
    # Whoever runs a verb by hand has chosen what it is about; the day's limits of calls and money hold all the same.
    limits = ("calls_per_hour_per_site", "calls_per_day_per_site", "calls_per_day_per_runbook")
    whole = dict.fromkeys(limits, settings.budget.calls_per_day)
    settings = settings.model_copy(update={"budget": settings.budget.model_copy(update=whole)})
    return _Patient(Asker(_model(settings, environ), OnceLedger(), settings, _now))


def asked_of(settings: ModelSettings, *uses: str) -> str:
    """Say which models will be asked, and what names others: not every server knows the names that stand there."""
    names = " and ".join(dict.fromkeys(str(getattr(settings, use)) for use in uses))
    return f"asking {names}; {' and '.join(OVERRIDES[use] for use in uses)}, or [model] in {FILE}, names another"


def _model(settings: ModelSettings, environ: Mapping[str, str]) -> Model:
    try:
        from runwright.adapters.llm_openai import OpenAIModel, endpoint_of
    except ModuleNotFoundError as error:
        raise EdgeError(
            f"asking a model needs the package {error.name}; install runwright[model]", retryable=False
        ) from error
    endpoint = endpoint_of(environ)
    if endpoint is None:
        raise RuntimeError("a model is built only where the environment names one")
    return OpenAIModel(endpoint, settings, _now)


@dataclass(frozen=True, slots=True)
class _Patient:
    """Waits and asks again where somebody else would come back later."""

    asker: Asker

    @property
    def settings(self) -> ModelSettings:
        """Which models there are."""
        return self.asker.settings

    def ask(self, question: Question, *, runbook_id: str, site_id: str) -> Answer | Held:
        """The answer, or why there is none after all tries; raises EdgeError where the wait is too long."""
        while True:
            try:
                return self.asker.ask(question, runbook_id=runbook_id, site_id=site_id)
            except EdgeError as error:
                if error.retry_after is None or error.retry_after > LONGEST_WAIT:
                    raise
                time.sleep(error.retry_after)


def _now() -> datetime:
    return datetime.now(UTC)
