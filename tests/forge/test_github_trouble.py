"""Whatever goes wrong between two requests: one branch, one pull request, one comment, and nobody's work lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runwright import fault
from runwright.adapters.forge_github import Clocks, Connection, GitHubProposals, GitHubPulls, GitHubTerms, Limited
from runwright.errors import EdgeError, TrustError
from runwright.model.proposal import PullRequest
from tests.forge.sides import GitHubSide
from tests.support.forge import RUNBOOK, later, proposal
from tests.support.github import faults
from tests.support.github.messages import Answer, Request
from tests.support.hand_clock import HandClock
from tests.support.until import until

pytestmark = pytest.mark.needs("github-server")

TEXT = "id: RB-LIN-SERVICE-001\nversion: 2\n"
OTHER = "id: RB-LIN-SERVICE-001\nversion: 3\n"
ASKED = proposal({RUNBOOK: TEXT})
WRITES = ("/git/trees$", "/git/commits$", "/git/refs$", "/pulls$", "/labels$", "/requested_reviewers$")
"""The routes that opening writes to, in order."""
TROUBLES: dict[str, Callable[[], faults.Fault]] = {
    "502 before": faults.bad_gateway,
    "502 after": lambda: faults.bad_gateway(after=True),
    "dropped before": faults.dropped,
    "dropped after": lambda: faults.dropped(after=True),
    "409": faults.conflict,
    "401": faults.bad_credentials,
}


def writes(github: GitHubSide, path: str = "") -> list[Request]:
    """What was sent to change something, but for tokens."""
    sent = [request for request in github.site.requests if request.method != "GET"]
    return [
        one for one in sent if path in one.path and "access_tokens" not in one.path and "git-upload" not in one.path
    ]


def is_whole(github: GitHubSide) -> PullRequest:
    """There is exactly one pull request of exactly one branch, with all that belongs to it."""
    (pull,) = github.reader().pulls()
    assert github.heads() == {f"refs/heads/{ASKED.branch}": pull.head_sha}
    assert (pull.state, pull.title, pull.body, pull.evidence) == ("open", ASKED.title, ASKED.body, ASKED.evidence)
    assert set(pull.labels) == set(ASKED.labels)
    assert github.file(pull.head_sha, RUNBOOK) == TEXT.encode()
    asked = github.connection.get(f"pulls/{pull.number}")["requested_reviewers"]
    assert {one["login"] for one in asked} == {"dana", "erin"}
    return pull


CASES = [(path, trouble) for path in ("/git/refs$", "/pulls$") for trouble in TROUBLES]
CASES += [
    (path, trouble) for path in WRITES if path not in {"/git/refs$", "/pulls$"} for trouble in ("502 after", "401")
]


@pytest.mark.parametrize(("path", "trouble"), CASES)
def test_trouble_at_any_write_leaves_one_pull_request(github: GitHubSide, path: str, trouble: str) -> None:
    github.site.faults.add(TROUBLES[trouble](), "POST", path)
    github.bot().open(ASKED, later())
    assert github.site.faults.all_met()
    is_whole(github)
    done = [one for one in writes(github) if one.path.endswith("/pulls")]
    assert len(done) == (2 if path == "/pulls$" and "after" not in trouble else 1)


@pytest.mark.parametrize("path", ["/git/trees$", "/git/refs$", "/pulls$", "/labels$"])
def test_trouble_that_lasts_is_given_up_and_made_good_later(github: GitHubSide, path: str) -> None:
    planted = github.site.faults.add(faults.bad_gateway(), "POST", path, times=1000)
    with pytest.raises(EdgeError) as found:
        github.bot().open(ASKED, later())
    assert (found.value.retryable, planted.done) == (True, 3)
    planted.times = planted.done
    github.bot().open(ASKED, later(3))
    is_whole(github)


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def killed_at() -> Iterator[Callable[[str], None]]:
    def arm(name: str) -> None:
        def spring(passed: str) -> None:
            if passed == name:
                raise Killed

        fault.arm(spring)

    yield arm
    fault.arm(lambda _: None)


@pytest.mark.parametrize(
    "name",
    ["objects_written", "references_moved", "hosted_written/pull", "hosted_written/labels", "hosted_written/reviewers"],
)
def test_a_process_that_ends_between_two_writes_leaves_no_second_one(
    github: GitHubSide, name: str, killed_at: Callable[[str], None]
) -> None:
    killed_at(name)
    with pytest.raises(Killed):
        github.bot().open(ASKED, later())
    fault.arm(lambda _: None)
    github.bot().open(ASKED, later(7))
    is_whole(github)
    assert len([one for one in writes(github) if one.path.endswith("/pulls")]) == 1


@pytest.mark.parametrize(
    ("path", "retry_after"), [("/git/trees$", 30), ("/git/refs$", None), ("/pulls$", 30), ("/labels$", None)]
)
def test_a_limit_in_the_middle_stops_everything_until_it_is_over(
    github: GitHubSide, path: str, retry_after: int | None
) -> None:
    clock = HandClock()
    clocks = Clocks(clock.monotonic)
    github.connection = github.connect(clocks)
    bot = github.bot()
    github.site.faults.add(faults.secondary_limit(retry_after=retry_after), "POST", path)
    with pytest.raises(Limited) as found:
        bot.open(ASKED, later())
    assert found.value.retry_after == (retry_after or 60)
    sent = len(github.site.requests)
    with pytest.raises(Limited):
        bot.open(ASKED, later())
    assert len(github.site.requests) == sent
    clock.move(found.value.retry_after or 0)
    bot.open(ASKED, later(2))
    is_whole(github)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_at_a_comment_leaves_one_comment(github: GitHubSide, trouble: str) -> None:
    number = github.bot().open(ASKED, later()).number
    github.site.faults.add(TROUBLES[trouble](), "POST", "/comments$")
    github.bot().say(number, "seen", "Seen 2 times.", later(2))
    github.site.faults.add(TROUBLES[trouble](), "PATCH", r"/comments/\d+$")
    github.bot().say(number, "seen", "Seen 3 times.", later(2))
    assert github.site.faults.all_met()
    (comment,) = github.pull(number).comments
    assert (comment.key, comment.text) == ("seen", "Seen 3 times.")


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_at_a_newer_text_is_made_good(github: GitHubSide, trouble: str) -> None:
    number = github.bot().open(ASKED, later()).number
    github.site.faults.add(TROUBLES[trouble](), "PATCH", rf"/pulls/{number}$")
    github.site.faults.add(TROUBLES[trouble](), "POST", "/labels$")
    assert github.bot().retell(number, "New.\n", ("runwright", "priority:high"), later(2)) is True
    assert github.site.faults.all_met()
    pull = github.pull(number)
    assert (pull.body, set(pull.labels)) == ("New.\n", {"runwright", "priority:high"})


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_at_taking_back_leaves_one_reason(github: GitHubSide, trouble: str) -> None:
    number = github.bot().open(ASKED, later()).number
    for method, path in (("POST", "/labels$"), ("POST", "/comments$"), ("PATCH", rf"/pulls/{number}$")):
        github.site.faults.add(TROUBLES[trouble](), method, path)
    assert github.bot().withdraw(number, "superseded", "superseded by #7", later(2)) is True
    assert github.site.faults.all_met()
    pull = github.pull(number)
    assert (pull.state, pull.closed_as, pull.closed_reason) == ("closed", "superseded", "superseded by #7")
    assert (len(pull.comments), pull.labels.count("closed:superseded")) == (1, 1)


def aside(act: Callable[[], object]) -> faults.Fault:
    """Something else happens after a request was done."""

    def alter(answer: Answer | None) -> Answer | None:
        act()
        return answer

    return faults.Fault(alter, after=True)


def test_a_person_who_pushes_meanwhile_is_never_pushed_over(github: GitHubSide) -> None:
    first = github.bot().open(ASKED, later())
    pushed: list[str] = []
    github.site.faults.add(aside(lambda: pushed.append(github.person_pushes(first))), "POST", "/git/commits$")
    github.bot().open(proposal({RUNBOOK: OTHER}), later(5))
    assert github.heads() == {f"refs/heads/{first.branch}": pushed[0]}
    assert github.pull(first.number).body == first.body


def test_no_branch_is_ever_forced(github: GitHubSide) -> None:
    first = github.bot().open(ASKED, later())
    github.bot().open(proposal({RUNBOOK: OTHER}), later(5))
    github.close(github.pull(first.number), "no", None)
    github.bot().open(ASKED, later(9))
    moved = [one.json for one in writes(github, "/git/refs/")]
    assert moved
    assert not any(one.get("force") for one in moved)


def test_a_branch_that_a_person_made_under_our_name_is_left_alone(github: GitHubSide) -> None:
    main = github.site.bare.resolve("refs/heads/main")
    github.asks("dana", "POST", "git/refs", {"ref": f"refs/heads/{ASKED.branch}", "sha": main})
    head = github.commit_as("dana", ASKED.branch, {RUNBOOK: b"mine\n"})
    with pytest.raises(EdgeError, match="somebody pushed") as found:
        github.bot().open(ASKED, later())
    assert (found.value.retryable, github.heads()) == (False, {f"refs/heads/{ASKED.branch}": head})


def test_a_persons_pull_request_under_our_branch_is_no_proposal(github: GitHubSide) -> None:
    main = github.site.bare.resolve("refs/heads/main")
    github.asks("dana", "POST", "git/refs", {"ref": f"refs/heads/{ASKED.branch}", "sha": main})
    github.commit_as("dana", ASKED.branch, {RUNBOOK: b"mine\n"})
    hidden = f"x\n\n<!-- runwright-proposal fingerprint={'ab' * 8} evidence=exec-9 -->"
    body = {"title": "Mine", "head": ASKED.branch, "base": "main", "body": hidden}
    number = github.asks("dana", "POST", "pulls", body)["number"]
    pull = github.pull(number)
    assert (pull.by, pull.fingerprint, pull.runbook_id, pull.evidence) == ("dana", None, None, ())
    assert github.bot().retell(number, "New.\n", (), later(2)) is False
    assert github.bot().withdraw(number, "stale", "no", later(2)) is False
    assert github.pull(number).state == "open"


def test_a_copied_hidden_line_makes_nobody_the_bot(github: GitHubSide) -> None:
    number = github.bot().open(ASKED, later()).number
    body = {"body": "<!-- runwright:seen -->\nSeen 1000 times."}
    github.asks("erin", "POST", f"issues/{number}/comments", body)
    github.bot().say(number, "seen", "Seen 2 times.", later(2))
    comments = {one.by: one for one in github.pull(number).comments}
    assert (comments["erin"].key == "seen", comments["runwright[bot]"].key) == (False, "seen")
    assert comments["erin"].text.endswith("Seen 1000 times.")


def test_a_label_of_a_person_stays(github: GitHubSide) -> None:
    number = github.bot().open(ASKED, later()).number
    github.asks("dana", "POST", f"issues/{number}/labels", {"labels": ["night-shift", "needs-work"]})
    github.bot().retell(number, "New.\n", ("runwright", "priority:low"), later(2))
    assert set(github.pull(number).labels) == {"night-shift", "needs-work", "runwright", "priority:low"}


def test_no_label_is_made_from_what_telemetry_says(github: GitHubSide) -> None:
    labels = ("runwright", "failure:made_up", "evil")
    pull = github.bot().open(ASKED.model_copy(update={"labels": labels}), later())
    assert pull.labels == ("runwright",)


def test_a_reviewer_who_cannot_be_asked_is_left_out(github: GitHubSide) -> None:
    github.site.bare.commit_files("main", {".github/CODEOWNERS": b"* @dana @mallory\n"}, "owners")
    pull = github.bot().open(ASKED, later())
    asked = github.connection.get(f"pulls/{pull.number}")["requested_reviewers"]
    assert [one["login"] for one in asked] == ["dana"]


def test_a_repository_without_owners_asks_nobody(github: GitHubSide) -> None:
    github.site.bare.commit_files("main", {".github/CODEOWNERS": None}, "owners")
    github.bot().open(ASKED, later())
    assert writes(github, "requested_reviewers") == []
    assert github.terms().approvers(RUNBOOK) == 0


def test_a_mergeability_that_is_not_known_yet_changes_nothing(github: GitHubSide) -> None:
    github.site.faults.add(faults.not_yet_known("mergeable"), "GET", r"/pulls/\d+$", times=10)
    github.bot().open(ASKED, later())
    assert is_whole(github).state == "open"


def test_the_commit_is_gits_own_and_the_same_at_both_ends(github: GitHubSide) -> None:
    pull = github.bot().open(ASKED, later())
    assert github.mirror.resolve(pull.head_sha) == pull.head_sha
    commit = github.site.git.commit(pull.head_sha)
    assert (commit.author, commit.author.name) == (commit.committer, "runwright[bot]")
    assert commit.parents == (github.site.bare.resolve("refs/heads/main"),)


def test_an_object_that_github_names_otherwise_is_moved_to_by_nobody(github: GitHubSide) -> None:
    github.site.faults.add(faults.answered(Answer(201, {"sha": "0" * 40})), "POST", "/git/commits$")
    with pytest.raises(EdgeError, match="report this"):
        github.bot().open(ASKED, later())
    assert github.heads() == {}


def test_a_service_that_lost_its_mirror_finds_its_branch_again(github: GitHubSide, tmp_path: Any) -> None:
    from runwright.adapters.git_repository import GitRepository

    first = github.bot().open(ASKED, later())
    github.mirror = GitRepository.init_bare(tmp_path / "new.git")
    assert github.bot().open(ASKED, later(5)).head_sha == first.head_sha
    assert len(writes(github, "/git/commits")) == 1


def test_nothing_that_decides_is_ever_asked_for_by_the_bot(github: GitHubSide) -> None:
    pull = github.bot().open(ASKED, later())
    github.bot().say(pull.number, "seen", "x", later())
    github.bot().retell(pull.number, "New.\n", ("runwright",), later())
    github.bot().withdraw(pull.number, "superseded", "x", later())
    assert not [one for one in writes(github) if one.path.endswith(("/merge", "/reviews", "/merges", "/dismissals"))]
    assert not [one for one in github.site.requests if "graphql" in one.path]


# How much is asked.


def ticking(github: GitHubSide) -> tuple[GitHubPulls, HandClock, Connection]:
    clock = HandClock()
    return GitHubPulls(github.connection, github.mirror, clock=clock.monotonic), clock, github.connection


def asked_by_a_look(reader: GitHubPulls, clock: HandClock) -> int:
    """Look after a while; gives how many requests that took."""
    before = reader.connection.requests
    clock.move(31)
    reader.pulls()
    return reader.connection.requests - before


def settled(reader: GitHubPulls, clock: HandClock) -> None:
    """Look until the second of the last change is over, which GitHub's times cannot tell from the next change's."""

    def quiet() -> bool:
        return asked_by_a_look(reader, clock) == 1 and all(known.sure for known in reader.known.values())

    until(quiet, what="nothing more can have changed in the same second")


def test_a_look_at_what_did_not_change_is_one_request(github: GitHubSide) -> None:
    for number in range(3):
        github.bot().open(proposal({RUNBOOK: TEXT}, f"{number}a" * 8), later())
    reader, clock, connection = ticking(github)
    assert len(reader.pulls()) == 3
    settled(reader, clock)
    before = connection.requests
    assert reader.pulls() == reader.pulls()
    assert connection.requests == before


def test_a_change_of_one_asks_for_that_one_alone(github: GitHubSide) -> None:
    for number in range(3):
        github.bot().open(proposal({RUNBOOK: TEXT}, f"{number}a" * 8), later())
    reader, clock, _ = ticking(github)
    settled(reader, clock)
    github.asks("dana", "POST", "issues/2/comments", {"body": "hm"})
    before = len(github.site.requests)
    clock.move(31)
    assert [len(pull.comments) for pull in reader.pulls()] == [0, 1, 0]
    asked = [one.path.removeprefix("/repos/acme/runbooks/") for one in github.site.requests[before:]]
    details = ["pulls", "pulls/2/reviews", "issues/2/comments", "pulls/2/commits"]
    assert [path for path in asked if not path.startswith("commits/")] == details


def test_two_changes_within_one_second_are_both_seen(github: GitHubSide) -> None:
    reader, clock, _ = ticking(github)
    number = github.bot().open(ASKED, later()).number
    for count in range(1, 6):
        clock.move(31)
        reader.pulls()
        github.asks("dana", "POST", f"issues/{number}/comments", {"body": f"{count}"})
    settled(reader, clock)
    assert len(reader.pulls()[0].comments) == 5


def test_a_hint_makes_it_look_at_once(github: GitHubSide) -> None:
    number = github.bot().open(ASKED, later()).number
    reader, _, _ = ticking(github)
    reader.pulls()
    github.asks("dana", "POST", f"issues/{number}/comments", {"body": "hm"})
    assert reader.pulls()[0].comments == ()
    reader.stale(number)
    assert [one.text for one in reader.pulls()[0].comments] == ["hm"]
    reader.stale(4711)
    reader.stale(None)
    assert [one.text for one in reader.pulls()[0].comments] == ["hm"]


def test_checks_are_read_anew_after_a_while(github: GitHubSide) -> None:
    pull = github.bot().open(ASKED, later())
    reader, clock, _ = ticking(github)
    assert reader.pulls()[0].checks == ()
    run = {"name": "Validate", "head_sha": pull.head_sha, "status": "completed", "conclusion": "success"}
    github.connection.write("POST", "check-runs", run)
    clock.move(121)
    (check,) = reader.pulls()[0].checks
    assert (check.name, check.conclusion, check.by) == ("validate", "success", "runwright[bot]")


def test_the_statuses_of_what_is_no_app_are_checks_too_and_may_be_out_of_sight(github: GitHubSide) -> None:
    pull = github.bot().open(ASKED, later())
    for state in ("pending", "failure"):
        github.asks("erin", "POST", f"statuses/{pull.head_sha}", {"state": state, "context": "runwright/replay"})
    (check,) = github.reader().pulls()[0].checks
    assert (check.name, check.conclusion, check.by) == ("runwright-replay", "failure", "erin")
    github.site.faults.add(faults.refused(403, "Resource not accessible by integration"), "GET", "/statuses$")
    assert github.reader().pulls()[0].checks == ()


def test_a_merge_that_the_mirror_has_not_seen_is_open(github: GitHubSide) -> None:
    pull = github.bot().open(ASKED, later())
    github.merge(pull)
    reader, _, _ = ticking(github)
    assert reader.pulls()[0].state == "open"
    github.refresh()
    assert reader.pulls()[0].state == "merged"


def test_a_proposal_whose_commits_the_mirror_has_not_is_none_yet(github: GitHubSide, tmp_path: Any) -> None:
    from runwright.adapters.git_repository import GitRepository

    github.bot().open(ASKED, later())
    github.mirror = GitRepository.init_bare(tmp_path / "new.git")
    github.refresh()
    reader, _, _ = ticking(github)
    assert [(pull.runbook_id, pull.fingerprint) for pull in reader.pulls()] == [(None, None)]


def test_trouble_in_the_middle_of_a_look_loses_nothing(github: GitHubSide) -> None:
    for number in range(3):
        github.bot().open(proposal({RUNBOOK: TEXT}, f"{number}a" * 8), later())
    reader, _, _ = ticking(github)
    github.site.faults.add(faults.bad_gateway(), "GET", "/issues/2/comments", times=3)
    with pytest.raises(EdgeError):
        reader.pulls()
    assert len(reader.pulls()) == 3


@pytest.mark.parametrize("method", ["squash", "merge", "rebase"])
def test_each_way_to_merge_is_a_merge(github: GitHubSide, method: str) -> None:
    pull = github.bot().open(ASKED, later())
    github.site.bare.commit_files("main", {"README.md": b"moved on\n"}, "more")
    github.approve(pull)
    github.asks("dana", "PUT", f"pulls/{pull.number}/merge", {"merge_method": method})
    now = github.pull(pull.number)
    assert (now.state, github.file(now.merge_commit, RUNBOOK)) == ("merged", TEXT.encode())
    assert github.file(now.decisions[-1].base_sha, "README.md") == b"moved on\n"


def test_scope_is_refused_before_anything_is_asked(github: GitHubSide) -> None:
    bot = GitHubProposals(github.connection, github.mirror)
    before = github.connection.requests
    with pytest.raises(TrustError):
        bot.open(proposal({"tools/x.py": "x"}), later())
    assert github.connection.requests == before


def test_the_end_of_a_message_may_be_spelled_as_github_likes(github: GitHubSide) -> None:
    def trimmed(answer: Answer | None) -> Answer | None:
        sent = writes(github, "/git/commits")[-1].json
        commit = github.mirror.read_object(answer.body["sha"] if answer else "").data.rstrip(b"\n")
        assert commit.endswith(sent["message"].rstrip("\n").encode())
        return Answer(201, {"sha": github.site.bare.write("commit", commit)})

    github.site.faults.add(faults.Fault(trimmed, after=True), "POST", "/git/commits$")
    pull = github.bot().open(ASKED, later())
    assert is_whole(github).head_sha == pull.head_sha
    assert github.pull(pull.number).runbook_id == ASKED.runbook_id
    assert github.bot().open(ASKED, later(5)).head_sha == pull.head_sha


def test_two_who_open_the_same_at_once_open_one(github: GitHubSide) -> None:
    gate, opened = threading.Barrier(2), []

    def open_it() -> None:
        bot = github.bot()
        gate.wait(30)
        opened.append(bot.open(ASKED, later()).number)

    threads = [threading.Thread(target=open_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [1, 1]
    is_whole(github)


def test_a_forks_pull_request_under_our_names_changes_nothing(github: GitHubSide) -> None:
    fork = github.site.bares[github.site.fork("gina")]
    head = fork.commit_files("main", {RUNBOOK: b"theirs\n"}, "theirs")
    fork.set_ref(f"refs/heads/{ASKED.branch}", head)
    hidden = f"{ASKED.body}\n\n<!-- runwright-proposal fingerprint={'ab' * 8} evidence=exec-9 -->"
    body = {"title": ASKED.title, "head": f"gina:{ASKED.branch}", "base": "main", "body": hidden}
    theirs = github.asks("gina", "POST", "pulls", body)["number"]
    ours = github.bot().open(ASKED, later())
    assert ours.number != theirs
    pull = github.pull(theirs)
    assert (pull.by, pull.fingerprint, pull.runbook_id) == ("gina", None, None)
    assert pull.branch == f"gina/runbooks:{ASKED.branch}"
    assert github.bot().withdraw(theirs, "stale", "no", later(3)) is False


def test_a_team_counts_its_members_where_they_may_be_seen(github: GitHubSide) -> None:
    github.site.bare.commit_files("main", {".github/CODEOWNERS": b"* @dana @acme/owners\n"}, "owners")
    github.refresh()
    members = [{"login": login} for login in ("Dana", "erin", "frank", "runwright[bot]")]
    github.site.faults.add(faults.answered(Answer(200, members)), "GET", "/orgs/acme/teams/owners/members$")
    terms = GitHubTerms(github.connection, github.mirror)
    assert (terms.approvers(RUNBOOK), terms.approvers(RUNBOOK)) == (3, 3)
    github.site.faults.add(faults.refused(403, "Resource not accessible by integration"), "GET", "/members$")
    assert GitHubTerms(github.connection, github.mirror).approvers(RUNBOOK) == 3
