"""Every verb there is: help that says what each is, JSON for machines where it fails, no trace for hostile words."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from runwright.cli.main import cli
from tests.support.commands import runwright


def verbs() -> Iterator[tuple[str, ...]]:
    """Give the words of every command that does something."""
    context = click.Context(cli)
    for name in cli.list_commands(context):
        yield from _below((name,), cli.get_command(context, name))


def _below(words: tuple[str, ...], command: click.Command | None) -> Iterator[tuple[str, ...]]:
    assert command is not None
    if not isinstance(command, click.Group):
        yield words
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        yield from _below((*words, name), command.get_command(context, name))


def command_of(words: tuple[str, ...]) -> click.Command:
    found: click.Command | None = cli
    for word in words:
        assert isinstance(found, click.Group)
        found = found.get_command(click.Context(found), word)
    assert found is not None
    return found


def options_of(words: tuple[str, ...]) -> list[click.Option]:
    return [one for one in command_of(words).params if isinstance(one, click.Option)]


VERBS = list(verbs())
NAMES = [" ".join(words) for words in VERBS]
FOR_MACHINES = [
    words
    for words in VERBS
    for option in options_of(words)
    if "--format" in option.opts and isinstance(option.type, click.Choice) and "json" in option.type.choices
]
HOSTILE = (
    "\x1b]0;owned\x07",
    "\udcff",
    "../../../../etc/shadow",
    "$(touch owned)",
    "${{ params.x }}",
    "-",
    "--",
    "a" * 10_000,
    "github:acme/\u202e",
    "999999999999999999999999",
    "",
)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of whoever runs the tests counts, and nobody types anything."""
    for name in [name for name in os.environ if name.startswith("RUNWRIGHT_")]:
        monkeypatch.delenv(name)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))


def test_there_are_verbs_and_none_is_missed() -> None:
    assert {"agent run", "agent approve", "github setup", "release cut", "review approve", "validate"} <= set(NAMES)
    assert len(NAMES) == len(set(NAMES)) > 40


@pytest.mark.parametrize("words", VERBS, ids=NAMES)
def test_help_says_what_the_verb_and_each_option_is(words: tuple[str, ...], tmp_path: Path) -> None:
    told = runwright(*words, "--help", cwd=tmp_path)
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith(f"Usage: runwright {' '.join(words)}")
    command = command_of(words)
    assert command.help
    assert command.help.strip().splitlines()[0].rstrip().endswith((".", ":", ","))
    silent = [option.name for option in options_of(words) if not option.help and not option.hidden]
    assert silent == [], "an option without a word of help"


@pytest.mark.parametrize("words", VERBS, ids=NAMES)
def test_the_short_help_in_a_list_is_a_whole_sentence(words: tuple[str, ...]) -> None:
    if len(words) == 1:
        return
    listed = runwright(*words[:-1], "--help").out
    line = re.search(rf"^  {re.escape(words[-1])} +(.*(?:\n   +.*)*)", listed, re.MULTILINE)
    assert line is not None
    assert not line[1].rstrip().endswith("..."), line[1]


@pytest.mark.parametrize("words", FOR_MACHINES, ids=map(" ".join, FOR_MACHINES))
def test_who_asked_for_json_gets_json_where_it_fails(words: tuple[str, ...], tmp_path: Path) -> None:
    told = runwright(*words, "--no-such-option", "--format", "json", cwd=tmp_path)
    assert told.code == 2
    error = json.loads(told.out)["error"]
    assert (error["kind"], error["exit_code"]) == ("usage", 2)
    assert "--no-such-option" in error["message"]
    assert "--no-such-option" in told.err, "and a person sees it all the same"


def test_the_kind_and_the_code_of_a_failure_are_told(tmp_path: Path) -> None:
    told = runwright("replay", "--repo", tmp_path, "--format=json", cwd=tmp_path)
    assert json.loads(told.out)["error"]["kind"] == "error"
    assert json.loads(told.out)["error"]["message"] == told.err.rstrip("\n")
    told = runwright("replay", "--repo", tmp_path, cwd=tmp_path)
    assert (told.code, told.out) == (1, ""), "who did not ask gets none"


def attempts(words: tuple[str, ...]) -> Iterator[list[str]]:
    """Give each place of a verb a hostile word."""
    places = [option.opts[0] for option in options_of(words) if not option.is_flag]
    for word in HOSTILE:
        yield [word]
        yield ["--", word]
        for place in places:
            yield [place, word]
            yield [f"{place}={word}"]


@pytest.mark.parametrize("words", VERBS, ids=NAMES)
def test_hostile_words_end_in_an_error_that_a_person_can_read(words: tuple[str, ...], tmp_path: Path) -> None:
    for number, given in enumerate(attempts(words)):
        if words == ("demo",) and given[0].startswith("--keep"):
            continue  # any folder will do, and then a minute of servers follows
        folder = tmp_path / str(number)
        folder.mkdir()
        told = runwright(*words, *given, cwd=folder)
        assert told.code in {0, 1, 2, 4, 130}, (given, told.err)
        assert "Traceback" not in told.err, given
        assert not set(told.out + told.err) & {"\x1b", "\x07", "\u202e"}, (given, told.err)
        assert not (folder / "owned").exists()
