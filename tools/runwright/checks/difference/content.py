"""What changed in meaning between two trees: each runbook and rule that came, went or changed, with its risk.

How it is told to a person is left to the command line; what the whole change needs, to `risk`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from runwright.checks.difference.line import Meaning, reasons_of, risk_of
from runwright.checks.difference.rules import rule_changes
from runwright.checks.difference.words import became
from runwright.checks.meaning import Around, meanings, origin_changes, runbook_risk
from runwright.corpus.corpus import Corpus, Entry
from runwright.model.fields import Risk
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook


@dataclass(frozen=True, slots=True)
class Difference:
    """One runbook or rule that is not the same in two trees."""

    noun: Literal["runbook", "rule"]
    id: str
    path: str
    changes: tuple[Meaning, ...]
    """What changed in meaning; nothing where only its bytes did."""
    notes: tuple[str, ...] = ()
    """What changed besides: where it comes from, where it stands."""
    before: Risk | None = None
    """The risk class of the old runbook itself; None where there was none, and for a rule."""
    after: Risk | None = None
    same_verification: bool = False

    @property
    def risk(self) -> Risk:
        """The risk class of the change."""
        return risk_of(self.changes)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the change is of more than low risk."""
        return reasons_of(self.changes)


class Trees:
    """Two trees side by side."""

    def __init__(self, base: Corpus, head: Corpus) -> None:
        self.base, self.head = base, head

    @cached_property
    def base_around(self) -> Around:
        """What stood around the old runbooks; the old settings say which commands are known."""
        from runwright.checks.commands import listed_forms, policy_of

        settings = self.base.files
        known = _by_id(self.base.runbooks)
        return Around(known, lambda: self._base_forms, listed_forms(settings), policy_of(settings))

    @cached_property
    def around(self) -> Around:
        """What stands around the new runbooks: other runbooks to call, judged by the old settings."""
        return replace(self.base_around, runbooks=_by_id(self.head.runbooks))

    @cached_property
    def _base_forms(self) -> frozenset[str]:
        from runwright.checks.guard.forms_of import forms_of

        own = self.base_around.own
        return frozenset(form for entry in self.base.runbooks for form in forms_of(entry.value, own))

    def differences(self) -> tuple[Difference, ...]:
        """Everything that is not the same: runbooks, then rules; what is gone comes last."""
        return (*self._runbooks(), *self._rules())

    def _runbooks(self) -> Iterator[Difference]:
        before = {entry.value.id: entry for entry in self.base.runbooks}
        for entry in self.head.runbooks:
            old = before.get(entry.value.id)
            if old is None or self._differs(old, entry):
                yield self._runbook(old, entry)
        kept = {entry.value.id for entry in self.head.runbooks}
        for name, old in before.items():
            if name not in kept:
                risk = runbook_risk(old.value, self.base_around)
                # What was remediated is not any more.
                yield Difference(
                    "runbook", name, old.path, (Meaning("removed", "high", None, "runbook removed"),), before=risk
                )

    def _runbook(self, old: Entry[Runbook] | None, new: Entry[Runbook]) -> Difference:
        return Difference(
            "runbook",
            new.value.id,
            new.path,
            meanings(old.value if old else None, new.value, self.around),
            _notes(old, new),
            runbook_risk(old.value, self.base_around) if old else None,
            runbook_risk(new.value, self.around),
            same_verification=old is not None and old.value.verify == new.value.verify,
        )

    def _rules(self) -> Iterator[Difference]:
        before = {entry.value.id: entry for entry in self.base.rules}
        for entry in self.head.rules:
            old = before.get(entry.value.id)
            if old is None or self._differs(old, entry):
                changes = rule_changes(old.value if old else None, entry.value, self.around)
                yield Difference("rule", entry.value.id, entry.path, changes, _notes(old, entry))
        kept = {entry.value.id for entry in self.head.rules}
        for name, old in before.items():
            if name not in kept:
                yield Difference("rule", name, old.path, rule_changes(old.value, None, self.around))

    def _differs(self, old: Entry[Runbook] | Entry[Rule], new: Entry[Runbook] | Entry[Rule]) -> bool:
        bytes_differ = self.base.files.get(old.path) != self.head.files.get(new.path)
        return bytes_differ or old.path != new.path or old.value != new.value


def _by_id(entries: tuple[Entry[Runbook], ...]) -> Mapping[str, Runbook]:
    return {entry.value.id: entry.value for entry in entries}


def _notes(old: Entry[Runbook] | Entry[Rule] | None, new: Entry[Runbook] | Entry[Rule]) -> tuple[str, ...]:
    if old is None:
        return ()
    moved = (f"file {became(old.path, new.path)}",) if old.path != new.path else ()
    return (*origin_changes(old.value, new.value), *moved)
