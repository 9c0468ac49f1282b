"""What GitHub's rules mean together: the strictest of all sources counts, and only for those who cannot bypass it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runwright.checks.hosting.facts import Actor, NotTold, Ruleset
from runwright.checks.hosting.rules import RequiredCheck, Rules, binding, rules_of, rules_of_protection, strictest
from runwright.checks.hosting.rulesets import Wishes, as_it_is, joined, joined_rules, main_ruleset, other_rulesets
from tests.support.hosting import of_main, protection, ruleset


def review(count: int, **more: bool) -> dict[str, Any]:
    """A rule about reviews."""
    return {"type": "pull_request", "parameters": {"required_approving_review_count": count, **more}}


def some(number: int, *rules: dict[str, Any], **more: Any) -> Ruleset:
    """A ruleset that nobody bypasses, unless said otherwise."""
    return Ruleset(number, f"set {number}", "branch", rules=rules, **{"enforcement": "active", "bypass": (), **more})


def test_of_two_rulesets_the_stricter_half_of_each_counts() -> None:
    mine = some(1, review(2))
    organisation = some(2, review(1, require_code_owner_review=True), {"type": "non_fast_forward"}, source="acme")
    found = binding((mine, organisation), None).everybody
    assert (found.approvals, found.code_owners, found.no_force_push) == (2, True, True)


def test_branch_protection_and_a_ruleset_add_up() -> None:
    found = binding((some(1, review(3)),), protection()).everybody
    assert (found.approvals, found.last_push, found.no_deletion) == (3, True, True)
    assert found.requires("replay", (15368,))


def test_no_branch_protection_is_not_unprotected() -> None:
    assert binding(of_main(), None).of(lambda rules: rules.approvals >= 1) == "everybody"


def test_a_ruleset_that_only_evaluates_binds_nobody() -> None:
    assert binding((some(1, review(2), enforcement="evaluate"),), None).of(lambda r: r.pull_request) == "nobody"


def test_a_rule_that_some_bypass_does_not_bind_everybody() -> None:
    found = binding((some(1, review(1), bypass=(Actor("RepositoryRole", 5),)),), None)
    assert found.of(lambda rules: rules.approvals >= 1) == "bypassed"
    assert found.bypassed_by == ("every repository admin in 'set 1'",)


def test_a_bypass_of_one_ruleset_is_no_bypass_of_another_with_the_same_rule() -> None:
    loose = some(1, review(1), bypass=(Actor("Team", 7),))
    assert binding((loose, some(2, review(1))), None).of(lambda rules: rules.approvals >= 1) == "everybody"


def test_a_bypass_list_that_is_not_shown_is_perhaps_empty() -> None:
    hidden = some(1, review(1), bypass=NotTold("for admins"), mine="never")
    assert binding((hidden,), None).of(lambda rules: rules.pull_request) == "perhaps"


def test_who_asks_and_may_bypass_proves_that_the_list_is_not_empty() -> None:
    hidden = some(1, review(1), bypass=NotTold("for admins"), mine="always")
    assert binding((hidden,), None).of(lambda rules: rules.pull_request) == "bypassed"


def test_protection_that_spares_admins_is_bypassed() -> None:
    found = binding((), protection(enforce_admins={"enabled": False}))
    assert found.of(lambda rules: rules.approvals >= 1) == "bypassed"
    assert found.bypassed_by == ("every repository admin in the branch protection",)


def test_protection_with_an_allowance_names_who_has_it() -> None:
    reviews = {
        "required_approving_review_count": 1,
        "bypass_pull_request_allowances": {"users": [{"login": "erin"}], "apps": [{"slug": "runwright-acme"}]},
    }
    found = binding((), protection(required_pull_request_reviews=reviews))
    assert found.bypassed_by == ("erin in the branch protection", "runwright-acme in the branch protection")


@pytest.mark.parametrize(
    ("number", "app"),
    [(15368, 15368), (None, None), (-1, None)],
)
def test_a_check_of_the_older_protection_is_tied_only_by_a_real_app(number: int | None, app: int | None) -> None:
    checks = {"strict": False, "contexts": ["validate"], "checks": [{"context": "validate", "app_id": number}]}
    found = rules_of_protection({"required_status_checks": checks})
    assert found.checks == {RequiredCheck("validate", app)}


def test_a_rule_that_is_not_known_adds_nothing() -> None:
    assert rules_of([{"type": "something_new", "parameters": {"x": 1}}, {"type": "pull_request"}]) == Rules(
        pull_request=True
    )


RULES = st.builds(
    Rules,
    pull_request=st.booleans(),
    approvals=st.integers(0, 6),
    code_owners=st.booleans(),
    no_deletion=st.booleans(),
    checks=st.frozensets(st.builds(RequiredCheck, st.sampled_from("ab"), st.sampled_from([None, 1])), max_size=3),
)


@given(RULES, RULES)
def test_joining_rules_never_makes_less_of_either(one: Rules, other: Rules) -> None:
    both = strictest((one, other))
    assert both == strictest((other, one))
    assert strictest((both, one)) == both
    assert strictest((both, other)) == both


# Joining a ruleset that is there with what is wanted.

RAW = st.fixed_dictionaries(
    {},
    optional={
        "required_approving_review_count": st.integers(0, 9),
        "require_code_owner_review": st.booleans(),
        "dismiss_stale_reviews_on_push": st.booleans(),
        "require_last_push_approval": st.booleans(),
        "required_review_thread_resolution": st.booleans(),
    },
)


@given(RAW, st.sets(st.sampled_from(["deletion", "required_signatures", "merge_queue"])))
def test_what_setup_would_write_is_never_weaker_than_what_is_there(words: dict[str, Any], kinds: set[str]) -> None:
    there: tuple[dict[str, Any], ...] = (
        {"type": "pull_request", "parameters": words},
        *({"type": kind} for kind in sorted(kinds)),
    )
    wanted = main_ruleset(Wishes()).rules
    after = rules_of(joined_rules(there, wanted))
    for before in (rules_of(there), rules_of(wanted)):
        assert strictest((after, before)) == after


def test_a_stricter_ruleset_of_ours_stays_as_it_is() -> None:
    wanted = main_ruleset(Wishes())
    stricter = ruleset(wanted, 1, rules=(*wanted.rules, {"type": "required_signatures"}))
    assert joined(stricter, wanted) == as_it_is(stricter, wanted)


def test_a_check_that_is_tied_to_another_app_stays_with_it_and_a_loose_one_is_tied() -> None:
    there = {
        "type": "required_status_checks",
        "parameters": {
            "required_status_checks": [
                {"context": "validate"},
                {"context": "runwright", "integration_id": 7},
                {"context": "lint"},
            ]
        },
    }
    wanted = {
        "type": "required_status_checks",
        "parameters": {
            "required_status_checks": [
                {"context": "validate", "integration_id": 15368},
                {"context": "runwright", "integration_id": 15368},
            ]
        },
    }
    assert rules_of(joined_rules([there], [wanted])).checks == {
        RequiredCheck("validate", 15368),
        RequiredCheck("runwright", 7),
        RequiredCheck("lint", None),
    }


def test_a_bypass_list_of_main_is_emptied_and_one_of_branches_loses_the_bot_alone() -> None:
    wishes = Wishes(bot_app=9)
    main = main_ruleset(wishes)
    assert joined(ruleset(main, 1, bypass=(Actor("Team", 3),)), main)["bypass_actors"] == []
    branches = next(one for one in other_rulesets(wishes, "main") if one.key == "bot-branches")
    there = ruleset(branches, 2, bypass=(Actor("Team", 3), Actor("Integration", 9), Actor("Integration", 8)))
    kept = [(one["actor_type"], one["actor_id"]) for one in joined(there, branches)["bypass_actors"]]
    assert kept == [("Team", 3), ("Integration", 8)]


def test_the_bots_branches_are_left_out_of_what_is_closed_and_nothing_else_is_but_main_and_channels() -> None:
    branches = next(one for one in other_rulesets(Wishes(), "trunk") if one.key == "bot-branches")
    assert branches.include == ("~ALL",)
    assert set(branches.exclude) == {
        "refs/heads/runwright/**/*",
        "refs/heads/trunk",
        "refs/heads/channels",
        "refs/heads/gh-readonly-queue/**/*",
    }


def test_without_a_release_app_tags_stay_and_with_one_it_alone_makes_them() -> None:
    without = {one.key for one in other_rulesets(Wishes(), "main")}
    with_app = {one.key: one for one in other_rulesets(Wishes(release_app=77), "main")}
    assert without == {"bot-branches", "tags", "channels"}
    assert with_app["tag-makers"].bypass == (Actor("Integration", 77),)
    # Not even the release App moves or deletes a tag.
    assert with_app["tags"].bypass == ()


def test_people_push_their_own_branches_without_a_note_where_the_server_can_do_that() -> None:
    modes = {
        quiet: {one.mode for ruleset in other_rulesets(Wishes(quiet_bypass=quiet), "main") for one in ruleset.bypass}
        for quiet in (True, False)
    }
    assert modes == {True: {"exempt"}, False: {"always"}}
