"""Checks, rules, settings and sign-ins of the tests' GitHub."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.github.accounts import PERMISSIONS
from tests.support.github.device import GRANT
from tests.support.github.keys import jwt
from tests.support.github.owners import owners_of
from tests.support.github.site import GitHubSite
from tests.support.github.talk import Voice, cloned, commit, git, opened, voice

pytestmark = pytest.mark.needs("github-server")
REVIEWED = {
    "type": "pull_request",
    "parameters": {
        "required_approving_review_count": 1,
        "dismiss_stale_reviews_on_push": True,
        "require_code_owner_review": False,
        "require_last_push_approval": True,
        "required_review_thread_resolution": False,
    },
}
CHECKED = {
    "type": "required_status_checks",
    "parameters": {
        "strict_required_status_checks_policy": False,
        "required_status_checks": [{"context": "runwright", "integration_id": 4711}],
    },
}


@pytest.fixture
def bot(github_site: GitHubSite) -> Voice:
    return voice(github_site, "bot")


@pytest.fixture
def erin(github_site: GitHubSite) -> Voice:
    return voice(github_site, "erin")


@pytest.fixture
def dana(github_site: GitHubSite) -> Voice:
    return voice(github_site, "dana")


@pytest.fixture
def app(github_site: GitHubSite) -> Voice:
    return Voice(github_site, github_site.token_for())


def ruleset(*rules: Mapping[str, Any], branch: str = "~DEFAULT_BRANCH", **more: Any) -> dict[str, Any]:
    where = {"ref_name": {"include": [branch], "exclude": []}}
    about = {"name": f"rules of {branch}", "target": "branch", "enforcement": "active", "conditions": where}
    return {**about, "rules": list(rules), **more}


def annotation(line: int) -> dict[str, Any]:
    return {"path": "a.yaml", "start_line": line, "end_line": line, "annotation_level": "warning", "message": "hm"}


def output(*lines: int) -> dict[str, Any]:
    return {"title": "t", "summary": "s", "annotations": [annotation(line) for line in lines]}


def test_annotations_are_appended_and_listed(bot: Voice, app: Voice) -> None:
    oid = commit(bot, "runwright/a", {"a.yaml": "a\n"})
    about = {"name": "runwright", "head_sha": oid, "external_id": "x-1", "status": "in_progress"}
    run = app.done("POST", "check-runs", {**about, "output": output(1)})
    assert (run["external_id"], run["app"]["slug"], run["conclusion"]) == ("x-1", "runwright", None)
    done = {"status": "completed", "conclusion": "success", "output": output(2, 3)}
    assert app.done("PATCH", f"check-runs/{run['id']}", done)["output"]["annotations_count"] == 3
    assert [one["start_line"] for one in app.done("GET", f"check-runs/{run['id']}/annotations")] == [1, 2, 3]
    listed = app.done("GET", f"commits/{oid}/check-runs?check_name=runwright")
    assert (listed["total_count"], listed["check_runs"][0]["conclusion"]) == (1, "success")
    assert app.done("GET", "commits/runwright%2Fa/check-runs?app_id=15368")["total_count"] == 0


def test_a_51st_annotation_an_unknown_commit_and_a_persons_token_are_refused(
    github_site: GitHubSite, bot: Voice, app: Voice
) -> None:
    github_site.forgiven.append("output/annotations: .* is too long")
    oid = commit(bot, "runwright/a", {"a.yaml": "a\n"})
    about = {"name": "runwright", "head_sha": oid}
    assert app("POST", "check-runs", {**about, "output": output(*range(1, 52))}).status == 422
    assert app("POST", "check-runs", {**about, "head_sha": "1" * 40}).status == 422
    assert bot("POST", "check-runs", about).status == 403


def test_a_run_belongs_to_its_app(github_site: GitHubSite, bot: Voice, app: Voice) -> None:
    workflow = Voice(github_site, github_site.token_for({"checks": "write"}, 816))
    about = {"name": "tests", "head_sha": commit(bot, "runwright/a", {"a.yaml": "a\n"})}
    run = workflow.done("POST", "check-runs", about)
    assert (run["app"]["id"], run["app"]["slug"]) == (15368, "github-actions")
    assert app("PATCH", f"check-runs/{run['id']}", {"status": "in_progress"}).status == 403


def test_the_newest_status_of_a_context_counts(bot: Voice) -> None:
    oid = commit(bot, "runwright/a", {"a.yaml": "a\n"})
    for state in ("pending", "failure", "success"):
        bot.done("POST", f"statuses/{oid}", {"state": state, "context": "runwright"})
    assert [one["state"] for one in bot.done("GET", f"commits/{oid}/statuses")] == ["success", "failure", "pending"]
    assert bot.done("GET", f"commits/{oid}/status")["state"] == "success"
    assert bot("POST", f"statuses/{'1' * 40}", {"state": "success"}).status == 422


def test_rules_hold_for_merges(github_site: GitHubSite, dana: Voice, bot: Voice, erin: Voice, app: Voice) -> None:
    dana.done("POST", "rulesets", ruleset(REVIEWED, CHECKED))
    pull = opened(bot)
    merge = f"pulls/{pull['number']}/merge"
    refused = erin("PUT", merge, {})
    assert (refused.status, "approving review" in refused.body["message"]) == (405, True)
    voice(github_site, "gina").done("POST", f"pulls/{pull['number']}/reviews", {"event": "APPROVE"})
    assert erin("PUT", merge, {}).status == 405
    erin.done("POST", f"pulls/{pull['number']}/reviews", {"event": "APPROVE"})
    bot.done("POST", f"statuses/{pull['head']['sha']}", {"state": "success", "context": "runwright"})
    refused = erin("PUT", merge, {})
    assert (refused.status, "runwright" in refused.body["message"]) == (405, True)
    about = {"name": "runwright", "head_sha": pull["head"]["sha"], "status": "completed", "conclusion": "success"}
    app.done("POST", "check-runs", about)
    assert bot.done("GET", f"pulls/{pull['number']}")["mergeable_state"] == "clean"
    assert erin("PUT", merge, {}).status == 200


def test_a_push_takes_approvals_back_and_who_pushed_last_does_not_count(dana: Voice, bot: Voice, erin: Voice) -> None:
    dana.done("POST", "rulesets", ruleset(REVIEWED))
    number = opened(bot)["number"]
    erin.done("POST", f"pulls/{number}/reviews", {"event": "APPROVE", "body": "fine"})
    commit(erin, "runwright/a", {"b": "b"}, base="runwright/a")
    assert [one["state"] for one in bot.done("GET", f"pulls/{number}/reviews")] == ["DISMISSED"]
    erin.done("POST", f"pulls/{number}/reviews", {"event": "APPROVE"})
    assert erin("PUT", f"pulls/{number}/merge", {}).status == 405


def test_rules_hold_for_pushes(github_site: GitHubSite, dana: Voice, erin: Voice, tmp_path: Any) -> None:
    dana.done("POST", "rulesets", ruleset(REVIEWED))
    oid = commit(erin, "erin", {"b": "b"})
    refused = erin("PATCH", "git/refs/heads/main", {"sha": oid})
    assert (refused.status, "pull request" in refused.body["message"]) == (422, True)
    work = cloned(github_site, "erin", tmp_path)
    pushed = git(github_site, erin.token, work, "push", "origin", "origin/erin:refs/heads/main")
    assert pushed.returncode != 0
    assert github_site.bare.resolve("refs/heads/main") != oid


def test_a_branch_that_only_steps_forward_takes_no_force(
    github_site: GitHubSite, dana: Voice, erin: Voice, tmp_path: Any
) -> None:
    dana.done("POST", "rulesets", ruleset({"type": "non_fast_forward"}))
    work = cloned(github_site, "erin", tmp_path)
    for words, code in ((("--allow-empty", "-m", "on"), 0), (("--amend", "--allow-empty", "-m", "back"), 1)):
        assert git(github_site, erin.token, work, "commit", *words).returncode == 0
        pushed = git(github_site, erin.token, work, "push", "--force", "origin", "HEAD:refs/heads/main")
        assert (pushed.returncode, "GH013: Cannot force-push" in pushed.stderr) == (code, bool(code))


def test_rulesets_are_told_to_all_and_their_bypass_list_to_administrators(dana: Voice, erin: Voice) -> None:
    bypass = [{"actor_id": 4711, "actor_type": "Integration", "bypass_mode": "always"}]
    made = dana.done("POST", "rulesets", ruleset(REVIEWED, bypass_actors=bypass))
    assert dana("POST", "rulesets", ruleset(REVIEWED)).status == 422
    assert erin("POST", "rulesets", ruleset(branch="refs/heads/x")).status == 403
    assert dana.done("GET", f"rulesets/{made['id']}")["bypass_actors"] == bypass
    assert "bypass_actors" not in erin.done("GET", f"rulesets/{made['id']}?includes_parents=true")
    assert [one["ruleset_id"] for one in erin.done("GET", "rules/branches/main")] == [made["id"]]
    assert erin.done("GET", "rules/branches/other") == []
    assert dana.done("PUT", f"rulesets/{made['id']}", {"enforcement": "disabled"})["enforcement"] == "disabled"
    assert erin.done("GET", "rules/branches/main") == []


def test_a_server_may_have_no_rulesets(github_site: GitHubSite, dana: Voice) -> None:
    github_site.switches.rulesets = False
    assert [dana("GET", path).status for path in ("rulesets", "rules/branches/main")] == [404, 404]


def test_a_branchs_protection_is_its_administrators(dana: Voice, erin: Voice) -> None:
    missing = dana("GET", "branches/main/protection")
    assert (missing.status, missing.body["message"]) == (404, "Branch not protected")
    assert erin("GET", "branches/main/protection").status == 403
    reviews = {"required_approving_review_count": 1, "dismiss_stale_reviews": True}
    checks = {"strict": True, "contexts": [], "checks": [{"context": "runwright", "app_id": 4711}]}
    asked = {"required_pull_request_reviews": reviews, "required_status_checks": checks, "enforce_admins": True}
    put = dana.done("PUT", "branches/main/protection", {**asked, "restrictions": None})
    assert put["required_pull_request_reviews"]["dismiss_stale_reviews"]
    assert put["required_status_checks"]["contexts"] == ["runwright"]
    assert put["enforce_admins"]["enabled"]
    assert dana("DELETE", "branches/main/protection").status == 204


def test_an_environment_keeps_its_reviewers_and_branches(github_site: GitHubSite, dana: Voice, erin: Voice) -> None:
    assert dana("GET", "environments/release").status == 404
    reviewers = [{"type": "User", "id": github_site.accounts.ids["frank"]}]
    policy = {"protected_branches": False, "custom_branch_policies": True}
    asked = {"reviewers": reviewers, "prevent_self_review": True, "deployment_branch_policy": policy}
    assert erin("PUT", "environments/release", asked).status == 403
    made = dana.done("PUT", "environments/release", asked)
    assert made["protection_rules"][0]["reviewers"][0]["reviewer"]["login"] == "frank"
    dana.done("POST", "environments/release/deployment-branch-policies", {"name": "main"})
    listed = erin.done("GET", "environments/release/deployment-branch-policies")
    assert [one["name"] for one in listed["branch_policies"]] == ["main"]
    assert erin.done("GET", "environments")["total_count"] == 1


def test_what_workflows_may_is_told_to_administrators(dana: Voice, erin: Voice) -> None:
    assert dana.done("GET", "actions/permissions")["enabled"]
    rights = dana.done("GET", "actions/permissions/workflow")
    assert rights == {"default_workflow_permissions": "write", "can_approve_pull_request_reviews": True}
    dana.done("PUT", "actions/permissions/workflow", {"default_workflow_permissions": "read"})
    assert dana.done("GET", "actions/permissions/workflow")["default_workflow_permissions"] == "read"
    assert erin("GET", "actions/permissions/workflow").status == 403


def test_workflows_and_owners_are_read_from_the_default_branch(github_site: GitHubSite, erin: Voice) -> None:
    assert erin("GET", "codeowners/errors").status == 404
    owners = b"# who\n/runbooks/ @erin @nobody @acme/none\n/rules/ @gina\n"
    files = {".github/CODEOWNERS": owners, ".github/workflows/validate.yml": b"name: validate\non: push\n"}
    github_site.bare.commit_files("main", files, "Settings")
    errors = erin.done("GET", "codeowners/errors")["errors"]
    assert [(one["line"], one["column"]) for one in errors] == [(2, 18), (2, 26), (3, 9)]
    workflows = erin.done("GET", "actions/workflows")["workflows"]
    assert [(one["name"], one["path"]) for one in workflows] == [("validate", ".github/workflows/validate.yml")]


def test_a_report_for_code_scanning_is_unpacked_or_refused(github_site: GitHubSite, bot: Voice, app: Voice) -> None:
    oid = commit(bot, "runwright/a", {"a.yaml": "a\n"})
    packed = base64.b64encode(gzip.compress(json.dumps({"version": "2.1.0", "runs": []}).encode())).decode()
    asked = {"commit_sha": oid, "ref": "refs/heads/runwright/a", "sarif": packed}
    number = app.done("POST", "code-scanning/sarifs", asked)["id"]
    assert github_site.sarifs[number]["report"]["version"] == "2.1.0"
    assert app.done("GET", f"code-scanning/sarifs/{number}")["processing_status"] == "complete"
    assert app("POST", "code-scanning/sarifs", {**asked, "sarif": "bm9uZQ=="}).status == 400
    github_site.switches.code_scanning = False
    assert app("POST", "code-scanning/sarifs", asked).status == 403


def test_an_installation_may_what_its_token_says(github_site: GitHubSite) -> None:
    narrow = Voice(github_site, github_site.token_for({"contents": "read", "metadata": "read"}))
    assert narrow("GET", "git/ref/heads/main").status == 200
    assert narrow("POST", "git/blobs", {"content": "x"}).status == 403
    assert narrow("GET", "/user").status == 403
    assert narrow.done("GET", "/installation/repositories")["repositories"][0]["full_name"] == "acme/runbooks"
    assert narrow("DELETE", "/installation/token").status == 204
    assert narrow("GET", "git/ref/heads/main").status == 401


def test_the_app_itself_speaks_by_a_short_lived_token(github_site: GitHubSite) -> None:
    itself = Voice(github_site, jwt(github_site.app))
    assert itself.done("GET", "/app")["slug"] == "runwright"
    assert itself.done("GET", "installation")["permissions"] == dict(PERMISSIONS)
    long = Voice(github_site, jwt(github_site.app, seconds=3600))
    assert long("GET", "/app").status == 401


def test_signing_in_waits_for_the_person(github_site: GitHubSite) -> None:
    nobody = Voice(github_site, "")
    codes = nobody(
        "POST", "/login/device/code", {"client_id": "Iv1.runwright", "scope": "repo"}, Accept="application/json"
    ).body
    ask = {"client_id": "Iv1.runwright", "device_code": codes["device_code"], "grant_type": GRANT}

    def answer() -> Any:
        return nobody("POST", "/login/oauth/access_token", ask, Accept="application/json").body

    assert answer()["error"] == "authorization_pending"
    github_site.devices.too_fast = 1
    assert answer()["error"] == "slow_down"
    github_site.devices.approve(codes["user_code"], "erin")
    token = answer()["access_token"]
    assert Voice(github_site, token).done("GET", "/user")["login"] == "erin"
    assert answer()["error"] == "incorrect_device_code"


@pytest.mark.parametrize(("what", "error"), [("refuse", "access_denied"), ("expire", "expired_token")])
def test_signing_in_can_fail(github_site: GitHubSite, what: str, error: str) -> None:
    nobody = Voice(github_site, "")
    codes = nobody("POST", "/login/device/code", {"client_id": "Iv1.runwright"}, Accept="application/json").body
    getattr(github_site.devices, what)(codes["user_code"])
    ask = {"client_id": "Iv1.runwright", "device_code": codes["device_code"], "grant_type": GRANT}
    assert nobody("POST", "/login/oauth/access_token", ask, Accept="application/json").body["error"] == error


def test_a_team_has_its_members_and_may_own(github_site: GitHubSite, erin: Voice) -> None:
    github_site.accounts.teams["owners"] = {"erin"}
    github_site.bare.commit_files("main", {"CODEOWNERS": b"* @acme/owners\n"}, "Owners")
    assert erin.done("GET", "/orgs/acme/teams/owners/memberships/erin")["state"] == "active"
    assert erin("GET", "/orgs/acme/teams/owners/memberships/frank").status == 404
    assert erin.done("GET", "/orgs/acme/teams/owners")["members_count"] == 1
    assert erin.done("GET", "codeowners/errors") == {"errors": []}


def test_a_method_of_merging_may_be_switched_off(github_site: GitHubSite, dana: Voice, bot: Voice, erin: Voice) -> None:
    dana.done("PATCH", "", {"allow_squash_merge": False})
    number = opened(bot)["number"]
    refused = erin("PUT", f"pulls/{number}/merge", {"merge_method": "squash"})
    assert (refused.status, refused.body["message"]) == (405, "Squash merges are not allowed on this repository.")
    assert erin("PUT", f"pulls/{number}/merge", {"merge_method": "rebase"}).status == 200


def test_what_happened_to_a_pull_request_is_listed(github_site: GitHubSite, bot: Voice, erin: Voice) -> None:
    number = opened(bot)["number"]
    commit(bot, "other", {"c": "c"})
    bot.done("PATCH", f"pulls/{number}", {"base": "other"})
    bot.done("PATCH", f"pulls/{number}", {"state": "closed"})
    bot.done("PATCH", f"pulls/{number}", {"state": "open"})
    erin.done("PUT", f"pulls/{number}/merge", {})
    told = [(one["event"], one["actor"]["login"]) for one in bot.done("GET", f"issues/{number}/events")]
    mine = [(name, "runwright-bot") for name in ("base_ref_changed", "closed", "reopened")]
    assert told == [*mine, ("merged", "erin"), ("closed", "erin")]
    assert github_site.bare.is_ancestor("refs/heads/runwright/a", "refs/heads/other")


def test_an_app_writes_only_where_the_rules_let_it(
    github_site: GitHubSite, dana: Voice, erin: Voice, app: Voice, tmp_path: Any
) -> None:
    where = {"ref_name": {"include": ["~ALL"], "exclude": ["refs/heads/runwright/**"]}}
    people = [{"actor_id": number, "actor_type": "RepositoryRole", "bypass_mode": "always"} for number in (4, 5)]
    rules = [{"type": kind} for kind in ("creation", "update", "deletion")]
    dana.done("POST", "rulesets", ruleset(*rules, conditions=where, bypass_actors=people))
    oid = commit(app, "runwright/a/b", {"a": "a"})
    refused = app("POST", "git/refs", {"ref": "refs/heads/other/a", "sha": oid})
    assert (refused.status, "creations being restricted" in refused.body["message"]) == (422, True)
    assert app("DELETE", "git/refs/heads/main").status == 422
    work = cloned(github_site, "erin", tmp_path)
    assert git(github_site, app.token, work, "push", "origin", "main:refs/heads/other/b").returncode != 0
    assert git(github_site, app.token, work, "push", "origin", "main:refs/heads/runwright/c").returncode == 0
    assert git(github_site, erin.token, work, "push", "origin", "main:refs/heads/other/b").returncode == 0


def test_a_rule_may_be_about_tags(dana: Voice, erin: Voice) -> None:
    where = {"ref_name": {"include": ["refs/tags/rules-v*"], "exclude": []}}
    rules = [{"type": kind} for kind in ("update", "deletion")]
    dana.done("POST", "rulesets", ruleset(*rules, target="tag", conditions=where))
    main = erin.done("GET", "git/ref/heads/main")["object"]["sha"]
    for name in ("rules-v1", "other"):
        erin.done("POST", "git/refs", {"ref": f"refs/tags/{name}", "sha": main})
    assert [erin("DELETE", f"git/refs/tags/{name}").status for name in ("rules-v1", "other")] == [422, 204]


def test_the_owners_of_what_is_changed_must_approve(
    github_site: GitHubSite, dana: Voice, bot: Voice, erin: Voice
) -> None:
    rule = {"type": "pull_request", "parameters": {**REVIEWED["parameters"], "require_code_owner_review": True}}  # type: ignore[dict-item]
    dana.done("POST", "rulesets", ruleset(rule))
    github_site.accounts.teams["keepers"] = {"frank"}
    lines = b"* @dana\n/runbooks/ @acme/keepers\n/runbooks/free/\n"
    github_site.bare.commit_files("main", {".github/CODEOWNERS": lines}, "Owners")
    number = opened(bot)["number"]
    erin.done("POST", f"pulls/{number}/reviews", {"event": "APPROVE"})
    refused = erin("PUT", f"pulls/{number}/merge", {})
    assert (refused.status, "code owner" in refused.body["message"]) == (405, True)
    voice(github_site, "frank").done("POST", f"pulls/{number}/reviews", {"event": "APPROVE"})
    assert erin("PUT", f"pulls/{number}/merge", {}).status == 200
    free = opened(bot, "runwright/b", {"runbooks/free/b.yaml": "b"})["number"]
    erin.done("POST", f"pulls/{free}/reviews", {"event": "APPROVE"})
    assert erin("PUT", f"pulls/{free}/merge", {}).status == 200


@pytest.mark.parametrize(
    ("glob", "path", "fits"),
    [
        ("*", "a/b.c", True),
        ("*.yml", "a/b.yml", True),
        ("*.yml", "a/b.yaml", False),
        ("/runbooks/", "runbooks/linux/A.yaml", True),
        ("/runbooks/", "docs/runbooks/A.yaml", False),
        ("runbooks/", "docs/runbooks/A.yaml", True),
        ("docs/*", "docs/a.md", True),
        ("docs/*", "docs/a/b.md", False),
        ("/.github/**", ".github/workflows/x.yml", True),
        ("**/keys", "a/b/keys/k.pem", True),
        ("/CODEOWNERS", "CODEOWNERS", True),
    ],
)
def test_a_line_of_owners_means_what_githubs_page_says(glob: str, path: str, fits: bool) -> None:
    assert bool(owners_of([f"{glob} @dana"], path)) is fits


def test_a_release_has_one_tag_and_a_tag_one_release(github_site: GitHubSite, erin: Voice) -> None:
    made = erin.done("POST", "releases", {"tag_name": "rules-v1", "name": "One", "body": "Notes"})
    assert github_site.bare.resolve("refs/tags/rules-v1") == github_site.bare.resolve("main")
    again = erin("POST", "releases", {"tag_name": "rules-v1"})
    assert (again.status, again.body["errors"][0]["code"]) == (422, "already_exists")
    assert erin.done("GET", "releases/tags/rules-v1")["id"] == made["id"]
    assert erin("GET", "releases/tags/rules-v2").status == 404
    assert erin("POST", "releases", {"tag_name": "rules-v3", "target_commitish": "none"}).status == 422
    assert erin("POST", "releases", {"tag_name": "a..b"}).status == 422


def test_an_apps_approval_counts_as_githubs_does(github_site: GitHubSite, dana: Voice, bot: Voice, erin: Voice) -> None:
    dana.done("POST", "rulesets", ruleset(REVIEWED))
    workflow = Voice(github_site, github_site.token_for({"pull_requests": "write"}, 816))
    number = opened(bot)["number"]
    github_site.switches.workflows_may_approve = False
    refused = workflow("POST", f"pulls/{number}/reviews", {"event": "APPROVE"})
    assert (refused.status, "not permitted to approve" in refused.errors) == (422, True)
    assert erin("PUT", f"pulls/{number}/merge", {}).status == 405
    github_site.switches.workflows_may_approve = True
    workflow.done("POST", f"pulls/{number}/reviews", {"event": "APPROVE"})
    assert erin("PUT", f"pulls/{number}/merge", {}).status == 200
