"""The terms of a pull request: what to expect of it, what is related, who must agree, how it was drafted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import get_args

from runwright.learn.background import Amendment, Feedback, Related
from runwright.learn.story import Story
from runwright.model.proposal import CloseReason
from runwright.model.question import Provenance
from runwright.replay.telling import code

MAX_RELATED = 10
"""Pull requests, refusals and words of people that are listed, each."""
SHORT = 12
"""Digits of a fingerprint that name it, as in the branch."""
AFTER = 20
"""Runs after which the expectation is held against what happened."""
WITHIN = timedelta(days=30)
"""How long after the merge so many runs are waited for."""
OF_TEN = 9
"""Of ten runs, how many are expected to end verified."""

_STATES = frozenset(("open", "merged", "closed", *get_args(CloseReason)))
"""The states of a pull request in our own words; any other text is foreign."""


def expectation(story: Story) -> str:
    """One sentence that can be found false, and who looks."""
    return (
        f"Of the first {AFTER} runs of {story.head.id} in version {story.head.version}, at least {OF_TEN} of 10 end "
        f"verified; before, such a run failed. After the merge a comment here tells what came of it, once there were "
        f"{AFTER} runs, or after {WITHIN.days} days with fewer."
    )


def related(story: Story) -> Iterator[str]:
    """What was said before about this failure and this runbook, where anything was."""
    known = story.background
    told = {one.note for one in known.related[:MAX_RELATED]}
    noes = [refusal for refusal in known.refusals if refusal.reason not in told]
    refused = dict.fromkeys(refusal.reason for refusal in noes if not refusal.needs_work)
    lines = [
        *(_other(one) for one in known.related[:MAX_RELATED]),
        *(f"refused before: {code(reason)}" for reason in tuple(refused)[:MAX_RELATED]),
        *(f"better wanted: {code(one.reason)}" for one in noes[:MAX_RELATED] if one.needs_work),
        *(_amended(one) for one in known.amendments[:MAX_RELATED]),
        *(_feedback(one) for one in known.feedback[:MAX_RELATED]),
    ]
    if lines:
        yield "## Related\n\n" + "\n".join(f"- {line}" for line in lines)


def policy(story: Story) -> str:
    """Who must agree, what the bot does not touch, and how to say no."""
    asked = story.policy.approvals(story.risk)
    return (
        f"## Policy\n\nNeeds the approval of {_people(asked)} named in CODEOWNERS, and green checks `validate` "
        "and `replay`. The bot pushes nothing more after a person's commit or approval; it rebases only on a "
        "conflict. To refuse, close it with a reason; to have a better one drafted, close it as `needs-work` and say "
        "what is wrong."
    )


def drafted(story: Story) -> str:
    """Who wrote it from what, at what price, and how to have it written again."""
    head = f"## How it was drafted\n\nTriage by {code(story.triage.by)}. "
    if story.provenance.by == "built-in":
        return head + (
            "Drafted by the built-in author, from the recorded facts and the needs that the actions declare. No "
            f"model wrote any of it{_paid(story.provenance)}. From this request's recording and the library at its "
            "base, the same change is drafted again by `runwright propose RECORDING --repo REPO`."
        )
    return head + _by_model(story.provenance, story.fingerprint[:SHORT])


def _by_model(provenance: Provenance, fingerprint: str) -> str:
    usage = provenance.usage
    return (
        f"Drafted by the model {code(provenance.by)} with the template {code(provenance.template)}, from the input "
        f"{code(provenance.input_digest[:16])}; {usage.input_tokens} tokens read, {usage.output_tokens} written, "
        f"{_cost(provenance)}. Its answer was read into the schema of a runbook, and no other word of it was used; "
        "it was validated, guarded and replayed like any other draft. Once more from the stored answer, without a "
        f"call: `runwright propose --stored {fingerprint} --repo REPO` where the service runs, or with `--from "
        "EVIDENCE` elsewhere, which `--keep EVIDENCE` writes there."
    )


def _paid(provenance: Provenance) -> str:
    usage = provenance.usage
    tokens = usage.input_tokens + usage.output_tokens
    return f"; {tokens} tokens, {_cost(provenance)}, went into drafts that were no better" if tokens else ""


def _cost(provenance: Provenance) -> str:
    return f"{provenance.usage.cost_usd:.4f} US dollars"


def _other(one: Related) -> str:
    what = "the same failure" if one.same_failure else "the same runbook"
    state = one.state if one.state in _STATES else code(one.state)
    said = f": {code(one.note)}" if one.note else ""
    return f"#{one.pull_number} about {what}: {state}{said}"


def _amended(one: Amendment) -> str:
    changes = "; ".join(code(change, 200) for change in one.changes[:5])
    return f"a person changed #{one.pull_number} before it was merged: {changes}"


def _feedback(one: Feedback) -> str:
    right = {True: "it was the right runbook", False: "it was not the right runbook", None: "a person said"}
    said = f": {code(one.text)}" if one.text else ""
    return f"of run {code(one.execution_id)}: {right[one.was_correct_runbook]}{said}"


def _people(number: int) -> str:
    words = {1: "one person", 2: "two people", 3: "three people"}
    return words.get(number, f"{number} people")
