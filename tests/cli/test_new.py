"""`runwright new`: a few answers make a file that validates."""

from __future__ import annotations

from pathlib import Path

import pytest

from runwright.actions.catalogue import ACTIONS
from runwright.corpus.drafting import RunbookAnswers, evidence_of, runbook_text, usable
from tests.support.commands import in_a_process, runwright, tree

ABOUT = ("--platform", "linux", "--incident-type", "service_stopped", "--name", "Start it")
ANSWERS = (*ABOUT, "--action", "service.start")
FACT = ("--fact", "services.${{ params.service }}.state", "--value", "running")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository with nothing in it."""
    return tree(tmp_path, {"rules/.keep": b"", "runbooks/.keep": b""})


def test_answers_on_the_command_line_are_not_asked_for(repo: Path) -> None:
    told = runwright("new", "runbook", *ANSWERS, *FACT, cwd=repo)
    assert (told.code, told.out) == (0, "runbooks/linux/RB-LIN-SERVICE-001.yaml\n")
    assert runwright("validate", cwd=repo).code == 0
    assert runwright("fmt", "--check", cwd=repo).code == 0


def test_enter_at_every_question_makes_a_valid_runbook(repo: Path) -> None:
    told = in_a_process("new", "runbook", cwd=repo, typed="\n" * 10)
    assert told.code == 0, told.err
    assert "Which action mends it?" in told.err
    assert runwright("validate", cwd=repo).code == 0


def test_an_answer_that_does_not_fit_is_asked_again_with_the_nearest(repo: Path) -> None:
    told = in_a_process("new", "runbook", cwd=repo, typed="linux\nservice.strat\nservice.start\n\n\n\n\n\n")
    assert told.code == 0, told.err
    assert "did you mean service.start?" in told.err


def test_a_question_mark_lists_what_there_is(repo: Path) -> None:
    told = in_a_process("new", "runbook", cwd=repo, typed="linux\n?\nservice.start\n\n\n\n\n\n")
    assert "  service.unmask\n" in told.err


def test_a_question_that_nobody_answers_names_its_option(repo: Path) -> None:
    told = in_a_process("new", "runbook", "--platform", "linux", cwd=repo)
    assert told.code == 2
    assert "give --action" in told.err


def test_ids_count_on(repo: Path) -> None:
    for number in (1, 2):
        assert f"RB-LIN-SERVICE-00{number}.yaml" in runwright("new", "runbook", *ANSWERS, *FACT, cwd=repo).out


def test_a_file_that_is_there_is_never_overwritten(repo: Path) -> None:
    words = ("new", "runbook", *ANSWERS, *FACT, "--id", "RB-LIN-OWN-001")
    assert runwright(*words, cwd=repo).code == 0
    path = repo / "runbooks/linux/RB-LIN-OWN-001.yaml"
    path.write_text("mine", "utf-8")
    assert runwright(*words, cwd=repo).code in (1, 2)
    assert path.read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--platform", "linus"), "linus"),
        ((*ANSWERS[:6], "--action", "service.strat"), "did you mean service.start"),
        ((*ANSWERS, "--param", "servce=web"), "has no parameter 'servce'; it has: service"),
        ((*ANSWERS, "--fact", "a..b"), "cannot read"),
        ((*ANSWERS[:2], "--incident-type", "Service Stopped", *ANSWERS[4:]), "use lower-case letters"),
    ],
)
def test_what_does_not_fit_is_told(repo: Path, words: tuple[str, ...], said: str) -> None:
    told = runwright("new", "runbook", *words, *([] if "--fact" in words else FACT), cwd=repo)
    assert told.code == 2
    assert said in told.err
    assert list((repo / "runbooks").rglob("*.yaml")) == []


def test_what_would_not_validate_is_not_written(repo: Path) -> None:
    told = runwright("new", "runbook", *ANSWERS, *FACT, "--param", "service=all of them", cwd=repo)
    assert told.code == 1
    assert "all of them" in told.err
    assert list((repo / "runbooks").rglob("*.yaml")) == []


def test_a_rule_says_what_it_would_have_done_until_it_is_told_to_act(repo: Path) -> None:
    assert runwright("new", "rule", "--check-type", "service", cwd=repo).code == 2
    runwright("new", "runbook", *ANSWERS, *FACT, cwd=repo)
    words = ("new", "rule", "--runbook", "RB-LIN-SERVICE-001", "--check-type", "service", "--name", "Start it")
    assert runwright(*words, cwd=repo).out == "rules/promoted/L1-SERVICE-001.yaml\n"
    assert "mode: observe" in (repo / "rules/promoted/L1-SERVICE-001.yaml").read_text("utf-8")
    assert runwright("validate", cwd=repo).code == 0


FITTING = [(platform, name) for platform in ("linux", "windows") for name in usable(platform)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("platform", "name"), FITTING)
def test_every_action_gives_a_runbook_that_is_read(platform: str, name: str) -> None:
    from runwright.corpus.corpus import read_entry
    from runwright.model.runbook import Runbook

    evidence = evidence_of(ACTIONS[name], platform, {}) or {"services.web.state": "running"}  # type: ignore[arg-type]
    answers = RunbookAnswers("RB-LIN-NEW-001", "New", platform, "some_incident", name, evidence)  # type: ignore[arg-type]
    entry, findings = read_entry(answers.path, runbook_text(answers).encode(), Runbook)
    assert entry is not None, findings


OLD_FILES = (
    "--platform",
    "linux",
    "--incident-type",
    "disk_full",
    "--name",
    "Tidy",
    "--action",
    "disk.remove_old_files",
)
OLD_FACT = ("--fact", 'old_files["/srv/x"]["*.tmp"].7.count', "--value", "0")
OLD_PLACE = ("--param", "folder=/srv/x", "--param", "pattern=*.tmp")


def test_a_fixed_number_is_written_as_a_number(repo: Path) -> None:
    told = runwright("new", "runbook", *OLD_FILES, *OLD_FACT, *OLD_PLACE, "--param", "days=7", cwd=repo)
    assert told.code == 0, told.err
    assert "      days: 7\n" in (repo / told.out.strip()).read_text("utf-8")


def test_a_fixed_value_of_another_type_is_told(repo: Path) -> None:
    told = runwright("new", "runbook", *OLD_FILES, *OLD_FACT, *OLD_PLACE, "--param", "days=week", cwd=repo)
    assert told.code == 2
    assert "days: 'week' is no integer" in told.err


def test_a_typed_value_of_another_type_is_asked_for_again(repo: Path) -> None:
    typed = "linux\ndisk.remove_old_files\n/srv/x\n*.tmp\nweek\n7\ndisk_full\n\n\n\n"
    told = in_a_process("new", "runbook", cwd=repo, typed=typed)
    assert told.code == 0, told.err
    assert "'week' is no integer" in told.err


def test_the_words_of_a_command_are_written_as_a_list(repo: Path) -> None:
    fact = ("--fact", "services.web.state", "--value", "running")
    told = runwright("new", "runbook", *ABOUT, "--action", "command.run", "--param", "argv=true 'a b'", *fact, cwd=repo)
    assert told.code == 0, told.err
    assert "        - a b\n" in (repo / told.out.strip()).read_text("utf-8")
