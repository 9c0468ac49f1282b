"""`runwright redact`: a filter that answers every line and never fails for what a line says."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from tests.support.service_site import COMMAND, environment


def run(stdin: bytes, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, "redact", *words], input=stdin, env=environment(), capture_output=True, timeout=60, check=False
    )


def test_plain_text_goes_through_without_its_secrets() -> None:
    done = run("née\npassword=hunter2\nend".encode())
    assert (done.returncode, done.stdout.decode()) == (0, "née\npassword=[erased:password]\nend")


def test_a_terminal_without_accents_gets_the_same_bytes() -> None:
    line = json.dumps({"text": "née … password=hunter2"}).encode() + b"\n"
    plain = {**environment(), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [*COMMAND, "redact", "--jsonl"], input=line, env=plain, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, json.loads(done.stdout)["text"]) == (0, "née … password=[erased:password]")


def test_each_line_is_answered_in_order() -> None:
    lines = [
        json.dumps({"text": "password=hunter2"}).encode(),
        b'{"text": "nothing"}',
        b"",
        b"no JSON",
        b'{"text": 7}',
        b"[]",
        b'{"text": "\xff"}',
        b'{"text": "a", "text": "b"}',
        b'{"text": "\\ud800"}',
    ]
    done = run(b"\n".join(lines) + b"\n", "--jsonl")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert len(answers) == len(lines)
    assert answers[0] == {
        "text": "password=[erased:password]",
        "erased": [{"kind": "password", "start": 9, "end": 16}],
    }
    assert answers[1] == {"text": "nothing", "erased": []}
    assert [sorted(answer) for answer in answers[2:8]] == [["error"]] * 6
    assert answers[8]["text"] == "\ufffd"


def test_a_dash_is_standard_input() -> None:
    assert run(b"token: abc123def\n", "-").stdout == b"token: [erased:token]\n"


def test_a_long_log_is_searched_and_not_withheld() -> None:
    log = b"Started the service in 3 ms.\n" * 50_000
    assert run(log + b"password=hunter2\n").stdout == log + b"password=[erased:password]\n"


def test_with_a_key_the_same_value_has_the_same_mark(tmp_path: Path) -> None:
    key, other = tmp_path / "key", tmp_path / "other"
    key.write_bytes(b"one key")
    other.write_bytes(b"another key")
    text = b"from jane@x.example to jane@x.example and joe@x.example"
    first, second, third = re.findall(rb"\[erased:email:[0-9a-f]{8}\]", run(text, "--key-file", str(key)).stdout)
    assert first == second != third
    assert first not in run(text, "--key-file", str(other)).stdout


def test_personal_data_is_told_with_its_places() -> None:
    done = run(json.dumps({"text": "\U0001f600 MRN: 00482913"}).encode() + b"\n", "--jsonl")
    assert json.loads(done.stdout) == {
        "text": "\U0001f600 MRN: [erased:mrn]",
        "erased": [{"kind": "mrn", "start": 7, "end": 15}],
    }
