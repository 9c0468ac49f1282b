"""From the words of an error to facts: what they claim, and which facts would tell whether it is so.

What an error text says is only *said*: it is hostile, and thin, since it names one cause and never that all else is
well. A name in it chooses what the agent reads the next time, and nothing else; it never becomes a parameter of a step
unless a fact that the agent read confirms it. The wordings of the mechanisms stand in `mechanisms`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.actions.binding import needs_of, rare_reads
from runwright.actions.catalogue import ACTIONS, Host, host_of
from runwright.learn.error_facts import MAX_SAID, NOT_SAID, Subject
from runwright.learn.mechanisms import MECHANISMS
from runwright.model.condition import UNKNOWN, concrete
from runwright.model.execution import ExecutedStep, Execution
from runwright.model.facts import spec_of
from runwright.model.insertion import MissingValue
from runwright.model.path import Path, path_if_any, str_path
from runwright.replay.models import completed, model_for

MAX_WANTED = 24
"""Facts that are asked for at once; an agent reads no more in one probe."""


@dataclass(frozen=True, slots=True)
class Said:
    """One fact that the words of an error speak of."""

    path: Path
    mechanism: str
    """What kind of trouble the words show."""
    value: Any = NOT_SAID
    """What the words claim it is; `NOT_SAID` where they only show that it matters."""

    @property
    def name(self) -> str:
        """The fact's path in its canonical form."""
        return str_path(self.path)


def said_of(text: str, subject: Subject) -> tuple[Said, ...]:
    """The facts that the words of an error speak of, each once, the most telling mechanism first."""
    found: dict[Path, Said] = {}
    for mechanism in MECHANISMS:
        if subject.os not in mechanism.systems:
            continue
        for match in mechanism.matches(text[-MAX_SAID:]):
            for path, value in mechanism.facts(match, subject):
                if "" not in path and spec_of(path) is not None:
                    found.setdefault(path, Said(path, mechanism.name, value))
    return tuple(found.values())


def wanted(step: ExecutedStep | None, execution: Execution, host: Host | None = None) -> tuple[str, ...]:
    """The facts that would tell why a run failed and that nobody has read: a probe request for the next time."""
    host = host or host_of(execution.state_before, execution.platform)
    known = known_facts(execution)
    steps = [step] if step is not None else list(execution.executed_steps)
    found = [one.path for one in _said(step, execution, host)]
    found += [path for item in steps for path in _asked(item, host, known)]
    found = found or [path for item in steps for path in _surroundings(item, host)]
    open_ones = (str_path(path) for path in found if "*" not in path and str_path(path) not in known)
    return tuple(dict.fromkeys(open_ones))[:MAX_WANTED]


def _surroundings(step: ExecutedStep, host: Host) -> Iterator[Path]:
    """What tells one host from another, where nothing says what else matters."""
    program = subject_of(step, None, host).program
    if host.os == "windows":
        yield ("powershell", "version")
    elif program:
        yield from (("programs", program, leaf) for leaf in ("present", "version"))
    yield from (("platform", leaf) for leaf in ("distribution", "version", "architecture"))


def known_facts(execution: Execution) -> Mapping[str, Any]:
    """The facts of the dictionary that an Execution tells, the later ones over the earlier ones."""
    told: dict[str, Any] = dict(execution.state_before)
    for step in execution.executed_steps:
        told |= {**step.facts, **step.state_before, **step.state_after}
    told |= {**execution.verification_facts, **execution.state_after}
    return {
        key: value
        for key, value in told.items()
        if (path := path_if_any(key)) is not None and spec_of(path) is not None
    }


def _said(step: ExecutedStep | None, execution: Execution, host: Host) -> Iterator[Said]:
    for item in [step] if step is not None else execution.executed_steps:
        text = "\n".join(filter(None, [item.error, execution.error_message]))
        yield from said_of(text, subject_of(item, execution, host))


def subject_of(step: ExecutedStep, execution: Execution | None, host: Host) -> Subject:
    """What a step was about, by what the run itself says that it ran; never by the words of its error."""
    words = {key: value for key, value in step.params.items() if isinstance(value, (str, int, float, list))}
    return Subject(host.os, step.action, words, _place(execution) if execution is not None else "/")


def _place(execution: Execution) -> str:
    places = [item.params.get("path") for item in reversed(execution.executed_steps)]
    told = (item for item in (*left_out_places(execution), *places) if isinstance(item, str) and item.startswith("/"))
    return next(told, "/")


def left_out_places(execution: Execution) -> list[Any]:
    """The folders that steps worked in which a reconstructed parent does not hold, the last one first."""
    kept = (execution.model_extra or {}).get("reconstructed")
    steps = kept.get("left_out") if isinstance(kept, dict) else None
    told = [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []
    params = [step["params"] for step in reversed(told) if isinstance(step.get("params"), dict)]
    return [given.get("path") for given in params]


def _asked(step: ExecutedStep, host: Host, known: Mapping[str, Any]) -> Iterable[Path]:
    """What the model of the step's action asks for, the rare needs among it."""
    if step.action not in ACTIONS:
        return ()
    model, params = model_for(step, host), completed(step.action, step.params)

    def lookup(path: Path) -> Any:
        return known.get(str_path(path), UNKNOWN)

    try:
        needs = needs_of(model, params, lookup)
        open_needs = [need for need in needs if need.holds(lookup) is None]
        asked = [need.source if need.open_list and need.source else concrete(need.test) for need in open_needs]
        return (*asked, *sorted(rare_reads(model, params, lookup)))
    except MissingValue:
        return ()
