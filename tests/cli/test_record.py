"""`runwright record` on real folders: what it keeps, what it leaves out, what it refuses, and what it writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runwright.corpus.manifest import digest_of
from runwright.model.telemetry import canonical, execution_data
from tests.support import by_hand, cases
from tests.support.commands import ROOT, Answer, committed, git, in_a_process, runwright, spoil, tree
from tests.support.recordings import PATH, RUNBOOK_ID, recording, service, started

FOLDER = f"tests/recordings/{RUNBOOK_ID}"
STOPPED = service("web", "stopped")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """The accepted cases and the runbook that ran in a folder, without a recording."""
    return tree(tmp_path / "repo", {**cases.library(), PATH: (ROOT / PATH).read_bytes()})


def run(execution_id: str = "exec-1", **fields: Any) -> dict[str, Any]:
    """One run, as an agent writes it."""
    done = recording(started("web", state_before=STOPPED), before=STOPPED, execution_id=execution_id, **fields)
    return execution_data(done)


def given(folder: Path, *runs: object, name: str = "runs.jsonl") -> Path:
    """A file of runs, one a line; a text stands as it is."""
    lines = (one if isinstance(one, str) else json.dumps(one) for one in runs)
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def told(answer: Answer) -> list[tuple[str, str]]:
    """What became of each run: the word and the name."""
    return [(one["what"], one["name"]) for one in json.loads(answer.out)["runs"]]


def record(repo: Path, *words: str | Path) -> Answer:
    return runwright("record", *words, "--repo", repo, "--format", "json")


def test_a_run_becomes_a_recording_with_its_line_in_the_manifest(repo: Path) -> None:
    answer = runwright("record", given(repo, run()), cwd=repo)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"kept: exec-1 ({FOLDER}/exec-1.json): the first success on this path\n1 kept\n"
    content = (repo / FOLDER / "exec-1.json").read_bytes()
    assert content == canonical(json.loads(content))
    lines = (repo / FOLDER / "MANIFEST").read_text().splitlines()
    assert lines[1:] == [f"{digest_of(content)}  {FOLDER}/exec-1.json"]
    assert runwright("validate", cwd=repo).code == 0


def test_one_execution_in_many_lines_is_read_as_well(repo: Path) -> None:
    path = repo / "run.json"
    path.write_bytes(canonical(run()))
    assert told(record(repo, path)) == [("kept", "exec-1")]


def test_standard_input_is_read(repo: Path) -> None:
    answer = in_a_process("record", "-", cwd=repo, typed=json.dumps(run()))
    assert (answer.code, answer.out.splitlines()[-1]) == (0, "1 kept")


def test_the_same_run_twice_is_nothing_new(repo: Path) -> None:
    path = given(repo, run())
    record(repo, path)
    before = {name: name.read_bytes() for name in (repo / FOLDER).iterdir()}
    again = record(repo, path)
    assert (again.code, told(again)) == (0, [("nothing new", "exec-1")])
    assert {name: name.read_bytes() for name in (repo / FOLDER).iterdir()} == before


def test_the_same_id_with_another_body_is_refused_and_nothing_is_written(repo: Path) -> None:
    record(repo, given(repo, run()))
    before = (repo / FOLDER / "exec-1.json").read_bytes()
    answer = record(repo, given(repo, run(hostname="another")))
    assert (answer.code, told(answer)) == (1, [("refused", "exec-1")])
    assert "another body" in answer.out
    assert (repo / FOLDER / "exec-1.json").read_bytes() == before


def test_one_id_in_two_runbooks_is_refused(repo: Path) -> None:
    record(repo, given(repo, run()))
    answer = record(repo, given(repo, run(runbook_id="RB-LIN-OTHER-001")))
    assert (answer.code, told(answer)) == (1, [("refused", "exec-1")])
    assert f"another run of this id is kept in {FOLDER}/exec-1.json" in answer.out


def test_a_run_that_shows_nothing_new_is_left_out_with_the_reason_unless_it_is_asked_for(repo: Path) -> None:
    record(repo, given(repo, run()))
    path = given(repo, run("exec-2"))
    answer = record(repo, path)
    assert (answer.code, told(answer)) == (0, [("left out", "exec-2")])
    assert "shows nothing that exec-1 does not show" in answer.out
    assert not (repo / FOLDER / "exec-2.json").exists()
    assert told(record(repo, path, "--always")) == [("kept", "exec-2")]


def test_the_order_in_which_runs_arrive_decides_nothing(tmp_path: Path) -> None:
    runs = [run(f"exec-{number}", started_at=f"2026-11-21T1{number}:00:00Z") for number in range(3)]
    one, other = (
        record(tree(tmp_path / name), given(tmp_path, *order, name=f"{name}.jsonl"))
        for name, order in (("one", runs), ("other", runs[::-1]))
    )
    assert told(one) == told(other) == [("kept", "exec-0"), ("left out", "exec-1"), ("left out", "exec-2")]


def test_secrets_are_erased_and_the_recording_says_where(repo: Path) -> None:
    record(repo, given(repo, run(error_message="login failed: password=hunter2-hunter2")))
    text = (repo / FOLDER / "exec-1.json").read_text()
    assert "hunter2" not in text
    assert json.loads(text)["erased"][0]["pointer"] == "/error_message"
    assert runwright("validate", cwd=repo).code == 0


def test_an_id_that_looks_like_a_secret_is_refused(repo: Path) -> None:
    answer = record(repo, given(repo, run(f"ghp_{'a1B2' * 9}")))
    assert answer.code == 1
    assert "cannot be redacted" in answer.out
    assert not (repo / "tests").exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"status": "dry_run", "success": False}, "$.status: a dry run tried nothing"),
        ({"schema": "runwright.execution/2"}, "$.schema: 'runwright.execution/2' is not known here"),
        ({"schema": "runwright.execution/0"}, "$.schema: 'runwright.execution/0' is not known here"),
        ({"runbook_id": "../../x"}, "$.runbook_id: '../../x' names no runbook"),
        ({"state_before": {"services.web.state": 5}}, '$.state_before.services.web.state: expected string, not int'),
    ],
)  # fmt: skip
def test_what_is_no_evidence_is_refused_with_its_place_and_the_others_go_on(
    repo: Path, line: dict[str, Any], said: str
) -> None:
    answer = record(repo, given(repo, {**run("exec-0"), **line}, "{broken", run("exec-9")))
    words = [what for what, _ in told(answer)]
    assert (answer.code, sorted(words)) == (1, ["kept", "refused", "refused"])
    reasons = [one["reason"] for one in json.loads(answer.out)["runs"] if one["what"] == "refused"]
    assert any(reason.startswith(said) for reason in reasons)
    assert any(reason.startswith("$: not valid JSON") for reason in reasons)
    assert not (repo / FOLDER / "exec-0.json").exists()


def test_a_line_that_cannot_be_read_is_told_by_its_number(repo: Path) -> None:
    path = given(repo, run("exec-1"), "{broken")
    assert ("refused", f"{path}:2") in told(record(repo, path))


def test_a_recording_leaves_with_a_reason_that_stays(repo: Path) -> None:
    path = given(repo, run())
    record(repo, path)
    digest = digest_of((repo / FOLDER / "exec-1.json").read_bytes())
    answer = record(repo, "--remove", "exec-1", "--reason", "the host was  misread")
    assert (answer.code, told(answer)) == (0, [("taken away", "exec-1")])
    assert not (repo / FOLDER / "exec-1.json").exists()
    line = f"removed {FOLDER}/exec-1.json {digest} the host was misread"
    assert (repo / FOLDER / "MANIFEST").read_text().splitlines()[1:] == [line]
    assert runwright("validate", cwd=repo).code == 0
    back = record(repo, path)
    assert (back.code, told(back)) == (1, [("refused", "exec-1")])
    assert "the host was misread" in back.out
    assert told(record(repo, path, "--always")) == [("kept", "exec-1")]


def test_one_that_was_deleted_by_hand_can_still_leave_with_a_reason(repo: Path) -> None:
    record(repo, given(repo, run()))
    (repo / FOLDER / "exec-1.json").unlink()
    assert runwright("record", "--check", cwd=repo).code == 1
    assert record(repo, "--remove", "exec-1", "--reason", "of no use").code == 0
    assert runwright("record", "--check", cwd=repo).code == 0


def test_what_is_not_there_cannot_leave(repo: Path) -> None:
    answer = record(repo, "--remove", "exec-7", "--reason", "of no use")
    assert (answer.code, told(answer)) == (1, [("refused", "exec-7")])


@pytest.mark.parametrize("reason", ["", " ", "x" * 400, "two\x1blines"])
def test_a_reason_is_one_line_of_words(repo: Path, reason: str) -> None:
    record(repo, given(repo, run()))
    assert record(repo, "--remove", "exec-1", "--reason", reason).code == 1
    assert (repo / FOLDER / "exec-1.json").exists()


@pytest.mark.parametrize(
    "words",
    [(), ("--remove", "exec-1"), ("--reason", "x"), ("--check", "--adopt"), ("runs.jsonl", "--check")],
    ids=" ".join,
)
def test_one_thing_is_done_at_a_time(repo: Path, words: tuple[str, ...]) -> None:
    assert runwright("record", *words, cwd=repo).code == 2


def test_what_stands_there_without_a_line_is_adopted_and_sorted(repo: Path) -> None:
    record(repo, given(repo, run()))
    other = canonical(run("exec-0"))
    (repo / FOLDER / "exec-0.json").write_bytes(other)
    assert runwright("record", "--check", cwd=repo).code == 1
    assert told(record(repo, "--adopt")) == [("listed", "exec-0")]
    paths = [line.split("  ")[1] for line in (repo / FOLDER / "MANIFEST").read_text().splitlines()[1:]]
    assert paths == [f"{FOLDER}/exec-0.json", f"{FOLDER}/exec-1.json"]
    assert runwright("record", "--check", cwd=repo).code == 0


def test_a_hand_edited_recording_is_not_adopted(repo: Path) -> None:
    record(repo, given(repo, run()))
    path = repo / FOLDER / "exec-1.json"
    path.write_text(path.read_text().replace('"stopped"', '"failed"'))
    record(repo, "--adopt")
    answer = runwright("record", "--check", "--format", "json", cwd=repo)
    assert answer.code == 1
    assert "edited by hand" in answer.out


def test_the_run_itself_restores_a_recording_that_was_edited_or_deleted_by_hand(repo: Path) -> None:
    path, file = given(repo, run()), repo / FOLDER / "exec-1.json"
    record(repo, path)
    content, listed = file.read_bytes(), (repo / FOLDER / "MANIFEST").read_bytes()
    for spoilt in (content.replace(b'"stopped"', b'"failed"'), b"{broken", None):
        file.unlink()
        if spoilt is not None:
            file.write_bytes(spoilt)
        assert runwright("record", "--check", cwd=repo).code == 1
        answer = record(repo, path)
        assert (answer.code, told(answer)) == (0, [("restored", "exec-1")])
        assert (file.read_bytes(), (repo / FOLDER / "MANIFEST").read_bytes()) == (content, listed)
        assert runwright("record", "--check", cwd=repo).code == 0


def test_another_body_restores_nothing(repo: Path) -> None:
    record(repo, given(repo, run()))
    spoil(repo, f"{FOLDER}/exec-1.json", b'"stopped"', b'"failed"')
    before = (repo / FOLDER / "exec-1.json").read_bytes()
    answer = record(repo, given(repo, run(hostname="another")))
    assert (answer.code, told(answer)) == (1, [("refused", "exec-1")])
    assert (repo / FOLDER / "exec-1.json").read_bytes() == before


@pytest.mark.parametrize("lost", ["the manifest", "the reason"])
def test_what_a_manifest_lost_comes_back_by_the_advice(repo: Path, lost: str) -> None:
    record(repo, given(repo, run(), run("exec-2", verified=False)))
    record(repo, "--remove", "exec-1", "--reason", "of no use")
    (repo / "runs.jsonl").unlink()
    committed(repo)
    manifest = repo / FOLDER / "MANIFEST"
    lines = manifest.read_text().splitlines(keepends=True)
    manifest.write_text("".join(line for line in lines if "of no use" not in line))
    record(repo, given(repo.parent, run("exec-3", hostname="another")), "--always")
    if lost == "the manifest":
        manifest.unlink()
    answer = runwright("validate", "--base", "main", cwd=repo)
    assert answer.code == 1
    assert f"`git checkout BASE -- {FOLDER}/MANIFEST`" in answer.out
    git(repo, "checkout", "main", "--", f"{FOLDER}/MANIFEST")
    assert told(record(repo, "--adopt")) == [("listed", "exec-3")]
    assert runwright("validate", "--base", "main", cwd=repo).code == 0


OTHER = "RB-LIN-OTHER-001"


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        (f"{FOLDER}/nice.json", run("exec-0"), f"$.execution_id: exec-0 belongs into {FOLDER}/exec-0.json"),
        (
            f"{FOLDER}/exec-0.json",
            run("exec-0", runbook_id=OTHER),
            f"$.runbook_id: a run of {OTHER} is no recording of",
        ),
        (f"{FOLDER}/exec-0.json", {"execution_id": "exec-0"}, "$.runbook_id: missing"),
        ("tests/recordings/_healthy/host.json", {"schema": "runwright.healthy/1"}, "$.state_id: Field required"),
    ],
)
def test_what_stands_in_the_wrong_place_is_not_adopted_and_the_others_are(
    repo: Path, name: str, body: dict[str, Any], said: str
) -> None:
    tree(repo, {name: canonical(body), f"{FOLDER}/exec-2.json": canonical(run("exec-2"))})
    answer = record(repo, "--adopt")
    assert answer.code == 1
    assert told(answer) == [("refused", name.rpartition("/")[2].removesuffix(".json")), ("listed", "exec-2")]
    (reason,) = (one["reason"] for one in json.loads(answer.out)["runs"] if one["what"] == "refused")
    assert reason.startswith(said)
    assert name not in (repo / FOLDER / "MANIFEST").read_text()
    assert not (repo / "tests/recordings/_healthy/MANIFEST").exists()


@pytest.mark.parametrize("adopt", [True, False])
def test_a_runbook_that_is_not_there_is_told(repo: Path, adopt: bool) -> None:
    body = run(runbook_id=OTHER)
    if adopt:
        tree(repo, {f"tests/recordings/{OTHER}/exec-1.json": canonical(body)})
    words = ("--adopt",) if adopt else (str(given(repo, body)),)
    answer = runwright("record", *words, cwd=repo)
    assert answer.code == 0
    assert answer.err.startswith(f"warning: there is no runbook {OTHER} below ./runbooks")
    assert answer.err.count("\n") == 1


def test_help_says_how_a_run_becomes_a_file_and_such_a_file_is_kept(repo: Path, tmp_path: Path) -> None:
    said = " ".join(runwright("record", "--help").out.split())
    assert "`runwright run FILE --format json > run.json`" in said
    done = by_hand.run(by_hand.written(tmp_path, by_hand.shell("fix", f"touch {tmp_path}/fixed")), "--format", "json")
    (tmp_path / "run.json").write_text(done.stdout)
    assert told(record(repo, tmp_path / "run.json")) == [("kept", json.loads(done.stdout)["execution_id"])]


def test_nothing_is_written_through_a_link(repo: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (repo / "tests" / "recordings").mkdir(parents=True)
    (repo / FOLDER).symlink_to(elsewhere, target_is_directory=True)
    answer = record(repo, given(repo, run()))
    assert (answer.code, told(answer)) == (1, [("refused", "exec-1")])
    assert not [*elsewhere.iterdir()]


def test_the_first_recording_of_a_folder_lists_the_others_too(repo: Path) -> None:
    (repo / FOLDER).mkdir(parents=True)
    (repo / FOLDER / "exec-0.json").write_bytes(canonical(run("exec-0", verified=False)))
    record(repo, given(repo, run()))
    assert runwright("record", "--check", cwd=repo).code == 0


def test_a_healthy_state_is_kept_in_its_own_folder(repo: Path) -> None:
    state = {
        "schema": "runwright.healthy/1",
        "state_id": "web-1",
        "site_id": "clinic",
        "hostname": "web-1",
        "platform": "linux",
        "recorded_at": "2026-11-21T12:00:00Z",
        "provenance": "recorded",
        "facts": {"services": {"web": {"state": "running"}}},
        "checks": [{"check_type": "service", "resource": "web", "facts": {"service": "web", "state": "running"}}],
    }
    path = given(repo, state)
    assert told(record(repo, "--healthy", path)) == [("kept", "web-1")]
    written = json.loads((repo / "tests/recordings/_healthy/web-1.json").read_text())
    assert written["facts"] == {"services.web.state": "running"}
    assert told(record(repo, "--healthy", path)) == [("nothing new", "web-1")]
    assert runwright("record", "--check", cwd=repo).out == "2 files, 0 errors, 0 warnings\n"


def test_an_alarm_of_a_healthy_host_needs_a_reason(repo: Path) -> None:
    check = {"check_type": "service", "status": "warning", "resource": "web"}
    state = {
        "schema": "runwright.healthy/1", "state_id": "a", "site_id": "b", "hostname": "c", "platform": "linux",
        "recorded_at": "2026-11-21T12:00:00Z", "provenance": "recorded", "checks": [check],
    }  # fmt: skip
    answer = record(repo, "--healthy", given(repo, state))
    assert answer.code == 1
    assert "$.checks[0]: status warning is no `ok`, so `reason` must say why nothing is wrong" in answer.out


def test_branches_that_each_add_a_recording_are_joined_line_by_line(repo: Path) -> None:
    (repo / ".gitattributes").write_text("tests/recordings/*/MANIFEST merge=union\n")
    committed(repo)
    for branch, name in (("one", "exec-1"), ("other", "exec-2")):
        git(repo, "checkout", "--quiet", "-b", branch, "main")
        record(repo, given(repo.parent, run(name)), "--always")
        committed(repo)
    git(repo, "merge", "--quiet", "--no-edit", "one")
    assert runwright("record", "--check", cwd=repo).out == "3 files, 0 errors, 0 warnings\n"


def test_hundreds_of_like_runs_leave_one_recording(repo: Path) -> None:
    path = given(repo, *(run(f"exec-{number}") for number in range(500)))
    answer = runwright("record", path, cwd=repo)
    assert answer.out.splitlines()[-1] == "1 kept, 499 left out"
