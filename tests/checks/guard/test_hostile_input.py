"""Whatever the text, the guard answers, and its work grows no faster than the text."""

from __future__ import annotations

import random
import sys
from types import FrameType
from typing import Any, get_args

import pytest

from runwright.checks.guard import Shell, judge, judge_argv
from runwright.checks.guard.python import judge_python
from tests.support.guard_cases import rows

SHELLS: tuple[Shell, ...] = get_args(Shell)
ROUNDS = 2500
PIECES = (
    *("(", ")", "{", "}", "[", "[[ ", "$(", "`", "$((", "${", "'", '"', "<(", "<<E\n", "|", "||", ";", "\n", "&", "&&"),
    *("\\", "^", "%a%", "!a!", "#", "@(", "@{", "$a.", "-f ", "x ", "if a;then ", "for i in a b;do ", "f(){ ", "{a,b}"),
    *(
        "{1..99}",
        "*",
        "?",
        "=",
        "a=b;",
        "eval ",
        "sudo ",
        "bash -c ",
        "cmd /c ",
        "powershell -e ",
        "xargs ",
        "${a#b",
        "${a//b/c}",
    ),
    *("&{", "%{", "\u200b", "é", "\u0430", "\ud800", "\x00", "\r", "a`n", "\\\n", ">a ", "2>&1 ", "if exist a "),
    *(
        "a.b(",
        "'a'+'b'+",
        "[char]65+",
        "env ",
        "1,",
        "..",
        "find / -exec ",
        "base64 -d ",
        "$x=$x+$x;",
        "/dev/tcp/",
        "rm -rf /",
    ),
    *("\U0010ffff", "\u202e", "$IFS", "${!a}", "$'\\x41'", "~", "%%i", "::", "|%", "-1", "[0..9]", "@'\n", "\n'@"),
)


def texts(seed: int) -> str:
    """Parts of real commands and of syntax, cut and joined at random."""
    chance = random.Random(seed)
    real = [row["command"] for row in rows("dangerous")] + [row["command"] for row in rows("legitimate")]
    parts = [chance.choice(PIECES) if chance.random() < 0.6 else cut(chance, chance.choice(real)) for _ in range(12)]
    return "".join(parts[: chance.randint(1, 12)])


def cut(chance: random.Random, text: str) -> str:
    start = chance.randrange(len(text))
    return text[start : start + chance.randint(1, 60)]


@pytest.mark.parametrize("shell", SHELLS)
def test_no_text_makes_it_raise(shell: Shell) -> None:
    for seed in range(ROUNDS):
        text = texts(seed)
        found = judge(shell, text)
        assert found.verdict in {"allow", "review", "block"}, text
        assert found.reasons, text
        assert "".join(found.reasons).isprintable(), text


def test_no_words_and_no_python_make_it_raise() -> None:
    for seed in range(ROUNDS // 2):
        text = texts(seed)
        assert judge_argv(text.split(" ")).verdict in {"allow", "review", "block"}
        assert judge_python(text, lambda command: judge("bash", command)).verdict in {"review", "block"}


def test_python_that_nests_without_end_is_left_to_a_person() -> None:
    for text in ("(" * 50_000, "-" * 50_000 + "1", "a." * 50_000 + "b", "1+" * 50_000 + "1", "if x:\n" * 500):
        assert judge_python(text, lambda command: judge("bash", command)).verdict == "review"


def steps(shell: Shell, text: str) -> int:
    """How many functions are called to judge a text: a measure of work that no busy machine changes."""
    count = 0

    def profiler(_frame: FrameType, event: str, _arg: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(profiler)
    try:
        judge(shell, text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("piece", PIECES)
def test_the_work_grows_no_faster_than_the_text(shell: Shell, piece: str) -> None:
    judge(shell, piece)
    small, large = steps(shell, piece * 60), steps(shell, piece * 240)
    assert large <= 6 * small + 3000
