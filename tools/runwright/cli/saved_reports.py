"""Reads what `validate` and `replay` saved as JSON in a run that nobody trusts: strictly, and within bounds.

What they say is only told, never followed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from runwright.corpus.strict_json import read_json
from runwright.errors import ContentError
from runwright.model.finding import Finding
from runwright.model.frozen import Authored
from runwright.model.verdict import ReplayReport

MAX_BYTES = 16 * 1024 * 1024
"""Bytes of one report; that of a change which touches every runbook of a large library has a tenth of it."""
MAX_FINDINGS = 20_000


class FindingsReport(Authored):
    """What `validate --format json` writes."""

    files: Annotated[int, Field(ge=0)]
    findings: Annotated[tuple[Finding, ...], Field(max_length=MAX_FINDINGS)]

    @property
    def passed(self) -> bool:
        """Whether nothing must be mended."""
        return not any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Saved:
    """The reports that are there."""

    validate: FindingsReport | None = None
    replay: ReplayReport | None = None


def read_file(path: Path) -> bytes:
    """Read a report from disk; raises `ContentError` when it is no regular file or too long."""
    try:
        if path.is_symlink() or not path.is_file():
            raise ContentError("is no regular file; a report is one that `--save` wrote", path=str(path))
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ContentError(f"cannot be read: {error.strerror}", path=str(path)) from error
    return content


def read_reports(contents: dict[str, bytes]) -> Saved:
    """Read reports, each by the name that errors give it; raises `ContentError` for what is none, or twice the same."""
    found: dict[str, Any] = {}
    for name, content in contents.items():
        report = read_report(content, name)
        kind = "validate" if isinstance(report, FindingsReport) else "replay"
        if kind in found:
            raise ContentError(f"is a second report of {kind}; give one of each", path=name)
        found[kind] = report
    return Saved(**found)


def read_report(content: bytes, name: str, kind: str = "") -> FindingsReport | ReplayReport:
    """Read one report, of that kind where one is named, else of the kind that its fields say; raises `ContentError`."""
    if len(content) > MAX_BYTES:
        raise ContentError(f"has more than {MAX_BYTES} bytes; no report is that long", path=name)
    try:
        data = read_json(content)
    except ContentError as error:
        raise ContentError(error.message, path=name) from None
    found = "validate" if isinstance(data, dict) and data.keys() == {"files", "findings"} else "replay"
    noun = FindingsReport if (kind or found) == "validate" else ReplayReport
    try:
        # JSON has no tuples, so it is read as JSON once more; what `read_json` refused never comes here.
        return noun.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])[:200]
        said = f"is no report of validate or replay: {place}: {first['msg'][:200]}; save one with `--save NAME.json`"
        raise ContentError(said, path=name) from None
