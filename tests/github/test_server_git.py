"""The Git data of the tests' GitHub: one truth, whether it is asked by the API or by git."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest

from tests.support.github.site import GitHubSite
from tests.support.github.talk import Voice, cloned, commit, git, opened, voice

pytestmark = pytest.mark.needs("github-server")


@pytest.fixture
def bot(github_site: GitHubSite) -> Voice:
    return voice(github_site, "bot")


def test_a_commit_of_the_api_has_gits_own_id(github_site: GitHubSite, bot: Voice) -> None:
    parent = bot.done("GET", "git/ref/heads/main")["object"]["sha"]
    tree = bot.done("GET", f"git/commits/{parent}")["tree"]["sha"]
    blob = bot.done("POST", "git/blobs", {"content": base64.b64encode(b"\x00\xff").decode(), "encoding": "base64"})
    entries = [{"path": "a/b.bin", "mode": "100755", "type": "blob", "sha": blob["sha"]}]
    made = bot.done("POST", "git/trees", {"base_tree": tree, "tree": entries})
    who = {"name": "Erin É", "email": "erin@acme.example", "date": "2026-03-04T05:06:07Z"}
    asked = {"message": "Say é\n\nMore", "tree": made["sha"], "parents": [parent], "author": who, "committer": who}
    told = bot.done("POST", "git/commits", asked)
    stamp = "Erin É <erin@acme.example> 1772600767 +0000"
    lines = f"tree {made['sha']}\nparent {parent}\nauthor {stamp}\ncommitter {stamp}\n\nSay é\n\nMore"
    expected = subprocess.run(
        ["git", "hash-object", "-t", "commit", "--stdin"], input=lines.encode(), capture_output=True, check=True
    ).stdout.decode()
    assert told["sha"] == expected.strip()
    assert bot.done("GET", f"git/commits/{told['sha']}")["author"] == who
    assert told["sha"] not in github_site.bridge.known  # the emulator ends each message with a line's end


def test_git_and_the_emulator_agree_on_every_id(github_site: GitHubSite, bot: Voice) -> None:
    files = {"runbooks/linux/é.yaml": "id: É\r\n", "a.b": "", "a/c": "c", "ab": "x"}
    oid = commit(bot, "runwright/a", files)
    second = commit(bot, "runwright/a", {"a/c": "d"}, base="runwright/a")
    assert {oid, second, str(github_site.bare.resolve(f"{second}^{{tree}}"))} <= github_site.bridge.known
    signed = {"message": "Signed", "tree": github_site.bare.resolve(f"{oid}^{{tree}}"), "parents": [oid]}
    other = bot.done("POST", "git/commits", {**signed, "signature": "-----BEGIN SSH SIGNATURE-----\nU1NI\n"})
    assert other["verification"]["signature"].startswith("-----BEGIN SSH")
    assert other["sha"] not in github_site.bridge.known


def test_the_bridge_fails_where_they_do_not_agree(github_site: GitHubSite) -> None:
    with pytest.raises(AssertionError, match="the emulator says"):
        github_site.bridge.tell("blob", {"content": "x", "encoding": "utf-8"}, "0" * 40)


def test_an_entry_without_an_id_is_deleted_and_the_rest_stays(bot: Voice) -> None:
    commit(bot, "runwright/a", {"a/x": "1", "a/y": "2"})
    head = bot.done("GET", "git/ref/heads/runwright/a")["object"]["sha"]
    tree = bot.done("GET", f"git/commits/{head}")["tree"]["sha"]
    gone = {"path": "a/x", "mode": "100644", "type": "blob", "sha": None}
    made = bot.done("POST", "git/trees", {"base_tree": tree, "tree": [gone]})["sha"]
    paths = [one["path"] for one in bot.done("GET", f"git/trees/{made}?recursive=1")["tree"] if one["type"] == "blob"]
    assert paths == ["README.md", "a/y"]


@pytest.mark.parametrize(
    "name",
    ["a..b", "a b", "a~b", "a^b", "a:b", "a?b", "a*b", "a[b", "a@{b", "a//b", "-a", ".a", "a/.b", "a.", "a.lock", "a/"],
)
def test_a_wrong_branch_name_is_422(bot: Voice, name: str) -> None:
    main = bot.done("GET", "git/ref/heads/main")["object"]["sha"]
    assert bot("POST", "git/refs", {"ref": f"refs/heads/{name}", "sha": main}).status == 422


def test_a_branch_cannot_be_below_another(bot: Voice) -> None:
    main = bot.done("GET", "git/ref/heads/main")["object"]["sha"]
    bot.done("POST", "git/refs", {"ref": "refs/heads/runwright", "sha": main})
    assert bot("POST", "git/refs", {"ref": "refs/heads/runwright/a", "sha": main}).status == 422


def test_a_ref_that_is_there_a_sha_that_is_not_and_a_step_back_are_422(bot: Voice) -> None:
    main = bot.done("GET", "git/ref/heads/main")["object"]["sha"]
    commit(bot, "runwright/a", {"a": "a"})
    again = bot("POST", "git/refs", {"ref": "refs/heads/runwright/a", "sha": main})
    assert (again.status, again.body["message"]) == (422, "Reference already exists")
    assert bot("POST", "git/refs", {"ref": "refs/heads/b", "sha": "1" * 40}).status == 422
    back = bot("PATCH", "git/refs/heads/runwright/a", {"sha": main})
    assert (back.status, back.body["message"]) == (422, "Update is not a fast forward")
    assert bot("PATCH", "git/refs/heads/runwright/a", {"sha": main, "force": True}).status == 200


def test_a_tag_pushed_by_git_comes_back_under_its_id(github_site: GitHubSite, bot: Voice, tmp_path: Path) -> None:
    work, token = cloned(github_site, "erin", tmp_path), github_site.tokens["erin"]
    text = "object {0}\ntype commit\ntag rules-v1\ntagger Erin <erin@acme.example> 1772600767 +0000\n\nrules\n"
    text += "-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n"
    main = github_site.bare.resolve("refs/heads/main")
    made = subprocess.run(
        ["git", "mktag"], input=text.format(main), cwd=work, capture_output=True, text=True, check=True
    ).stdout.strip()
    done = git(github_site, token, work, "push", "--atomic", "origin", f"{made}:refs/tags/rules-v1")
    assert done.returncode == 0, done.stderr
    assert bot.done("GET", "git/ref/tags/rules-v1")["object"] | {"url": ""} == {"sha": made, "type": "tag", "url": ""}
    tag = bot.done("GET", f"git/tags/{made}")
    assert (tag["object"]["sha"], tag["verification"]["verified"]) == (main, False)
    assert tag["message"] == text.partition("\n\n")[2]
    other = tmp_path / "other"
    other.mkdir()
    git(github_site, token, other, "init", "--quiet")
    address = f"{github_site.web}/{github_site.repository}.git"
    assert git(github_site, token, other, "fetch", "--quiet", address, made).returncode == 0
    assert git(github_site, token, other, "cat-file", "-p", made).stdout == text.format(main)


def test_git_wants_a_token_that_may(github_site: GitHubSite, tmp_path: Path) -> None:
    address = f"{github_site.web}/{github_site.repository}.git"
    assert git(github_site, "ghp_nobody", tmp_path, "ls-remote", address).returncode != 0
    assert git(github_site, github_site.tokens["mallory"], tmp_path, "ls-remote", address).returncode != 0
    work = cloned(github_site, "gina", tmp_path)
    pushed = git(github_site, github_site.tokens["gina"], work, "push", "origin", "main:refs/heads/gina")
    assert pushed.returncode != 0
    assert "403" in pushed.stderr
    assert "refs/heads/gina" not in github_site.bare.refs()


def test_an_installation_pushes_only_if_it_may_write_contents(github_site: GitHubSite, tmp_path: Path) -> None:
    work = cloned(github_site, "gina", tmp_path)
    for level, code in (("read", 128), ("write", 0)):
        token = github_site.token_for({"contents": level})
        assert git(github_site, token, work, "push", "origin", "main:refs/heads/runwright/a").returncode == code


def test_a_push_by_git_moves_the_pull_request_and_is_remembered(
    github_site: GitHubSite, bot: Voice, tmp_path: Path
) -> None:
    number = opened(bot)["number"]
    work = cloned(github_site, "erin", tmp_path)
    git(github_site, "", work, "checkout", "--quiet", "runwright/a")
    git(github_site, "", work, "commit", "--quiet", "--allow-empty", "-m", "By hand")
    assert git(github_site, github_site.tokens["erin"], work, "push", "--quiet", "origin", "HEAD").returncode == 0
    pull = bot.done("GET", f"pulls/{number}")
    by_hand = bot.done("GET", f"pulls/{number}/commits")[-1]
    assert (pull["head"]["sha"], by_hand["author"]["login"]) == (by_hand["sha"], "erin")
    told = bot.done("GET", "activity?ref=refs/heads/runwright/a")
    assert [(one["activity_type"], one["actor"]["login"]) for one in told] == [
        ("push", "erin"),
        ("branch_creation", "runwright-bot"),
    ]
    assert github_site.bare.refs()[f"refs/pull/{number}/head"] == by_hand["sha"]


def test_files_folders_and_comparisons_are_gits(github_site: GitHubSite, bot: Voice) -> None:
    oid = commit(bot, "runwright/a", {"runbooks/a.yaml": "id: A\n"})
    file = bot.done("GET", "contents/runbooks/a.yaml?ref=runwright/a")
    assert base64.b64decode(file["content"]) == b"id: A\n"
    assert [one["type"] for one in bot.done("GET", f"contents/?ref={oid}")] == ["file", "dir"]
    assert bot("GET", "contents/runbooks/a.yaml").status == 404
    compared = bot.done("GET", "compare/main...runwright/a")
    assert (compared["status"], compared["ahead_by"]) == ("ahead", 1)
    assert [one["status"] for one in compared["files"]] == ["added"]
    assert bot.done("GET", "branches/runwright%2Fa")["commit"]["sha"] == oid
    assert bot.done("GET", f"commits/{oid}")["stats"] == {"additions": 1, "deletions": 0, "total": 1}
    assert [one["sha"] for one in bot.done("GET", "commits?sha=runwright/a&path=runbooks")] == [oid]
    assert [one["name"] for one in bot.done("GET", "branches")] == ["main", "runwright/a"]


def test_lists_come_in_pages(bot: Voice) -> None:
    main = bot.done("GET", "git/ref/heads/main")["object"]["sha"]
    for number in range(3):
        bot.done("POST", "git/refs", {"ref": f"refs/tags/v{number}", "sha": main})
    first = bot("GET", "tags?per_page=2")
    assert [one["name"] for one in first.body] == ["v2", "v1"]
    assert 'rel="next"' in first.headers["link"]
    assert [one["name"] for one in bot.done("GET", "tags?per_page=2&page=2")] == ["v0"]


def test_a_file_is_written_as_one_commit(github_site: GitHubSite, bot: Voice) -> None:
    bot.done("POST", "git/refs", {"ref": "refs/heads/b", "sha": github_site.bare.resolve("main")})
    asked = {"message": "Say hi\n", "content": base64.b64encode(b"hi\n").decode(), "branch": "b"}
    made = bot.done("PUT", "contents/a/hi.txt", asked)
    assert github_site.bare.text("show", "b:a/hi.txt") == "hi"
    assert made["commit"]["sha"] == github_site.bare.resolve("refs/heads/b")
    assert bot("PUT", "contents/a/hi.txt", asked).status == 422
    assert bot("PUT", "contents/a/hi.txt", {**asked, "sha": "0" * 40}).status == 409
    gone = {"message": "Bye\n", "sha": made["content"]["sha"], "branch": "b"}
    assert bot("DELETE", "contents/a/hi.txt", gone).status == 200
    assert github_site.bare.resolve("b:a/hi.txt") is None


def test_a_branch_takes_over_what_its_base_has(github_site: GitHubSite, bot: Voice) -> None:
    number = opened(bot)["number"]
    github_site.bare.commit_files("main", {"other.md": b"meanwhile\n"}, "Other")
    assert bot("PUT", f"pulls/{number}/update-branch", {"expected_head_sha": "0" * 40}).status == 422
    assert bot("PUT", f"pulls/{number}/update-branch", {}).status == 202
    assert github_site.bare.is_ancestor("refs/heads/main", bot.done("GET", f"pulls/{number}")["head"]["sha"])


def test_what_git_would_not_hear_of_is_refused(bot: Voice) -> None:
    assert bot("POST", "merges", {"base": "main", "head": "main"}).status == 501
