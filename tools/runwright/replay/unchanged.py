"""The short way: a run whose commands are those of the recording, one for one, needs no simulation.

It answers only where everything that it relies on is there: the run ended well and was verified in the same way, every
step ran at the first try within its limit, and every condition is decided by the facts that were seen for it. For
anything else it says nothing, and the engine is asked. It looks at the fields of a recording as JSON gives them, so
that the bytes of one that was read before need not be read as a whole; whatever it relies on it looks at, its type too.
`test_unchanged.py` holds that it says what the engine says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from runwright.engine.acting import SHORTEST_SECONDS
from runwright.model.execution import NOT_RUN, SCHEMA, Execution
from runwright.model.frozen import own
from runwright.model.remembered import Remembered
from runwright.model.runbook import Runbook, Verify
from runwright.model.verdict import StepVerdict
from runwright.replay.answering import ROOM
from runwright.replay.models import key_of
from runwright.replay.plan import Line, Look, Plan, known_plan, plan_of

Fields = Mapping[str, Any]
"""What stands in a recording, or in one of its steps, by the names of the fields."""
_NUMBERS, _TEXTS = (float, int), frozenset((str,))
verify_text: Remembered[Verify, str] = Remembered(lambda verify: verify.model_dump_json(), 1024)
"""A verification as text, which is the same for the same words and the same time to settle."""


@dataclass(frozen=True, slots=True)
class Followed:
    """How far a run goes as it was recorded."""

    steps: int
    elapsed: float
    """Seconds."""
    said: tuple[StepVerdict, ...]
    commands: tuple[Line, ...]


def seen_again(head: Runbook, base: Runbook | None, recording: Execution) -> tuple[StepVerdict, ...] | None:
    """The steps of a run that goes as it was recorded, to its verified success; None where that is not certain."""
    if not _verified_alike(head, base or head, vars(recording)):
        return None
    plan = plan_of(head, recording)
    before = plan if base is None or base is head else plan_of(base, recording)
    return _as_recorded(plan, before, base, vars(recording)) if plan is not None else None


def seen_in(head: Runbook, base: Runbook | None, data: Any) -> tuple[StepVerdict, ...] | None:
    """The same of the JSON data of a recording that was read before; None too where the plan is not known yet."""
    if type(data) is not dict or data.get("schema") != SCHEMA or type(data.get("execution_id")) is not str:
        return None
    if not _verified_alike(head, base or head, data) or type(data.get("params")) is not dict:
        return None
    plan, before = known_plan(head, data), known_plan(base or head, data)
    plain = type(data.get("state_before")) is dict and type(data.get("executed_steps")) is list
    return _as_recorded(plan, before, base, data) if plan is not None and plain else None


class Again(NamedTuple):
    """A command that would run as it was recorded, and how long that takes."""

    seconds: float
    said: StepVerdict


def as_it_was(line: Line, step: Fields, left: float, execution_id: str) -> Again | None:
    """A recorded command that went well at its only try, where it may take as long again; None for any other."""
    took = _took(line, step, left)
    if took is None:
        return None
    try:
        return Again(took, _observed(line, step, execution_id))
    except _OtherwiseError:
        return None


def plan_along(head: Runbook, recording: Execution) -> Plan | None:
    """The plan along which a run may be taken without asking the engine for every command; nothing in it destroys.

    Where recorded commands ran at the same time, there is none: their order is one that only the host knows.
    """
    if "parallel" in [step.action for step in recording.executed_steps]:
        return None
    plan = plan_of(head, recording)
    return plan if plan is not None and not plan.destroys else None


def followed(plan: Plan, recording: Execution) -> Followed | None:
    """The first commands of a run, as far as it goes as it was recorded; None where not even its beginning is certain.

    It ends before the first wait, and before the first step that something may take back.
    """
    data = vars(recording)
    steps = _steps(data)
    if not (_told_apart(plan, steps) and _let_through(plan, data)):
        return None
    return _follow(plan, steps, recording.execution_id, commands_only=True)


class _OtherwiseError(Exception):
    """The run may go another way than the recorded one."""


def _as_recorded(plan: Plan, before: Plan | None, base: Runbook | None, data: Fields) -> tuple[StepVerdict, ...] | None:
    steps = _steps(data)
    if len(steps) != len(plan.lines) or not (_alike(plan, before, base) and _told_apart(plan, steps)):
        return None
    if not _let_through(plan, data):
        return None
    found = _follow(plan, steps, data["execution_id"])
    return found.said if found.steps == len(plan.lines) else None


def _verified_alike(head: Runbook, recorded: Runbook, data: Fields) -> bool:
    """Whether the recorded run was a success, and the very checks said so that would be asked again."""
    went_well = data.get("success") is True and data.get("verification_passed") is True
    if not went_well or data.get("status") != "success":
        return False
    version, method = data.get("runbook_version"), data.get("verification_method")
    if type(version) is not int or version != recorded.version or method != head.verify.method or method == NOT_RUN:
        return False
    if head.verify is recorded.verify:
        return True
    text = verify_text(head.verify)
    # Values that stand in it come from the parameters, and from what they are when nobody gives them.
    bound = "${{" not in text or head.params == recorded.params
    return bound and text == verify_text(recorded.verify) and head.platform == recorded.platform


def _steps(data: Fields) -> list[Fields]:
    return [step if type(step) is dict else getattr(step, "__dict__", {}) for step in data["executed_steps"]]


def _let_through(plan: Plan, data: Fields) -> bool:
    looks = (plan.healthy, plan.unsafe)
    return all(look is None or look.says(data["state_before"]) is False for look in looks)


def _alike(plan: Plan, before: Plan | None, base: Runbook | None) -> bool:
    """Whether nothing destructive can have lost what guards it, and every wait is the one that was recorded."""
    if base is None or before is plan or not (plan.destroys or plan.waits):
        return True
    return before is not None and before.waits == plan.waits and (before == plan or not plan.destroys)


def _told_apart(plan: Plan, steps: Iterable[Fields]) -> bool:
    """Whether every recorded step that looks at something can be known by its name."""
    names = [step.get("step") for step in steps] if plan.looks else []
    return all(type(name) is str for name in names) and len(set(names)) == len(names)


def _follow(plan: Plan, steps: list[Fields], execution_id: str, *, commands_only: bool = False) -> Followed:
    said, ran, done, elapsed = [], [], 0, 0.0
    try:
        for line, step in zip(plan.lines, steps, strict=False):
            if step.get("action") != line.verb or (commands_only and (not line.acts or line.undoes)):
                break
            left = plan.limit - elapsed
            if not line.acts:
                elapsed += _waited(line, step, left)
            elif line.look is None or _decided(line, line.look, step, left):
                took = _took(line, step, left)
                if took is None:
                    break
                elapsed += took
                said.append(_observed(line, step, execution_id))
                ran.append(line)
            else:
                said.append(_not_run(line, line.look, step))
            done += 1
    except _OtherwiseError:
        pass  # as far as here
    return Followed(done, elapsed, tuple(said), tuple(ran))


def _decided(line: Line, look: Look, step: Fields, left: float) -> bool:
    facts = step.get("facts")
    truth = look.says(facts) if step.get("step") == line.name and type(facts) is dict and look.all_in(facts) else None
    if truth is None or left <= 0:
        raise _OtherwiseError
    return truth


def _waited(line: Line, step: Fields, left: float) -> float:
    """How long the very wait, or look, that was recorded took, in seconds (`_alike`)."""
    lasted: Any = step.get("duration_seconds")
    if step.get("outcome") != "success" or type(lasted) not in _NUMBERS or lasted > line.limit:
        raise _OtherwiseError
    if line.look is None or not _decided(line, line.look, step, left):
        raise _OtherwiseError
    return float(lasted)


def _took(line: Line, step: Fields, left: float) -> float | None:
    """How long a command took that would run as it was recorded, in seconds; None where it may not."""
    field = step.get
    tries, code = field("attempts"), field("exit_code")
    took: Any = _only_try(tries) if tries else field("duration_seconds")
    if field("outcome") != "success" or field("timed_out") is not False or type(took) not in _NUMBERS:
        return None
    if code is not None and not (type(code) is int and code in line.codes):
        return None
    limit = line.limit if line.limit < left else left
    if left <= 0 or took * ROOM > max(SHORTEST_SECONDS, limit):
        return None
    params, run_as = field("params"), field("run_as")
    same = line.texts and params == line.params and run_as == line.run_as  # which most are
    if not same and not _same_command(line, params, run_as):
        return None
    return float(took)


def _only_try(tries: Any) -> Any:
    """How long the only try took, as it was recorded; None where it failed, or was not the only one."""
    one = tries[0] if type(tries) in (list, tuple) and len(tries) == 1 else None
    fields: Fields = one if type(one) is dict else getattr(one, "__dict__", {})
    return fields.get("duration") if fields.get("outcome") == "success" and not fields.get("timed_out") else None


def _same_command(line: Line, params: Any, run_as: Any) -> bool:
    if type(params) is not dict or not (run_as is None or type(run_as) is str):
        return False
    if line.texts and params == line.params:
        return (run_as or None) == line.run_as
    texts = params.keys() == line.params.keys() and _TEXTS.issuperset(map(type, params.values()))
    return not (line.texts and texts) and key_of(line.verb, params, run_as) == line.key


def _observed(line: Line, step: Fields, execution_id: str) -> StepVerdict:
    said, name = {**line.told, "source": execution_id}, step.get("step")
    if name != line.name:
        if type(name) is not str:
            raise _OtherwiseError
        said["reason"] = f"recorded step {name}"
    return own(StepVerdict, said)


def _not_run(line: Line, look: Look, step: Fields) -> StepVerdict:
    if step.get("outcome") != "skipped":
        raise _OtherwiseError
    why = f"its condition is false: {look.words}"
    return StepVerdict(step=line.name, action=line.verb, answer="not run", outcome="skipped", reason=why)
