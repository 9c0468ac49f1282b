"""Attacks on the one workflow that may write: by a fork's run whose reports say anything, and by copies of a head."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.gfm import active
from tests.support.github.site import GitHubSite
from tests.support.github.talk import voice
from tests.support.github_ci import RUNBOOK, Change, environment, proposed, reworded

pytestmark = pytest.mark.needs("github-server")
HOSTILE = (
    "a | @dana | ![x](http://evil.example/b.png) | <img src=x onerror=alert(1)> Fixes #1 "
    "`` ``` @acme/owners ::error::x ##[command]y \u202e\u200b</code></td>\n\n# big\n- [x] Draft it again\n"
    "<!-- runwright:closed -->"
)


@pytest.fixture(autouse=True)
def as_the_app(github_site: GitHubSite, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(github_site).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def change(github_site: GitHubSite, tmp_path: Path) -> Change:
    return proposed(github_site, tmp_path, reworded)


def reports(folder: Path, findings: int) -> list[Path]:
    """Give what a run may have saved that its author wrote."""
    paths = [RUNBOOK, "README.md", ".github/workflows/release.yml", "../../etc/passwd", "/etc/passwd", HOSTILE]
    listed = [
        {
            "path": paths[n % 6],
            "rule": HOSTILE[:100],
            "message": f"{n} {HOSTILE}",
            "line": n * 7919,
            "severity": "error",
        }
        for n in range(findings)
    ]
    replay = {"base": HOSTILE, "head": HOSTILE, "passed": True, "headline": HOSTILE, "cannot_show": [HOSTILE] * 50}
    made = folder / "validate.json", folder / "replay.json"
    for path, data in zip(made, ({"files": 2**62, "findings": listed}, replay), strict=True):
        path.write_text(json.dumps(data))
    return list(made)


def test_thousands_of_hostile_findings_become_words_on_files_that_are_there(change: Change, tmp_path: Path) -> None:
    told = change.report(*reports(tmp_path, 19_000))
    assert told.code == 0, told.err
    (run,) = change.runs()
    assert run["conclusion"] == "failure"
    notes = change.notes()
    assert len(notes) <= 500
    assert {note["path"] for note in notes} <= {RUNBOOK, "README.md", ".github/workflows/release.yml"}
    output = run["output"]
    for text in (output["summary"], output["text"], *change.comments()):
        assert not active(text)
    assert "\u202e" not in json.dumps([output, notes, change.comments()], ensure_ascii=False)
    assert not [line for line in told.out.splitlines() if line.startswith(("::", "##["))]


def test_hundreds_of_copies_of_a_head_do_not_use_up_what_the_token_may_ask(change: Change, tmp_path: Path) -> None:
    mallory = voice(change.site, "frank")
    for number in range(7):
        mallory.done("POST", "git/refs", {"ref": f"refs/heads/copy-{number}", "sha": change.head})
        mallory.done("POST", "pulls", {"title": "Copy", "head": f"copy-{number}", "base": "main", "body": ""})
    assert change.report(*change.judged(tmp_path)).code == 0
    asked = [one.path for one in change.site.requests if one.method == "POST" and one.path.endswith("/comments")]
    assert len(asked) == 5
    assert asked[0].endswith(f"issues/{change.number}/comments")
