"""What changed around the steps of a runbook: whom it is for, its parameters, limits, prechecks and verification.

The fields are those of the model: one that nobody thought of here is told too, as a change of medium risk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from runwright.checks.difference.line import Meaning, Reason
from runwright.checks.difference.sameness import normal, same
from runwright.checks.difference.words import became, shown
from runwright.model.fields import Risk
from runwright.model.runbook import Limits, ParamSpec, Precheck, Runbook, Secret, Targets, Verify

ORIGIN = ("version", "metadata")
"""Fields that say where a version comes from; they are told, and are no change in meaning."""
STEPS = frozenset({"steps", "rescue", "always"})
PROSE = frozenset({"name", "description", "references", "replaced_by", "status_reason"})
Told = Iterator[Meaning]


def surrounding_changes(base: Runbook, head: Runbook) -> Told:
    """Everything that changed around the steps."""
    for name, info in Runbook.model_fields.items():
        if name in (*ORIGIN, *STEPS):
            continue
        old, new = getattr(base, name), getattr(head, name)
        if not same(name, old, new):
            yield from _TELLERS.get(name, _field)(info.alias or name, old, new)


def origin_changes(base: BaseModel, head: BaseModel) -> tuple[str, ...]:
    """What changed in the fields that mean nothing for a run, a line each."""
    found = []
    for name in (name for name in ORIGIN if name in type(head).model_fields):
        old, new = getattr(base, name), getattr(head, name)
        if isinstance(new, BaseModel):
            found += [f"{name} {line.text}" for line in _group(name, old, new, _light)]
        elif old != new:
            found.append(f"{name} {became(old, new)}")
    return tuple(found)


def _field(word: str, old: Any, new: Any) -> Told:
    if word in PROSE:
        yield Meaning(f"{word} reworded: {became(old, new)}", title=f"{word} reworded")
    else:
        yield Meaning(f"{word} {became(old, new)}", "medium", title=f"{word} changed")


def _group(
    word: str, old: BaseModel, new: BaseModel, judge: Callable[[str, Any, Any], Reason], prefix: str = ""
) -> Told:
    """One line for each field of a group of fields."""
    for name, info in type(new).model_fields.items():
        before, after = getattr(old, name), getattr(new, name)
        if not same(name, before, after):
            risk, why = judge(name, before, after)
            yield Meaning(f"{prefix}{info.alias or name} {became(before, after)}", risk, None, why, f"{word} changed")


def _platform(word: str, old: str, new: str) -> Told:
    risk: Risk = "medium" if old == "any" else "high"
    yield Meaning(f"{word} {became(old, new)}", risk, None, "runs on another platform", f"{word} changed")


def _status(word: str, old: str, new: str) -> Told:
    risk: Risk = "high" if old == "failed" else "medium"
    yield Meaning(f"{word} {became(old, new)}", risk, title=f"{word} changed")


def _incident_types(word: str, old: tuple[str, ...], new: tuple[str, ...]) -> Told:
    yield from _list(word, old, new, "medium")


def _list(word: str, old: tuple[Any, ...], new: tuple[Any, ...], risk: Risk) -> Told:
    told = [f"{shown([item])} added" for item in new if item not in old]
    told += [f"{shown([item])} removed" for item in old if item not in new]
    yield Meaning(f"{word}: {', '.join(told)}", risk, title=f"{word} changed")


def _params(word: str, old: Mapping[str, ParamSpec], new: Mapping[str, ParamSpec]) -> Told:
    title = f"{word} changed"
    for name in dict.fromkeys((*old, *new)):
        if name not in old:
            yield Meaning(f"new param {name}: {shown(new[name])}", "medium", title=title)
        elif name not in new:
            yield Meaning(f"param {name} removed", "medium", title=title)
        else:
            yield from _group(word, old[name], new[name], _param_risk, f"param {name}: ")


def _light(name: str, old: Any, new: Any) -> Reason:
    del name, old, new
    return "low", ""


def _param_risk(name: str, old: Any, new: Any) -> Reason:
    if name == "pattern" and old is not None:
        return "high", "a parameter's pattern may accept more"
    if _accepts_more(name, old, new):
        return "medium", f"a parameter's {name} accepts more"
    return ("low" if name == "description" else "medium"), ""


def _accepts_more(name: str, old: Any, new: Any) -> bool:
    if name == "enum":
        return bool(old) and (not new or bool(set(new) - set(old)))
    if name not in ("minimum", "maximum") or old is None:
        return False
    return new is None or bool(new < old if name == "minimum" else new > old)


def _secrets(word: str, old: Mapping[str, Secret], new: Mapping[str, Secret]) -> Told:
    for name in dict.fromkeys((*old, *new)):
        if name not in old:
            yield Meaning(f"new secret {name}", "high", None, f"secret {name} newly used", f"{word} changed")
        elif name not in new:
            yield Meaning(f"secret {name} removed", title=f"{word} changed")
        else:
            yield from _group(word, old[name], new[name], _light, f"secret {name}: ")


def _targets(word: str, old: Targets | None, new: Targets | None) -> Told:
    wider = _wider_targets(old, new)
    text, title = f"{word} {became(old or 'every host', new or 'every host')}", f"{word} changed"
    yield Meaning(text, "high" if wider else "medium", None, "wider targets" if wider else "", title)


def _wider_targets(old: Targets | None, new: Targets | None) -> bool:
    """Whether a host may be reached that was not; no targets are every host."""
    if old is None or new is None:
        return old is not None
    lists = any(
        was and (not now or set(now) - set(was)) for was, now in ((old.hosts, new.hosts), (old.groups, new.groups))
    )
    return lists or not old.labels.items() <= new.labels.items()


def _limits(word: str, old: Limits, new: Limits) -> Told:
    yield from _group(word, old, new, _limit_risk, f"{word}: ")


def _limit_risk(name: str, old: Any, new: Any) -> Reason:
    if name == "lock":
        return "medium", "limit lock loosened" if new is None else ""
    looser = old is not None and (new is None or (new > old if name == "timeout" else new < old))
    return ("medium", f"limit {name} loosened") if looser else ("low", "")


def _precheck(word: str, old: Precheck, new: Precheck) -> Told:
    yield from _group(word, old, new, _precheck_risk, f"{word}: ")


def _precheck_risk(name: str, old: Any, new: Any) -> Reason:
    if old is None:
        return "medium", ""
    return "high", f"precheck {name} {'removed' if new is None else 'changed'}"


def _verify(word: str, old: Verify, new: Verify) -> Told:
    del word
    title = "verification changed"
    for name in Verify.model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if name == "checks":
            yield from _checks(before, after, title)
        elif not same(name, before, after):
            shorter = name == "settle" and after < before
            risk: Risk = "high" if shorter else "medium"
            reason = f"shorter settle: {became(before, after)}" if shorter else ""
            yield Meaning(f"verification: {name} {became(before, after)}", risk, None, reason, title)


def _checks(old: tuple[Any, ...], new: tuple[Any, ...], title: str) -> Told:
    before, after = ({normal("", check): check for check in checks} for checks in (old, new))
    for key, check in before.items():
        if key not in after:
            text = f"verification: check removed: {shown(check)}"
            yield Meaning(text, "high", None, "a check of the verification removed", title)
    for key, check in after.items():
        if key not in before:
            yield Meaning(f"verification: check added: {shown(check)}", "medium", title=title)


_TELLERS: dict[str, Callable[[str, Any, Any], Told]] = {
    "platform": _platform,
    "status": _status,
    "incident_types": _incident_types,
    "params": _params,
    "secrets": _secrets,
    "targets": _targets,
    "limits": _limits,
    "precheck": _precheck,
    "verify": _verify,
}
