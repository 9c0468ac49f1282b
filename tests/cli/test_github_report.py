"""`runwright github report`: what CI found becomes one check run with notes on lines, one comment, and no markup."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runwright.adapters.forge_github import saved
from tests.support.commands import runwright
from tests.support.gfm import active
from tests.support.github import faults
from tests.support.github.site import GitHubSite
from tests.support.github.workflow_runs import Run, Storage, storage
from tests.support.github_ci import RUNBOOK, Change, Edits, environment, proposed, regressed, reworded, wrong

pytestmark = pytest.mark.needs("github-server")
FINE, SHOWN = b'{"files": 1, "findings": []}', b'{"base": "b", "head": "h", "passed": true, "headline": "1 unchanged"}'


@pytest.fixture(autouse=True)
def as_the_app(github_site: GitHubSite, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(github_site).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def good(github_site: GitHubSite, tmp_path: Path) -> Change:
    return proposed(github_site, tmp_path, reworded)


@pytest.fixture
def stored(github_site: GitHubSite) -> Iterator[Storage]:
    with storage(github_site) as store:
        yield store


def written(change: Change) -> list[str]:
    """What was asked of GitHub that changes something."""
    asked = [f"{one.method} {one.path}" for one in change.site.requests if one.method not in {"GET", "HEAD"}]
    return [one for one in asked if "access_tokens" not in one and "sarifs" not in one]


def saved_by(change: Change, folder: Path, report: bytes, name: str) -> Path:
    (folder / name).write_bytes(report)
    return folder / name


# What is told


def test_a_good_change_gets_one_green_check_and_one_comment(good: Change, tmp_path: Path) -> None:
    told = good.report(*good.judged(tmp_path))
    assert (told.code, told.err) == (0, "")
    (run,) = good.runs()
    assert (run["status"], run["conclusion"]) == ("completed", "success")
    (comment,) = good.comments()
    assert comment.startswith("<!-- runwright:replay -->\n## Replay\n")


def test_told_again_nothing_is_written(good: Change, tmp_path: Path) -> None:
    reports = good.judged(tmp_path)
    good.report(*reports)
    before = written(good)
    assert good.report(*reports).code == 0
    assert written(good) == before


def test_a_persons_pull_request_gets_the_label_of_its_risk_in_the_place_of_another(
    good: Change, tmp_path: Path
) -> None:
    good.site.told("POST", f"/repos/{good.site.repository}/issues/1/labels", {"labels": ["risk:high", "mine"]})
    told = good.report(*good.judged(tmp_path))
    assert "pull request #1: risk:low" in told.out
    assert {label["name"] for label in good.site.pull_json(1)["labels"]} == {"risk:low", "mine"}


def test_the_bot_labels_its_own(github_site: GitHubSite, tmp_path: Path) -> None:
    change = proposed(github_site, tmp_path, reworded, branch="runwright/improve/RB-LIN-SERVICE-001/abababababab")
    change.report(*change.judged(tmp_path))
    assert github_site.pull_json(1)["labels"] == []


def test_a_finding_stands_on_its_line(github_site: GitHubSite, tmp_path: Path) -> None:
    change = proposed(github_site, tmp_path, wrong)
    assert change.report(*change.judged(tmp_path)).code == 0
    (run,) = change.runs()
    assert run["conclusion"] == "failure"
    lines = github_site.bare.lines("show", f"{change.head}:{RUNBOOK}")
    line = next(number for number, text in enumerate(lines, 1) if "setle" in text)
    places = {(note["path"], note["start_line"], note["annotation_level"]) for note in change.notes()}
    assert (RUNBOOK, line, "failure") in places


def test_a_regression_stands_on_the_line_of_its_step(github_site: GitHubSite, tmp_path: Path) -> None:
    change = proposed(github_site, tmp_path, regressed)
    assert change.report(*change.judged(tmp_path)).code == 0
    notes = [note for note in change.notes() if note["title"].startswith("regressed: ")]
    lines = github_site.bare.lines("show", f"{change.head}:{RUNBOOK}")
    assert notes
    assert {lines[note["start_line"] - 1].strip()[:5] for note in notes} == {"- id:"}
    assert "is destructive and did not run before" in notes[0]["message"]


def test_that_code_scanning_is_not_on_is_told_and_no_error(good: Change, tmp_path: Path) -> None:
    good.site.switches.code_scanning = False
    told = good.report(*good.judged(tmp_path))
    assert told.code == 0
    assert "code scanning: code scanning is not on, or not for this token" in told.out


def test_without_an_app_there_are_statuses(good: Change, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = good.judged(tmp_path)
    for name in ("RUNWRIGHT_GITHUB_APP_ID", "RUNWRIGHT_GITHUB_APP_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("RUNWRIGHT_GITHUB_TOKEN", good.site.tokens["bot"])
    told = good.report(*reports, "--link", "https://github.example/runs/1")
    assert (told.code, told.err) == (0, "")
    assert "commit statuses, since the token is not an App's" in told.out
    found = good.asked(f"commits/{good.head}/statuses")
    assert sorted((one["context"], one["state"]) for one in found) == [
        ("runwright/replay", "success"),
        ("runwright/validate", "success"),
    ]
    assert {one["target_url"] for one in found} == {"https://github.example/runs/1"}


def test_no_status_waits_for_what_may_never_run(good: Change, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    validated, _ = good.judged(tmp_path)
    for name in ("RUNWRIGHT_GITHUB_APP_ID", "RUNWRIGHT_GITHUB_APP_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("RUNWRIGHT_GITHUB_TOKEN", good.site.tokens["bot"])
    assert "none, since nothing has run to its end" in good.report().out
    assert good.asked(f"commits/{good.head}/statuses") == []
    good.report(validated)
    found = good.asked(f"commits/{good.head}/statuses")
    assert [(one["context"], one["state"]) for one in found] == [("runwright/validate", "success")]


def test_a_dry_run_shows_it_and_writes_nothing(good: Change, tmp_path: Path) -> None:
    reports, before = good.judged(tmp_path), written(good)
    told = good.report(*reports, "--dry-run")
    assert told.out.startswith("success: validate: 1 file, 0 errors, 0 warnings; replay: ")
    assert written(good) == before


def test_one_report_alone_leaves_the_check_open_and_the_other_ends_it(good: Change, tmp_path: Path) -> None:
    validated, replayed = good.judged(tmp_path)
    good.report(validated)
    assert [run["status"] for run in good.runs()] == ["in_progress"]
    good.report(validated, replayed)
    assert [run["conclusion"] for run in good.runs()] == ["success"]


# What is not believed


def with_workflow(text: str) -> Edits:
    return {".github/workflows/validate.yml": b"# mine\n"}


def with_both(text: str) -> Edits:
    return {**with_workflow(text), **reworded(text)}


def test_a_change_of_the_workflow_that_judges_it_is_not_green(github_site: GitHubSite, tmp_path: Path) -> None:
    change = proposed(github_site, tmp_path, with_workflow)
    reports = saved_by(change, tmp_path, FINE, "v.json"), saved_by(change, tmp_path, SHOWN, "r.json")
    assert change.report(*reports).code == 0
    assert [run["conclusion"] for run in change.runs()] == ["neutral"]
    assert change.comments() == []


def test_a_change_of_judges_and_runbook_fails_though_it_reports_success(
    github_site: GitHubSite, tmp_path: Path
) -> None:
    change = proposed(github_site, tmp_path, with_both)
    reports = saved_by(change, tmp_path, FINE, "v.json"), saved_by(change, tmp_path, SHOWN, "r.json")
    change.report(*reports)
    assert [run["conclusion"] for run in change.runs()] == ["failure"]
    assert {note["path"] for note in change.notes()} == {".github/workflows/validate.yml"}


HOSTILE = "</details> @acme/admins fixes #1 [x](javascript:y) `` ` ``` <img src=x> \x1b[31m ::error::x ##[add-path]/x"


def test_nothing_in_a_report_becomes_markup(good: Change, tmp_path: Path) -> None:
    report = json.loads(SHOWN) | {"headline": HOSTILE, "passed": False, "failures": [HOSTILE], "cannot_show": [HOSTILE]}
    finding = {"path": RUNBOOK, "line": 1, "rule": HOSTILE, "message": HOSTILE}
    reports = (
        saved_by(good, tmp_path, json.dumps(report).encode(), "r.json"),
        saved_by(good, tmp_path, json.dumps({"files": 1, "findings": [finding]}).encode(), "v.json"),
    )
    told = good.report(*reports)
    assert told.code == 0
    (run,), (comment,) = good.runs(), good.comments()
    assert active(f"{run['output']['summary']}\n{run['output']['text']}\n{comment}") == []
    assert all(note["message"].isprintable() and "##[" not in note["message"] for note in good.notes())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"files": 1}',
        b'{"files": 1, "findings": [], "more": 1}',
        b'{"files": -1, "findings": []}',
        b'{"files": 1, "files": 2, "findings": []}',
        b'{"files": NaN, "findings": []}',
        b'{"files": 1, "findings": [{"path": "x", "rule": "y", "message": "z", "severity": "fatal"}]}',
        b'{"files": 1, "findings": "' + b"x" * 17_000_000 + b'"}',
        b"[" * 200_000,
        b"\xff\xfe",
        SHOWN.replace(b"true", b'"true"'),
    ],
    ids=lambda content: repr(content[:24]),
)
def test_what_is_no_report_is_refused_and_nothing_is_told(good: Change, tmp_path: Path, content: bytes) -> None:
    before = written(good)
    told = good.report(saved_by(good, tmp_path, content, "report.json"))
    assert (told.code, len(told.err) < 1000) == (1, True)
    assert "report.json" in told.err
    assert written(good) == before


def test_two_reports_of_one_kind_are_refused(good: Change, tmp_path: Path) -> None:
    told = good.report(saved_by(good, tmp_path, FINE, "a.json"), saved_by(good, tmp_path, FINE, "b.json"))
    assert (told.code, "b.json: is a second report of validate" in told.err) == (1, True)


def test_a_pull_request_that_has_another_head_gets_no_comment(good: Change, tmp_path: Path) -> None:
    told = good.report(*good.judged(tmp_path), "--pull", "77")
    assert (told.code, "#77 is not open with the head" in told.err) == (1, True)
    assert good.comments() == []


@pytest.mark.parametrize("sha", ["main", "abc123", "0" * 40, "--upload-pack=x"])
def test_what_is_no_commit_of_the_clone_is_refused(good: Change, tmp_path: Path, sha: str) -> None:
    reports = good.judged(tmp_path)
    told = runwright("github", "report", "--forge", good.forge, "--repo", good.repo, f"--sha={sha}", *reports)
    assert told.code == 1
    assert good.runs() == []


def test_a_link_that_is_none_is_refused(good: Change, tmp_path: Path) -> None:
    told = good.report(*good.judged(tmp_path), "--link", "javascript:alert(1)")
    assert (told.code, "--link" in told.err) == (2, True)


def test_a_local_forge_is_told_apart(good: Change, tmp_path: Path) -> None:
    told = runwright("github", "report", "--forge", good.repo, "--sha", good.head)
    assert (told.code, "--forge github:OWNER/NAME" in told.err) == (2, True)


# What the runs saved


def runs_of(change: Change, stored: Storage, **more: Any) -> None:
    """Both workflows ran for the change; `more` alters the run of replay."""
    stored.runs[11] = Run(11, "validate", change.head, {"validate.json": FINE})
    stored.runs[12] = Run(
        **{"id": 12, "name": "replay", "head_sha": change.head, "files": {"replay.json": SHOWN}, **more}
    )


def test_the_reports_are_fetched_from_the_runs_and_the_token_stays_at_home(good: Change, stored: Storage) -> None:
    runs_of(good, stored)
    told = good.report()
    assert (told.code, told.err) == (0, "")
    assert [run["conclusion"] for run in good.runs()] == ["success"]
    assert len(stored.asked) == 2
    assert [request for request in stored.asked if "authorization" in request.headers] == []


@pytest.mark.parametrize(
    ("altered", "status", "conclusion"),
    [
        ({"status": "in_progress", "conclusion": None}, "in_progress", None),
        ({"head_sha": "0" * 40}, "in_progress", None),
        ({"path": ".github/workflows/evil.yml"}, "in_progress", None),
        ({"event": "push"}, "in_progress", None),
        ({"event": "workflow_dispatch"}, "in_progress", None),
        ({"bases": ("lax",)}, "in_progress", None),
        ({"bases": ("main",)}, "completed", "success"),
        ({"event": "merge_group"}, "completed", "success"),
        ({"path": ".github/workflows/replay.yml@refs/pull/1/merge"}, "completed", "success"),
        ({"files": None, "conclusion": "cancelled"}, "completed", "action_required"),
        ({"files": {"other.json": SHOWN}}, "completed", "action_required"),
        ({"files": {"replay.json": FINE}}, "completed", "action_required"),
        ({"files": {"replay.json": b"{"}}, "completed", "action_required"),
        ({"files": {"../replay.json": SHOWN, "/replay.json": SHOWN}}, "completed", "action_required"),
        ({"archive": b"PK\x03\x04 no archive"}, "completed", "action_required"),
    ],
)
def test_only_what_the_bases_own_workflows_saved_for_this_commit_counts(
    good: Change, stored: Storage, altered: dict[str, Any], status: str, conclusion: str | None
) -> None:
    runs_of(good, stored, **altered)
    told = good.report()
    assert (told.code, told.err) == (0, "")
    assert [(run["status"], run["conclusion"]) for run in good.runs()] == [(status, conclusion)]


def test_of_several_runs_the_newest_counts(good: Change, stored: Storage) -> None:
    runs_of(good, stored)
    worse = json.dumps(json.loads(SHOWN) | {"passed": False}).encode()
    stored.runs[13] = Run(13, "replay", good.head, {"replay.json": worse})
    good.report()
    assert [run["conclusion"] for run in good.runs()] == ["failure"]


def test_a_small_archive_with_a_huge_file_is_not_unpacked(good: Change, stored: Storage) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("replay.json", "w") as entry:
        for _ in range(saved.MAX_REPORT // 1_000_000 + 2):
            entry.write(b" " * 1_000_000)
    runs_of(good, stored, archive=file.getvalue())
    good.report()
    assert [run["conclusion"] for run in good.runs()] == ["action_required"]


def test_a_storage_that_fails_is_an_error_and_nothing_is_told(good: Change, stored: Storage) -> None:
    runs_of(good, stored)
    moved = faults.refused(410, "Gone")
    good.site.faults.add(moved, "GET", "/actions/artifacts/", times=9)
    before = written(good)
    assert good.report().code == 1
    assert written(good) == before
