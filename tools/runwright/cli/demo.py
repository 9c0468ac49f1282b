"""`runwright demo`: walks the whole loop once on this machine, with real processes, and says what was real."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runwright.cli.options import plain_format

if TYPE_CHECKING:
    from runwright.cli.clinic.forges import Forge
    from runwright.cli.clinic.stages import Stages
    from runwright.cli.clinic.story import Told

INTRODUCTION = """\
A small clinic on this machine: appointments-web needs records-db, and the runbook does not know it yet.
"""
BUILT_IN = """\
What was built in, and what a model does:
  triage     built in: the recorded facts show an unmet need. {triage}
  author     {author}
  reviewer   {reviewer}
  Everything else is what runs in production: the agent, its shell, the service, Git, the checks, the signatures.
"""


@click.command()
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="Put everything into this folder.")
@click.option("--interactive", is_flag=True, help="Wait for a person to review, instead of playing the reviewer.")
@click.option(
    "--forge", metavar="github:OWNER/NAME", help="Walk it at GitHub, in a new, throw-away repository; see below."
)
@plain_format
def demo(keep: Path | None, interactive: bool, forge: str | None, form: str) -> int:
    """Walk the whole loop once on this machine, with real processes.

    Two servers are killed, the runbook fails, the service proposes a better one, a reviewer approves it, the agent
    pulls the signed release, and the same incident heals. No key, no server and no network are needed; where
    OPENAI_BASE_URL or OPENAI_API_KEY is set, the service asks that model besides, and what it took is told.

    With --forge github:OWNER/NAME (or github, and RUNWRIGHT_DEMO_REPOSITORY) the library, the pull request, its
    review and the release are at GitHub. Then the environment says who speaks: RUNWRIGHT_GITHUB_APP_ID and _APP_KEY,
    or RUNWRIGHT_GITHUB_TOKEN, for the bot; RUNWRIGHT_DEMO_REVIEWER_TOKEN for a person who may write there;
    RUNWRIGHT_DEMO_AGENT_TOKEN to read, where it is private. The checks are set by the repository's own workflows, which
    `runwright github setup` brings; on a server of one's own, RUNWRIGHT_DEMO_CHECKS_TOKEN may set them as GitHub
    Actions.
    """
    from runwright.cli.clinic.advice import set_apart
    from runwright.cli.clinic.cast import cast
    from runwright.cli.clinic.stages import Stages
    from runwright.cli.clinic.story import Story, played_reviewer, waiting_reviewer

    _look_for_supervisor()
    where, folder = _forge(forge), _folder(keep)
    stages = Stages(quiet=form == "json")
    stages.say(INTRODUCTION)
    with ExitStack() as stack:
        model = stack.enter_context(set_apart())
        if model:
            stages.say("A model is there: the service asks it besides what is built in.\n")
        sockets = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rw-")))
        troupe = stack.enter_context(cast(folder / "logs"))
        decide = waiting_reviewer if interactive else played_reviewer
        told = Story(folder, sockets, troupe, stages, decide, where, model).play()
    report = _report(told, stages)
    (folder / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    click.echo(
        json.dumps(report, indent=2) if form == "json" else _ending(told, folder, where, interactive=interactive)
    )
    return 0 if told.healed_after and not told.healed_before else 1


def _look_for_supervisor() -> None:
    """Raise ModuleNotFoundError at once; started in vain, it would be waited for."""
    from importlib.util import find_spec

    if find_spec("supervisor") is None:
        raise ModuleNotFoundError("the demo's servers run under supervisord", name="supervisor")


def _forge(given: str | None) -> Forge:
    """Where it plays; raises ContentError where the environment names too few to play it at GitHub."""
    import os

    if given is None:
        from runwright.cli.clinic.forges import FolderForge

        return FolderForge()
    from runwright.cli.clinic.forge_github import GitHubForge, address_of

    return GitHubForge(address_of(given, os.environ), os.environ)


def _folder(keep: Path | None) -> Path:
    """The demo's folder; one that an earlier demo left is cleared, any other must be empty."""
    if keep is None:
        return Path(tempfile.mkdtemp(prefix="runwright-demo-"))
    try:
        return _cleared(keep.resolve())
    except OSError as error:
        raise click.BadParameter(
            f"{error.filename}: {error.strerror}; name a folder of yours", param_hint="--keep"
        ) from error


def _cleared(folder: Path) -> Path:
    if (folder / "logs").is_dir() and (folder / "keys" / "bot").is_file():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise click.BadParameter(f"{folder} is not empty; name a new folder", param_hint="--keep")
    return folder


def _report(told: Told, stages: Stages) -> dict[str, Any]:
    return {
        "stages": [asdict(stage) for stage in stages.done],
        "healed_before": told.healed_before,
        "healed_after": told.healed_after,
        "pull_request": told.pull_request,
        "tag": told.tag,
        "signature": told.signature,
        "executions": told.executions,
        "drafted_by": told.drafted_by,
        "model": told.advice.as_data() if told.advice else None,
    }


def _ending(told: Told, folder: Path, forge: Forge, *, interactive: bool) -> str:
    reviewer = "you." if interactive else "played by the demo (--interactive waits for you)."
    before = "healed" if told.healed_before else "did not heal"
    after = "healed" if told.healed_after else "did not heal"
    look = (
        f"Look at it without Runwright:\n{forge.looking(told.pull_request, told.tag or 'rules-v1')}"
        f"Everything is in {folder} (report.json, keys, logs); delete it when you are done."
    )
    played = BUILT_IN.format(reviewer=reviewer, **_thought(told))
    return f"\nBefore: the incident {before}. After: it {after}.\n\n{played}\n{look}"


def _thought(told: Told) -> dict[str, str]:
    """Who found out why it failed and who drafted, with a model and without one."""
    if told.advice is None:
        return {
            "triage": "A small model would have read the error as well.",
            "author": "built in: planned backward from the need. A strong model would have drafted more candidates.",
        }
    return {
        "triage": "No model is asked where facts are that clear.",
        "author": f"drafts were judged alike; the one proposed is by {told.drafted_by}. {told.advice.as_text()}.",
    }
