"""What GitHub documents and a bot can trip over, and what this one does; most of it is tested where it is done."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from runwright.adapters.forge_github.labels import SET
from runwright.adapters.forge_github.reading import translated
from runwright.adapters.forge_github.translating import Around
from runwright.adapters.store.deliveries import KEPT
from runwright.checks.hosting.wanted import LABELS
from tests.forge.sides import GitHubSide
from tests.forge.test_github_trouble import ASKED
from tests.support.forge import later, proposal
from tests.support.github.faults import Fault
from tests.support.github.messages import Answer

needs_github = pytest.mark.needs("github-server")
REDELIVERED_FOR = 30
"""Days; GitHub's pages say 3 today and said 30 before."""


def test_labels_are_of_a_fixed_set_that_github_takes() -> None:
    assert {label.name for label in LABELS} == set(SET)
    assert [label for label in LABELS if len(label.name) > 50 or len(label.description) > 100] == []


@pytest.mark.parametrize("runbook", ["RB-A-B", "RB-LIN-SERVICE-001", f"RB-{'A' * 30}-{'B' * 30}"])
def test_a_branch_has_a_name_that_git_takes_and_that_no_branch_of_ours_stands_below(runbook: str) -> None:
    names = [
        proposal({}, fingerprint).model_copy(update={"runbook_id": runbook}).branch
        for fingerprint in ("0" * 64, "f" * 12, "0123456789abcdef")
    ]
    for name in names:
        done = subprocess.run(["git", "check-ref-format", "--branch", name], capture_output=True, check=False)
        assert done.returncode == 0, name
        assert max(map(len, name.split("/"))) < 250
    assert not [name for name in names for other in names if other.startswith(f"{name}/")]


def test_a_delivery_is_known_for_as_long_as_it_can_come_again() -> None:
    assert KEPT.days >= REDELIVERED_FOR


@needs_github
def test_the_commit_of_a_test_merge_is_no_merge(github: GitHubSide) -> None:
    pull = github.bot().open(ASKED, later())
    assert github.connection.get(f"pulls/{pull.number}")["merge_commit_sha"], "GitHub tells one before any merge"
    (found,) = github.reader().pulls()
    assert (found.state, found.merge_commit) == ("open", "")


@needs_github
def test_a_merge_that_nobody_is_named_for_is_a_merge_all_the_same(github: GitHubSide) -> None:
    pull = github.bot().open(ASKED, later())
    github.merge(pull)

    def nobody(answer: Answer | None) -> Answer | None:
        assert answer is not None
        return replace(answer, body={**answer.body, "merged_by": None})

    github.site.faults.add(Fault(nobody, after=True), "GET", rf"/pulls/{pull.number}$", times=9)
    reader = github.reader()
    reader.stale(pull.number)
    assert reader.pulls()[0].state == "merged"
    told = translated(github.connection.get(f"pulls/{pull.number}"), Around())
    assert (told.state, told.merged_by) == ("merged", None)


@needs_github
def test_no_draft_is_asked_for_since_not_every_plan_has_them(github: GitHubSide) -> None:
    github.bot().open(ASKED, later())
    made = [one for one in github.site.requests if one.method == "POST" and one.path.endswith("/pulls")]
    assert [json.loads(one.body).keys() for one in made] == [{"title", "head", "base", "body"}]


@needs_github
def test_a_proposal_that_a_person_made_a_draft_of_stays_an_open_one(github: GitHubSide) -> None:
    pull = github.bot().open(ASKED, later())

    def drafted(answer: Answer | None) -> Answer | None:
        assert answer is not None
        return replace(answer, body=[{**one, "draft": True} for one in answer.body])

    github.site.faults.add(Fault(drafted, after=True), "GET", "/pulls$", times=9)
    (found,) = github.reader().pulls()
    assert (found.number, found.state, found.runbook_id) == (pull.number, "open", ASKED.runbook_id)
    assert found.opened_at <= datetime.now(UTC)
