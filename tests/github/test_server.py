"""The GitHub of the tests refuses what GitHub refuses, where the server that others wrote does not."""

from __future__ import annotations

import pytest

from tests.support.github.site import GitHubSite
from tests.support.github.talk import Voice, commit, opened, voice

pytestmark = pytest.mark.needs("github-server")


@pytest.fixture
def bot(github_site: GitHubSite) -> Voice:
    return voice(github_site, "bot")


@pytest.fixture
def erin(github_site: GitHubSite) -> Voice:
    return voice(github_site, "erin")


def test_an_unknown_token_is_401(github_site: GitHubSite) -> None:
    assert Voice(github_site, "ghp_nobody")("GET", "/user").status == 401


def test_a_revoked_token_is_401_from_then_on(github_site: GitHubSite, erin: Voice) -> None:
    assert erin.done("GET", "/user")["login"] == "erin"
    github_site.accounts.revoked.add(erin.token)
    assert erin("GET", "/user").status == 401


def test_nobody_and_a_stranger_do_not_see_a_private_repository(github_site: GitHubSite) -> None:
    assert voice(github_site, "mallory")("GET", "").status == 404
    assert voice(github_site, "mallory")("GET", "issues").status == 404
    assert Voice(github_site, "")("GET", "issues").status in {401, 404}


def test_a_reader_may_not_write(github_site: GitHubSite) -> None:
    gina = voice(github_site, "gina")
    assert gina("GET", "git/ref/heads/main").status == 200
    assert gina("POST", "git/blobs", {"content": "x"}).status == 403


def test_a_permission_is_told_in_githubs_words(github_site: GitHubSite, bot: Voice) -> None:
    told = {
        login: bot.done("GET", f"collaborators/{login}/permission")["permission"]
        for login in ("dana", "erin", "gina", "mallory")
    }
    assert told == {"dana": "admin", "erin": "write", "gina": "read", "mallory": "none"}


def test_the_repository_tells_each_what_they_may(github_site: GitHubSite) -> None:
    may = {login: voice(github_site, login).done("GET", "")["permissions"] for login in ("dana", "erin", "gina")}
    assert [may[login]["admin"] for login in may] == [True, False, False]
    assert [may[login]["push"] for login in may] == [True, True, False]


def test_a_pull_request_tells_what_git_says(bot: Voice) -> None:
    pull = opened(bot, "runwright/a", {"runbooks/a.yaml": "id: A\nversion: 1\n"})
    assert (pull["commits"], pull["changed_files"], pull["additions"], pull["mergeable"]) == (1, 1, 2, True)
    assert [one["filename"] for one in bot.done("GET", f"pulls/{pull['number']}/files")] == ["runbooks/a.yaml"]
    assert [one["sha"] for one in bot.done("GET", f"pulls/{pull['number']}/commits")] == [pull["head"]["sha"]]


def test_a_list_of_pull_requests_leaves_out_what_github_leaves_out(bot: Voice) -> None:
    opened(bot)
    listed = bot.done("GET", "pulls?head=acme:runwright/a&state=all")
    assert len(listed) == 1
    assert not {"merged", "mergeable", "commits"} & listed[0].keys()


def test_a_second_pull_request_for_a_head_is_422(bot: Voice) -> None:
    opened(bot)
    refused = bot("POST", "pulls", {"title": "Again", "head": "runwright/a", "base": "main"})
    assert refused.status == 422
    assert "A pull request already exists for acme:runwright/a." in refused.errors


def test_a_pull_request_without_commits_is_422(bot: Voice) -> None:
    main = bot.done("GET", "git/ref/heads/main")["object"]["sha"]
    bot.done("POST", "git/refs", {"ref": "refs/heads/runwright/empty", "sha": main})
    refused = bot("POST", "pulls", {"title": "Empty", "head": "runwright/empty", "base": "main"})
    assert (refused.status, "No commits between main and runwright/empty" in refused.errors) == (422, True)


@pytest.mark.parametrize(
    ("head", "base", "name"), [("runwright/none", "main", "head"), ("runwright/a", "none", "base")]
)
def test_a_missing_branch_is_422(bot: Voice, head: str, base: str, name: str) -> None:
    commit(bot, "runwright/a", {"a": "a"})
    refused = bot("POST", "pulls", {"title": "T", "head": head, "base": base})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, name)


def test_a_text_that_is_too_long_is_422_counted_in_characters(bot: Voice) -> None:
    commit(bot, "runwright/a", {"a": "a"})
    asked = {"title": "T", "head": "runwright/a", "base": "main"}
    refused = bot("POST", "pulls", asked | {"body": "é" * 65_537})
    assert (refused.status, "body is too long" in refused.errors) == (422, True)
    number = bot.done("POST", "pulls", asked | {"body": "é" * 65_536})["number"]
    assert bot("PATCH", f"pulls/{number}", {"body": "x" * 65_537}).status == 422
    assert bot("POST", f"issues/{number}/comments", {"body": "x" * 65_537}).status == 422


def test_the_author_may_not_approve(bot: Voice) -> None:
    number = opened(bot)["number"]
    refused = bot("POST", f"pulls/{number}/reviews", {"event": "APPROVE"})
    assert (refused.status, "Can not approve your own pull request" in refused.errors) == (422, True)


def test_asking_for_changes_wants_words(bot: Voice, erin: Voice) -> None:
    number = opened(bot)["number"]
    assert erin("POST", f"pulls/{number}/reviews", {"event": "REQUEST_CHANGES"}).status == 422
    assert erin("POST", f"pulls/{number}/reviews", {"event": "REQUEST_CHANGES", "body": "No"}).status == 200


def test_a_review_names_the_commit_that_was_looked_at(bot: Voice, erin: Voice) -> None:
    pull = opened(bot)
    review = erin.done("POST", f"pulls/{pull['number']}/reviews", {"event": "APPROVE"})
    assert review["commit_id"] == pull["head"]["sha"]
    assert erin("POST", f"pulls/{pull['number']}/reviews", {"event": "APPROVE", "commit_id": "0" * 40}).status == 422


def test_a_reader_may_review_and_stays_a_reader(github_site: GitHubSite, bot: Voice) -> None:
    number, gina = opened(bot)["number"], voice(github_site, "gina")
    assert gina.done("POST", f"pulls/{number}/reviews", {"event": "APPROVE"})["state"] == "APPROVED"
    assert gina("POST", "labels", {"name": "x", "color": "ff0000"}).status == 403


def test_a_request_for_a_review_ends_with_the_review(bot: Voice, erin: Voice) -> None:
    number = opened(bot)["number"]
    asked = bot("POST", f"pulls/{number}/requested_reviewers", {"reviewers": ["erin", "frank"]})
    assert asked.status == 201
    erin.done("POST", f"pulls/{number}/reviews", {"event": "COMMENT", "body": "Hm"})
    assert [one["login"] for one in bot.done("GET", f"pulls/{number}")["requested_reviewers"]] == ["frank"]


@pytest.mark.parametrize("login", ["runwright-bot", "mallory"])
def test_neither_the_author_nor_a_stranger_can_be_asked(bot: Voice, login: str) -> None:
    number = opened(bot)["number"]
    assert bot("POST", f"pulls/{number}/requested_reviewers", {"reviewers": [login]}).status == 422


@pytest.mark.parametrize("name", ["x" * 51, "y" * 80])
def test_a_label_that_is_too_long_is_422(bot: Voice, name: str) -> None:
    assert bot("POST", "labels", {"name": name, "color": "ff0000"}).status == 422
    number = opened(bot)["number"]
    assert bot("POST", f"issues/{number}/labels", {"labels": [name]}).status == 422


def test_a_label_that_is_there_already_is_422(bot: Voice) -> None:
    bot.done("POST", "labels", {"name": "runbook", "color": "ff0000"})
    again = bot("POST", "labels", {"name": "runbook", "color": "ff0000"})
    assert (again.status, again.body["errors"][0]["code"]) == (422, "already_exists")


def test_merging_at_another_head_is_409(bot: Voice, erin: Voice) -> None:
    number = opened(bot)["number"]
    assert erin("PUT", f"pulls/{number}/merge", {"sha": "0" * 40}).status == 409


def test_merging_twice_is_405(bot: Voice, erin: Voice) -> None:
    number = opened(bot)["number"]
    erin.done("PUT", f"pulls/{number}/merge", {})
    assert erin("PUT", f"pulls/{number}/merge", {}).status == 405
    assert erin("GET", f"pulls/{number}/merge").status == 204


def test_merging_a_draft_is_405(bot: Voice, erin: Voice) -> None:
    commit(bot, "runwright/a", {"a": "a"})
    body = {"title": "T", "head": "runwright/a", "base": "main", "draft": True}
    assert erin("PUT", f"pulls/{bot.done('POST', 'pulls', body)['number']}/merge", {}).status == 405


def test_a_conflict_is_told_and_not_merged(github_site: GitHubSite, bot: Voice, erin: Voice) -> None:
    number = opened(bot, "runwright/a", {"README.md": "one\n"})["number"]
    github_site.bare.commit_files("main", {"README.md": b"two\n"}, "Other")
    pull = bot.done("GET", f"pulls/{number}")
    assert (pull["mergeable"], pull["mergeable_state"]) == (False, "dirty")
    assert erin("PUT", f"pulls/{number}/merge", {}).status == 405


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_a_merge_leaves_its_commit_on_the_base(github_site: GitHubSite, bot: Voice, erin: Voice, method: str) -> None:
    pull = opened(bot)
    github_site.bare.commit_files("main", {"other.md": b"meanwhile\n"}, "Other")
    made = erin.done("PUT", f"pulls/{pull['number']}/merge", {"merge_method": method})["sha"]
    merged = bot.done("GET", f"pulls/{pull['number']}")
    assert (merged["merged"], merged["merge_commit_sha"], merged["merged_by"]["login"]) == (True, made, "erin")
    names = set(github_site.bare.lines("ls-tree", "-r", "--name-only", "main"))
    assert names == {"README.md", "other.md", "runbooks/a.yaml"}
    assert github_site.bare.resolve("refs/heads/main") == made
    assert github_site.bare.is_ancestor(pull["head"]["sha"], made) == (method == "merge")


def test_before_merging_the_merge_commit_is_only_a_try(github_site: GitHubSite, bot: Voice) -> None:
    trial = opened(bot)["merge_commit_sha"]
    assert github_site.bare.kind(trial) == "commit"
    assert not github_site.bare.is_ancestor(trial, "refs/heads/main")


def test_a_push_moves_the_head(bot: Voice) -> None:
    number = opened(bot)["number"]
    second = commit(bot, "runwright/a", {"b": "b"}, base="runwright/a")
    pull = bot.done("GET", f"pulls/{number}")
    assert (pull["head"]["sha"], pull["commits"]) == (second, 2)


def test_a_pull_request_without_its_branch_is_closed_by_who_deleted_it(bot: Voice, erin: Voice) -> None:
    number = opened(bot)["number"]
    erin.done("DELETE", "git/refs/heads/runwright/a")
    assert bot.done("GET", f"pulls/{number}")["state"] == "closed"
    assert bot.done("GET", f"issues/{number}")["closed_by"]["login"] == "erin"
    assert bot("PATCH", f"pulls/{number}", {"state": "open"}).status == 422


def test_a_merged_pull_request_stays_merged(bot: Voice, erin: Voice) -> None:
    number = opened(bot)["number"]
    erin.done("PUT", f"pulls/{number}/merge", {})
    assert bot("PATCH", f"pulls/{number}", {"state": "open"}).status == 422


def test_pull_requests_are_found_by_their_merge(bot: Voice, erin: Voice) -> None:
    number = opened(bot)["number"]
    made = erin.done("PUT", f"pulls/{number}/merge", {"merge_method": "squash"})["sha"]
    assert [one["number"] for one in bot.done("GET", f"commits/{made}/pulls")] == [number]


def test_a_forks_pull_request_names_the_fork_and_its_head_is_brought_in(github_site: GitHubSite, bot: Voice) -> None:
    gina = voice(github_site, "gina")
    assert github_site.fork("gina") == "gina/runbooks"
    fork = github_site.bares["gina/runbooks"]
    fork.set_ref("refs/heads/evil", fork.resolve("refs/heads/main"))
    head = fork.commit_files("evil", {".github/workflows/x.yml": b"on: push\n"}, "Evil")
    body = {"title": "Runwright", "head": "gina:evil", "base": "main", "body": "<!-- runwright:a -->"}
    pull = gina.done("POST", "pulls", body)
    assert (pull["head"]["repo"]["full_name"], pull["head"]["sha"]) == ("gina/runbooks", head)
    assert github_site.bare.refs()[f"refs/pull/{pull['number']}/head"] == head
    assert [one["filename"] for one in bot.done("GET", f"pulls/{pull['number']}/files")] == [".github/workflows/x.yml"]
    assert bot.done("GET", "pulls?head=acme:evil&state=all") == []
    assert gina("POST", "pulls", {"title": "T", "head": "main", "base": "main"}).status == 403


def test_the_same_answer_is_not_sent_twice(bot: Voice) -> None:
    first = bot("GET", "git/ref/heads/main")
    again = bot("GET", "git/ref/heads/main", **{"If-None-Match": first.headers["etag"]})
    assert (first.status, again.status, again.body) == (200, 304, b"")
    commit(bot, "runwright/a", {"a": "a"})
    assert bot("GET", "git/ref/heads/main", **{"If-None-Match": first.headers["etag"]}).status == 304


def test_whatever_happens_to_a_pull_request_changes_its_time(github_site: GitHubSite, bot: Voice) -> None:
    numbers = [opened(bot, f"runwright/{name}")["number"] for name in "ab"]
    first = github_site.pulls[numbers[0]]
    gina = voice(github_site, "gina")
    for pull in github_site.pulls.values():
        pull.touched = "2030-01-01T00:00:00Z"
    comment = gina.done("POST", f"issues/{numbers[0]}/comments", {"body": "Hm"})
    assert first.touched < "2030-01-01T00:00:00Z"
    first.touched = "2030-01-02T00:00:00Z"
    listed = bot.done("GET", "pulls?sort=updated&direction=desc")
    assert [one["number"] for one in listed] == numbers
    assert listed[0]["updated_at"] == first.touched
    for change in (
        lambda: gina.done("PATCH", f"issues/comments/{comment['id']}", {"body": "Hm!"}),
        lambda: bot.done("POST", f"issues/{numbers[0]}/labels", {"labels": ["runbook"]}),
        lambda: commit(bot, "runwright/a", {"c": "c"}, base="runwright/a"),
        lambda: gina.done("POST", f"pulls/{numbers[0]}/reviews", {"event": "COMMENT", "body": "Ok"}),
    ):
        first.touched = ""
        change()
        assert len(first.touched) == len("2030-01-01T00:00:00Z")


def test_an_app_comments_only_with_the_right(github_site: GitHubSite, bot: Voice) -> None:
    number = opened(bot)["number"]
    reader = Voice(github_site, github_site.token_for({"issues": "read", "pull_requests": "read"}))
    assert reader("POST", f"issues/{number}/comments", {"body": "Hm"}).status == 403


def test_an_account_has_one_number_wherever_it_is_told(github_site: GitHubSite, bot: Voice, erin: Voice) -> None:
    app = Voice(github_site, github_site.token_for())
    pull = opened(app)
    comment = app.done("POST", f"issues/{pull['number']}/comments", {"body": "Hm"})
    pushes = app.done("GET", "activity?ref=refs/heads/runwright/a")
    numbers = {one["id"] for one in (pull["user"], comment["user"], pushes[0]["actor"])}
    assert numbers == {bot.done("GET", "/users/runwright%5Bbot%5D")["id"]}
    assert {one["type"] for one in (pull["user"], pushes[0]["actor"])} == {"Bot"}
    status = erin.done("POST", f"statuses/{pull['head']['sha']}", {"state": "success"})
    assert status["creator"]["id"] == erin.done("GET", "/user")["id"]
    tips = app.done("GET", f"pulls/{pull['number']}/commits")
    assert tips[0]["author"]["login"] == "runwright[bot]"


def test_every_answer_tells_its_number_and_the_limit(bot: Voice) -> None:
    for path in ("git/ref/heads/main", "labels", "pulls/99"):
        told = bot("GET", path).headers
        assert int(told["x-ratelimit-remaining"]) > 0
        assert told["x-github-request-id"]
