"""The gate as people and CI call it: trees of Git without a checkout, formats, exit codes."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft7Validator

from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from runwright.model.verdict import ReplayReport
from tests.support.commands import ENVIRONMENT, Answer, committed, git, in_a_process, runwright
from tests.support.commands import tree as written
from tests.support.recordings import PATH, RUNBOOK_ID, recording, runbook, service, start, started, tree

DOWN = {**service("web", "stopped", "db"), **service("db", "stopped")}
WEB = runbook(start("web"))
CURE = runbook(start("db"), start("web"), version=2)
WORSE = runbook(start("db"), version=2)
FAILED = recording(started("web", "failed"), before=DOWN, verified=False)
HEALED = recording(started("web"), before={**DOWN, "services.db.state": "running"}, execution_id="exec-2")
RECORDINGS = f"tests/recordings/{RUNBOOK_ID}"


def put(repo: Path, book: Runbook, *runs: Execution) -> None:
    written(repo, dict(tree(book, *runs).files))


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository with a main, and branches that do good and bad."""
    root = tmp_path / "repo"
    put(root, WEB, HEALED)
    committed(root, "base")
    for name, book, runs in (("good", CURE, (HEALED, FAILED)), ("bad", WORSE, (HEALED,))):
        git(root, "checkout", "--quiet", "-B", name, "main")
        put(root, book, *runs)
        committed(root, name)
    git(root, "checkout", "--quiet", "main")
    return root


def replay(repo: Path, head: str, *words: str) -> Answer:
    return runwright("replay", "--repo", repo, "--head", head, *words)


def report(answer: Answer) -> ReplayReport:
    return ReplayReport.model_validate_json(answer.out)


def test_a_branch_that_fixes_its_failure_passes(repo: Path) -> None:
    told = replay(repo, "good")
    assert told.code == 0, told.out
    runs = "2 runs (1 recorded before, 1 brought by this change)"
    assert told.out.startswith(f"replay main → good: 1 fixed, 1 unchanged of {runs} (predicted, not shown)\n")
    assert told.err == ""


def test_a_branch_that_regresses_does_not_pass(repo: Path) -> None:
    told = replay(repo, "bad")
    assert (told.code, "does not pass: exec-2 regressed" in told.out) == (1, True)


def test_a_bare_repository_is_enough(repo: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(repo), str(tmp_path / "bare.git"))
    assert replay(tmp_path / "bare.git", "good").out == replay(repo, "good").out


def test_the_files_on_disk_are_compared_with_where_the_branch_left_main(repo: Path) -> None:
    git(repo, "checkout", "--quiet", "-B", "later", "main")
    put(repo, WEB, HEALED, HEALED.model_copy(update={"execution_id": "exec-3"}))
    committed(repo, "main goes on")
    git(repo, "branch", "--force", "main", "later")
    git(repo, "checkout", "--quiet", "good")
    put(repo, CURE.model_copy(update={"name": "Not committed"}), HEALED, FAILED)
    told = runwright("replay", cwd=repo)
    assert (told.code, "1 fixed, 1 unchanged of 2" in told.out) == (0, True), told.out


def test_a_branch_is_replayed_as_it_would_be_merged(repo: Path) -> None:
    put(repo, WEB, HEALED, HEALED.model_copy(update={"execution_id": "exec-3"}))
    committed(repo, "main goes on")
    told = replay(repo, "good")
    assert (told.code, "1 fixed, 2 unchanged of 3" in told.out) == (0, True), told.out


def test_a_branch_that_conflicts_says_so(repo: Path) -> None:
    put(repo, WEB.model_copy(update={"name": "Another"}), HEALED)
    committed(repo, "main goes on")
    told = replay(repo, "good")
    assert (told.code, told.out) == (1, "")
    assert told.err == "good conflicts with main; update the branch, and replay again\n"


def test_an_older_commit_is_replayed_as_it_stands(repo: Path) -> None:
    git(repo, "checkout", "--quiet", "good")
    told = runwright("replay", "--repo", repo, "--base", "good", "--head", "main", RUNBOOK_ID)
    assert f"{RUNBOOK_ID} version 2 → 1" in told.out


def test_a_ref_that_is_none_is_said(repo: Path) -> None:
    told = replay(repo, "nowhere")
    assert (told.code, "'nowhere' is no branch, tag or commit" in told.err) == (1, True)


def test_an_unknown_runbook_does_not_pass(repo: Path) -> None:
    told = replay(repo, "good", "RB-LIN-NOSUCH-001")
    assert (told.code, "does not pass: RB-LIN-NOSUCH-001 is not in good" in told.out) == (1, True)


def test_nothing_to_replay_is_good(repo: Path) -> None:
    told = replay(repo, "main")
    assert (told.code, told.out) == (0, "replay main → main: nothing was replayed\n")


def test_an_undecided_failure_passes_with_the_label_alone(repo: Path) -> None:
    unknown = {key: value for key, value in DOWN.items() if key != "services.db.known"}
    git(repo, "checkout", "--quiet", "-B", "open", "main")
    put(repo, CURE, HEALED, recording(started("web", "failed"), before=unknown, verified=False))
    committed(repo, "open")
    told = replay(repo, "open")
    assert (told.code, "label the pull request needs-staging" in told.out) == (1, True)
    assert replay(repo, "open", "--label", "needs-staging").code == 0
    assert replay(repo, "open", "--label", "other").code == 1


def test_a_recording_that_is_too_large_is_not_read(repo: Path) -> None:
    git(repo, "checkout", "--quiet", "-B", "large", "main")
    put(repo, CURE, HEALED)
    (repo / RECORDINGS / "exec-9.json").write_text(" " * 2_000_000)
    committed(repo, "large")
    told = replay(repo, "large")
    assert (told.code, f"{RECORDINGS}/exec-9.json: has 2000000 bytes" in told.out) == (1, True), told.out


# Attacks on the tree itself.


def linked(repo: Path, name: str) -> None:
    (repo / name).unlink()
    (repo / name).symlink_to("/etc/hostname")


def nested(repo: Path, name: str) -> None:
    """A commit of another repository in the place of a file, as a submodule is written."""
    (repo / name).unlink()
    git(repo, "rm", "--quiet", "--cached", name)
    git(repo, "update-index", "--add", "--cacheinfo", f"160000,{git(repo, 'rev-parse', 'HEAD')},{name}")


@pytest.mark.parametrize(("how", "said"), [(linked, "is a link"), (nested, "is a repository of its own")])
@pytest.mark.parametrize("name", [PATH, f"{RECORDINGS}/exec-2.json"])
def test_content_replaced_by_a_link_or_a_submodule_does_not_pass(
    repo: Path, how: Callable[[Path, str], None], said: str, name: str
) -> None:
    git(repo, "checkout", "--quiet", "-B", "evil", "main")
    how(repo, name)
    if how is linked:
        git(repo, "add", "--all")
    git(repo, "commit", "--quiet", "--message", "evil")
    told = replay(repo, "evil")
    assert told.code == 1
    assert f"cannot be read: {name}: {said}" in told.out
    gone = "is gone, and 1 of its recordings still stand" if name == PATH else "the recording exec-2"
    assert gone in told.out


def test_a_link_beside_the_content_does_not_pass(repo: Path) -> None:
    git(repo, "checkout", "--quiet", "-B", "evil", "main")
    (repo / "rules").symlink_to("/etc")
    (repo / "runbooks/more").symlink_to("linux")
    committed(repo, "evil")
    told = replay(repo, "evil")
    assert (told.code, "rules: is a link" in told.out, "runbooks/more: is a link" in told.out) == (1, True, True)


def test_a_name_that_differs_in_case_alone_does_not_pass(repo: Path) -> None:
    git(repo, "checkout", "--quiet", "-B", "evil", "main")
    (repo / PATH.lower()).write_bytes((repo / PATH).read_bytes())
    committed(repo, "evil")
    told = replay(repo, "evil")
    assert (told.code, "differs from" in told.out) == (1, True)


@pytest.mark.parametrize(
    "place", [f"runbooks/linux/{RUNBOOK_ID}.txt", "gone.yaml", f"runbooks/linux/{RUNBOOK_ID}.yaml/x"]
)
def test_a_runbook_that_is_renamed_does_not_pass(repo: Path, place: str) -> None:
    git(repo, "checkout", "--quiet", "-B", "evil", "main")
    text = (repo / PATH).read_bytes()
    (repo / PATH).unlink()
    written(repo, {place: text})
    committed(repo, "evil")
    told = replay(repo, "evil")
    assert (told.code, "is gone, and 1 of its recordings still stand" in told.out) == (1, True)


# Formats.


def test_json_is_the_whole_report(repo: Path) -> None:
    found = report(replay(repo, "good", "--format", "json"))
    assert (found.passed, found.base, found.head) == (True, "main", "good")
    assert {verdict.execution_id: verdict.verdict for verdict in found.runbooks[0].verdicts} == {
        "exec-1": "fixed",
        "exec-2": "unchanged",
    }


def test_junit_has_a_test_for_each_run_and_one_for_the_gate(repo: Path) -> None:
    told = replay(repo, "bad", "--format", "junit")
    suites = ElementTree.fromstring(told.out)  # noqa: S314  # our own report
    assert (suites.get("tests"), suites.get("failures"), suites.get("skipped")) == ("2", "2", "0")
    cases = {case.get("name"): case.find("failure") is not None for case in suites.iter("testcase")}
    assert cases == {"exec-2": True, "the gate passes": True}
    good = ElementTree.fromstring(replay(repo, "good", "--format", "junit").out)  # noqa: S314
    assert (good.get("tests"), good.get("failures")) == ("3", "0")


def test_sarif_names_the_recording_that_regressed(repo: Path) -> None:
    log = json.loads(replay(repo, "bad", "--format", "sarif").out)
    (run,) = log["runs"]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert (place, result["level"]) == (f"{RECORDINGS}/exec-2.json", "error")
    assert Draft7Validator({"required": ["version", "runs"]}).is_valid(log)


def test_markdown_shows_both_versions_side_by_side(repo: Path) -> None:
    told = replay(repo, "good", "--format", "markdown").out
    assert (
        "| `start-db` | `service.start service=db` | not there | success (modelled) | `model of service.start` |"
        in told
    )
    assert "| `start-web` | `service.start service=web` | failed (observed) | success (seen elsewhere) |" in told
    assert "What replay cannot show:" in told


def test_a_report_is_saved_in_the_formats_that_the_endings_say(repo: Path, tmp_path: Path) -> None:
    names = ["a/r.json", "r.md", "r.xml", "r.sarif", "r.txt"]
    saves = [word for name in names for word in ("--save", str(tmp_path / name))]
    told = replay(repo, "good", "--format", "markdown", *saves)
    assert (tmp_path / "r.md").read_text("utf-8") == told.out
    assert (tmp_path / "a/r.json").read_text("utf-8") == replay(repo, "good", "--format", "json").out
    assert all((tmp_path / name).stat().st_size for name in names)


def test_an_ending_that_is_no_format_is_refused_before_anything_is_done(repo: Path, tmp_path: Path) -> None:
    told = replay(repo, "good", "--save", str(tmp_path / "r.doc"))
    assert (told.code, "r.doc ends in none of .txt, .json" in told.err) == (2, True)
    assert not (tmp_path / "r.doc").exists()


# Where it is called.


def test_no_progress_is_written_into_a_pipe(repo: Path) -> None:
    told = in_a_process("replay", "--head", "good", cwd=repo)
    assert (told.code, told.err) == (0, "")


def test_progress_is_shown_on_a_terminal_and_cleared(repo: Path) -> None:
    ours, theirs = pty.openpty()
    argv = [sys.executable, "-m", "runwright.cli.main", "replay", "--head", "good"]
    done = subprocess.run(argv, cwd=repo, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=theirs, check=False)
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert done.returncode == 0
    assert shown.startswith(f"\r\x1b[K{RUNBOOK_ID}: 1 replayed")
    assert shown.endswith("\r\x1b[K")
