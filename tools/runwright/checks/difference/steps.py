"""What changed in the steps: which came, went, moved or got another name, and each field of those that stayed.

The fields are those of the model: one that nobody thought of here is told too, as a change of medium risk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from runwright.checks.difference.line import Meaning, Reason, gravest, worst
from runwright.checks.difference.places import Pairing, Place, Standing
from runwright.checks.difference.sameness import same
from runwright.checks.difference.step_risk import (
    Around,
    account_risk,
    action_risk,
    inside,
    only_looks,
    riskiest,
    secrets_in,
    step_risk,
)
from runwright.checks.difference.words import became, shown
from runwright.model.step import Step

LISTS = frozenset({"block", "parallel", "rescue", "always"})
"""Fields that hold steps, which are told one by one."""
LIGHT = frozenset({"name", "timeout", "every", "retry", "message", "limit", "fail"})
"""Fields that change neither what is done nor whether."""
ROOT: Place = ("", "steps")
Told = Iterator[Meaning]


def step_changes(pairing: Pairing, around: Around) -> Told:
    """Everything that changed in the steps of two versions."""
    for old, new in pairing.kept:
        if old.step.id != new.step.id:
            text = f"step {old.step.id} renamed to {new.step.id}"
            yield Meaning(text, step=new.step.id, title=text)
        yield from _fields(old.step, new.step, around)
    for standing in pairing.come():
        yield _came(standing, pairing, around)
    for standing in pairing.gone():
        yield _went(standing)
    for old, new in pairing.moved():
        yield _moved(old, new, pairing)


def _came(standing: Standing, pairing: Pairing, around: Around) -> Meaning:
    step = standing.step
    risk, why, gravest_step = riskiest((step, *inside(step)), around)
    kept = [new.step.id for _, new in pairing.kept]
    text = f"new step {step.id} {_where(standing, kept)}"
    reason = f"{said_of(gravest_step, why)} added"
    inner = sum(1 for _ in inside(step))
    return Meaning(f"{text} with {inner} steps in it" if inner else text, risk, step.id, reason, text)


def said_of(step: Step, why: str) -> str:
    """A step and why it is risky, in words."""
    return f"destructive step {step.id} {step.verb}" if why == "destructive" else f"step {step.id} ({why})"


def _went(standing: Standing) -> Meaning:
    step = standing.step
    lost = next((each for each in (step, *inside(step)) if only_looks(each) or each.kind == "fail"), None)
    text = f"step {step.id} removed"
    if lost is None:
        return Meaning(text, "medium", step.id, title=text)
    what = {"approve": "approval", "assert": "assertion", "fail": "stop"}.get(lost.kind, "check")
    return Meaning(text, "high", step.id, f"{what} {lost.id} removed", text)


def _moved(old: Standing, new: Standing, pairing: Pairing) -> Meaning:
    step, place = new.step, pairing.old_place(old)
    kept = [standing.step.id for _, standing in pairing.kept if standing.step.id != step.id]
    origin = "" if place == new.place else f" from {_name(place)} to {_name(new.place)},"
    text = f"step {step.id} moved{origin} {_where(new, kept)}"
    passed = next(_passed(old, new, pairing), None)
    return Meaning(text, "high" if passed else "medium", step.id, passed or "", text)


def _passed(old: Standing, new: Standing, pairing: Pairing) -> Iterator[str]:
    """The steps of a list that now come before a check which came before them: the one that moved, or the others."""
    name = new.step.id
    for was, now in pairing.kept:
        if was.place != old.place or now.step.id == name:
            continue
        after = was.order.index(was.step.id) > old.order.index(old.step.id)
        still = now.place == new.place and (new.order.index(now.step.id) > new.order.index(name)) == after
        check, step = (new.step, now.step) if after else (now.step, new.step)
        if not still and only_looks(check) and not only_looks(step):
            yield f"step {step.id} comes before check {check.id}"


def _where(standing: Standing, among: list[str]) -> str:
    following = standing.following(among)
    place = f"before {following}" if following else "at the end"
    return place if standing.place == ROOT or following else f"{place} of {_name(standing.place)}"


def _name(place: Place) -> str:
    owner, key = place
    return f"the {key} of step {owner}" if owner else f"the {key}"


def _fields(old: Step, new: Step, around: Around) -> Told:
    for name, info in type(new).model_fields.items():
        before, after = getattr(old, name), getattr(new, name)
        if name == "id" or name in LISTS or same(name, before, after):
            continue
        word = info.alias or name
        risk, why = _RISKS.get(name, _usual)(old, new, around)
        risk = "low" if name in LIGHT else worst((risk, "medium"))
        title = f"step {new.id} changes {word}"
        reason = f"step {new.id}: {why}" if why else ""
        for text in _told(word, before, after):
            yield Meaning(f"step {new.id}: {text}", risk, new.id, reason, title)


def _told(word: str, before: Any, after: Any) -> Iterator[str]:
    """A line a change: one for each key where a mapping or a group of fields changed."""
    named = isinstance(before, BaseModel) and isinstance(after, BaseModel)
    if named:
        before, after = _parts(before), _parts(after)
    if not (isinstance(before, Mapping) and isinstance(after, Mapping) and {*before, *after}):
        yield f"{word} {became(before, after)}"
        return
    for key in dict.fromkeys((*before, *after)):
        if (key in before) != (key in after):
            yield f"{word} {key} {'removed' if key in before else f'added: {shown(after[key])}'}"
        elif not same(key if named else "", before[key], after[key]):
            yield f"{word} {key} {became(before[key], after[key])}"


def _parts(value: BaseModel) -> dict[str, Any]:
    return {info.alias or name: getattr(value, name) for name, info in type(value).model_fields.items()}


def _usual(old: Step, new: Step, around: Around) -> Reason:
    """A change of what a step does, or whether, is as risky as the step."""
    risk, why = gravest(step_risk(step, around) for step in (new, old))
    return risk, {"destructive": f"{new.verb} is destructive"}.get(why, why)


def _with(old: Step, new: Step, around: Around) -> Reason:
    if secrets_in(new.params) - secrets_in(old.params):
        return "high", "a secret is newly used"
    return _usual(old, new, around)


def _on_failure(old: Step, new: Step, around: Around) -> Reason:
    if new.on_failure == "continue" and only_looks(new):
        return "high", "a check that stops nothing any more"
    return _usual(old, new, around)


def _codes(old: Step, new: Step, around: Around) -> Reason:
    if only_looks(new) and set(new.success_codes) - set(old.success_codes):
        return "high", "a check that accepts more"
    return _usual(old, new, around)


def _action(old: Step, new: Step, around: Around) -> Reason:
    if only_looks(old) and not only_looks(new):
        return "high", "a check gives way to something else"
    return _usual(old, new, around)


def _whether(old: Step, new: Step, around: Around) -> Reason:
    # A list that comes from elsewhere may be empty.
    may_be_skipped = new.when is not None or isinstance(new.foreach, str)
    if only_looks(old) and only_looks(new) and may_be_skipped:
        return "high", "a check that may be skipped"
    return _usual(old, new, around)


def _assertion(old: Step, new: Step, around: Around) -> Reason:
    del old, around
    return "high", f"assertion {new.id} changed"


def _run_as(old: Step, new: Step, around: Around) -> Reason:
    del old, around
    return account_risk(new.run_as) if new.run_as else ("high", "runs as the agent")


def _rollback(old: Step, new: Step, around: Around) -> Reason:
    del around
    if new.rollback is None:
        return "high", "rollback removed"
    if new.rollback.run_as and (old.rollback is None or new.rollback.run_as != old.rollback.run_as):
        return account_risk(new.rollback.run_as)
    risk, why = action_risk(new.rollback.action)
    return risk, f"rollback {new.rollback.action}: {why}"


def _approve(old: Step, new: Step, around: Around) -> Reason:
    del around
    if old.approve is None or new.approve is None:
        return ("high", "approval removed") if new.approve is None else ("medium", "")
    if new.approve.default == "approve":
        return "high", "approves itself when nobody answers"
    people = not same("who", old.approve.who, new.approve.who)
    return ("high", "other people may approve") if people else ("medium", "")


_RISKS: dict[str, Callable[[Step, Step, Around], Reason]] = {
    "action": _action,
    "when": _whether,
    "foreach": _whether,
    "params": _with,
    "on_failure": _on_failure,
    "success_codes": _codes,
    "assertion": _assertion,
    "run_as": _run_as,
    "rollback": _rollback,
    "approve": _approve,
}
