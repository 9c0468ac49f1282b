"""The command line: exit codes that mean something, help for every verb, and a quick start."""

from __future__ import annotations

import importlib
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from runwright import __version__
from runwright.cli.main import COMMANDS, cli, exit_code
from runwright.errors import ContentError, EdgeError, TrustError
from tests.support.commands import ENVIRONMENT, ROOT, in_a_process, runwright, tree
from tests.support.until import until

HEAVY = (
    "pydantic",
    "yaml",
    "git",
    "sqlalchemy",
    "fastapi",
    "cryptography",
    "openai",
    "dbos",
    "github",
    "psutil",
    "urllib3",
    "re2",
)


def raising(error: BaseException) -> Callable[[], Any]:
    def run() -> Any:
        raise error

    return run


@pytest.mark.parametrize(
    ("run", "code"),
    [
        (lambda: None, 0),
        (lambda: 0, 0),
        (lambda: 1, 1),
        (lambda: "text", 0),
        (raising(ContentError("is empty")), 1),
        (raising(EdgeError("the disk is full")), 1),
        (raising(click.UsageError("no such option")), 2),
        (raising(click.BadParameter("no")), 2),
        (raising(RuntimeError("a mistake of ours")), 3),
        (raising(KeyError("x")), 3),
        (raising(RecursionError()), 3),
        (raising(TrustError("expired", "too old")), 4),
        (raising(KeyboardInterrupt()), 130),
        (raising(click.Abort()), 130),
        (raising(click.exceptions.Exit(0)), 0),
        (raising(click.exceptions.Exit(7)), 7),
    ],
)
def test_an_exit_code_says_how_it_ended(run: Callable[[], Any], code: int) -> None:
    assert exit_code(run) == code


@pytest.mark.parametrize(
    ("module", "extra"),
    [("fastapi", "service"), ("httptools", "service"), ("github.Auth", "github"), ("jwt", "github")],
)
def test_where_an_extra_is_not_installed_its_name_is_told(
    module: str, extra: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(raising(ModuleNotFoundError(f"No module named {module!r}", name=module))) == 1
    told = capsys.readouterr().err
    assert f"install Runwright as 'runwright[{extra}]'" in told
    assert "Traceback" not in told


def test_a_module_that_no_extra_brings_is_a_bug_of_ours() -> None:
    assert exit_code(raising(ModuleNotFoundError("No module named 'x'", name="x"))) == 3


def test_a_bug_of_ours_is_told_as_one_with_its_trace(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(raising(ZeroDivisionError("division by zero"))) == 3
    told = capsys.readouterr().err
    assert "ZeroDivisionError: division by zero" in told
    assert "This is a bug in Runwright. Please report it" in told


def test_trouble_that_a_person_can_mend_is_one_line_without_a_trace(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code(raising(ContentError("is empty", path="a.yaml", line=3)))
    exit_code(raising(TrustError("expired", "the document is too old")))
    assert capsys.readouterr().err == "a.yaml:3: is empty\nrefused: the document is too old [expired]\n"


def test_a_hostile_message_sends_no_command_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code(raising(ContentError("\x1b]0;owned\x07 \u202e \x9b31m")))
    assert capsys.readouterr().err == "?]0;owned? ? ?31m\n"


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def plant(body: str) -> None:
        module = type(sys)("runwright_test_command")
        exec(f"import click\n@click.command()\ndef planted():\n    {body}\n", module.__dict__)  # noqa: S102  # the test's own command
        monkeypatch.setitem(sys.modules, "runwright_test_command", module)
        monkeypatch.setitem(COMMANDS, "planted", ("runwright_test_command", "A command of this test."))

    return plant


@pytest.mark.parametrize(
    ("body", "code"),
    [("pass", 0), ("return 1", 1), ("raise click.UsageError('no')", 2), ("1 / 0", 3), ("raise KeyboardInterrupt", 130)],
)
def test_a_command_ends_with_its_exit_code(commands: Callable[[str], None], body: str, code: int) -> None:
    commands(body)
    assert exit_code(lambda: cli.main(["planted"], standalone_mode=False)) == code


def test_ctrl_c_ends_a_running_command_with_130(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    program = (
        "import signal, sys, types, click\nfrom pathlib import Path\nfrom runwright.cli import main\n"
        # Whoever runs the tests in the background has SIGINT ignored, and hands that on.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "@click.command()\ndef planted():\n    Path(sys.argv[2]).touch()\n    signal.pause()\n"
        "sys.modules['planted_module'] = module = types.ModuleType('planted_module')\nmodule.planted = planted\n"
        "main.COMMANDS['planted'] = ('planted_module', 'Waits.')\n"
        "place, sys.argv = sys.argv[1], ['runwright', 'planted', sys.argv[1]]\n"
        "sys.exit(main.exit_code(lambda: main.cli.main(['planted'], standalone_mode=False)))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(ready)], env=ENVIRONMENT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as process:
        until(ready.exists, timeout=20, what="the command runs")
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
    assert process.returncode == 130
    assert told.decode().strip() == "interrupted"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_verb_has_help_in_one_sentence(name: str) -> None:
    module, sentence = COMMANDS[name]
    assert sentence.endswith(".")
    assert sentence.count(". ") == 0
    assert isinstance(getattr(importlib.import_module(module), name), click.Command)
    told = CliRunner().invoke(cli, [name, "--help"])
    assert told.exit_code == 0
    assert told.output.startswith("Usage: ")


def test_help_lists_every_verb_with_its_sentence() -> None:
    told = runwright("--help")
    assert told.code == 0
    words = " ".join(told.out.split())
    for name, (_, sentence) in COMMANDS.items():
        assert f"{name} {sentence}" in words


def test_the_version_is_told() -> None:
    assert in_a_process("--version").out.strip() == f"runwright, version {__version__}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["validat"], "Did you mean 'validate'?"),
        (["zzzz"], "No such command 'zzzz'"),
        (["--nope"], "No such option"),
        (["validate", "--format", "xml"], "'xml' is not one of"),
        (["diff"], "Missing argument 'BASE'"),
        (["schema", "nope"], "there is no schema 'nope'; there are channel, execution"),
        (["validate", "--ref", "main", "runbooks"], "PATHS are files on disk"),
        (["validate", "--repo", "/nonexistent/place"], "does not exist"),
        ([], "Usage: "),
    ],
)
def test_a_wrong_call_is_told_and_ends_with_2(words: list[str], said: str) -> None:
    told = runwright(*words)
    assert told.code == 2
    assert said in told.err.replace("\n", " ")
    assert "Traceback" not in told.err


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["validate", "--help"], ["schema", "--help"], ["diff", "--help"]]
)
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    argv = [sys.executable, "-X", "importtime", "-m", "runwright.cli.main", *words]
    done = subprocess.run(argv, env=ENVIRONMENT, capture_output=True, check=True, text=True)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "click" in loaded
    assert {name for name in loaded if name.split(".")[0] in HEAVY} == set()


def test_a_reader_that_goes_away_ends_a_command_quietly_and_never_as_good(tmp_path: Path) -> None:
    many = {f"runbooks/linux/{n}.yaml": b"a: [" for n in range(3000)}
    argv = [
        sys.executable,
        "-m",
        "runwright.cli.main",
        "validate",
        "--format",
        "json",
        "--repo",
        str(tree(tmp_path, many)),
    ]
    with subprocess.Popen(argv, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        told = process.stderr.read()
        code = process.wait(timeout=30)
    assert (code, told) == (1, b"")
