"""Lifts an opaque command or script to actions of the catalogue, by reading the actions' own commands backward.

Then what it needs counts. Only what is covered as a whole is lifted, nothing destructive, and only where the actions'
unmet needs explain the failure: that the same command in other words would succeed is no evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, TypeGuard

from runwright.actions.binding import BoundNeed, needs_of
from runwright.actions.catalogue import ACTIONS
from runwright.checks.guard.bash_tree import Node, parse, source
from runwright.checks.guard.powershell import read as read_powershell
from runwright.learn.drafts import Draft
from runwright.learn.edits import Adjust, Edit, Insert
from runwright.learn.planner import Situation, plans_for, unmet
from runwright.learn.remedies import free, inserts, told, words
from runwright.learn.spellings import Spelled, spelled
from runwright.learn.spots import Spot, spot_of
from runwright.learn.study import Study, as_written
from runwright.model.insertion import MissingValue, insert
from runwright.model.step import Step
from runwright.model.walk import all_steps, used_steps
from runwright.replay.models import completed, model_of

_SHELLS = ("script.bash", "script.sh")
_OPAQUE_ONLY = ("reads", "needs", "changes")
_STRICT = ("-e", "-eu", "-euo", "-ex", "-eux", "-euxo")
MAX_LIFTED = 6
MAX_SCRIPT = 4_000
"""Characters; a longer script does more than a few actions could."""
Argv = tuple[str, ...]


def drafts(study: Study) -> Iterator[Draft]:
    """The failed command as actions of the catalogue, behind what the first of them lacked."""
    step = study.step
    spot = spot_of(study, step) if step is not None else ""
    if step is None or isinstance(spot, str) or spot.step is None:
        return
    if not as_written(step, spot.step, study.scope(spot.item)) or spot.step.id in used_steps(study.runbook):
        return
    found = lifted(spot.step, study)
    if found:
        yield from _explained(found, spot, study)


def lifted(step: Step, study: Study) -> tuple[Spelled, ...]:
    """An opaque step as actions; nothing where one of its commands is no action, or destroys something."""
    commands = tuple(islice(_commands(step), MAX_LIFTED + 1))
    found = tuple(filter(None, (spelled(argv, study.tape.host) for argv in commands)))
    # Several steps in the place of one cannot be skipped or tried again together.
    alone = step.when is None and step.foreach is None and step.retry is None and step.on_failure == "stop"
    whole = bool(commands) and len(found) == len(commands) <= (MAX_LIFTED if alone else 1)
    harmless = not any(ACTIONS[one.action].destructive for one in found)
    return found if whole and harmless else ()


def _commands(step: Step) -> Iterator[Argv]:
    """The commands that a step runs one after the other, each only if the one before succeeded."""
    if step.success_codes != (0,) or step.changed_codes or step.extract:
        return
    if step.action == "command.run":
        yield from _of_argv(step.params.get("argv"))
    elif step.action in _SHELLS:
        yield from _of_bash(step.params.get("script"), step.params.get("env"))
    elif step.action == "script.powershell":
        yield from _of_powershell(step.params.get("script"))


def _of_argv(argv: Any) -> Iterator[Argv]:
    if not isinstance(argv, (list, tuple)) or not all(isinstance(word, (str, int)) for word in argv):
        return
    found = tuple(map(str, argv))
    if len(found) == 3 and found[0] in ("bash", "sh", "/bin/bash", "/bin/sh") and found[1] == "-c":
        yield from _of_bash(found[2], {})
    else:
        yield found


def _of_bash(script: Any, env: Any) -> Iterator[Argv]:
    root = parse(script) if _is_short(script) else None
    if root is None or root.has_error:
        return
    commands = list(_in_tree(root, env if isinstance(env, Mapping) else {}))
    if () not in commands:
        yield from (argv for argv in commands if argv[0] != "set")


def _is_short(script: Any) -> TypeGuard[str]:
    return isinstance(script, str) and len(script) <= MAX_SCRIPT and "${{" not in script


def _in_tree(node: Node, env: Mapping[str, Any]) -> Iterator[Argv]:
    """The commands of a tree; an empty one for what is more than commands that all must succeed."""
    if node.type == "command":
        yield _argv(node, env)
        return
    named = [child for child in node.children if child.is_named and child.type != "comment"]
    signs = {child.type for child in node.children if not child.is_named}
    # Without `set -e` a script goes on after a command that failed.
    strict = len(named) == 1 or (bool(named) and _is_strict(named[0]))
    if (node.type == "list" and signs == {"&&"}) or (node.type == "program" and strict and signs <= {"\n", ";"}):
        yield from (found for child in named for found in _in_tree(child, env))
    else:
        yield ()


def _is_strict(node: Node) -> bool:
    words = source(node).split()
    return words[:1] == ["set"] and words[1:2] != [] and words[1] in _STRICT and set(words[2:]) <= {"pipefail"}


def _argv(node: Node, env: Mapping[str, Any]) -> Argv:
    found = [_word(child, env) for child in node.children]
    return () if None in found else tuple(word for word in found if word is not None)


def _word(node: Node, env: Mapping[str, Any]) -> str | None:
    """One word as the program gets it; None for what only the shell knows."""
    text = source(node)
    if node.type in ("command_name", "string") and len([item for item in node.children if item.is_named]) == 1:
        return _word(next(item for item in node.children if item.is_named), env)
    if node.type in ("word", "number", "string_content"):
        return None if any(char in text for char in "\\*?[]~{}$`") else text
    if node.type == "raw_string":
        return text[1:-1]
    if node.type in ("simple_expansion", "expansion"):
        value = env.get(text.strip("${}"))
        return value if isinstance(value, str) and text.strip("${}").isidentifier() else None
    return None


def _of_powershell(script: Any) -> Iterator[Argv]:
    found = read_powershell(script) if _is_short(script) else None
    if found is None or found.doubts or found.alarms or len(found.calls) != 1:
        return
    call = found.calls[0]
    plain = not (call.redirects or call.settings or call.upstream or call.inner or call.looped)
    if plain and call.program.known and all(word.known and not word.glob for word in call.args):
        yield call.program.text, *(word.text for word in call.args)


def _explained(found: tuple[Spelled, ...], spot: Spot, study: Study) -> Iterator[Draft]:
    """The drafts that make the actions possible, where facts show that one of them was not."""
    if study.step is None:
        return
    situation = Situation(study.tape.before_step(study.step), study.tape.host)
    goals = tuple({repr(goal): goal for one in found for goal in _lacking(one, spot, study, situation)}.values())
    taken = {item.id for item in all_steps(study.runbook)}
    for plan in plans_for((goals,), situation) if goals else ():
        steps = inserts(plan, spot, taken, study.execution, situation.world)
        ids = taken | {str(item.step["id"]) for item in steps}
        instead = f"{', '.join(one.action for one in found)} instead of a command"
        yield Draft((*steps, *_instead(found, spot, ids, study)), f"{words(plan)}, {instead}")


def _lacking(one: Spelled, spot: Spot, study: Study, situation: Situation) -> tuple[BoundNeed, ...]:
    """The needs of an action that the recorded facts say were not met."""
    try:
        params = completed(one.action, insert(one.params, study.scope(spot.item)))
    except MissingValue:
        return ()
    model, known = model_of(ACTIONS[one.action], situation.host), situation.world.known
    return unmet(needs_of(model, params, known), situation.world)


def _instead(found: tuple[Spelled, ...], spot: Spot, taken: set[str], study: Study) -> Iterator[Edit]:
    """The actions in the place of the command."""
    if spot.step is None:
        return
    why = f"after {study.execution.execution_id}: the command as an action, whose needs are known"
    comment = told(why, "the command as an action, whose needs are known")
    dropped = {word: None for word in _OPAQUE_ONLY if word in spot.step.model_fields_set}
    yield Adjust(spot.own, {"action": found[0].action, "with": found[0].params or None, **dropped}, comment)
    for number, one in enumerate(found[1:], start=1):
        step_id = free(f"{spot.step.id}-{number + 1}"[:60], taken)
        step = {"id": step_id, "action": one.action, **({"with": one.params} if one.params else {})}
        yield Insert(spot.own[:-1], int(spot.own[-1]) + 1, step, "")
