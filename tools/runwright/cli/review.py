"""`runwright review`: people look at proposals, open their own and decide, each with an SSH key of their own."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from runwright.cli import options
from runwright.cli.printable import printable

if TYPE_CHECKING:
    from runwright.adapters.forge_local import LocalReviews
    from runwright.model.policy import Policy
    from runwright.model.proposal import CloseReason, PullRequest

STATES = ("open", "merged", "closed")
REASONS = (
    "rejected", "needs-work", "superseded", "stale", "no-longer-failing", "runbook-removed", "evidence-withdrawn"
)  # fmt: skip


@click.group()
def review() -> None:
    """Look at proposals, open your own, and decide on those of others.

    Who you are is read from your SSH key and the repository's allowed signers; nobody can act as somebody else.
    """


@review.command("list")
@options.forge
@click.option("--state", type=click.Choice(STATES), default="open", show_default=True)
@options.plain_format
def list_pulls(forge: Path, state: str, form: str) -> None:
    """List the proposals, the most urgent and the oldest first."""
    from runwright.model.queue import in_order

    pulls = in_order(pull for pull in _read(forge) if pull.state == state)
    if form == "json":
        click.echo(_json([_short(pull) for pull in pulls]))
        return
    click.echo("\n".join(_line(pull) for pull in pulls) or f"no pull request is {state}")


@review.command()
@click.argument("number", type=int)
@options.forge
@options.plain_format
def show(number: int, forge: Path, form: str) -> None:
    """Show pull request NUMBER as a reviewer sees it: the text, the checks, the exact change."""
    pull = _one(forge, number)
    change = _diff(forge, pull)
    if form == "json":
        click.echo(_json({**pull.model_dump(mode="json", by_alias=True), "diff": change}))
        return
    click.echo(_shown(pull, change, _asked(forge)) + _next(pull, forge))


@review.command("open")
@options.forge
@options.key
@click.option("--branch", required=True, help="The branch that you pushed, such as my-change.")
@click.option("--title", default="", help="One line; the subject of its last commit by default.")
@click.option("--body", type=click.File("rb"), help="A file with the text, or - for standard input.")
@options.plain_format
def open_branch(forge: Path, key: Path, branch: str, title: str, body: IO[bytes] | None, form: str) -> None:
    """Open a pull request for a branch that you pushed; after another push, bring it to the new commit."""
    from runwright.adapters.forge_local import BranchRequest, LocalBranches
    from runwright.adapters.git_repository import GitRepository
    from runwright.adapters.keys import load_key
    from runwright.cli.wiring import now

    request = BranchRequest(branch, title, _text(body) if body else "")
    pull = LocalBranches(GitRepository(forge), load_key(key)).open(request, now())
    said = f"#{pull.number} {pull.title}\nby {pull.by}, at {pull.head_sha[:12]} of {pull.branch}; its checks come next"
    click.echo(_json(_short(pull)) if form == "json" else said)


@review.command()
@click.argument("number", type=int)
@options.forge
@options.key
@click.option("--notes", default="", help="What the record should say besides yes.")
@click.option("--head", help="The commit that you looked at, whole, as `review show` gives it.  [required]")
def approve(number: int, forge: Path, key: Path, notes: str, head: str | None) -> None:
    """Approve pull request NUMBER as it was looked at; with green checks this merges it.

    The command is at the end of `review show`; when the head has moved since, nothing is approved.
    Where the checks say that its risk is high, a second owner must approve the same commit first.
    """
    from runwright.cli.wiring import now

    if not head:
        raise click.UsageError(
            f"Missing option '--head': the last lines of `runwright review show {number}` are the command with it."
        )
    pull = _reviews(forge, key).approve(number, now(), notes=notes, head_sha=head)
    if pull.state == "merged":
        click.echo(f"#{number} is approved and merged as {pull.merge_commit[:12]}")
        return
    said = f"its risk is high, so a second owner must approve {head[:12]} too"
    click.echo(f"#{number} is approved and not merged: {said}")


@review.command()
@click.argument("number", type=int)
@options.forge
@options.key
@click.option("--reason", required=True, help="Why not; it is remembered and shown to the next draft.")
@click.option(
    "--as",
    "close_as",
    type=click.Choice(REASONS),
    default="rejected",
    show_default=True,
    help="What the no means: only `rejected` is for good, `needs-work` asks for a better draft.",
)
def reject(number: int, forge: Path, key: Path, reason: str, close_as: CloseReason) -> None:
    """Close pull request NUMBER with a reason."""
    from runwright.cli.wiring import now

    _reviews(forge, key).reject(number, reason, now(), close_as)
    click.echo(f"#{number} is closed as {close_as}: {reason}")


@review.command()
@click.argument("number", type=int)
@options.forge
@options.key
@click.option("--text", required=True, help="What should be different.")
def changes(number: int, forge: Path, key: Path, text: str) -> None:
    """Ask for changes on pull request NUMBER."""
    from runwright.cli.wiring import now

    _reviews(forge, key).request_changes(number, text, now())
    click.echo(f"#{number} waits for changes: {text}")


def _reviews(forge: Path, key: Path) -> LocalReviews:
    from runwright.adapters.forge_local import LocalReviews
    from runwright.adapters.git_repository import GitRepository
    from runwright.adapters.keys import load_key

    return LocalReviews(GitRepository(forge), load_key(key))


def _text(body: IO[bytes]) -> str:
    from runwright.errors import ContentError

    try:
        return body.read().decode()
    except UnicodeDecodeError as error:
        raise ContentError("the body is not UTF-8 text; save it as UTF-8", path=body.name) from error


def _read(forge: Path) -> tuple[PullRequest, ...]:
    from runwright.adapters.forge_local import read_pulls
    from runwright.adapters.git_repository import GitRepository

    return read_pulls(GitRepository(forge))


def _one(forge: Path, number: int) -> PullRequest:
    from runwright.errors import ContentError

    found = next((pull for pull in _read(forge) if pull.number == number), None)
    if found is None:
        raise ContentError(f"there is no pull request #{number}; `runwright review list` shows the open ones")
    return found


def _diff(forge: Path, pull: PullRequest) -> str:
    from difflib import unified_diff

    from runwright.adapters.forge_local import changes_of
    from runwright.adapters.git_repository import GitRepository

    text: list[str] = []
    for change in changes_of(GitRepository(forge), pull):
        path, before, after = change.path, _lines(change.before), _lines(change.after)
        if path.startswith("tests/recordings/") and path.endswith(".json"):
            text.append(f"{path}: a recording of {len(after)} lines\n")
        else:
            text.extend(unified_diff(before, after, f"a/{path}", f"b/{path}"))
    return "".join(text)


def _lines(data: bytes | None) -> list[str]:
    return (data or b"").decode(errors="replace").splitlines(keepends=True)


def _asked(forge: Path) -> Policy:
    """What the base branch asks for, by risk."""
    from runwright.adapters.forge_local import base_policy
    from runwright.adapters.git_repository import GitRepository

    return base_policy(GitRepository(forge)).asked


def _shown(pull: PullRequest, change: str, asked: Policy) -> str:
    checks = "\n".join(
        f"  {check.name}: {check.conclusion} ({check.summary}), set by {check.by}" for check in _current(pull)
    )
    said = "\n".join(
        f"  {item.by or 'an unknown key'}: {item.verdict} {item.head_sha[:12]} {item.notes}".rstrip()
        for item in pull.decisions
    )
    comments = "\n\n".join(f"{comment.by or 'an unknown key'}: {comment.text}" for comment in pull.comments)
    parts = (
        _head(pull, asked),
        pull.body,
        f"Checks\n{checks or '  none yet'}",
        f"Change\n{change}",
        comments,
        f"Decisions\n{said}" if said else "",
    )
    return "\n\n".join(_safe(part.rstrip()) for part in parts if part.strip())


def _next(pull: PullRequest, forge: Path) -> str:
    """The command that approves this and nothing else."""
    from shlex import join

    if pull.state != "open":
        return ""
    words = ("runwright", "review", "approve", str(pull.number), "--head", pull.head_sha, "--forge", str(forge))
    return f"\n\nTo approve exactly this\n  {join(words)} --key KEY"


def _head(pull: PullRequest, asked: Policy) -> str:
    lines = [
        f"#{pull.number} {pull.title}",
        f"{pull.state}, by {pull.by or 'an unknown key'}, {pull.branch} at {pull.head_sha[:12]}",
        f"labels: {', '.join(pull.labels)}" if pull.labels else "",
        f"closed as {_ended(pull)}" if pull.state == "closed" else "",
        _needs(pull, asked),
    ]
    return "\n".join(line for line in lines if line)


def _needs(pull: PullRequest, asked: Policy) -> str:
    from runwright.release.votes import highest

    risk = highest(_current(pull))
    return f"risk {risk} by the checks: {asked.approvals(risk)} to approve{_approved(pull)}" if risk else ""


def _approved(pull: PullRequest) -> str:
    latest = {item.by: item for item in pull.decisions if item.by and item.head_sha == pull.head_sha}
    names = [name for name, item in latest.items() if item.verdict == "approve"]
    return f", approved by {', '.join(names)}" if names else ""


def _current(pull: PullRequest) -> tuple[Any, ...]:
    return tuple({check.name: check for check in pull.checks if check.head_sha == pull.head_sha}.values())


def _safe(text: str) -> str:
    """Foreign text cannot move the cursor or ring the bell of a reviewer's terminal."""
    return printable(text, keep="\n", instead="�")


def _short(pull: PullRequest) -> dict[str, Any]:
    from runwright.model.queue import priority_of, status_of

    keys = {"number", "title", "state", "labels", "branch", "head_sha", "runbook_id", "opened_at"}
    closing = {"closed_reason", "closed_as", "closed_by", "ended_at"}
    told = pull.model_dump(mode="json", include=keys | closing)
    return {**told, "status": status_of(pull), "priority": priority_of(pull)}


def _line(pull: PullRequest) -> str:
    from runwright.model.queue import priority_of, status_of

    where = f"{priority_of(pull)}, {status_of(pull)}"
    return f"#{pull.number}  {_safe(pull.title)}  ({where}; {_ended(pull) or _checked(pull)})"


def _checked(pull: PullRequest) -> str:
    checks = ", ".join(f"{check.name} {check.conclusion}" for check in _current(pull)) or "no checks yet"
    return f"{checks}{_approved(pull)}"


def _ended(pull: PullRequest) -> str:
    """How it was closed, by whom and why."""
    if pull.state != "closed":
        return ""
    return _safe(f"{pull.closed_as} by {pull.closed_by}: {pull.closed_reason}")


def _json(data: Any) -> str:
    import json

    return json.dumps(data, indent=2, ensure_ascii=True)
