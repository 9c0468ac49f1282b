"""How risky a step is by itself, and why; and so the risk class of a runbook, which is that of its riskiest step.

Commands and scripts are the guard's; here a verb of the catalogue says what it is, and what is not in it is high.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from runwright.actions.catalogue import ACTIONS
from runwright.checks.difference.line import Reason, gravest, worst
from runwright.model.fields import RISKS, Risk
from runwright.model.policy import DEFAULT, Policy
from runwright.model.runbook import Runbook
from runwright.model.step import Step
from runwright.model.walk import all_steps

if TYPE_CHECKING:
    from runwright.checks.guard.forms.form import OwnForms

ALMIGHTY = frozenset({"root", "system", "administrator", "localsystem"})
"""Accounts that may do everything, in lower case."""
SECRET = "secret://"  # noqa: S105  # how a reference to a secret starts
MAX_CALLS = 5


@dataclass(frozen=True)
class Around:
    """What stands around a runbook: the runbooks that it may call, and the forms of commands that are known."""

    runbooks: Mapping[str, Runbook] = field(default_factory=dict)
    forms: Callable[[], frozenset[str]] = frozenset
    """Asked only when it matters, because the guard reads every command of the library for it."""
    own: OwnForms = field(default_factory=dict)
    """The forms that the repository lists itself."""
    policy: Policy = DEFAULT
    depth: int = 0

    def deeper(self) -> Around:
        """The same, one call further down."""
        return replace(self, depth=self.depth + 1)


def runbook_risk(runbook: Runbook, around: Around) -> Risk:
    """The risk class of a runbook."""
    return worst(step_risk(step, around)[0] for step in all_steps(runbook))


def step_risk(step: Step, around: Around) -> Reason:
    """The risk of one step without the steps inside it, and the gravest reason; no reason for a low one."""
    return gravest((*_acting(step, around), *_asking(step)))


def riskiest(steps: Iterable[Step], around: Around) -> tuple[Risk, str, Step]:
    """The riskiest of some steps: its risk, why, and the step; each is looked at without the steps inside it."""
    found = [(*step_risk(step, around), step) for step in steps]
    return max(found, key=lambda each: RISKS.index(each[0]))


def inside(step: Step) -> Iterator[Step]:
    """Every step within a step, at any depth."""
    for steps in (step.block, step.parallel, step.rescue, step.always):
        for each in steps or ():
            yield each
            yield from inside(each)


def only_looks(step: Step) -> bool:
    """Whether a step is a check: it stops a run and changes nothing."""
    action = ACTIONS.get(step.action or "")
    return step.kind in ("assert", "approve") or (action is not None and action.check)


def secrets_in(value: Any) -> frozenset[str]:
    """The references to secrets within a value."""
    if isinstance(value, str):
        return frozenset({value}) if value.startswith(SECRET) else frozenset()
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ()
    return frozenset(found for part in parts for found in secrets_in(part))


def action_risk(name: str) -> Reason:
    """The risk of an action of the catalogue; one that is not in it is high."""
    action = ACTIONS.get(name)
    if action is None:
        return "high", f"unknown action {name}"
    return ("high", "destructive") if action.destructive else (action.risk, name)


def _acting(step: Step, around: Around) -> Iterator[Reason]:
    if step.action is not None:
        yield action_risk(step.action)
    if step.rollback is not None:
        yield action_risk(step.rollback.action)
    if step.call is not None:
        yield _called(step.call, around)
    accounts = (step.run_as, step.rollback.run_as if step.rollback else None)
    yield from (account_risk(account) for account in accounts if account is not None)


def _asking(step: Step) -> Iterator[Reason]:
    if secrets_in(step.params) or (step.rollback and secrets_in(step.rollback.params)):
        yield "high", "uses a secret"
    if step.on_failure == "continue" and only_looks(step):
        yield "high", "a check that stops nothing"
    if step.approve is not None and step.approve.default == "approve":
        yield "high", "approves itself when nobody answers"


def account_risk(account: str) -> Reason:
    """The risk of running as an account."""
    return ("high" if account.lower() in ALMIGHTY else "medium"), f"runs as {account}"


def _called(runbook_id: str, around: Around) -> Reason:
    """A call is as risky as what it calls, and never of low risk; what is not known is high."""
    called = around.runbooks.get(runbook_id)
    if called is None or around.depth >= MAX_CALLS:
        return "high", f"calls {runbook_id}, which is not known here"
    return worst(("medium", runbook_risk(called, around.deeper()))), f"calls {runbook_id}"
