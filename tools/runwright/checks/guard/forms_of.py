"""The commands and scripts of a runbook: their judgements, their forms, and the forms that a change brings.

A form is a program with its verb and the names of its options, without the values. Forms of the base's runbooks have
been approved by whoever merged them; a new one raises the risk of the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from runwright.checks.guard.forms.form import NO_OWN, OwnForms
from runwright.checks.guard.judge import judge, judge_argv
from runwright.checks.guard.judgement import Judgement, Verdict
from runwright.checks.guard.python import judge_python
from runwright.checks.guard.words import Shell
from runwright.model.fields import Risk
from runwright.model.policy import DEFAULT, Policy
from runwright.model.runbook import Runbook
from runwright.model.walk import Pointer, Verb, verbs

SHELLS: dict[str, Shell] = {"script.bash": "bash", "script.sh": "sh", "script.powershell": "powershell"}
COMMAND, PYTHON = "command.run", "script.python"


@dataclass(frozen=True, slots=True)
class Judged:
    """One command or script of a runbook, and what the guard says of it."""

    pointer: Pointer
    """Where the text stands."""
    step: str
    judgement: Judgement
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewForm:
    """A form of command that no runbook of the base has."""

    step: str
    form: str
    verdict: Verdict
    risk: Risk


def judged(runbook: Runbook, own: OwnForms = NO_OWN) -> Iterator[Judged]:
    """Judge every command and script of a runbook, rollbacks included; what is of the wrong type is left out."""
    for verb in verbs(runbook):
        found = _judgement(verb, runbook.platform, own)
        if found is not None:
            key = "argv" if verb.action == COMMAND else "script"
            yield Judged((*verb.pointer, "with", key), verb.step.id, found, _forms(verb, found))


def forms_of(runbook: Runbook, own: OwnForms = NO_OWN) -> frozenset[str]:
    """The forms of all commands and scripts of a runbook."""
    return frozenset(form for each in judged(runbook, own) for form in each.forms)


def new_forms(
    base: Iterable[Runbook], head: Runbook, own: OwnForms = NO_OWN, policy: Policy = DEFAULT
) -> tuple[NewForm, ...]:
    """The forms of a runbook that none of the base's runbooks has, each with the least risk of bringing it."""
    known = frozenset(form for runbook in base for form in forms_of(runbook, own))
    return tuple(
        NewForm(each.step, form, each.judgement.verdict, _risk(each.judgement.verdict, policy))
        for each in judged(head, own)
        for form in each.forms
        if form not in known
    )


def _risk(verdict: Verdict, policy: Policy) -> Risk:
    return policy.guard.new_forms if verdict == "allow" else "high"


def _judgement(verb: Verb, platform: str, own: OwnForms) -> Judgement | None:
    if verb.action == COMMAND:
        return _command(verb.params.get("argv"), platform, own)
    text = verb.params.get("script")
    if not isinstance(text, str):
        return None
    if verb.action == PYTHON:
        return judge_python(text, lambda command: judge("bash", command, own))
    shell = SHELLS.get(verb.action)
    given = verb.params.get("env")
    return judge(shell, text, own, given if isinstance(given, dict) else None) if shell else None


def _command(argv: Any, platform: str, own: OwnForms) -> Judgement | None:
    """Judge an argument vector; one for any platform is judged as both, and the worse verdict counts."""
    if isinstance(argv, str) and argv.startswith("${{"):
        return Judgement("review", ("which program it starts is known only when it runs",))
    if not isinstance(argv, list | tuple) or not all(isinstance(word, str | int | float) for word in argv):
        return None
    words = [str(word) for word in argv]
    found = [judge_argv(words, "linux", own)] if platform != "windows" else []
    found += [judge_argv(words, "windows", own)] if platform != "linux" else []
    return max(found, key=lambda each: ("allow", "review", "block").index(each.verdict))


def _forms(verb: Verb, found: Judgement) -> tuple[str, ...]:
    """The forms by language; a script that is not known to be safe counts as a whole, by its digest."""
    language = verb.action.partition(".")[2] if verb.action != COMMAND else "run"
    named = tuple(f"{language}: {form}" for form in found.forms)
    if verb.action == COMMAND or found.verdict == "allow":
        return named or (f"{language}: unknown",)
    digest = sha256(str(verb.params.get("script")).encode("utf-8", "replace")).hexdigest()[:16]
    return (*named, f"{language}: script {digest}")
