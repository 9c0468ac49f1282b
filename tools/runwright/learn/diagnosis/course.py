"""The course of a run: which steps only looked, which did something, which failed, and in what order.

It needs no wording. What the steps brought about is left to `effect`, what the facts say of the incident to `premise`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from runwright.actions.catalogue import ACTIONS
from runwright.learn.diagnosis.clues import Clue, clue
from runwright.learn.diagnosis.domains import tokens
from runwright.learn.fingerprint import failed_step, normalised_error
from runwright.model.execution import ExecutedStep, Execution

Kind = Literal["prepares", "looks", "revives", "changes", "unclear"]
"""What a step is for: to revive is to start again what is there, restarts and deleted pods alike."""
MAX_COMMAND = 300
MAX_ESSENCE = 400
MAX_EARLIER = 20
"""How many earlier failures of a run are compared with the last."""
_PREPARES = re.compile(r"^(collect_facts|snapshot_state|check_connectivity|check_maintenance_window)$")
_LOOKING_WORDS = (
    "check checks look wait verify test status usage collect snapshot read get list query inspect describe ping probe"
    " ready health show assert"
)
_REVIVING_WORDS = "restart start reboot reset flush kick recreate bounce failover switchover reload evict"
_LOOKING, _REVIVING = frozenset(_LOOKING_WORDS.split()), frozenset(_REVIVING_WORDS.split())
_LOOKING_COMMAND = re.compile(
    r"\b(ping|nc|dig|nslookup|getent|df|du|free|[a-z]{0,6}stats?|mailq|postqueue -p"
    r"|dmesg|tail|grep|describe|status|is-active|s_client|select 1"
    r"|kubectl (get|logs|top|wait)|docker (compose )?(ps|inspect|logs)|sc query|(Get|Test)-[A-Za-z]{1,40}|/query"
    r"|^(get|head|options|show|select|explain)\b|(?<![\w-])(list|show)(?=[ _-])"
    r"|\w{1,40}-cli (ping|get|set|info|status|role)|touch|etcdctl (put|get|endpoint)|kinit|dump|curl)\b",
    re.IGNORECASE,
)
_REVIVING_COMMAND = re.compile(
    r"\b(restart|start|reboot|shutdown|net start|docker (run|rm|start|restart)|up -d|force-recreate"
    r"|kubectl delete po\w{0,3}|Restart-\w{1,40}|Start-Service|flush\w{0,9}|winsock|resync|switchover|failover|drain"
    r"|kick|reload|clear-?cache\w{0,3})\b",
    re.IGNORECASE,
)
_CHANGING = re.compile(
    r"install|register|apply|upload|set|create|delete|remove|upgrade|update|write|enable|sync|repair|fix|mount|patch"
    r"|put|post|push|deploy|migrate|build|import|backup|renew|add|move|copy|grant|evict|start|schedule|detect",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Course:
    """What happened, in the order that matters."""

    execution: Execution
    failed: ExecutedStep | None
    acted: tuple[ExecutedStep, ...]
    """The steps before the failed one that did something and succeeded."""

    @property
    def looked(self) -> bool:
        """Whether it ended with a look: at the last step, or at the verification."""
        return self.failed is None or kind_of(self.failed) == "looks" or self._looks_like_one

    @property
    def treated(self) -> bool:
        """Whether something was done about the incident before the run failed."""
        return bool(self.acted) or self.failed is None

    @property
    def only_revived(self) -> bool:
        """Whether nothing was done but starting things again."""
        return bool(self.acted) and all(kind_of(step) == "revives" for step in self.acted)

    @property
    def _looks_like_one(self) -> bool:
        """Whether the last step, after something was started again, changes nothing that a name for it would show."""
        last = self.execution.executed_steps[-1:]
        return self.only_revived and (self.failed,) == last and kind_of(last[0]) == "unclear"


def course_of(execution: Execution) -> Course:
    """Take a run apart."""
    failed = failed_step(execution)
    steps = execution.executed_steps
    before = steps if failed is None else steps[: steps.index(failed)]
    acted = (step for step in before if step.outcome == "success" and kind_of(step) not in ("prepares", "looks"))
    return Course(execution, failed, tuple(acted))


def kind_of(step: ExecutedStep) -> Kind:
    """What sort of step it is, by its action and by what its command says."""
    if _PREPARES.match(step.action):
        return "prepares"
    said, words = command_of(step), tokens(step.action)
    action = ACTIONS.get(step.action)
    if (action is not None and action.check) or words & _LOOKING or _LOOKING_COMMAND.search(said):
        return "looks"
    if words & _REVIVING or {"delete", "pod"} <= words or _REVIVING_COMMAND.search(said):
        return "revives"
    return "changes" if _CHANGING.search(f"{step.action} {said}") else "unclear"


def command_of(step: ExecutedStep) -> str:
    """The beginning of what a step told the host to do, where it says so in words."""
    keys = ("method", "command", "cmd", "call", "argv", "script", "query", "statement", "sql")
    return " ".join(str(step.params.get(key, ""))[:MAX_COMMAND] for key in keys).strip()


def clues_of(course: Course) -> Iterator[Clue]:
    """What the course says by its shape alone."""
    yield _shape(course)
    yield from _repetition(course)
    if course.failed is None and course.execution.verification_facts:
        why = "the verification read facts that are not as they should be, so the step that makes them so is missing"
        yield clue(why, runbook_insufficient=1.0)


def _shape(course: Course) -> Clue:
    """How likely each type is where nothing else is known."""
    if course.failed is None:
        return clue(
            "every step succeeded and the verification still says no",
            runbook_insufficient=1.5,
            wrong_diagnosis=1.4,
            wrong_runbook=0.3,
            external_dependency=-0.8,
            permission_denied=-1.5,
        )
    if course.acted and course.looked:
        return clue(
            "what was done succeeded and a look afterwards finds the trouble unchanged",
            wrong_runbook=1.8,
            wrong_diagnosis=1.1,
            runbook_insufficient=0.7,
            environment_difference=-0.4,
            external_dependency=-0.6,
            permission_denied=-1.0,
        )
    return _shape_of_an_attempt(course)


def _shape_of_an_attempt(course: Course) -> Clue:
    if course.acted:
        return clue(
            "a later step failed after an earlier one had succeeded",
            runbook_insufficient=0.8,
            wrong_runbook=0.6,
            environment_difference=0.6,
            wrong_diagnosis=0.6,
            external_dependency=0.5,
            permission_denied=0.2,
        )
    return clue(
        "the first step that does something failed",
        runbook_insufficient=0.8,
        environment_difference=0.5,
        external_dependency=0.5,
        permission_denied=0.4,
        wrong_runbook=-0.3,
        wrong_diagnosis=-1.2,
    )


def _repetition(course: Course) -> Iterator[Clue]:
    if course.failed is None:
        return
    steps = course.execution.executed_steps
    until = steps[: steps.index(course.failed) + 1]
    failures = [step for step in until if step.outcome == "failed"][-MAX_EARLIER:]
    said = [essence for essence in map(_essence, failures) if essence]
    if len(said) > len(set(said)):
        again = 4.4 if kind_of(course.failed) == "revives" else 3.8
        yield clue("it fails in the same way twice, whatever is done in between", wrong_runbook=again)


def _essence(step: ExecutedStep) -> str:
    return normalised_error(step.error[-10 * MAX_ESSENCE :])[:MAX_ESSENCE]
