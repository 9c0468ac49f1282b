"""`runwright diff`: what a change of runbooks and rules means, and how risky it is."""

from __future__ import annotations

import json
import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click

from runwright.cli import options

if TYPE_CHECKING:
    from runwright.checks.difference.content import Difference
    from runwright.corpus.corpus import Corpus

NOTHING = "nothing changed in meaning"


@click.command()
@click.argument("base")
@click.argument("words", nargs=-1, metavar="[HEAD] [PATH]...")
@options.repository
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json", "markdown")),
    default="text",
    show_default=True,
    help="How to write it.",
)
def diff(base: str, words: tuple[str, ...], repo: Path, form: str) -> None:
    """Say what changed in meaning between BASE and HEAD (the files on disk by default), and how risky it is.

    BASE and HEAD are branches, tags or commits. PATHS are files or folders below --repo; without any, everything is
    compared.
    """
    from runwright.checks.difference.content import Trees
    from runwright.cli import wiring

    head, paths = _parted(repo, words)
    before = wiring.corpus_from_git(repo, base)
    after = wiring.corpus_from_git(repo, head) if head else wiring.corpus_from_folder(repo)
    chosen = _names(repo, paths, before, after)
    _refuse_unreadable(before, after, chosen)
    found = [each for each in Trees(before, after).differences() if _within(each.path, chosen)]
    click.echo(_FORMS[form](found))


def _parted(repo: Path, words: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """Tell HEAD from paths: the first word is HEAD where it names a commit, or where it is no file or folder."""
    from runwright.cli.wiring import commit_of
    from runwright.errors import ContentError

    if not words:
        return None, ()
    try:
        commit_of(repo, words[0])
    except ContentError:
        if os.path.lexists(words[0]) or os.path.lexists(repo / words[0]) or "/" in words[0]:
            return None, words
        raise
    return words[0], words[1:]


def _names(repo: Path, paths: tuple[str, ...], before: Corpus, after: Corpus) -> tuple[str, ...] | None:
    """The paths as they stand in the tree; raises `ContentError` for one that neither tree has."""
    from runwright.errors import ContentError

    if not paths:
        return None
    names = tuple(_name(repo, path) for path in paths)
    known = [*before.files, *after.files]
    for path, name in zip(paths, names, strict=True):
        if not any(_within(each, (name,)) for each in known):
            raise ContentError("neither of the two trees has content there; name a file or folder of one", path=path)
    return names


def _name(repo: Path, path: str) -> str:
    """A path below the repository: from here where there is such a file, else as it is written."""
    here = Path(os.path.abspath(path))
    root = Path(os.path.abspath(repo))
    inside = here.is_relative_to(root) and (os.path.lexists(here) or not os.path.lexists(root / path))
    return here.relative_to(root).as_posix() if inside else PurePosixPath(path).as_posix()


def _within(path: str, chosen: tuple[str, ...] | None) -> bool:
    return chosen is None or any(name in (".", path) or path.startswith(f"{name}/") for name in chosen)


def _refuse_unreadable(before: Corpus, after: Corpus, chosen: tuple[str, ...] | None) -> None:
    from runwright.corpus.layout import RECORDINGS
    from runwright.errors import ContentError

    for finding in (*before.findings, *after.findings):
        if not finding.path.startswith(RECORDINGS) and _within(finding.path, chosen):
            # What cannot be read would look as if it had been removed.
            raise ContentError(finding.message, path=finding.path, line=finding.line, column=finding.column)


def _json(found: list[Difference]) -> str:
    return json.dumps([_data(each) for each in found], indent=2, ensure_ascii=False)


def _data(each: Difference) -> dict[str, object]:
    return {
        each.noun: each.id,
        "path": each.path,
        "risk": each.risk,
        "reasons": list(each.reasons),
        "changes": [change.text for change in each.changes],
        "notes": list(each.notes),
        **({"runbook_risk": {"before": each.before, "after": each.after}} if each.noun == "runbook" else {}),
        **({"same_verification": each.same_verification} if each.before and each.after else {}),
    }


def _text(found: list[Difference]) -> str:
    lines: list[str] = []
    for each in found:
        lines += [f"{each.id} (risk {each.risk})", *(f"  {line}" for line in _lines(each))]
        lines += [f"    {reason}" for reason in each.reasons]
    return "\n".join(lines) or NOTHING


def _markdown(found: list[Difference]) -> str:
    from runwright.replay.telling import code

    lines: list[str] = []
    for each in found:
        lines += [f"**{each.id}** (risk {each.risk})", "", *(f"- {code(line)}" for line in _lines(each))]
        lines += [*(f"  - {code(reason)}" for reason in each.reasons), ""]
    return "\n".join(lines).rstrip() or NOTHING


def _lines(each: Difference) -> list[str]:
    """The lines of one runbook or rule: what changed, what did not, and how risky that is."""
    lines = [change.text for change in each.changes] or ["no change in meaning"]
    if each.changes and each.same_verification:
        lines.append("verification unchanged")
    if each.notes:
        lines.append(f"besides: {'; '.join(each.notes)}")
    if each.changes and each.before and each.after:
        same = each.before == each.after
        lines.append(f"risk of the runbook stays {each.after}" if same else f"risk {each.before} → {each.after}")
    if each.reasons:
        lines.append(f"why the change is of {each.risk} risk:")
    return lines


_FORMS = {"text": _text, "json": _json, "markdown": _markdown}
