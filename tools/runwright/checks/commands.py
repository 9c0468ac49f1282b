"""Check `guard`: every command and script of a runbook as the guard judges it, and what the repository says about both.

A command that must never run is an error; one that a second person must look at is a warning, or an error where the
policy says so. `guard/forms.yaml` and `runwright.toml` are checked themselves, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from runwright.checks.tree import Tree
from runwright.corpus.corpus import Entry, read_entry
from runwright.corpus.layout import FORMS, POLICY
from runwright.errors import ContentError
from runwright.model.finding import Finding
from runwright.model.runbook import Runbook
from runwright.model.walk import verbs

if TYPE_CHECKING:
    # The guard's tables take some 70 ms to load; a library without commands never needs them.
    from runwright.checks.guard.forms.form import OwnForms
    from runwright.checks.guard.forms_of import Judged
    from runwright.model.guard_forms import GuardForms
    from runwright.model.policy import Policy

RULE = "guard"
_TEXTS = ("command.", "script.")
"""The actions whose text is judged."""
_BLOCKED = "say what it is for with an action of the catalogue, or leave it to a person at the host"
_REVIEWED = "use an action of the catalogue or a known-safe form, or add its form to guard/forms.yaml by a pull request"


def note(entry: Entry[Any]) -> Any:
    """Whether any command or script of a runbook is more than a known-safe form that comes with Runwright."""
    if not isinstance(entry.value, Runbook) or not any(verb.action.startswith(_TEXTS) for verb in verbs(entry.value)):
        return None
    from runwright.checks.guard.forms_of import judged

    return any(each.judgement.verdict != "allow" for each in judged(entry.value)) or None


def check(tree: Tree) -> Iterator[Finding]:
    """Find commands that must not run, or not before a second person has looked; and mistakes in the two files."""
    yield from list_findings(tree.settings)
    yield from policy_findings(tree.settings)
    noted = [summary.path for summary in tree.of("runbook") if summary.notes.get(RULE)]
    if not noted:
        return
    own, policy = listed_forms(tree.settings), policy_of(tree.settings)
    for entry in filter(None, map(tree.entry, noted)):
        yield from command_findings(entry, own, policy)


def command_findings(entry: Entry[Runbook], own: OwnForms, policy: Policy) -> Iterator[Finding]:
    """The findings on one runbook."""
    from runwright.checks.guard.forms_of import judged

    for each in judged(entry.value, own):
        if each.judgement.verdict == "block":
            yield entry.finding(RULE, _said("must never run", each), each.pointer, suggestion=_BLOCKED)
        elif each.judgement.verdict == "review":
            message, severity = _said("needs a second person", each), policy.guard.review
            yield entry.finding(RULE, message, each.pointer, severity=severity, suggestion=_REVIEWED)


def _said(what: str, each: Judged) -> str:
    return f"step {each.step!r} {what}: {'; '.join(each.judgement.reasons)}"


def listed_forms(files: Mapping[str, bytes]) -> OwnForms:
    """The forms that a repository adds; none where its list cannot be read."""
    from runwright.checks.guard.own import own_forms

    entry = _list(files)[0]
    return own_forms(entry.value) if entry is not None else {}


def policy_of(files: Mapping[str, bytes]) -> Policy:
    """The policy of a repository; the default where its file cannot be read."""
    from runwright.model.policy import DEFAULT, read_policy

    try:
        return read_policy(files.get(POLICY))
    except ContentError:
        return DEFAULT


def list_findings(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """What is wrong with the repository's own list of known-safe forms."""
    entry, findings = _list(files)
    yield from findings
    if entry is not None:
        from runwright.checks.guard.own import mistakes

        for place, message, advice in mistakes(entry.value):
            yield entry.finding(RULE, message, place, suggestion=advice)


def policy_findings(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """What is wrong with the repository's policy."""
    if POLICY not in files:
        return
    from runwright.model.policy import policy_mistakes

    for error in policy_mistakes(files[POLICY]):
        yield Finding(path=POLICY, line=error.line, column=error.column, rule="policy", message=error.message)


def _list(files: Mapping[str, bytes]) -> tuple[Entry[GuardForms] | None, list[Finding]]:
    if FORMS not in files:
        return None, []
    from runwright.model.guard_forms import GuardForms

    return read_entry(FORMS, files[FORMS], GuardForms)
