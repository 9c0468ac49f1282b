"""`runwright review` as people meet it: each step a process of its own, each engineer a clone made with plain git."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from runwright.model.telemetry import parse_execution
from runwright.release.sshkeys import private_key_text
from tests.support.agent_site import call, released, releases_of, write_config
from tests.support.clone import Clone, clone_of
from tests.support.forge import RUNBOOK, Forge, smuggled
from tests.support.quick_start import ran
from tests.support.service_site import RUNBOOK as RUNBOOK_TEXT
from tests.support.service_site import failed_run

RULE = "id: L1-SERVICE-DOWN\nname: Down\ncheck_type: service\naction: run_runbook:RB-LIN-SERVICE-001\n"
RECORDED = "tests/recordings/RB-LIN-SERVICE-001/exec-0001.json"
NEXT = RUNBOOK_TEXT.replace("version: 1", "version: 2")
MEDIUM = NEXT.replace("service_crash]", "service_crash, service_hung]")
HIGH = NEXT.replace("settle: 1s", "settle: 0s")


@dataclass
class Shop:
    """A forge with its people, each with a key file and a clone."""

    folder: Path
    forge: Forge
    clones: dict[str, Clone] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Give the forge as a word."""
        return str(self.forge.repository.path)

    def clone(self, name: str) -> Clone:
        """Give a person's clone."""
        if name not in self.clones:
            self.clones[name] = clone_of(self.forge.repository.path, self.folder / f"clone-{name}", name)
        return self.clones[name]

    def key(self, name: str) -> str:
        """Give the file of a key; always the same one for a name."""
        path = self.folder / f"{name}.key"
        if not path.exists():
            path.touch(0o600)
            path.write_bytes(private_key_text(hashlib.sha256(name.encode()).digest(), name))
        return str(path)

    def run(self, *words: str, code: int = 0, text: str = "") -> str:
        """Run a verb to its end, check the exit code, and give what it said."""
        done = ran(words, os.environ, text)
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout if code == 0 else done.stdout + done.stderr

    def review(self, *words: str, by: str = "", code: int = 0, text: str = "") -> str:
        """Run a verb of `review`."""
        key = ("--key", self.key(by)) if by else ()
        return self.run("review", *words, "--forge", self.path, *key, code=code, text=text)

    def approve(self, by: str, code: int = 0) -> str:
        """Approve the first pull request at the head that is shown."""
        head = json.loads(self.review("show", "1", "--format", "json"))["head_sha"]
        return self.review("approve", "1", "--head", head, by=by, code=code)

    def gate(self, number: str = "1", code: int = 0) -> str:
        """Run both checks, as CI does."""
        common = ("--repo", self.path, "--pull", number, "--key", self.key("runwright-ci"))
        return self.run("validate", *common, code=code) + self.run("replay", *common)

    def cut(self, code: int = 0) -> str:
        """Cut a release."""
        return self.run("release", "cut", "--forge", self.path, "--key", self.key("runwright-release"), code=code)

    def pulled(self) -> str:
        """Let an agent pull and verify what is released."""
        config = write_config(
            self.folder, checks=[{"id": "root", "type": "disk", "below_percent": 100}], releases=releases_of(self.forge)
        )
        done = call(config, "pull")
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    recording = parse_execution(failed_run()).model_dump_json(by_alias=True)
    files = {
        RUNBOOK: RUNBOOK_TEXT.encode(),
        "rules/promoted/L1-SERVICE-DOWN.yaml": RULE.encode(),
        RECORDED: recording.encode(),
    }
    return Shop(tmp_path, released(tmp_path, files))


def test_a_change_by_hand_goes_the_whole_way_from_a_push_to_an_agent(shop: Shop) -> None:
    head = shop.clone("mallory").pushed({RUNBOOK: MEDIUM}, message="Know hung services")
    said = shop.review("open", "--branch", "my-change", by="mallory")
    assert said.startswith("#1 runbook(RB-LIN-SERVICE-001): Know hung services\n")
    shop.gate()
    shown = shop.review("show", "1")
    assert f"open, by mallory, my-change at {head[:12]}" in shown
    assert "risk medium by the checks: 1 to approve" in shown
    assert "+incident_types: [service_stopped, service_crash, service_hung]" in shown
    assert "is approved and merged as" in shop.review("approve", "1", "--head", head, by="dana")
    assert shop.cut().startswith("rules-v2 on stable")
    assert shop.pulled().startswith("rules-v2 is active now")


def test_high_risk_is_merged_and_released_with_two_people(shop: Shop) -> None:
    head = shop.clone("mallory").pushed({RUNBOOK: HIGH})
    shop.review("open", "--branch", "my-change", by="mallory")
    shop.gate()
    assert f"its risk is high, so a second owner must approve {head[:12]} too" in shop.approve(by="dana")
    assert "risk high by the checks: 2 to approve, approved by dana" in shop.review("show", "1")
    assert shop.review("list").rstrip().endswith(", approved by dana)")
    assert "[reviewer.already]" in shop.approve(by="dana", code=4)
    assert "nothing was merged" in shop.cut(code=1)
    assert "is approved and merged as" in shop.approve(by="alex")
    assert shop.cut().startswith("rules-v2 on stable")
    assert shop.pulled().startswith("rules-v2 is active now")
    tag = shop.clone("dana")
    tag.git("fetch", "--quiet", "--tags")
    assert "approved-by=dana,alex" in tag.git("show", "--no-patch", "rules-v2")


def test_another_push_asks_for_everything_again(shop: Shop) -> None:
    mallory = shop.clone("mallory")
    mallory.pushed({RUNBOOK: HIGH})
    shop.review("open", "--branch", "my-change", by="mallory")
    shop.gate()
    shop.approve(by="dana")
    head = mallory.pushed({RUNBOOK: HIGH.replace("settle: 0s", "settle: 100ms")})
    again = json.loads(shop.review("open", "--branch", "my-change", "--format", "json", by="mallory"))
    assert (again["number"], again["head_sha"]) == (1, head)
    assert "[check.other_head]" in shop.approve(by="alex", code=4)
    shop.gate()
    assert "a second owner must approve" in shop.approve(by="alex")


def test_an_approval_must_name_what_was_looked_at(shop: Shop) -> None:
    head = shop.clone("mallory").pushed({RUNBOOK: MEDIUM})
    shop.review("open", "--branch", "my-change", by="mallory")
    shop.gate()
    refused = shop.review("approve", "1", by="dana", code=2)
    assert "Missing option '--head': the last lines of `runwright review show 1`" in " ".join(refused.split())
    last = shop.review("show", "1").rstrip().splitlines()[-1]
    assert last == f"  runwright review approve 1 --head {head} --forge {shop.path} --key KEY"
    assert "is approved and merged as" in shop.run(*last.split()[1:-1], shop.key("dana"))
    assert "review approve" not in shop.review("show", "1")


def test_a_head_that_moved_after_the_look_is_not_approved(shop: Shop) -> None:
    mallory = shop.clone("mallory")
    seen = mallory.pushed({RUNBOOK: MEDIUM})
    shop.review("open", "--branch", "my-change", by="mallory")
    mallory.pushed({RUNBOOK: MEDIUM.replace("settle: 1s", "settle: 2s")})
    shop.review("open", "--branch", "my-change", by="mallory")
    shop.gate()
    assert "[pull.head_moved]" in shop.review("approve", "1", "--head", seen, by="dana", code=4)


def test_a_forged_start_does_not_hide_the_first_commit(shop: Shop) -> None:
    """The record says that it starts from its own first commit, so that only the second would be shown."""
    first = shop.clone("mallory").pushed({RUNBOOK: HIGH})
    head = shop.clone("mallory").pushed({RUNBOOK: HIGH.replace("service_crash]", "service_crash, service_hung]")})
    smuggled(shop.forge, {}, head, by="mallory", start=first)
    shop.gate()
    shown = shop.review("show", "1")
    assert "settle: 0s" in shown
    assert "service_hung" in shown
    assert "[pull.base]" in shop.approve(by="dana", code=4)


def test_a_forged_base_branch_is_not_what_the_checks_compare_with(shop: Shop) -> None:
    first = shop.clone("mallory").pushed({RUNBOOK: HIGH})
    shop.clone("mallory").push("mine")
    head = shop.clone("mallory").pushed({RUNBOOK: HIGH.replace("service_crash]", "service_crash, service_hung]")})
    smuggled(shop.forge, {}, head, by="mallory", start=first, onto="refs/heads/mine")
    shop.gate()
    assert "risk high by the checks" in shop.review("show", "1")


def test_a_merged_pull_request_still_shows_its_change(shop: Shop) -> None:
    shop.clone("mallory").pushed({RUNBOOK: MEDIUM})
    shop.review("open", "--branch", "my-change", by="mallory")
    shop.gate()
    shop.approve(by="dana")
    assert "service_hung" in shop.review("show", "1")


def test_the_body_comes_from_a_file_or_from_standard_input(shop: Shop, tmp_path: Path) -> None:
    shop.clone("alex").pushed({RUNBOOK: MEDIUM})
    (tmp_path / "body.md").write_text("It hung twice.\n")
    words = ("open", "--branch", "my-change", "--title", "Know hung services")
    shop.review(*words, "--body", str(tmp_path / "body.md"), by="alex")
    assert "It hung twice." in shop.review("show", "1")
    shop.review(*words, "--body", "-", by="alex", text="It hung three times.\n")
    assert "It hung three times." in shop.review("show", "1")
    (tmp_path / "body.md").write_text("<!-- runwright:replay -->\nIt hung.\n<!-- runwright: hidden by somebody -->\n")
    shop.review(*words, "--body", str(tmp_path / "body.md"), by="alex")
    shown = shop.review("show", "1")
    assert "<!-- runwright:replay" not in shown, "our own marks are for machines"
    assert "<!-- runwright: hidden by somebody -->" in shown, "what anybody else hides is shown"
    (tmp_path / "body.md").write_bytes(b"\xff\xfe")
    said = shop.review(*words, "--body", str(tmp_path / "body.md"), by="alex", code=1)
    assert "body.md: the body is not UTF-8 text" in said


@pytest.mark.parametrize(
    ("branch", "by", "code"),
    [
        ("absent", "alex", "pull.no_branch"),
        ("main", "alex", "pull.reserved"),
        ("same", "alex", "pull.empty"),
        ("my-change", "mallory", "pull.not_yours"),
        ("my-change", "stranger", "proposal.not_allowed"),
        ("my-change", "runwright-bot", "proposal.not_allowed"),
        ("my-change", "runwright-ci", "proposal.not_allowed"),
    ],
)
def test_what_cannot_be_opened_is_refused_with_exit_code_4(shop: Shop, branch: str, by: str, code: str) -> None:
    shop.clone("alex").push("same")
    shop.clone("alex").pushed({RUNBOOK: MEDIUM})
    said = shop.review("open", "--branch", branch, by=by, code=4)
    assert said.startswith("refused: ")
    assert said.rstrip().endswith(f"[{code}]")
    assert shop.review("list") == "no pull request is open\n"


def test_a_merged_branch_is_refused_with_exit_code_4(shop: Shop) -> None:
    shop.clone("alex").pushed({RUNBOOK: MEDIUM})
    shop.review("open", "--branch", "my-change", by="alex")
    shop.gate()
    shop.approve(by="dana")
    assert "[pull.merged]" in shop.review("open", "--branch", "my-change", by="alex", code=4)


@pytest.mark.parametrize(
    ("by", "code"),
    [("alex", "reviewer.opener"), ("mallory", "reviewer.not_owner"), ("runwright-bot", "reviewer.bot")],
)
def test_who_may_not_approve_is_refused_with_exit_code_4(shop: Shop, by: str, code: str) -> None:
    shop.clone("alex").pushed({RUNBOOK: MEDIUM})
    shop.review("open", "--branch", "my-change", by="alex")
    shop.gate()
    assert f"[{code}]" in shop.approve(by=by, code=4)


def test_judges_changed_with_content_are_red_in_the_check_and_refused_at_approval(shop: Shop) -> None:
    shop.clone("mallory").pushed({RUNBOOK: MEDIUM, ".github/CODEOWNERS": "* @mallory\n"})
    shop.review("open", "--branch", "my-change", by="mallory")
    assert ".github/CODEOWNERS: changes who or what decides" in shop.gate(code=1)
    assert "[change.mixed]" in shop.approve(by="dana", code=4)


def test_judges_alone_are_of_high_risk(shop: Shop) -> None:
    shop.clone("mallory").pushed({".github/CODEOWNERS": "* @dana @alex @mallory\n"})
    shop.review("open", "--branch", "my-change", by="mallory")
    shop.gate()
    assert "[reviewer.not_owner]" in shop.approve(by="alex", code=4)
    assert "a second owner must approve" in shop.approve(by="dana")


@pytest.mark.parametrize("mode", ["120000", "100755"])
def test_a_link_or_a_program_among_the_runbooks_is_red(shop: Shop, mode: str) -> None:
    alex = shop.clone("alex")
    path = alex.folder / "runbooks/linux/RB-LIN-SERVICE-002.yaml"
    if mode == "120000":
        path.symlink_to("/etc/passwd")
    else:
        path.write_text(RUNBOOK_TEXT.replace("SERVICE-001", "SERVICE-002"))
        path.chmod(0o755)
    alex.pushed({})
    shop.review("open", "--branch", "my-change", by="alex")
    common = ("--repo", shop.path, "--pull", "1", "--key", shop.key("runwright-ci"))
    assert f"runbooks/linux/RB-LIN-SERVICE-002.yaml: has mode {mode}" in shop.run("validate", *common, code=1)


def test_the_checks_see_what_merging_would_yield(shop: Shop) -> None:
    """The branch forked off before a second rule came; the rule is not taken for removed."""
    alex = shop.clone("alex")
    second = (
        RULE.replace("L1-SERVICE-DOWN", "L1-SERVICE-TWO").replace("check_type: service", "check_type: port").encode()
    )
    shop.forge.push({"rules/promoted/L1-SERVICE-TWO.yaml": second})
    alex.pushed({"README.md": "How we work.\n"})
    shop.review("open", "--branch", "my-change", by="alex")
    shop.gate()
    assert "risk low by the checks" in shop.review("show", "1")


def test_a_branch_named_like_a_commit_is_not_checked_in_its_place(shop: Shop) -> None:
    alex = shop.clone("alex")
    head = alex.pushed({RUNBOOK: NEXT.replace("action: service.start", "action: no.such_action")})
    shop.review("open", "--branch", "my-change", by="alex")
    alex.git("reset", "--quiet", "--hard", "HEAD~1")
    alex.push(head)
    common = ("--repo", shop.path, "--pull", "1", "--key", shop.key("runwright-ci"))
    assert "no.such_action" in shop.run("validate", *common, code=1)


def test_how_and_why_it_was_closed_stands_in_the_list(shop: Shop) -> None:
    shop.forge.open(NEXT)
    assert "(priority medium, pending_review; no checks yet)" in shop.review("list")
    said = shop.review("reject", "1", "--reason", "start the cache, too", "--as", "needs-work", by="dana")
    assert said == "#1 is closed as needs-work: start the cache, too\n"
    assert "needs_changes; needs-work by dana: start the cache, too)" in shop.review("list", "--state", "closed")
    (told,) = json.loads(shop.review("list", "--state", "closed", "--format", "json"))
    assert (told["closed_as"], told["status"], told["priority"]) == ("needs-work", "needs_changes", "medium")
