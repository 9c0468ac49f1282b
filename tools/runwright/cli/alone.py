"""Judges files that stand outside a library, as what they seem to be, with a library for what they refer to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from runwright.checks.judging import entry_at, judge_file
from runwright.checks.tree import Tree
from runwright.checks.validation import check_tree, in_order
from runwright.cli.folder import shown
from runwright.corpus.layout import RECORDINGS, RULES, RUNBOOKS
from runwright.model.finding import Finding


def judge_alone(files: Mapping[Path, bytes], library: Tree | None) -> tuple[Finding, ...]:
    """The findings on each file; where it belongs is no question for a file outside a library."""
    places = {f"{_folder(path, files[path])}{index}{path.suffix}": path for index, path in enumerate(files)}
    contents = {place: files[path] for place, path in places.items()}
    verdicts = [judge_file(place, content) for place, content in contents.items()]
    around = library.summaries if library else ()
    summaries = [verdict.summary for verdict in verdicts if verdict.summary is not None]
    tree = Tree((*around, *summaries), lambda place: entry_at(place, contents[place]) if place in contents else None)
    found = [*(finding for verdict in verdicts for finding in verdict.findings), *check_tree(tree)]
    told = (f for f in found if f.path in places and f.rule != "identity")
    return in_order(f.model_copy(update={"path": shown(str(places[f.path]))}) for f in told)


def _folder(path: Path, content: bytes) -> str:
    """What a file seems to be: its suffix tells a recording, and a rule has a `check_type`."""
    if path.suffix == ".json":
        return RECORDINGS
    return RULES if b"check_type:" in content else RUNBOOKS
