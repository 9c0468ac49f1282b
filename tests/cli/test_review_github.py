"""`runwright review` and `runwright github login` as people meet them at GitHub: each step a process of its own."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.forge import RUNBOOK
from tests.support.github.site import GitHubSite
from tests.support.quick_start import ran
from tests.support.review_desk import HIGH, LOW, NEXT, GitHubDesk
from tests.support.until import until

pytestmark = pytest.mark.needs("github-server")
TOOLS = Path(__file__).parents[2] / "tools"
COMMAND = (sys.executable, "-m", "runwright.cli.main")


@pytest.fixture
def desk(github_site: GitHubSite, tmp_path: Path) -> GitHubDesk:
    return GitHubDesk(tmp_path, github_site)


def environ(desk: GitHubDesk, name: str, **more: str) -> dict[str, str]:
    return {**desk.environ(name), "PATH": os.environ["PATH"], "PYTHONPATH": str(TOOLS), **more}


def run(desk: GitHubDesk, name: str, *words: str, code: int = 0, **more: str) -> str:
    """Run a verb as somebody, check the exit code, and give what it said."""
    done = ran([*words, "--forge", desk.forge], environ(desk, name, **more))
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for token in desk.site.tokens.values():
        assert token not in done.stdout + done.stderr
    return done.stdout if code == 0 else done.stdout + done.stderr


def test_a_reviewer_looks_and_approves_with_the_command_that_was_shown(desk: GitHubDesk) -> None:
    number = desk.propose(LOW)
    desk.check(number)
    assert "#1  runbook(RB-LIN-SERVICE-001): add" in run(desk, "dana", "review", "list")
    shown = run(desk, "dana", "review", "show", "1")
    head = desk.site.pulls[1].head_sha
    assert f"open, by runwright[bot], runwright/improve/RB-LIN-SERVICE-001/abababababab at {head[:12]}" in shown
    assert "risk low by its trees: 1 to approve" in shown
    assert "+description: Starts a service that was stopped." in shown
    assert "validate: success" in shown
    last = shown.rstrip().splitlines()[-1]
    assert last == f"  runwright review approve 1 --head {head} --forge github:acme/runbooks"
    said = run(desk, "dana", *last.split()[1:6])
    assert said == f"#1 is approved and merged as {desk.main()[:12]}\n"
    assert "review approve" not in run(desk, "erin", "review", "show", "1")
    told = json.loads(run(desk, "erin", "review", "list", "--state", "merged", "--format", "json"))
    assert [(one["number"], one["status"]) for one in told] == [(1, "approved")]


def test_high_risk_asks_for_two_people(desk: GitHubDesk) -> None:
    number = desk.propose(HIGH)
    desk.check(number)
    words = ("review", "approve", "1", "--head", desk.site.pulls[number].head_sha)
    said = run(desk, "dana", *words)
    assert said.startswith("#1 is approved and not merged: its risk is high, so 2 people must approve")
    assert "risk high by its trees: 2 to approve, approved by dana" in run(desk, "erin", "review", "show", "1")
    assert "[reviewer.already]" in run(desk, "dana", *words, code=4)
    assert "is approved and merged as" in run(desk, "erin", *words)


def test_no_and_not_yet_have_the_same_words_as_elsewhere(desk: GitHubDesk) -> None:
    desk.propose(LOW)
    assert run(desk, "erin", "review", "changes", "1", "--text", "more") == "#1 waits for changes: more\n"
    words = ("review", "reject", "1", "--reason", "start the cache, too", "--as", "needs-work")
    assert run(desk, "erin", *words) == "#1 is closed as needs-work: start the cache, too\n"
    listed = run(desk, "dana", "review", "list", "--state", "closed")
    assert "needs_changes; needs-work by erin: start the cache, too)" in listed
    assert "[pull.closed]" in run(desk, "erin", *words, code=4)
    assert "[record.missing]" in run(desk, "dana", "review", "show", "7", code=4)


def test_a_machine_decides_nothing(desk: GitHubDesk) -> None:
    desk.propose(LOW)
    words = ("review", "approve", "1", "--head", desk.site.pulls[1].head_sha)
    said = run(desk, "dana", *words, code=4, RUNWRIGHT_GITHUB_TOKEN=desk.bot.credentials.token())
    assert "a person must decide" in said
    assert "[reviewer.bot]" in said
    assert "nobody is signed in" in run(desk, "dana", *words, code=1, RUNWRIGHT_GITHUB_TOKEN="")


def test_a_person_opens_a_branch_and_another_push_follows_by_itself(desk: GitHubDesk) -> None:
    erin = desk.as_person("erin")
    erin.write("POST", "git/refs", {"ref": "refs/heads/my-change", "sha": desk.main()})
    assert "[pull.empty]" in run(desk, "erin", "review", "open", "--branch", "my-change", code=4)
    head = desk.commit("erin", "my-change", {RUNBOOK: LOW.encode()})
    said = run(desk, "erin", "review", "open", "--branch", "my-change")
    assert said == (
        f"#1 runbook(RB-LIN-SERVICE-001): By hand\nby erin, at {head[:12]} of my-change; its checks come next\n"
    )
    head = desk.commit("erin", "my-change", {RUNBOOK: NEXT.encode()})
    again = json.loads(
        run(desk, "erin", "review", "open", "--branch", "my-change", "--title", "Mine", "--format", "json")
    )
    assert (again["number"], again["title"], again["head_sha"]) == (1, "Mine", head)
    assert "[pull.not_yours]" in run(desk, "dana", "review", "open", "--branch", "my-change", code=4)
    assert "[pull.reserved]" in run(desk, "erin", "review", "open", "--branch", "runwright/improve/x", code=4)
    assert f"--- a/{RUNBOOK}" in run(desk, "erin", "review", "diff", "1")
    run(desk, "dana", "review", "reject", "1", "--reason", "no")
    assert "[pull.rejected]" in run(desk, "erin", "review", "open", "--branch", "my-change", code=4)


def test_a_branch_that_nobody_pushed_is_told(desk: GitHubDesk) -> None:
    assert "my-change" in run(desk, "erin", "review", "open", "--branch", "my-change", code=1)


def test_hostile_text_moves_no_cursor(desk: GitHubDesk) -> None:
    desk.propose(LOW)
    desk.as_person("frank").write("POST", "issues/1/comments", {"body": "\x1b]0;owned\x07 \x9b2J fine"})
    shown = run(desk, "dana", "review", "show", "1")
    assert "fine" in shown
    assert not {"\x1b", "\x07", "\x9b"} & set(shown)


# Signing in


def sign_in(desk: GitHubDesk, name: str, act: str = "approve") -> tuple[int, str, str]:
    """Run `login` to its end, entering the code as a person would."""
    desk.site.devices.interval = 0
    words = ["github", "login", "--forge", desk.forge, "--client-id", "Iv1.runwright"]
    env = environ(desk, name, RUNWRIGHT_GITHUB_TOKEN="")
    with subprocess.Popen([*COMMAND, *words], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as it:
        code = until(lambda: next(iter(desk.site.devices.by_user), ""), what="a code is shown")
        answer = getattr(desk.site.devices, act)
        answer(code, name) if act == "approve" else answer(code)
        said, told = it.communicate(timeout=60)
        assert f"Enter the code  {code}  at  {desk.site.web}/login/device" in told
        return it.returncode, said, told


def test_a_sign_in_is_all_that_a_reviewer_needs(desk: GitHubDesk) -> None:
    status, said, told = sign_in(desk, "erin")
    assert status == 0, told
    (kept,) = (desk.folder / "config-erin" / "runwright" / "github").iterdir()
    assert said == f"signed in to {desk.site.web} as erin; the token is kept in {kept}\n"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    token = json.loads(kept.read_text())["token"]
    assert token not in said + told
    who = run(desk, "erin", "github", "whoami", RUNWRIGHT_GITHUB_TOKEN="")
    assert who == "erin, by the token of the sign-in; may review and merge in acme/runbooks\n"
    desk.propose(LOW)
    run(desk, "erin", "review", "reject", "1", "--reason", "no", RUNWRIGHT_GITHUB_TOKEN="")
    assert desk.site.pulls[1].closed_by == "erin"
    # A token in the environment wins.
    assert json.loads(run(desk, "erin", "github", "whoami", "--format", "json")) == {
        "login": "erin",
        "token": "environment",
        "repository": "acme/runbooks",
        "may_merge": True,
    }
    assert "GitHub takes the token until you revoke it" in run(
        desk, "erin", "github", "logout", RUNWRIGHT_GITHUB_TOKEN=""
    )
    assert not kept.exists()
    assert "nobody is signed in" in run(desk, "erin", "review", "list", code=1, RUNWRIGHT_GITHUB_TOKEN="")


def test_who_says_no_at_github_is_not_signed_in(desk: GitHubDesk) -> None:
    status, said, told = sign_in(desk, "erin", "refuse")
    assert (status, said) == (1, "")
    assert "GitHub was told no: nobody is signed in" in told
    assert not (desk.folder / "config-erin").exists()


def test_a_sign_in_needs_to_know_the_organisations_app(desk: GitHubDesk) -> None:
    said = run(desk, "erin", "github", "login", code=2)
    assert "--client-id" in said
    assert "RUNWRIGHT_GITHUB_TOKEN" in said
    said = run(desk, "erin", "github", "login", "--client-id", "Iv1.other", code=1)
    assert "GitHub does not know this client id" in said


def test_who_may_only_read_is_told_so(desk: GitHubDesk) -> None:
    assert "gina, by the token of the environment; may not merge" in run(desk, "gina", "github", "whoami")
    assert "[reviewer.token]" in run(desk, "dana", "github", "whoami", code=4, RUNWRIGHT_GITHUB_TOKEN="ghp_wrong")


def test_a_forge_in_a_folder_needs_no_sign_in(tmp_path: Path) -> None:
    words = [*COMMAND, "github", "whoami", "--forge", str(tmp_path)]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(TOOLS)}
    done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=60, env=env)
    assert done.returncode == 1
    assert "your SSH key says who you are" in done.stderr
