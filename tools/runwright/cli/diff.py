"""`runwright diff`: what a change of the runbooks means."""

from __future__ import annotations

import json
from pathlib import Path

import click

from runwright.cli import options


@click.command()
@click.argument("base")
@click.argument("head", required=False)
@options.repository
@click.option("--format", "form", type=click.Choice(("text", "json", "markdown")), default="text", show_default=True)
def diff(base: str, head: str | None, repo: Path, form: str) -> None:
    """Say what changed in meaning between BASE and HEAD (the files on disk by default), and how risky it is."""
    from runwright.checks.meaning import meanings, risk_of
    from runwright.cli import wiring
    from runwright.corpus.corpus import RUNBOOKS
    from runwright.errors import ContentError

    before = wiring.corpus_from_git(repo, base)
    after = wiring.corpus_from_git(repo, head) if head else wiring.corpus_from_folder(repo)
    for finding in (*before.findings, *after.findings):
        if finding.path.startswith(RUNBOOKS):
            # What cannot be read would look as if it had been removed.
            raise ContentError(finding.message, path=finding.path, line=finding.line, column=finding.column)
    found: list[dict[str, object]] = []
    for entry in after.runbooks:
        old = before.runbook(entry.value.id)
        changes = meanings(old.value if old else None, entry.value) if not old or old.value != entry.value else ()
        if changes:
            lines = [change.text for change in changes]
            found.append({"runbook": entry.value.id, "risk": risk_of(changes), "changes": lines})
    gone = {e.value.id for e in before.runbooks} - {e.value.id for e in after.runbooks}
    found += [{"runbook": name, "risk": "high", "changes": ["removed"]} for name in sorted(gone)]
    click.echo(json.dumps(found, indent=2, ensure_ascii=False) if form == "json" else _told(found, form))


def _told(found: list[dict[str, object]], form: str) -> str:
    from runwright.replay.telling import code

    if not found:
        return "nothing changed in meaning"
    lines = []
    for item in found:
        changes = item["changes"] if isinstance(item["changes"], list) else []
        if form == "markdown":
            lines += [f"**{item['runbook']}** (risk {item['risk']})", "", *(f"- {code(line)}" for line in changes), ""]
        else:
            lines += [f"{item['runbook']} (risk {item['risk']})", *(f"  {line}" for line in changes)]
    return "\n".join(lines).rstrip()
