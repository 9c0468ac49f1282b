"""A person's side of GitHub: what is sent, what is refused before, and what comes of it when GitHub stumbles."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runwright.adapters.forge_github import Connection, Gaps, GitHubProposals, Limited, Pace, TokenCredentials
from runwright.adapters.forge_github.branches import check_name
from runwright.adapters.forge_github.people import person_of
from runwright.adapters.forge_github.reviews import GitHubReviews
from runwright.adapters.mirror_person import PersonMirror
from runwright.errors import ContentError, EdgeError, TrustError
from tests.support.forge import RUNBOOK, later
from tests.support.github import faults
from tests.support.github.faults import Fault
from tests.support.github.messages import Answer
from tests.support.github.site import GitHubSite
from tests.support.review_desk import HIGH, LOW, NEXT, GitHubDesk

pytestmark = pytest.mark.needs("github-server")
REVIEWS, MERGE = r"/pulls/1/reviews$", r"/pulls/1/merge$"


@pytest.fixture
def desk(github_site: GitHubSite, tmp_path: Path) -> GitHubDesk:
    return GitHubDesk(tmp_path, github_site)


def reviews(desk: GitHubDesk, name: str, token: str = "", patience: tuple[float, ...] = (0.0, 0.0)) -> GitHubReviews:
    """Somebody's side, with a copy of their own."""
    credentials = TokenCredentials(token or desk.site.tokens[name])
    connection = Connection(desk.place, credentials, pace=Pace(Gaps(seconds=0)))
    mirror = PersonMirror(desk.folder / f"mirror-{name}.git", desk.place.git_url, credentials.token)
    return GitHubReviews(connection, mirror.repository, mirror.bring_pull, patience=patience)


def ready(desk: GitHubDesk, text: str = LOW) -> str:
    """A proposal with green checks; gives its head."""
    number = desk.propose(text)
    desk.check(number)
    return desk.site.pulls[number].head_sha


def sent(desk: GitHubDesk, name: str) -> list[tuple[str, str, Any]]:
    """What somebody's token was used to change."""
    token = desk.site.tokens[name]
    found = [
        one for one in desk.site.requests if one.token == token and one.method != "GET" and ".git/" not in one.path
    ]
    return [(one.method, one.path.removeprefix("/repos/acme/runbooks/"), one.json) for one in found]


def stored(desk: GitHubDesk) -> list[tuple[str, str]]:
    """The reviews that GitHub has."""
    found = desk.site.told("GET", "/repos/acme/runbooks/pulls/1/reviews")
    return [(one["user"]["login"], one["state"]) for one in found]


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(TrustError) as error:
        yield
    assert error.value.code == code, str(error.value)


# What is sent


def test_an_approval_and_a_merge_are_bound_to_the_head_that_was_looked_at(desk: GitHubDesk) -> None:
    head = ready(desk)
    decided = reviews(desk, "dana").approve(1, later(), "fine", head)
    assert decided.pull.state == "merged"
    assert sent(desk, "dana") == [
        ("POST", "pulls/1/reviews", {"event": "APPROVE", "commit_id": head, "body": "fine"}),
        ("PUT", "pulls/1/merge", {"sha": head, "merge_method": "squash"}),
    ]


def test_the_bots_class_has_no_way_to_decide() -> None:
    names = {name for name in dir(GitHubProposals) if not name.startswith("_")}
    assert not names & {"approve", "merge", "merger", "reject", "request_changes", "review", "me"}


def test_nothing_of_the_persons_token_is_left_on_disk(desk: GitHubDesk) -> None:
    head = ready(desk)
    reviews(desk, "dana").approve(1, later(), "", head)
    token = desk.site.tokens["dana"].encode()
    files = [path for path in desk.folder.rglob("*") if path.is_file() and "mirror-dana" in str(path)]
    assert files
    assert [path for path in files if token in path.read_bytes()] == []


# Who


@pytest.mark.parametrize("permissions", [{"metadata": "read", "pull_requests": "write", "contents": "write"}])
def test_an_installations_token_is_no_person(desk: GitHubDesk, permissions: dict[str, str]) -> None:
    head, token = ready(desk), desk.bot.credentials.token()
    del permissions
    for act in (
        lambda: reviews(desk, "x", token).approve(1, later(), "", head),
        lambda: reviews(desk, "x", token).reject(1, "no", later()),
        lambda: reviews(desk, "x", token).request_changes(1, "more", later()),
    ):
        with refused("reviewer.bot"):
            act()
    assert stored(desk) == []


def test_an_account_that_github_calls_a_bot_is_no_person(desk: GitHubDesk) -> None:
    bot = {"login": "helper[bot]", "id": 7, "type": "Bot"}
    desk.site.faults.add(faults.answered(Answer(200, bot)), "GET", "^/user$")
    with refused("reviewer.bot"):
        person_of(reviews(desk, "dana").connection)


def test_a_token_that_ends_in_the_middle_is_told_and_nothing_is_half_done(desk: GitHubDesk) -> None:
    head = ready(desk)
    desk.site.faults.add(faults.bad_credentials(), "PUT", MERGE)
    with refused("reviewer.token"):
        reviews(desk, "dana").approve(1, later(), "", head)
    assert reviews(desk, "dana").approve(1, later(), "", head).pull.state == "merged"
    assert stored(desk) == [("dana", "APPROVED")]


def test_a_token_that_github_does_not_know_is_nobodys(desk: GitHubDesk) -> None:
    head = ready(desk)
    desk.site.accounts.revoked.add(desk.site.tokens["dana"])
    with refused("reviewer.token"):
        reviews(desk, "dana").approve(1, later(), "", head)


def test_the_machine_user_that_proposed_it_may_not_approve_it(desk: GitHubDesk) -> None:
    desk.bot = Connection(desk.place, TokenCredentials(desk.site.tokens["bot"]), pace=Pace(Gaps(seconds=0)))
    number = desk.propose(LOW)
    head = desk.site.pulls[number].head_sha
    with refused("reviewer.opener"):
        reviews(desk, "bot").approve(1, later(), "", head)
    assert stored(desk) == []


def test_who_wrote_a_commit_of_it_may_not_approve_it(desk: GitHubDesk) -> None:
    ready(desk)
    branch = desk.site.pulls[1].head_ref
    desk.commit("erin", branch, {RUNBOOK: NEXT.encode()})
    desk.check(1)
    head = desk.site.pulls[1].head_sha
    with refused("reviewer.author"):
        reviews(desk, "erin").approve(1, later(), "", head)
    assert reviews(desk, "dana").approve(1, later(), "", head).pull.state == "merged"


def test_who_may_only_read_may_not_decide(desk: GitHubDesk) -> None:
    head = ready(desk)
    for act in (
        lambda: reviews(desk, "gina").approve(1, later(), "", head),
        lambda: reviews(desk, "gina").reject(1, "no", later()),
    ):
        with refused("reviewer.permission"):
            act()
    assert stored(desk) == []


def test_a_stranger_sees_nothing(desk: GitHubDesk) -> None:
    head = ready(desk)
    with refused("record.missing"):
        reviews(desk, "mallory").approve(1, later(), "", head)


def test_the_one_who_opened_it_is_told_before_github_is_asked(desk: GitHubDesk) -> None:
    number = desk.person_opens("erin", {RUNBOOK: LOW})
    desk.check(number)
    with refused("reviewer.opener"):
        reviews(desk, "erin").approve(number, later(), "", desk.site.pulls[number].head_sha)
    with refused("reviewer.opener"):
        reviews(desk, "erin").request_changes(number, "more", later())
    assert [path for _, path, _ in sent(desk, "erin") if "reviews" in path] == []
    assert reviews(desk, "erin").reject(number, "I know better", later(), "needs-work").closed_as == "needs-work"


def test_githubs_own_refusals_have_our_words(desk: GitHubDesk) -> None:
    head = ready(desk)
    texts = {
        "Can not approve your own pull request": "reviewer.opener",
        "User can only have one pending review per pull request": "reviewer.draft",
        "something else": "review.refused",
    }
    for text, code in texts.items():
        desk.site.faults.add(faults.unprocessable(text), "POST", REVIEWS)
        with refused(code):
            reviews(desk, "dana").approve(1, later(), "", head)
    desk.site.faults.add(faults.refused(403, "Resource not accessible by personal access token"), "POST", REVIEWS)
    with refused("reviewer.permission"):
        reviews(desk, "dana").approve(1, later(), "", head)


# What


def test_a_label_that_says_low_does_not_make_a_high_risk_low(desk: GitHubDesk) -> None:
    head = ready(desk, HIGH)
    labels = {label["name"] for label in desk.site.pull_json(1)["labels"]}
    assert "risk:low" in labels
    decided = reviews(desk, "dana").approve(1, later(), "", head)
    assert decided.pull.state == "open"
    assert "its risk is high, so 2 people must approve" in decided.waits_for


def test_a_rule_of_githubs_that_asks_for_more_people_is_heard(desk: GitHubDesk) -> None:
    desk.rule("pull_request", required_approving_review_count=2)
    head = ready(desk)
    decided = reviews(desk, "dana").approve(1, later(), "", head)
    assert (decided.pull.state, "so 2 people must approve" in decided.waits_for) == ("open", True)
    assert reviews(desk, "erin").approve(1, later(), "", head).pull.state == "merged"


def test_a_check_that_somebody_else_set_is_not_green(desk: GitHubDesk) -> None:
    number = desk.propose(LOW)
    head = desk.site.pulls[number].head_sha
    for name in ("validate", "replay"):
        status = {"state": "success", "context": name}
        desk.as_person("frank").write("POST", f"statuses/{head}", status)
    with refused("check.other_app"):
        reviews(desk, "dana").approve(1, later(), "", head)


def test_what_goes_to_another_branch_is_not_decided_here(desk: GitHubDesk) -> None:
    desk.site.bare.set_ref("refs/heads/other", desk.main())
    number = desk.person_opens("erin", {RUNBOOK: LOW}, base="other")
    with refused("pull.base"):
        reviews(desk, "dana").approve(number, later(), "", desk.site.pulls[number].head_sha)


def test_a_draft_is_neither_approved_nor_merged(desk: GitHubDesk) -> None:
    head = ready(desk)

    def drafted(answer: Answer | None) -> Answer | None:
        assert answer is not None
        return replace(answer, body={**answer.body, "draft": True})

    desk.site.faults.add(Fault(drafted, after=True), "GET", r"/pulls/1$", times=9)
    with refused("pull.draft"):
        reviews(desk, "dana").approve(1, later(), "", head)
    assert sent(desk, "dana") == []


def test_what_became_a_draft_after_its_approval_is_not_merged(desk: GitHubDesk) -> None:
    head = ready(desk)

    def drafted(answer: Answer | None) -> Answer | None:
        assert answer is not None
        return replace(answer, body={**answer.body, "draft": True})

    desk.site.faults.add(Fault(drafted, after=True), "GET", r"/pulls/1$", nth=3)
    with refused("pull.draft"):
        reviews(desk, "dana").approve(1, later(), "", head)
    assert [path for _, path, _ in sent(desk, "dana")] == ["pulls/1/reviews"]


def test_a_change_of_the_judges_with_what_they_judge_is_not_approved(desk: GitHubDesk) -> None:
    number = desk.person_opens("erin", {RUNBOOK: LOW, ".github/CODEOWNERS": "* @erin\n"})
    desk.check(number)
    with refused("change.mixed"):
        reviews(desk, "dana").approve(number, later(), "", desk.site.pulls[number].head_sha)


def test_the_owners_are_those_of_the_base_not_of_the_change(desk: GitHubDesk) -> None:
    number = desk.person_opens("erin", {".github/CODEOWNERS": "* @frank\n"})
    desk.check(number)
    with refused("reviewer.not_owner"):
        reviews(desk, "frank").approve(number, later(), "", desk.site.pulls[number].head_sha)


@pytest.mark.parametrize(("member", "code"), [("erin", ""), ("frank", "reviewer.not_owner")])
def test_a_team_owns_through_its_members(desk: GitHubDesk, member: str, code: str) -> None:
    owners = b"* @dana\n/runbooks/ @acme/on-call\n"
    desk.site.bare.commit_files("main", {".github/CODEOWNERS": owners}, "A team owns the runbooks\n")
    desk.site.accounts.teams["on-call"] = {"erin"}
    head = ready(desk)
    if not code:
        assert reviews(desk, member).approve(1, later(), "", head).pull.state == "merged"
        return
    with refused(code):
        reviews(desk, member).approve(1, later(), "", head)


def test_a_pull_request_from_a_fork_is_looked_at_and_decided_like_any_other(desk: GitHubDesk) -> None:
    """Where GitHub does not say who pushed to the fork, one more person must approve."""
    fork = desk.site.bares[desk.site.fork("gina")]
    fork.set_ref("refs/heads/better", desk.main())
    fork.commit_files("better", {RUNBOOK: LOW.encode()}, "Better\n")
    told = {"title": "Better", "head": "gina:better", "base": "main", "body": ""}
    number = int(desk.as_person("gina").write("POST", "pulls", told)["number"])
    desk.check(number)
    head = desk.site.pulls[number].head_sha
    side = reviews(desk, "erin")
    pull = side.show(number)
    assert (pull.branch, pull.runbook_id, pull.fingerprint) == ("gina/runbooks:better", None, None)
    assert [(one.path, one.after) for one in side.changes(pull)] == [(RUNBOOK, LOW.encode())]
    waits = side.approve(number, later(), "", head).waits_for
    assert "2 people must approve" in waits
    with refused("reviewer.author"):  # the commit is hers
        reviews(desk, "dana").approve(number, later(), "", head)


def test_all_rules_that_setup_makes_let_an_honest_approval_through(desk: GitHubDesk) -> None:
    desk.rule(
        "pull_request",
        required_approving_review_count=1,
        dismiss_stale_reviews_on_push=True,
        require_code_owner_review=True,
        require_last_push_approval=True,
        allowed_merge_methods=["squash", "merge", "rebase"],
    )
    head = ready(desk)
    assert reviews(desk, "erin").approve(1, later(), "", head).pull.state == "merged"


# How it is merged


@pytest.mark.parametrize("switched_off", [{"squash"}, {"squash", "merge"}])
def test_what_the_repository_switched_off_is_not_tried(desk: GitHubDesk, switched_off: set[str]) -> None:
    names = {"squash": "allow_squash_merge", "merge": "allow_merge_commit"}
    desk.as_person("dana").write("PATCH", "", {names[method]: False for method in sorted(switched_off)})
    head = ready(desk)
    assert reviews(desk, "erin").approve(1, later(), "", head).pull.state == "merged"
    (method,) = [body["merge_method"] for _, path, body in sent(desk, "erin") if path.endswith("/merge")]
    assert method not in switched_off


def test_a_method_that_is_switched_off_is_not_the_last_word(desk: GitHubDesk) -> None:
    head = ready(desk)
    off = faults.refused(405, "Squash merges are not allowed on this repository.")
    desk.site.faults.add(off, "PUT", MERGE)
    assert reviews(desk, "dana").approve(1, later(), "", head).pull.state == "merged"
    methods = [body["merge_method"] for _, path, body in sent(desk, "dana") if path.endswith("/merge")]
    assert methods == ["squash", "merge"]


def test_only_what_the_rules_allow_is_tried(desk: GitHubDesk) -> None:
    desk.rule("pull_request", allowed_merge_methods=["rebase"], required_approving_review_count=1)
    head = ready(desk)
    assert reviews(desk, "dana").approve(1, later(), "", head).pull.state == "merged"
    methods = [body["merge_method"] for _, path, body in sent(desk, "dana") if path.endswith("/merge")]
    assert methods == ["rebase"]


def test_a_merge_that_github_refuses_leaves_the_approval_and_says_why(desk: GitHubDesk) -> None:
    head = ready(desk)
    desk.site.faults.add(faults.refused(405, 'Required status check "legal" is expected.'), "PUT", MERGE)
    with pytest.raises(TrustError, match=r'your approval of #1 is kept; .*"legal" is expected') as error:
        reviews(desk, "dana").approve(1, later(), "", head)
    assert error.value.code == "merge.refused"
    assert stored(desk) == [("dana", "APPROVED")]


def test_a_head_that_moves_between_approval_and_merge_is_not_merged(desk: GitHubDesk) -> None:
    head = ready(desk)
    moved = faults.refused(409, "Head branch was modified. Review and try the merge again.")
    desk.site.faults.add(moved, "PUT", MERGE)
    with refused("pull.head_moved"):
        reviews(desk, "dana").approve(1, later(), "", head)


@pytest.mark.parametrize(
    "moved",
    [faults.refused(405, "Base branch was modified. Review and try the merge again."), faults.conflict()],
    ids=["405", "409"],
)
def test_a_base_that_moves_meanwhile_is_tried_again_without_another_review(
    desk: GitHubDesk, moved: faults.Fault
) -> None:
    head = ready(desk)
    desk.site.faults.add(moved, "PUT", MERGE)
    with pytest.raises(EdgeError, match="approve again to merge"):
        reviews(desk, "dana").approve(1, later(), "", head)
    assert reviews(desk, "dana").approve(1, later(), "", head).pull.state == "merged"
    assert stored(desk) == [("dana", "APPROVED")]


def test_what_github_is_still_working_out_is_waited_for(desk: GitHubDesk) -> None:
    head = ready(desk)
    planted = desk.site.faults.add(faults.not_yet_known(), "GET", r"/pulls/1$", nth=3)
    assert reviews(desk, "dana").approve(1, later(), "", head).pull.state == "merged"
    assert planted.done == 1


def test_nobody_waits_for_ever_and_the_approval_is_kept(desk: GitHubDesk) -> None:
    head = ready(desk)
    desk.site.faults.add(faults.not_yet_known(), "GET", r"/pulls/1$", times=1000)
    with pytest.raises(EdgeError, match="your approval is kept") as error:
        reviews(desk, "dana").approve(1, later(), "", head)
    assert error.value.retry_after == 10
    desk.site.faults.clear()
    assert reviews(desk, "dana").approve(1, later(), "", head).pull.state == "merged"
    assert stored(desk) == [("dana", "APPROVED")]


def test_a_merge_queue_is_left_to_a_person(desk: GitHubDesk) -> None:
    queue = [{"type": "merge_queue", "parameters": {}, "ruleset_id": 1}]
    desk.site.faults.add(faults.answered(Answer(200, queue)), "GET", "/rules/branches/", times=10)
    head = ready(desk)
    decided = reviews(desk, "dana").approve(1, later(), "", head)
    assert (decided.pull.state, "merge queue" in decided.waits_for) == ("open", True)
    assert [path for _, path, _ in sent(desk, "dana")] == ["pulls/1/reviews"]


# Whatever GitHub does to an answer


FAULTS = [
    faults.bad_gateway(),
    faults.bad_gateway(after=True),
    faults.dropped(),
    faults.dropped(after=True),
]
NAMES = ["502 before", "502 after", "dropped before", "dropped after"]


@pytest.mark.parametrize("fault", FAULTS, ids=NAMES)
@pytest.mark.parametrize(("method", "path"), [("POST", REVIEWS), ("PUT", MERGE)], ids=["review", "merge"])
def test_an_answer_that_is_lost_leaves_one_review_and_one_merge(
    desk: GitHubDesk, fault: faults.Fault, method: str, path: str
) -> None:
    head = ready(desk)
    desk.site.faults.add(fault, method, path)
    try:
        reviews(desk, "dana").approve(1, later(), "", head)
    except EdgeError:
        reviews(desk, "dana").approve(1, later(), "", head)
    assert stored(desk) == [("dana", "APPROVED")]
    assert reviews(desk, "dana").show(1).state == "merged"
    tries = [path for _, path, _ in sent(desk, "dana") if path.endswith("/reviews")]
    assert len(tries) == (2 if method == "POST" and not fault.after else 1)


@pytest.mark.parametrize("fault", FAULTS, ids=NAMES)
@pytest.mark.parametrize("path", [r"/issues/1/comments$", r"/issues/1$"], ids=["comment", "close"])
def test_a_no_is_said_once_whatever_is_lost(desk: GitHubDesk, fault: faults.Fault, path: str) -> None:
    ready(desk)
    desk.site.faults.add(fault, "POST" if path.endswith("comments$") else "PATCH", path)
    pull = reviews(desk, "dana").reject(1, "not like this", later(), "needs-work")
    assert (pull.state, pull.closed_as, pull.closed_reason) == ("closed", "needs-work", "not like this")
    comments = desk.site.told("GET", "/repos/acme/runbooks/issues/1/comments")
    assert [one["body"] for one in comments] == ["not like this"]


@pytest.mark.parametrize("wait", [7, None])
def test_a_limit_is_raised_and_not_slept(desk: GitHubDesk, wait: int | None) -> None:
    head = ready(desk)
    desk.site.faults.add(faults.secondary_limit(retry_after=wait), "POST", REVIEWS)
    with pytest.raises(Limited) as limited:
        reviews(desk, "dana").approve(1, later(), "", head)
    assert limited.value.retry_after == (wait or 60)
    assert reviews(desk, "dana").approve(1, later(), "", head).pull.state == "merged"
    assert stored(desk) == [("dana", "APPROVED")]


def test_two_who_approve_at_once_merge_once(desk: GitHubDesk) -> None:
    head, gate = ready(desk, HIGH), threading.Barrier(2)

    def approve(name: str) -> str:
        side = reviews(desk, name)
        gate.wait(30)
        return side.approve(1, later(), "", head).pull.state

    with ThreadPoolExecutor(2) as pool:
        states = list(pool.map(approve, ("dana", "erin")))
    assert "merged" in states
    assert sorted(stored(desk)) == [("dana", "APPROVED"), ("erin", "APPROVED")]
    assert len(desk.site.bare.git("rev-list", "--first-parent", "main").split()) == 3


def test_another_close_than_before_says_its_own_sense(desk: GitHubDesk) -> None:
    ready(desk)
    reviews(desk, "dana").reject(1, "start the cache, too", later(), "needs-work")
    desk.as_person("dana").write("PATCH", "pulls/1", {"state": "open"})
    pull = reviews(desk, "erin").reject(1, "never", later())
    assert (pull.closed_as, pull.closed_by, pull.closed_reason) == ("rejected", "erin", "never")


@pytest.mark.parametrize("branch", ["main", "channels", "runwright/improve/x", "gh-readonly-queue/main/pr-1"])
def test_a_branch_that_is_nobodys_is_not_opened(branch: str) -> None:
    with refused("pull.reserved"):
        check_name(branch)


@pytest.mark.parametrize("branch", ["-x", "a..b", "a b", "x.lock", "refs/../x", "a\nb", ""])
def test_an_odd_branch_name_reaches_nobody(branch: str) -> None:
    with pytest.raises((ContentError, TrustError)):
        check_name(branch)
