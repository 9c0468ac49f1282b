"""Judges one recording: what was, what would be, how sure, and whether anything got more dangerous.

Safety is compared, not predicted: a destructive command that only head runs, or runs before a check that
preceded it in base, is a regression whatever the outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pydantic_core import from_json

from runwright.engine.state import State
from runwright.model.condition import Condition, bind, condition_insertions, describe
from runwright.model.execution import Execution
from runwright.model.frozen import blank_of, own
from runwright.model.remembered import Remembered
from runwright.model.runbook import Runbook
from runwright.model.telemetry import SYNTHETIC, is_synthetic, read_again
from runwright.model.verdict import Compared, StepVerdict, Verdict, Would
from runwright.model.walk import verbs
from runwright.replay.beginning import Given, sources_of
from runwright.replay.dangers import dangers, destroys, unseen_dangers
from runwright.replay.models import key_of
from runwright.replay.replayer import Replayed, Replayer
from runwright.replay.road import Road
from runwright.replay.shelf import Shelf
from runwright.replay.tape import Tape, make_tape
from runwright.replay.unchanged import seen_again, seen_in

MAX_REASONS = 20
"""Reasons that a verdict gives."""
_COMPARED: dict[tuple[Would, Would], Compared] = {
    ("fail", "succeed"): "fixed",
    ("succeed", "fail"): "regressed",
    ("succeed", "succeed"): "unchanged",
    ("fail", "fail"): "still failing",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A runbook before and after a change; base is None for a new one."""

    base: Runbook | None
    head: Runbook
    base_called: Mapping[str, Runbook] = field(default_factory=dict)
    """The runbooks that base may call, by id."""
    head_called: Mapping[str, Runbook] = field(default_factory=dict)
    given: tuple[Given, ...] = ()
    """What rules gave to their runs before the change, and give them now, where that differs."""


_Beside = tuple[Would, tuple[StepVerdict, ...]]
"""What the version before the change would come to, and how."""


@dataclass(frozen=True, slots=True)
class _Sides:
    was: Would
    base: Would | None
    """What base would do now, where the recorded run failed and base would not."""
    head: Replayed
    dangers: tuple[str, ...]

    @property
    def before(self) -> Would:
        """What the change is compared with: a recorded failure that base would have handled is handled already."""
        return "succeed" if self.was == "fail" and self.base == "succeed" else self.was

    @property
    def compared(self) -> Compared:
        return "regressed" if self.dangers else _COMPARED.get((self.before, self.head.would), "inconclusive")


def judge(pair: Pair, recording: Execution | bytes, others: Iterable[Execution] = ()) -> Verdict:
    """Replay base and head on one recording, or on the bytes of one that was read before, and compare."""
    if isinstance(recording, bytes):
        found = _seen_in(pair, recording) if _same_commands(pair) else None
        if found is not None:
            return found
        recording = read_again(recording)
    again = _seen_again(pair, recording) if _same_commands(pair) else None
    return again or _judge(pair, _replayers(pair, Shelf(others)), make_tape(recording))


def judge_by_engine(pair: Pair, recording: Execution, others: Iterable[Execution] = ()) -> Verdict:
    """The same without any short way: the engine runs every step. It comes to the same."""
    return _judge(pair, _replayers(pair, Shelf(others), whole=True), make_tape(recording))


def judge_all(
    pair: Pair, recordings: Iterable[Execution], others: Iterable[Execution] | None = None
) -> Iterator[Verdict]:
    """Judge many recordings one by one, with `others`, or each other, as evidence of what was seen elsewhere.

    None is kept: what gives them is opened a second time where another recording may know what one does not say.
    """
    source = tuple(recordings) if isinstance(recordings, Iterator) else recordings
    replayers = _replayers(pair, Shelf(source if others is None else others))
    yield from (_seen_again(pair, item) or _judge(pair, replayers, make_tape(item)) for item in source)


def recorded_outcome(recording: Execution) -> Would:
    """What the recorded run came to; a success that nothing verified is not a success, a dry run is nothing."""
    if recording.status == "dry_run" or (recording.success and recording.verification_passed is None):
        return "inconclusive"
    if recording.success:
        return "succeed" if recording.verification_passed else "fail"
    undecided = recording.status == "partial" and recording.verification_passed is None
    return "inconclusive" if undecided else "fail"


def _seen_again(pair: Pair, recording: Execution) -> Verdict | None:
    if not _same_sources(pair):
        return None
    steps = seen_again(pair.head, pair.base, recording)
    return _unchanged(pair, recording.execution_id, steps, is_synthetic(recording)) if steps is not None else None


def _seen_in(pair: Pair, content: bytes) -> Verdict | None:
    if not _same_sources(pair):
        return None
    try:
        data = from_json(content, allow_inf_nan=False, cache_strings="keys")
    except ValueError:
        return None
    steps = seen_in(pair.head, pair.base, data)
    if steps is None:
        return None
    return _unchanged(pair, data["execution_id"], steps, data.get("provenance") == SYNTHETIC)


def _same_commands(pair: Pair) -> bool:
    """Whether the two versions do the same, as far as their files say: if not, most recordings need the engine."""
    return pair.base is None or pair.base is pair.head or _commands(pair.base) == _commands(pair.head)


def _same_sources(pair: Pair) -> bool:
    """Whether both versions are given the same values, and find the others in the same way."""
    if pair.given:
        return False
    return pair.base is None or pair.base is pair.head or sources_of(pair.base) == sources_of(pair.head)


def _written_commands(runbook: Runbook) -> tuple[str, ...]:
    return tuple(key_of(verb.action, verb.params, verb.step.run_as) for verb in verbs(runbook))


_commands = Remembered(_written_commands, 512)


def _unchanged(pair: Pair, execution_id: str, steps: tuple[StepVerdict, ...], synthetic: bool) -> Verdict:
    ran = any(step.answer == "observed" for step in steps)
    return own(
        Verdict,
        {
            **_blank(),
            "execution_id": execution_id,
            "runbook_id": pair.head.id,
            "verdict": "unchanged",
            "was": "succeed",
            "would": "succeed",
            "grade": "shown",
            "steps": steps,
            "synthetic": synthetic,
            "coverage": 1.0 if ran else None,
        },
    )


_blank = blank_of(Verdict)


def _replayers(pair: Pair, others: Shelf, *, whole: bool = False) -> tuple[Replayer | None, Replayer]:
    base = Replayer(pair.base, None, others, pair.base_called, whole=whole) if pair.base else None
    before = pair.base_called if pair.base else pair.head_called
    head = Replayer(pair.head, pair.base, others, pair.head_called, recorded_called=before, whole=whole)
    head.given = pair.given
    return base, head


def _judge(pair: Pair, replayers: tuple[Replayer | None, Replayer], tape: Tape) -> Verdict:
    before, after = replayers
    head = after.replay(tape)
    was = recorded_outcome(tape.execution)
    # Where the recorded run succeeded, base has nothing to add to what the change is compared with.
    base = before.replay(tape) if before and (destroys(head) or was == "fail") else None
    worse = tuple(dangers(base, head)) if base and destroys(head) else ()
    if pair.base is not None and not head.followed:
        worse += unseen_dangers((pair.base, pair.base_called), (pair.head, pair.head_called))
    decided: Would | None = "succeed" if was == "fail" and base and base.would == "succeed" else None
    sides = _Sides(was, decided, head, worse)
    compared = sides.compared
    if before is None or compared == "unchanged":
        return _verdict(pair, tape.execution, sides, compared, None)
    # Whoever reads it wants to see what the change alters.
    again = None if base or before.whole else seen_again(before.runbook, None, tape.execution)
    base = base or (before.replay(tape) if again is None else None)
    beside: _Beside | None = ("succeed", again) if again is not None else (base.would, _steps(base)) if base else None
    return _verdict(pair, tape.execution, sides, compared, beside)


def _verdict(pair: Pair, recording: Execution, sides: _Sides, compared: Compared, beside: _Beside | None) -> Verdict:
    head = sides.head
    return own(
        Verdict,
        {
            **_blank(),
            "execution_id": recording.execution_id,
            "runbook_id": pair.head.id,
            "verdict": compared,
            "was": sides.was,
            "would": head.would,
            "grade": ("shown" if head.shown else "predicted") if head.would == "succeed" else None,
            "steps": _steps(head),
            "first_divergence": next((road.diverged_at for road in head.roads if road.diverged_at), None),
            "missing_facts": head.hangs_on if head.would == "inconclusive" else (),
            "reasons": (*sides.dangers, *_reasons(recording, head), *_against_base(sides)),
            "synthetic": is_synthetic(recording),
            "paths": max(1, len(head.roads)),
            "coverage": min(
                (share for road in head.roads if (share := _observed_share(road)) is not None), default=None
            ),
            "base": beside[0] if beside else None,
            "base_steps": beside[1] if beside else (),
        },
    )


def _steps(replayed: Replayed) -> tuple[StepVerdict, ...]:
    """The steps of the way that says most."""
    longest = max(replayed.roads, key=lambda road: len(road.answers), default=None)
    return longest.answers if longest else ()


def _observed_share(road: Road) -> float | None:
    ran = [answer.answer for answer in road.answers if answer.answer != "not run"]
    return round(ran.count("observed") / len(ran), 3) if ran else None


def _reasons(recording: Execution, head: Replayed) -> tuple[str, ...]:
    said = [head.gave_up] if head.gave_up else []
    said += [road.undecided for road in head.roads if road.undecided]
    if head.would == "fail":
        said += [f"it ends early: {road.state.ending.message}" for road in head.roads if road.state.ending]
        said += [f"the verification says no: {words}" for road in head.roads for words in _denied(road)]
    if recording.success and recording.verification_passed is None:
        said.append("the recorded run was never verified, so it is no evidence of success")
    if head.would == "succeed":
        said += [words for road in head.roads for words in road.concluded]
    return tuple(dict.fromkeys(said))[:MAX_REASONS]


def _denied(road: Road) -> Iterator[str]:
    """The checks of the verification that say no at the end of a road."""
    checks = zip(road.state.run.runbook.verify.checks, road.state.checks, strict=False)
    yield from (_in_words(check.when, road.state) for check, truth in checks if truth is False)


def _in_words(condition: Condition, state: State) -> str:
    return _words(condition) or describe(bind(condition, state.scope()))


def _plain_words(condition: Condition) -> str:
    return "" if condition_insertions(condition) else describe(condition)


_words = Remembered(_plain_words, 4096)
"""A condition in words, where nothing has to be inserted into it."""


def _against_base(sides: _Sides) -> tuple[str, ...]:
    if sides.base is None:
        return ()
    return ("the version before this change would have handled it",)
