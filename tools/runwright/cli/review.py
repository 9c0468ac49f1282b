"""`runwright review`: people look at proposals, open their own and decide, each as oneself.

At a forge in a folder an SSH key says who it is, at GitHub the person's own token. The words are the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from runwright.cli import options
from runwright.cli.forge_address import ForgeAddress

if TYPE_CHECKING:
    from runwright.model.proposal import CloseReason

STATES = ("open", "merged", "closed")
REASONS = (
    "rejected", "needs-work", "superseded", "stale", "no-longer-failing", "runbook-removed", "evidence-withdrawn"
)  # fmt: skip
key_option = click.option(
    "--key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    envvar="RUNWRIGHT_KEY",
    help="Your SSH private key, where the forge is a folder; whom it belongs to, its allowed signers say.",
)


@click.group()
def review() -> None:
    """Look at proposals, open your own, and decide on those of others.

    Who you are is read from your SSH key and the repository's allowed signers, or told by GitHub for your own token
    (`runwright github login`); nobody can act as somebody else.
    """


@review.command("list", short_help="List the proposals, the most urgent first.")
@options.forge
@click.option("--state", type=click.Choice(STATES), default="open", show_default=True, help="Which ones.")
@options.plain_format
def list_pulls(forge: ForgeAddress, state: str, form: str) -> None:
    """List the proposals, the most urgent and the oldest first; at GitHub the newest 100, of closed ones 30."""
    from runwright.cli.review_sides import side_of
    from runwright.cli.review_text import json_text, line, short
    from runwright.model.queue import in_order

    pulls = in_order(side_of(forge).pulls(state))
    if form == "json":
        click.echo(json_text([short(pull) for pull in pulls]))
        return
    click.echo("\n".join(line(pull) for pull in pulls) or f"no pull request is {state}")


@review.command(short_help="Show a pull request as a reviewer sees it.")
@click.argument("number", type=click.IntRange(min=1))
@options.forge
@options.plain_format
def show(number: int, forge: ForgeAddress, form: str) -> None:
    """Show pull request NUMBER as a reviewer sees it: the text, the checks, the exact change."""
    from runwright.cli.review_sides import side_of
    from runwright.cli.review_text import diff_text, how_to_approve, json_text, page

    side = side_of(forge)
    pull = side.one(number)
    change = diff_text(side.diff(pull))
    if form == "json":
        click.echo(json_text({**pull.model_dump(mode="json", by_alias=True), "diff": change}))
        return
    click.echo(page(pull, change, side.needs(pull)) + how_to_approve(pull, side.words()))


@review.command()
@click.argument("number", type=click.IntRange(min=1))
@options.forge
def diff(number: int, forge: ForgeAddress) -> None:
    """Show what pull request NUMBER changes, and nothing else."""
    from runwright.cli.review_sides import side_of
    from runwright.cli.review_text import diff_text, safe

    side = side_of(forge)
    click.echo(safe(diff_text(side.diff(side.one(number)))), nl=False)


@review.command("open", short_help="Open a pull request for a branch that you pushed.")
@options.forge
@key_option
@click.option("--branch", required=True, help="The branch that you pushed, such as my-change.")
@click.option("--title", default="", help="One line; the subject of its last commit by default.")
@click.option("--body", type=click.File("rb"), help="A file with the text, or - for standard input.")
@options.plain_format
def open_branch(
    forge: ForgeAddress, key: Path | None, branch: str, title: str, body: IO[bytes] | None, form: str
) -> None:
    """Open a pull request for a branch that you pushed; after another push, bring it to the new commit."""
    from runwright.adapters.forge_local import BranchRequest
    from runwright.cli.review_sides import side_of
    from runwright.cli.review_text import json_text, safe, short

    pull = side_of(forge, key).open(BranchRequest(branch, title, _text(body) if body else ""))
    said = f"#{pull.number} {pull.title}\nby {pull.by}, at {pull.head_sha[:12]} of {pull.branch}; its checks come next"
    click.echo(json_text(short(pull)) if form == "json" else safe(said))


@review.command(short_help="Approve a pull request; the last approval that it needs merges it.")
@click.argument("number", type=click.IntRange(min=1))
@options.forge
@key_option
@click.option("--notes", default="", help="What the record should say besides yes.")
@click.option("--head", help="The commit that you looked at, whole, as `review show` gives it.  [required]")
def approve(number: int, forge: ForgeAddress, key: Path | None, notes: str, head: str | None) -> None:
    """Approve pull request NUMBER as it was looked at; with green checks this merges it.

    The command is at the end of `review show`; when the head has moved since, nothing is approved.
    Where its risk is high, a second owner must approve the same commit first.
    """
    from runwright.cli.review_sides import side_of

    if not head:
        raise click.UsageError(
            f"Missing option '--head': the last lines of `runwright review show {number}` are the command with it."
        )
    decided = side_of(forge, key).approve(number, notes, head)
    if decided.waits_for:
        click.echo(f"#{number} is approved and not merged: {decided.waits_for}")
        return
    click.echo(f"#{number} is approved and merged as {decided.pull.merge_commit[:12]}")


@review.command()
@click.argument("number", type=click.IntRange(min=1))
@options.forge
@key_option
@click.option("--reason", required=True, help="Why not; it is remembered and shown to the next draft.")
@click.option(
    "--as",
    "close_as",
    type=click.Choice(REASONS),
    default="rejected",
    show_default=True,
    help="What the no means: only `rejected` is for good, `needs-work` asks for a better draft.",
)
def reject(number: int, forge: ForgeAddress, key: Path | None, reason: str, close_as: CloseReason) -> None:
    """Close pull request NUMBER with a reason."""
    from runwright.cli.review_sides import side_of

    side_of(forge, key).reject(number, reason, close_as)
    click.echo(f"#{number} is closed as {close_as}: {reason}")


@review.command()
@click.argument("number", type=click.IntRange(min=1))
@options.forge
@key_option
@click.option("--text", required=True, help="What should be different.")
def changes(number: int, forge: ForgeAddress, key: Path | None, text: str) -> None:
    """Ask for changes on pull request NUMBER."""
    from runwright.cli.review_sides import side_of

    side_of(forge, key).request_changes(number, text)
    click.echo(f"#{number} waits for changes: {text}")


def _text(body: IO[bytes]) -> str:
    from runwright.errors import ContentError

    try:
        return body.read().decode()
    except UnicodeDecodeError as error:
        raise ContentError("the body is not UTF-8 text; save it as UTF-8", path=body.name) from error
