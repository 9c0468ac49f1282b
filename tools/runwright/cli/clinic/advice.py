"""The model that the demo's service may ask: which one, what it took, and who drafted what was proposed.

Its address and key go to the service alone: no other process of the demo gets them, as no agent would.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from runwright.adapters.git_repository import GitRepository
from runwright.cli.model_wiring import NAMES, OVERRIDES, has_model
from runwright.model.proposal import PullRequest

_MODEL = re.compile(r"^  generation_model: (.+)$", re.MULTILINE)


@contextmanager
def set_apart() -> Iterator[Mapping[str, str]]:
    """Take what names the model out of the environment while the demo runs, for the service alone."""
    names = [name for name in (*NAMES, *OVERRIDES.values()) if name in os.environ]
    kept = {name: os.environ.pop(name) for name in names}
    try:
        yield kept
    finally:
        os.environ.update(kept)


@dataclass(frozen=True, slots=True)
class Advice:
    """What came of the model."""

    host: str
    models: tuple[str, ...]
    calls: int
    failed: int
    input_tokens: int
    output_tokens: int
    cost_usd: float

    def as_data(self) -> dict[str, Any]:
        """The same for the report."""
        return {**asdict(self), "models": list(self.models)}

    def as_text(self) -> str:
        """The same for people."""
        if not self.calls:
            return f"the model at {self.host} was not asked"
        broken = f", {self.failed} of them in vain" if self.failed else ""
        cost = f"{self.cost_usd:.4f} USD" if self.cost_usd else "no price is set in runwright.toml"
        asked = f"{self.calls} question{'s' * (self.calls != 1)}{broken}"
        tokens = f"{self.input_tokens} tokens in, {self.output_tokens} out, {cost}"
        return f"{', '.join(self.models)} at {self.host}: {asked}, {tokens}"


def advice(environ: Mapping[str, str], state: Path) -> Advice | None:
    """What the service has asked of its model, read from its store; None where it has none."""
    if not has_model(environ):
        return None
    from runwright.adapters.llm_openai import endpoint_of
    from runwright.adapters.store.answers import Answers
    from runwright.adapters.store.database import Database
    from runwright.cli.service_wiring import database_url

    endpoint, database = endpoint_of(environ), Database(database_url(state, None))
    try:
        spent = Answers(database).spent()
    finally:
        database.close()
    took = (spent.calls, spent.failed, spent.input_tokens, spent.output_tokens, spent.cost_usd)
    return Advice(endpoint.host if endpoint else "?", spent.models, *took)


def drafted_by(repository: GitRepository, pull: PullRequest) -> str:
    """Who drafted a proposal, as its runbook says: built-in, or a model's name."""
    for path, content in repository.read_files(pull.head_sha, "runbooks").items():
        found = _MODEL.search(content.decode())
        if found and pull.runbook_id and path.endswith(f"/{pull.runbook_id}.yaml"):
            return found[1]
    return "?"
