"""What `runwright.toml` of the base asks for decides how many must approve; the change itself has no say."""

from __future__ import annotations

from pathlib import Path

import pytest

from runwright.adapters.forge_local import BranchRequest, LocalBranches
from runwright.adapters.git_repository import NewCommit, RefChange
from runwright.errors import ContentError, TrustError
from runwright.model.proposal import PullRequest
from runwright.release.objects import Identity
from runwright.release.signers import DECISION, GIT, allowed_signers_line
from tests.support.forge import Forge, cut, key_of, later, make_forge, signers_text

TWO = b"[policy.risk.low]\napprovals = 2\n"
CAROL = allowed_signers_line("carol", key_of("carol").public, (DECISION, GIT))


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return make_forge(tmp_path, owners="* @dana @alex @carol\n", signers=signers_text() + CAROL)


def approved(forge: Forge, by: str, minutes: float = 5) -> str:
    forge.reviews(by).approve(1, later(minutes))
    return forge.reviews().show(1).state


def test_a_low_risk_needs_as_many_as_the_base_asks_for(forge: Forge) -> None:
    forge.push({"runwright.toml": TWO})
    cut(forge, first=True)
    forge.green(forge.open())
    assert approved(forge, "dana") == "open"
    assert approved(forge, "alex", 6) == "merged"
    assert cut(forge, minutes=30).document.merged_by == "dana, alex"


def test_a_release_counts_by_the_policy_of_each_merge(forge: Forge) -> None:
    cut(forge, first=True)
    forge.green(forge.open())
    assert approved(forge, "dana") == "merged"
    assert cut(forge, minutes=30).document.merged_by == "dana"


def test_a_policy_that_cannot_be_read_stops_every_decision(forge: Forge) -> None:
    forge.green(forge.open())
    forge.push({"runwright.toml": b"[policy.risk.high]\napprovals = 1\n"})
    with pytest.raises(ContentError, match="greater than or equal to 2"):
        forge.reviews().approve(1, later(5))


def proposed(forge: Forge, files: dict[str, bytes | None]) -> PullRequest:
    commit = NewCommit("change\n", Identity.of("alex"), later(), files, (forge.main,))
    forge.repository.update_refs([RefChange("refs/heads/change", forge.repository.write_commit(commit), None)])
    side = LocalBranches(forge.repository, key_of("alex"))
    return side.open(BranchRequest(branch="change", title="Change"), later())


def test_a_change_of_the_policy_does_not_judge_itself(forge: Forge) -> None:
    forge.push({"runwright.toml": TWO})
    forge.green(proposed(forge, {"runwright.toml": b"# nothing is asked for any more\n"}), risk="low")
    assert approved(forge, "dana") == "open"
    assert approved(forge, "carol", 6) == "merged"


@pytest.mark.parametrize("judge", ["runwright.toml", "guard/forms.yaml"])
def test_what_judges_is_not_changed_together_with_what_is_judged(forge: Forge, judge: str) -> None:
    forge.green(proposed(forge, {judge: b"# easier\n", "rules/promoted/L1-X.yaml": b"id: L1-X\n"}))
    with pytest.raises(TrustError, match=r"change\.mixed"):
        forge.reviews().approve(1, later(5))
