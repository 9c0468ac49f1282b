"""`runwright new`: asks what a runbook or a rule needs, and writes a valid file.

What can be answered on the command line is not asked. What it writes is checked first; nothing is overwritten.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runwright.cli import options
from runwright.cli.writing import create

if TYPE_CHECKING:
    from runwright.actions.action import Action, Param
    from runwright.corpus.corpus import Corpus
    from runwright.corpus.drafting import RuleAnswers, RunbookAnswers

PLATFORMS = ("linux", "windows", "any")
CHECK_TYPES = ("service", "disk", "port", "http")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_AREA = re.compile(r"[A-Z0-9]{1,20}")


@click.group()
def new() -> None:
    """Ask what a runbook or a rule needs, and write a valid file."""


@new.command()
@options.repository
@click.option("--platform", type=click.Choice(PLATFORMS), help="The platform that it is for.")
@click.option("--incident-type", help="The incident that it is for, such as service_stopped.")
@click.option("--name", help="One line that says what it does.")
@click.option("--action", help="The action that mends it, such as service.start.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A fixed parameter of the action.")
@click.option("--fact", help="The fact that shows that the incident is over.")
@click.option("--value", help="What that fact must be.")
@click.option("--id", "runbook_id", help="Its id; the next free one by default.")
@click.option("--description", default="", help="When to use it and when not.")
def runbook(repo: Path, description: str, params: tuple[str, ...], **given: str | None) -> int:
    """Write a first version of a runbook into runbooks/."""
    from runwright.corpus.drafting import RunbookAnswers, runbook_text

    corpus = _corpus(repo)
    asked = _Asked(given)
    platform: Any = asked.one_of("platform", "Which platform is it for?", PLATFORMS, "linux")
    action = asked.action(platform)
    fixed = _fixed(action, params) if params else asked.params(action)
    answers = RunbookAnswers(
        incident_type=asked.matching("incident_type", "Which incident is it for?", _NAME, "service_stopped"),
        name=asked.text("name", "What does it do, in one line?", action.summary.partition(";")[0].rstrip(".")),
        platform=platform,
        action=action.name,
        given=fixed,
        verify=asked.evidence(action, platform, fixed),
        description=description,
        id=asked.id("runbook_id", _prefix(platform, action), [entry.value.id for entry in corpus.runbooks]),
    )
    return _write(repo, corpus, answers, runbook_text(answers))


@new.command(short_help="Write a rule: which incident runs which runbook.")
@options.repository
@click.option("--runbook", "runbook_id", help="The runbook that it runs.")
@click.option("--check-type", help="The check that finds the incident: service, disk, port, http or your own.")
@click.option("--name", help="One line that says what it does.")
@click.option("--id", "rule_id", help="Its id; made from the check's type by default.")
@click.option("--priority", type=click.IntRange(0, 1000), default=100, show_default=True, help="The lower one wins.")
@click.option("--act", is_flag=True, help="Act; without it the rule only says what it would have done.")
def rule(repo: Path, priority: int, act: bool, **given: str | None) -> int:
    """Write a rule that says which incident runs which runbook into rules/promoted/."""
    from runwright.corpus.drafting import RuleAnswers, rule_text

    corpus = _corpus(repo)
    asked = _Asked(given)
    known = [entry.value.id for entry in corpus.runbooks]
    if not known:
        raise click.UsageError(f"There is no runbook in {repo}; write one first with `runwright new runbook`.")
    target = corpus.runbook(asked.one_of("runbook_id", "Which runbook does it run?", known, known[0]))
    check = asked.matching(
        "check_type", f"Which check finds the incident ({', '.join(CHECK_TYPES)})?", _NAME, "service"
    )
    prefix = f"L1-{re.sub('[^A-Z0-9]+', '-', check.upper()).strip('-')}"
    answers = RuleAnswers(
        runbook=target.value.id if target else "",
        check_type=check,
        name=asked.text("name", "What does it do, in one line?", target.value.name if target else ""),
        params={
            name: "${{ incident.resource }}"
            for name, spec in (target.value.params if target else {}).items()
            if spec.default is None and spec.source is None
        },
        priority=priority,
        mode="act" if act else "observe",
        id=asked.id("rule_id", prefix, [entry.value.id for entry in corpus.rules]),
    )
    return _write(repo, corpus, answers, rule_text(answers))


class _Asked:
    """The answers: from the command line, else from the person at the terminal."""

    def __init__(self, given: Mapping[str, str | None]) -> None:
        self.given = given

    def text(self, option: str, question: str, default: str) -> str:
        """Any line of text."""
        return self._accepted(option, question, default, lambda said: None if said.strip() else "say something")

    def matching(self, option: str, question: str, form: re.Pattern[str], default: str) -> str:
        """A name of a form."""
        told = "use lower-case letters, digits, - and _, starting with a letter"
        return self._accepted(option, question, default, lambda said: None if form.fullmatch(said) else told)

    def one_of(self, option: str, question: str, known: Sequence[str], default: str) -> str:
        """One of a few."""
        return self._accepted(option, f"{question} ({_shown(known)})", default, lambda said: _unknown(said, known))

    def id(self, option: str, prefix: str, taken: Sequence[str]) -> str:
        """An id that is free; the next one unless another is given."""
        from runwright.corpus.drafting import next_id

        return self.given.get(option) or next_id(prefix, taken)

    def action(self, platform: Any) -> Action:
        """The action that mends it."""
        from runwright.actions.catalogue import find
        from runwright.corpus.drafting import usable

        known = usable(platform)
        return find(self.one_of("action", "Which action mends it?", known, "service.start"))

    def params(self, action: Action) -> dict[str, Any]:
        """The parameters that are the same in every run; the others come with the incident."""
        fixed: dict[str, Any] = {}
        for name, param in action.params.items():
            if not param.required or self.given.get("action"):
                continue
            question = f"{name}: {param.description} Fixed value, or nothing to ask for it in each run"
            said = _prompt(question, "", "param")
            while said and (told := _misfit(param, said)) is not None:
                click.echo(f"  {told}", err=True)
                said = _prompt(question, "", "param")
            if said:
                fixed[name] = _typed(param, said)
        return fixed

    def evidence(self, action: Action, platform: Any, fixed: Mapping[str, Any]) -> dict[str, Any]:
        """The fact that shows that the incident is over."""
        from runwright.corpus.drafting import evidence_of

        proposed = evidence_of(action, platform, {name: str(value) for name, value in fixed.items()})
        named = next(iter(proposed), "")
        fact = self._accepted("fact", "Which fact shows that it is over?", named, _unreadable)
        value = proposed.get(fact, True)
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        return {fact: _read(self.text("value", "What must it be?", shown))}

    def _accepted(self, option: str, question: str, default: str, problem: Callable[[str], str | None]) -> str:
        given = self.given.get(option)
        if given is not None:
            if (told := problem(given)) is not None:
                raise click.BadParameter(f"{given!r}: {told}", param_hint=_flag(option))
            return given
        while (told := problem(said := _prompt(question, default, option))) is not None:
            click.echo(f"  {told}", err=True)
        return said


def _prompt(question: str, default: str, option: str = "") -> str:
    """Ask on the terminal; where nobody answers, say which option would have."""
    try:
        answer = click.prompt(question, default=default, show_default=bool(default), err=True)
    except click.Abort:
        if option and not sys.stdin.isatty():
            raise click.UsageError(f"Nobody answered {question!r}; give {_flag(option)}.") from None
        raise
    return str(answer).strip()


def _flag(option: str) -> str:
    return {"runbook_id": "--id or --runbook", "rule_id": "--id"}.get(option, f"--{option.replace('_', '-')}")


def _shown(known: Sequence[str]) -> str:
    return ", ".join(known) if len(known) <= 8 else f"{', '.join(known[:6])}, … {len(known)} in all; `?` lists them"


def _unknown(said: str, known: Sequence[str]) -> str | None:
    from runwright.corpus.complaints import did_you_mean

    if said in known:
        return None
    if said == "?":
        return "\n  ".join(known)
    return f"there is no {said!r}; {did_you_mean(said, known) or '`?` lists what there is'}"


def _unreadable(fact: str) -> str | None:
    from runwright.model.path import parse_path

    try:
        parse_path(fact)
    except ValueError as error:
        return str(error)
    return None


def _read(said: str) -> Any:
    from runwright.corpus.scalars import plain_value

    return plain_value(said)


def _misfit(param: Param, said: str) -> str | None:
    """What is wrong with a value that was typed; None where it fits."""
    try:
        value = _typed(param, said)
    except ValueError:
        value = None
    kinds: dict[str, Any] = {"integer": int, "number": (int, float), "boolean": bool, "environment": dict}
    wanted = kinds.get(param.type, (str, list))
    fits = isinstance(value, wanted) and (param.type == "boolean" or not isinstance(value, bool))
    return None if fits else f"{said!r:.80} is no {_SHAPES.get(param.type, param.type)}"


_SHAPES = {"environment": 'mapping in JSON, such as {"NAME": "value"}', "strings": "list of words"}


def _typed(param: Param, said: str) -> Any:
    """What was typed as the type that the parameter has; raises `ValueError`."""
    if param.type == "strings":
        return shlex.split(said)
    if param.type == "environment":
        return json.loads(said)
    return _read(said) if param.type in ("integer", "number", "boolean") else said


def _fixed(action: Action, params: tuple[str, ...]) -> dict[str, Any]:
    fixed = dict(written.partition("=")[::2] for written in params)
    for name, said in fixed.items():
        if name not in action.params:
            known = ", ".join(action.params) or "none"
            raise click.BadParameter(f"{action.name} has no parameter {name!r}; it has: {known}", param_hint="--param")
        if (told := _misfit(action.params[name], said)) is not None:
            raise click.BadParameter(f"{name}: {told}", param_hint="--param")
    return {name: _typed(action.params[name], said) for name, said in fixed.items()}


def _prefix(platform: Any, action: Action) -> str:
    from runwright.corpus.drafting import SHORT

    area = action.name.partition(".")[0].upper()
    return f"RB-{SHORT[platform]}-{area if _AREA.fullmatch(area) else 'NEW'}"


def _corpus(repo: Path) -> Corpus:
    from runwright.cli import wiring

    return wiring.corpus_from_folder(repo)


def _write(repo: Path, corpus: Corpus, answers: RunbookAnswers | RuleAnswers, text: str) -> int:
    """Check the text as a part of the repository, then write it; raises `ContentError` with what is wrong."""
    from runwright.checks.validation import errors, validate
    from runwright.corpus.corpus import read_corpus
    from runwright.errors import ContentError

    path = repo / answers.path
    taken = click.UsageError(f"{path} is there already; give another --id.")
    if path.exists():
        raise taken
    whole = read_corpus({**corpus.files, answers.path: text.encode()})
    found = [finding for finding in validate(whole) if finding.path == answers.path]
    if wrong := errors(found):
        raise ContentError("\n".join(str(finding) for finding in wrong))
    if not create(path, text, repo):
        raise taken
    click.echo(str(path))
    for finding in found:
        click.echo(str(finding), err=True)
    observes = getattr(answers, "mode", "") == "observe"
    act = " It only observes; take its line `mode: observe` out when it should act." if observes else ""
    click.echo(f"Next: read it, complete its description, then `runwright validate`.{act}", err=True)
    return 0
