"""The step: one thing that a runbook does, and the conditions around it.

A step is exactly one of: an `action` of the catalogue, a `call` of another runbook, a `block` of steps, `parallel`
steps, an `approve` by a person, a `wait_until`, an `assert`, a `fail`. There are no jumps. How steps follow one
another is the engine's business.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from runwright.model.condition import Test
from runwright.model.duration import Duration
from runwright.model.fields import Condition, FactPath, Name, Pattern, Prose, RunbookId, Text, Values
from runwright.model.frozen import Authored

ActionName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]+\.[a-z_]+$", max_length=64),
    Field(description="An action of the catalogue, such as service.start.", examples=["service.start"]),
]
Id = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=64),
    Field(description="Lower-case letters, digits and -, starting with a letter.", examples=["start-database"]),
]
Account = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*\$?$", max_length=64),
    Field(description="The name of an account on the host.", examples=["postgres"]),
]
Person = Annotated[
    str,
    StringConstraints(pattern=r"^[^{}]+$", max_length=64),
    Field(description="The name of an account or a group, written out without an insertion.", examples=["owners"]),
]
Scalar = str | int | float | bool
Inserted = Text | int | float | bool
"""A value in which every insertion can be read."""
KINDS = ("action", "call", "block", "parallel", "approve", "wait_until", "assert", "fail")
"""What a step can be, by the key that says it."""
MAX_ITEMS = 100
"""Items of one `foreach`."""
SHORTEST_REST = timedelta(seconds=1)
"""How often `wait_until` may look."""
MAX_BRANCHES = 20
"""Steps of one `parallel`."""


_FIELD = {"assert": "assertion", "finally": "always", "with": "params"}
_ONLY_WITH: dict[str, tuple[str, ...]] = {
    "with": ("action", "call"),
    "timeout": ("action", "wait_until"),
    "every": ("wait_until",),
    "message": ("assert",),
    "limit": ("parallel",),
    "retry": ("action",),
    "success_codes": ("action",),
    "changed_codes": ("action",),
    "extract": ("action",),
    "run_as": ("action",),
    "reads": ("action",),
    "needs": ("action",),
    "changes": ("action",),
    "rollback": ("action",),
    "rescue": ("block",),
    "finally": ("block",),
}


class Retry(Authored):
    """How often and how patiently a failed step is tried again."""

    attempts: Annotated[int, Field(ge=1, le=20)] = 1
    """How often the step is tried in all."""
    delay: Duration = timedelta(0)
    """The pause before the second attempt."""
    backoff: Annotated[float, Field(ge=1, le=10)] = 1.0
    """Each further pause is this many times the one before."""


class Extract(Authored):
    """One value taken out of a step's output; later steps insert it as steps.ID.outputs.NAME."""

    regex: Pattern | None = None
    """A linear-time regular expression; its first group is the value, or the whole match where it has no group."""
    json_path: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = Field(None, alias="json")
    """Names and numbers joined by dots that lead to the value in JSON output, such as items.0.name."""
    default: Scalar | None = None
    """The value when none is found; without it the step fails."""

    model_config = ConfigDict(
        populate_by_name=True, json_schema_extra={"oneOf": [{"required": ["regex"]}, {"required": ["json"]}]}
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.regex is None) == (self.json_path is None):
            raise _refused("extract", "give either `regex` or `json`", ())
        return self


class Approval(Authored):
    """A person is asked before the run goes on."""

    message: Text
    """What the person is asked, in words."""
    who: Annotated[tuple[Person, ...], Field(max_length=20)] = ()
    """Who may answer, by account or group name, written out; empty means whoever may operate the agent."""
    timeout: Duration = timedelta(minutes=30)
    """How long the run waits for an answer."""
    default: Literal["deny", "approve"] = "deny"
    """What counts when nobody answers in time."""


class Undo(Authored):
    """The action that takes a step back when the run fails."""

    model_config = ConfigDict(populate_by_name=True)

    action: ActionName
    params: Values = Field(default_factory=dict, alias="with")
    """The action's parameters; insertions are allowed in values, and are read before the step runs."""
    timeout: Duration | None = None
    """How long it may take; the action's own limit when absent."""
    run_as: Account | None = None
    """The account that carries it out; the agent's own when absent."""


class Step(Authored):
    """One thing to do, with the conditions around it."""

    model_config = ConfigDict(
        populate_by_name=True,
        json_schema_extra={
            "oneOf": [{"required": [kind]} for kind in KINDS],
            "allOf": [
                {"if": {"required": [word]}, "then": {"anyOf": [{"required": [owner]} for owner in owners]}}
                for word, owners in _ONLY_WITH.items()
            ],
        },
    )

    id: Id
    """The step's own name in this runbook."""
    name: Prose | None = None
    """What the step does, in words."""
    action: ActionName | None = None
    """An action of the catalogue, such as service.start."""
    call: RunbookId | None = None
    """Another runbook to run, with its precheck and its verification."""
    block: Annotated[tuple[Step, ...], Field(min_length=1, max_length=200)] | None = None
    """Steps that belong together, with a `rescue` and a `finally` of their own."""
    parallel: Annotated[tuple[Step, ...], Field(min_length=2, max_length=MAX_BRANCHES)] | None = None
    """Actions that run at the same time."""
    approve: Approval | None = None
    """Ask a person before going on."""
    wait_until: Condition | None = None
    """Wait until this is true; the step fails when its timeout is over."""
    assertion: Condition | None = Field(None, alias="assert")
    """The step fails unless this is true."""
    fail: Text | None = None
    """The step fails with this message."""
    params: Values = Field(default_factory=dict, alias="with")
    """The parameters of the action or of the called runbook; insertions are allowed in values."""
    when: Condition | None = None
    """The step runs only when this is true."""
    foreach: Annotated[tuple[Inserted, ...], Field(min_length=1, max_length=MAX_ITEMS)] | Text | None = None
    """The step runs once for each item; the item is each.item, its number from 0 is each.index."""
    timeout: Duration | None = None
    """How long one attempt may take; the action's own limit, or 60 s of waiting, when absent."""
    every: Duration | None = None
    """How long `wait_until` rests between two looks; 5 s when absent."""
    message: Text | None = None
    """What `assert` says when it fails."""
    limit: Annotated[int, Field(ge=1, le=MAX_BRANCHES)] | None = None
    """How many of the `parallel` steps run at once; all when absent."""
    retry: Retry | None = None
    """Try again after a failure."""
    success_codes: Annotated[tuple[int, ...], Field(min_length=1, max_length=50)] = (0,)
    """Exit codes that mean success."""
    changed_codes: Annotated[tuple[int, ...], Field(max_length=50)] = ()
    """Exit codes that mean success and set steps.ID.changed, such as 3010: a restart is needed."""
    extract: dict[Name, Extract] = Field(default_factory=dict)
    """Values taken out of the output, by name."""
    run_as: Account | None = None
    """The account that carries the action out; the agent's own when absent."""
    reads: Annotated[tuple[FactPath, ...], Field(max_length=50)] = ()
    """The facts that decide the outcome of a script or command; replay trusts this."""
    needs: Condition | None = None
    """What must hold for a script or command to succeed; replay trusts this."""
    changes: dict[FactPath, Inserted | None] | None = None
    """What a script or command changes: the fact's new value, or null where it is not known; {} where it only looks.

    Replay trusts this; without it the step stays opaque, whatever it says of `reads` and `needs`.
    """
    on_failure: Literal["stop", "continue", "escalate"] = "stop"
    """What follows a failure: stop, go on, or stop and ask a person."""
    rollback: Undo | None = None
    """What takes this step back when the run fails later."""
    rescue: Annotated[tuple[Step, ...], Field(min_length=1, max_length=200)] | None = None
    """What runs when a step of the block failed; if it succeeds, the run goes on after the block."""
    always: Annotated[tuple[Step, ...], Field(min_length=1, max_length=200)] | None = Field(None, alias="finally")
    """What runs at the end of the block, whatever happened in it."""

    @property
    def kind(self) -> str:
        """What the step is, by the key that says it, such as action or block."""
        if self.action is not None:
            return "action"
        return next(kind for kind in KINDS if getattr(self, _FIELD.get(kind, kind)) is not None)

    @property
    def verb(self) -> str:
        """The action's name; the kind for a step that is no action, which no action's name equals."""
        return self.action or self.kind

    @property
    def declared(self) -> bool:
        """Whether the step says what a script or command reads, needs or changes."""
        return bool(self.reads) or self.needs is not None or self.changes is not None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        named = self.model_fields_set  # what is not in the file is None
        given = [kind for kind, name in _NAMED if name in named and getattr(self, name) is not None]
        if len(given) != 1:
            said = f"has {' and '.join(given)}" if given else "does nothing"
            raise _refused(
                "step", f"{said}; a step is exactly one of {', '.join(KINDS)}", (given[-1],) if given else ()
            )
        self._belongs(given[0])
        return self

    def _belongs(self, kind: str) -> None:
        if self.every is not None and self.every < SHORTEST_REST:
            raise _refused("step", "`every` is at least 1s", ("every",))
        for name in sorted(self.model_fields_set & _FOREIGN[kind]):
            word, owners = _OWNED[name]
            # A value that says nothing more than its absence is no mistake: a whole dump can be read again.
            if getattr(self, name) != _default(name):
                reason = f"`{word}` belongs to {' or '.join(owners)}, not to {kind}"
                raise _refused("step", reason, (word,))
        if self.needs is not None and not _is_plain(self.needs):
            raise _refused("step", "`needs` takes facts and what they must be, all of which must hold", ("needs",))
        for index, branch in enumerate(self.parallel or ()):
            if branch.action is None or branch.foreach is not None:
                raise _refused("step", "a parallel step is one action without foreach", ("parallel", index))


_OWNED = {_FIELD.get(word, word): (word, owners) for word, owners in _ONLY_WITH.items()}
"""The same by the name of the field."""
_NAMED = tuple((kind, _FIELD.get(kind, kind)) for kind in KINDS)
_FOREIGN = {kind: frozenset(name for name, (_, owners) in _OWNED.items() if kind not in owners) for kind in KINDS}
"""The fields that do not belong to each kind."""


def _default(name: str) -> Any:
    return Step.model_fields[name].get_default(call_default_factory=True)


def belongs_to(kind: str) -> tuple[str, ...]:
    """The keys that only some kinds of steps have, and this one does."""
    return tuple(word for word, owners in _ONLY_WITH.items() if kind in owners)


def _is_plain(condition: Any) -> bool:
    if isinstance(condition, Test):
        return True
    return bool(condition.word == "all" and all(isinstance(item, Test) for item in condition.items))


def _refused(kind: str, reason: str, at: tuple[Any, ...]) -> PydanticCustomError:
    return PydanticCustomError(kind, "{reason}", {"reason": reason, "at": list(at)})
