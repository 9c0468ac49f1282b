"""The library's page: one table a platform that says what each runbook is for, how risky it is and how it was tested.

Pure: it is made from the corpus and from what the tests name. It holds neither versions nor counts of recordings, so
that it changes when the library does and not with every run. Writing it is left to `cli`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from runwright.actions.catalogue import ACTIONS
from runwright.checks.difference.line import worst
from runwright.corpus.corpus import Corpus, Entry
from runwright.model.duration import format_duration
from runwright.model.fields import Risk
from runwright.model.runbook import Runbook
from runwright.model.telemetry import is_synthetic
from runwright.model.walk import nested, verbs

PAGE = "runbooks/README.md"
_PLATFORMS = (("linux", "Linux"), ("windows", "Windows"), ("any", "Any platform"))
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|#~])")
_HEAD = """\
# The library

{count} for {types} incident types. This page is made from the runbooks by `runwright library --write`.

- **Risk** is that of the riskiest step; what deletes or ends something is high.
- **Verified by** names the check that confirms the fix, apart from what the steps say, and how long it waits before.
- **Way back** says whether a step takes itself back when the run fails later.
- **Tested** says how: *real fault* means that a test makes the fault on a real system and runs the runbook there;
  *recorded* means that runs of real hosts are replayed; *synthetic* means that the replayed runs were written after
  the vendor's pages, because no such system was at hand. A synthetic recording shows that the runbook does what it
  says, and not that the system behind it does.
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A runbook and how it was tested."""

    path: str
    runbook: Runbook
    tested: str

    @property
    def link(self) -> str:
        """A link to its file, from the page's folder."""
        return f"[{self.runbook.id}]({self.path.removeprefix('runbooks/')})"


def library_page(corpus: Corpus, named: Collection[str] = ()) -> str:
    """The page as Markdown; `named` are the runbooks whose real fault a test makes."""
    shown = [_shown(entry, corpus, named) for entry in sorted(corpus.runbooks, key=lambda entry: entry.value.id)]
    types = {name for one in shown for name in one.runbook.incident_types}
    count = f"{len(shown)} runbook{'' if len(shown) == 1 else 's'}"
    lines = [_HEAD.format(count=count, types=len(types)).rstrip()]
    for platform, title in _PLATFORMS:
        lines += _table(title, [one for one in shown if one.runbook.platform == platform])
    return "\n".join([*lines, *_index(shown)]) + "\n"


def risk_of(runbook: Runbook) -> Risk:
    """The risk of a runbook's riskiest step; an action that nobody knows is as risky as can be."""
    actions = [ACTIONS.get(verb.action) for verb in verbs(runbook)]
    risks: list[Risk] = ["high" if action is None or action.destructive else action.risk for action in actions]
    return worst(risks)


def has_way_back(runbook: Runbook) -> bool:
    """Whether any step takes itself back, or something is done after a failure."""
    steps = [placed.step for placed in nested(runbook)]
    return runbook.rescue is not None or any(step.rollback or step.rescue for step in steps)


def _shown(entry: Entry[Runbook], corpus: Corpus, named: Collection[str]) -> Shown:
    runs = [item.execution for item in corpus.recordings_of(entry.value.id)]
    kinds = (
        ("real fault", entry.value.id in named),
        ("recorded", any(not is_synthetic(run) for run in runs)),
        ("synthetic", bool(runs)),
    )
    return Shown(entry.path, entry.value, next((kind for kind, holds in kinds if holds), "not yet"))


def _table(title: str, shown: list[Shown]) -> Iterator[str]:
    if not shown:
        return
    yield from ("", f"## {title}", "")
    yield "| Runbook | What it does | Incident types | Parameters | Risk | Verified by | Way back | Tested | Vendor |"
    yield "|---|---|---|---|---|---|---|---|---|"
    yield from (_row(one) for one in shown)


def _row(one: Shown) -> str:
    runbook = one.runbook
    cells = (
        one.link,
        plain(runbook.name),
        ", ".join(f"`{name}`" for name in runbook.incident_types),
        ", ".join(f"`{name}`" for name in runbook.params) or "none",
        risk_of(runbook),
        f"`{runbook.verify.method}` after {format_duration(runbook.verify.settle)}",
        "yes" if has_way_back(runbook) else "no",
        one.tested,
        " ".join(f"[{number}]({_url(url)})" for number, url in enumerate(runbook.references, 1)) or "none",
    )
    return f"| {' | '.join(cells)} |"


def _index(shown: list[Shown]) -> Iterator[str]:
    yield from ("", "## By incident type", "")
    for name in sorted({name for one in shown for name in one.runbook.incident_types}):
        fitting = ", ".join(one.link for one in shown if name in one.runbook.incident_types)
        yield f"- `{name}`: {fitting}"


def plain(text: str) -> str:
    """Text that stays text in a cell of a Markdown table."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def _url(url: str) -> str:
    # A bracket or a bar would end the link or the cell.
    return url.replace("(", "%28").replace(")", "%29").replace("|", "%7C")
