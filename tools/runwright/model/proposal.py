"""Proposals and pull requests: what is asked for, and what bots, checks and people said about it.

On disk each record is signed by its writer; `by` and `key_id` are derived from that signature when it is read and are
never part of the record, so nobody can claim to be somebody else.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from runwright.model.fields import Moment, Risk, RunbookId
from runwright.model.frozen import Authored
from runwright.model.release import Oid

Fingerprint = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{12,64}$"),
    Field(description="Names a failure: runbook, failing step and normalised error, hashed."),
]
Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", min_length=1, max_length=256)]
Text = Annotated[str, Field(max_length=65_536)]
"""As long as GitHub lets a body be."""
CheckName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
Conclusion = Literal["success", "failure", "pending"]
ReviewVerdict = Literal["approve", "reject", "changes"]
CloseReason = Literal[
    "rejected", "needs-work", "superseded", "stale", "no-longer-failing", "runbook-removed", "evidence-withdrawn"
]
"""Why a pull request was closed. Only `rejected` is a no to the failure itself; `needs-work` wants a better draft."""
ELSEWHERE = "merged into another branch: "
"""How the reason begins where somebody pointed one at another base and merged it there: nobody said no."""
State = Literal["open", "merged", "closed"]
Label = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.:-]{0,63}$")]
ExecutionId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]


class Proposal(Authored):
    """A pull request before it is opened."""

    runbook_id: RunbookId
    fingerprint: Fingerprint
    title: Line
    body: Text
    labels: tuple[Label, ...] = ()
    evidence: tuple[ExecutionId, ...] = ()
    """The executions that it answers."""
    files: dict[str, str | None]
    """New text by path; None removes the file."""

    @property
    def branch(self) -> str:
        """Name the branch, so that the same failure finds the same pull request."""
        return f"runwright/improve/{self.runbook_id}/{self.fingerprint[:12]}"


class Record(Authored):
    """Something that was said and signed."""

    by: str = ""
    """The principal whose key signed it; empty when the key is not (or no longer) allowed to say this."""
    key_id: str = ""
    """The fingerprint of the key that signed it; empty when the signature does not fit."""


class PullRecord(Record):
    """What the opener of a pull request says about it."""

    schema_: Literal["runwright.pull/1"] = Field("runwright.pull/1", alias="schema")
    number: int = Field(ge=1)
    title: Line
    body: Text
    labels: tuple[Label, ...] = ()
    branch: str
    base_ref: str
    base_sha: Oid
    head_sha: Oid
    fingerprint: Fingerprint | None = None
    """The failure that it answers; a person's pull request answers none."""
    runbook_id: RunbookId | None = None
    """The runbook that it changes, where it is exactly one."""
    evidence: tuple[ExecutionId, ...] = ()
    opened_at: Moment
    updated_at: Moment


class Comment(Record):
    """More evidence, or a word, on a pull request."""

    schema_: Literal["runwright.comment/1"] = Field("runwright.comment/1", alias="schema")
    number: int = Field(ge=1)
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]
    """What the comment is about, such as an execution; one comment a key."""
    text: Text
    at: Moment


class CheckResult(Authored):
    """What a check found for exactly one commit."""

    head_sha: Oid
    name: CheckName
    conclusion: Conclusion
    summary: Line
    report: Text = ""
    risk: Risk | None = None
    """How risky the change is; `validate` must say it, another check may raise it."""


class CheckRun(Record):
    """The result of a check, as the check's own identity recorded it."""

    schema_: Literal["runwright.check/1"] = Field("runwright.check/1", alias="schema")
    number: int = Field(ge=1)
    head_sha: Oid
    name: CheckName
    conclusion: Conclusion
    summary: Line
    report: Text = ""
    risk: Risk | None = None
    at: Moment


class Decision(Record):
    """What a person decided about exactly one tree on exactly one base."""

    schema_: Literal["runwright.decision/1"] = Field("runwright.decision/1", alias="schema")
    number: int = Field(ge=1)
    verdict: ReviewVerdict
    head_sha: Oid
    head_tree: Oid
    base_sha: Oid
    """The commit of the base branch that the decision was made on; of the last approval, the merge's first parent."""
    notes: Text = ""
    close_as: CloseReason | None = None
    """In which sense a rejection closes; None means that it is rejected."""
    at: Moment
    oid: str = ""
    """The id of the record as a Git blob; known once it is written."""


class MergeRecord(Record):
    """Which commit merged the pull request, by which decision."""

    schema_: Literal["runwright.merge/1"] = Field("runwright.merge/1", alias="schema")
    number: int = Field(ge=1)
    commit: Oid
    decision: Oid
    at: Moment


class Withdrawal(Record):
    """The opener takes a pull request back; nobody else's word does that."""

    schema_: Literal["runwright.withdrawal/1"] = Field("runwright.withdrawal/1", alias="schema")
    number: int = Field(ge=1)
    reason: CloseReason
    note: Line
    at: Moment


class PullRequest(PullRecord):
    """A pull request with all that was said about it, oldest first."""

    state: State = "open"
    closed_reason: str = ""
    """What was said when it was closed."""
    closed_as: CloseReason | None = None
    """In which sense it was closed."""
    closed_by: str = ""
    ended_at: Moment | None = None
    """When it was merged or closed."""
    merge_commit: str = ""
    comments: tuple[Comment, ...] = ()
    checks: tuple[CheckRun, ...] = ()
    decisions: tuple[Decision, ...] = ()


class FileChange(Authored):
    """One file that a pull request changes; None where it does not exist."""

    path: str
    before: bytes | None
    after: bytes | None
