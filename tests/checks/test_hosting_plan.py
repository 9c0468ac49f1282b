"""What setting up would do: what is there stays, what lacks is made, nothing gets less strict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from runwright.checks.hosting.facts import PROTECTED, ActionsRights, Actor, Environment, GitHubFacts, NotTold
from runwright.checks.hosting.item import Item, PullOfFiles, Request, Reviewers
from runwright.checks.hosting.plan import plan
from runwright.checks.hosting.protection import protection_body
from runwright.checks.hosting.rules import RequiredCheck, rules_of, rules_of_protection
from runwright.checks.hosting.rulesets import Wishes, checks_ruleset, main_ruleset
from runwright.checks.hosting.wanted import LABELS
from runwright.errors import ContentError
from tests.support.hosting import elsewhere, facts, files, of_main, protection, ruleset

HIDDEN = NotTold("not for this token")
FILES = {".github/workflows/validate.yml": "name: validate\n", "runwright.toml": "[policy]\n"}
NOTHING = facts(
    in_force=(),
    rulesets=(),
    protection=None,
    labels=frozenset(),
    environment=None,
    files={},
    actions=ActionsRights(enabled=True, default_write=True, may_approve=True),
)


def planned(there: GitHubFacts, wishes: Wishes | None = None, reviewers: Reviewers | None = None) -> dict[str, Item]:
    """The plan by its keys."""
    return {one.key: one for one in plan(there, wishes or Wishes(), FILES, reviewers or Reviewers())}


def bodies(item: Item) -> list[Any]:
    return [step.body for step in item.steps if isinstance(step, Request)]


def test_where_everything_is_there_nothing_is_done() -> None:
    there = facts(files=files(**FILES))
    assert {item.state for item in planned(there).values()} == {"there"}


def test_another_default_branch_than_the_one_that_is_released_is_not_set_up() -> None:
    with pytest.raises(ContentError, match="default branch of acme/runbooks is 'master'; rename it to main"):
        planned(facts(branch="master"))


def test_where_nothing_is_there_everything_is_made_but_the_checks_wait_for_their_workflows() -> None:
    states = {key: item.state for key, item in planned(NOTHING).items()}
    assert states == {
        "files": "missing",
        "owners": "yours",
        "labels": "missing",
        "main": "missing",
        "checks-later": "waits",
        "bot-branches": "missing",
        "tags": "missing",
        "channels": "missing",
        "environment": "missing",
        "actions": "different",
    }


def test_files_come_by_a_pull_request_and_only_those_that_are_missing() -> None:
    there = facts(files=files(**{"runwright.toml": "# mine\n", ".github/workflows/validate.yml": None}))
    assert planned(there)["files"].steps == (PullOfFiles({".github/workflows/validate.yml": "name: validate\n"}),)


def test_only_missing_labels_are_made_and_no_color_is_fought_over() -> None:
    there = facts(labels=frozenset({"RUNWRIGHT", *(label.name for label in LABELS[2:])}))
    assert [body["name"] for body in bodies(planned(there)["labels"])] == [LABELS[1].name]


def test_rules_of_others_that_bind_everybody_are_enough() -> None:
    organisation = tuple(replace(one, name="acme's", source="acme") for one in of_main())
    found = planned(facts(in_force=organisation, rulesets=(*organisation, *elsewhere())))
    assert (found["main"].state, found["checks"].state) == ("there", "there")


def test_rules_that_somebody_bypasses_are_not_enough_and_are_left_to_their_owner() -> None:
    loose = tuple(replace(one, name="acme's", source="acme", bypass=(Actor("Team", 1),)) for one in of_main())
    found = planned(facts(in_force=loose, rulesets=(*loose, *elsewhere())))
    assert [step.verb for step in found["main"].steps if isinstance(step, Request)] == ["POST"]


def test_our_ruleset_that_was_made_weaker_is_made_strict_again_and_keeps_what_is_stricter() -> None:
    weak = ({"type": "pull_request", "parameters": {"required_approving_review_count": 3}},
            {"type": "required_signatures"})  # fmt: skip
    there = of_main(rules=weak, bypass=(Actor("RepositoryRole", 5),))
    item = planned(facts(in_force=there, rulesets=(*there, *elsewhere())))["main"]
    assert item.state == "different"
    assert "every repository admin may bypass it" in item.what
    (body,) = bodies(item)
    after = rules_of(body["rules"])
    assert (after.approvals, after.signed, after.code_owners, body["bypass_actors"]) == (3, True, True, [])


def test_our_ruleset_that_was_switched_off_is_switched_on() -> None:
    off = of_main(enforcement="disabled")
    item = planned(facts(in_force=off[1:], rulesets=(*off, *elsewhere())))["main"]
    assert (item.state, bodies(item)[0]["enforcement"]) == ("different", "active")


def test_a_check_is_required_once_its_workflow_is_on_main() -> None:
    there = facts(
        files=files(**{".github/workflows/report.yml": None}),
        in_force=of_main()[:1],
        rulesets=(of_main()[0], *elsewhere()),
    )
    found = planned(there)
    assert "runwright" in found["checks-later"].what
    (body,) = bodies(found["checks"])
    assert rules_of(body["rules"]).checks == {RequiredCheck("validate", 15368), RequiredCheck("replay", 15368)}


def test_a_check_that_another_app_sets_by_rule_is_not_asked_of_a_second_one() -> None:
    theirs = (ruleset(main_ruleset(Wishes()), 1), ruleset(checks_ruleset(Wishes(check_app=7)), 9, name="acme's"))
    found = planned(facts(in_force=theirs, rulesets=(*theirs, *elsewhere())))
    assert found["checks"].state == "there"


def test_without_rulesets_the_older_protection_is_used_and_what_it_cannot_say_is_said() -> None:
    found = planned(replace(NOTHING, offers_rulesets=False, files=files()))
    assert found["main"].state == "missing"
    assert found["bot-branches"].state == found["tags"].state == "impossible"
    (body,) = bodies(found["main"])
    assert body["enforce_admins"] is True
    assert {one["app_id"] for one in body["required_status_checks"]["checks"]} == {15368}


def test_older_protection_that_is_enough_is_left_alone() -> None:
    there = replace(NOTHING, offers_rulesets=False, files=files(), protection=protection())
    assert planned(there)["main"].state == "there"


def test_older_protection_is_never_made_weaker() -> None:
    there = protection(
        required_pull_request_reviews={
            "required_approving_review_count": 4,
            "dismissal_restrictions": {"users": [{"login": "dana"}], "teams": [{"slug": "owners"}], "apps": []},
        },
        restrictions={"users": [], "teams": [{"slug": "owners"}], "apps": [{"slug": "deployer"}]},
        required_linear_history={"enabled": True},
        required_conversation_resolution={"enabled": True},
        lock_branch={"enabled": True},
        enforce_admins={"enabled": False},
    )
    body = protection_body(there, Wishes(), ("validate",))
    assert body["required_pull_request_reviews"]["required_approving_review_count"] == 4
    limits = {"users": ["dana"], "teams": ["owners"], "apps": []}
    assert body["required_pull_request_reviews"]["dismissal_restrictions"] == limits
    assert body["restrictions"] == {"users": [], "teams": ["owners"], "apps": ["deployer"]}
    stays = ("required_linear_history", "required_conversation_resolution", "lock_branch")
    assert all(body[name] for name in stays)
    assert {one["context"] for one in body["required_status_checks"]["checks"]} == {"validate", "replay", "runwright"}
    assert rules_of_protection(there.data).approvals == 4


@pytest.mark.parametrize(
    ("there", "state"),
    [
        (None, "missing"),
        (Environment((), False, None), "different"),
        (Environment((), False, ("main", "dev")), "yours"),
        (Environment((), False, (PROTECTED,)), "different"),
        (Environment((), False, ("main",)), "there"),
        (HIDDEN, "impossible"),
    ],
)
def test_the_environment_is_for_main_alone(there: Environment | NotTold | None, state: str) -> None:
    assert planned(facts(environment=there))["environment"].state == state


def test_reviewers_of_the_environment_are_added_and_never_dropped_unsaid() -> None:
    dana = Reviewers((("User", 7, "@dana"),))
    item = planned(facts(environment=Environment((), False, ("main",))), reviewers=dana)["environment"]
    assert bodies(item)[0]["reviewers"] == [{"type": "User", "id": 7}]
    alone = Environment(("@dana",), True, ("main",))
    assert planned(facts(environment=alone), reviewers=dana)["environment"].state == "different"
    with pytest.raises(ContentError, match="name them with --release-reviewer"):
        planned(facts(environment=Environment(("@erin",), False, None)))


@pytest.mark.parametrize("lost", ["files", "labels", "rulesets", "environment", "actions"])
def test_what_cannot_be_seen_is_not_changed(lost: str) -> None:
    found = planned(facts(**{lost: HIDDEN, "in_force": ()}))
    for item in found.values():
        assert item.state != "impossible" or not item.steps
    assert "impossible" in {item.state for item in found.values()}


def test_what_is_to_be_left_alone_is_left_alone() -> None:
    found = planned(NOTHING, Wishes(leave=frozenset({"bot-branches", "labels"})))
    assert (found["bot-branches"].state, found["labels"].steps) == ("left", ())


def test_an_owners_file_that_names_nobody_for_something_is_for_a_person_to_mend() -> None:
    item = planned(facts(files=files(**{".github/CODEOWNERS": "/runbooks/ @dana\n"})))["owners"]
    assert (item.state, item.steps) == ("yours", ())
    assert "rules/" in item.what
