"""What the steps of the pipeline bring comes back from JSON as it was."""

from __future__ import annotations

import json

from runwright.learn.drafts import Candidate, Drafted
from runwright.learn.judging import Judged
from runwright.model.question import Provenance, Usage
from runwright.service.thoughts import drafted_data, drafted_of, judged_data, judged_of

CANDIDATE = Candidate(
    "id: x\n",
    "timeout 90s",
    Provenance(by="small-model", template="draft/1", input_digest="ab" * 32, usage=Usage(input_tokens=3)),
    measured=True,
    path="runbooks/linux/RB-LIN-SERVICE-009.yaml",
)


def test_a_draft_comes_back_as_it_was() -> None:
    drafted = Drafted((CANDIDATE, Candidate("", "")), ("a.b",), "no need was recorded as unmet")
    assert drafted_of(json.loads(json.dumps(drafted_data(drafted)))) == drafted


def test_what_decides_about_a_candidate_comes_back_as_it_was() -> None:
    found = Judged(CANDIDATE, False, "why", (True, 1, -2, 3, 0), undecided=True, missing_facts=("a.b",))
    assert judged_of(json.loads(json.dumps(judged_data(found))), CANDIDATE) == found
