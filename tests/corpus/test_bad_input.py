"""Any file at all is judged within a second and 128 MiB, in findings: by the loader, and by everything behind it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.checks.judging import judge_file, verdict_data, verdict_from
from runwright.checks.validation import validate
from runwright.corpus.corpus import read_corpus
from runwright.corpus.editing import dump
from runwright.corpus.limits import MAX_BYTES
from runwright.corpus.strict_yaml import load_yaml
from runwright.corpus.yaml_data import Unusual, plain_data
from runwright.corpus.yaml_places import read_places
from runwright.errors import ContentError
from tests.support import cases, strategies
from tests.support.commands import ENVIRONMENT
from tests.support.made_library import made_runbook

RUNBOOK, RULE, RECORDING = "runbooks/linux/RB-LIN-X-1.yaml", "rules/promoted/L1-X.yaml", "tests/recordings/a/b.json"
GOOD = made_runbook(1).decode()

# One file each, in a process that may use little: time and memory are those of reading, checking and telling.
LIMITED = """
import resource, sys, time
from runwright.checks.judging import judge_file
from tests.support.made_library import made_runbook
judge_file("runbooks/linux/RB-LIN-MADE-00001.yaml", made_runbook(1))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
content, path = open(sys.argv[1], "rb").read(), sys.argv[2]
used = int(next(line for line in open("/proc/self/status") if line.startswith("VmSize")).split()[1]) * 1024
resource.setrlimit(resource.RLIMIT_AS, (used + 128 * 2**20, used + 128 * 2**20))
started = time.process_time()
verdict = judge_file(path, content)
taken = time.process_time() - started
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
print(len(verdict.findings), round(taken, 3), grown, max((len(str(f)) for f in verdict.findings), default=0))
"""


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    return "\n".join(lines + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 20)])


def many_steps(count: int) -> str:
    step = "  - {{id: s{0}, action: service.start, with: {{service: web}}}}\n"
    return GOOD.split("steps:")[0] + "steps:\n" + "".join(step.format(n) for n in range(count)) + "verify: {}\n"


def unsafe(condition: str) -> tuple[str, bytes]:
    return RUNBOOK, GOOD.replace("precheck:", f"precheck:\n  unsafe: {condition}").encode()


PATTERN = "^[A-Za-z0-9@._:-]+$"
LARGE: dict[str, tuple[str, bytes]] = {
    "an alias bomb": (RUNBOOK, bomb().encode()),
    "a hundred thousand open brackets": (RUNBOOK, b"[" * 100_000),
    "a hundred thousand closed brackets": (RUNBOOK, b"[" * 100_000 + b"]" * 100_000),
    "a hundred thousand braces": (RUNBOOK, b"{a: " * 100_000),
    "half a million dashes": (RUNBOOK, b"- " * 250_000),
    "a megabyte in one line": (RUNBOOK, b"id: " + b"x" * 1_000_000),
    "the longest line that is read": (RUNBOOK, b"id: " + b"x" * (MAX_BYTES - 4)),
    "twenty megabytes": (RUNBOOK, b"a: 1\n" * 4_000_000),
    "NUL after NUL": (RUNBOOK, b"\0" * 500_000),
    "bytes that are not UTF-8": (RUNBOOK, b"\xff" * 500_000),
    "carriage returns": (RUNBOOK, b"a: 1\r\n" * 80_000),
    "tabs": (RUNBOOK, b"\t" * 500_000),
    "as many keys as there may be": (RUNBOOK, b"".join(b"k%d: 1\n" % n for n in range(9_900))),
    "the same key again and again": (RUNBOOK, b"a: 1\n" * 100_000),
    "as many values as there may be": (RUNBOOK, b"steps: [" + b"1, " * 19_000 + b"]"),
    "thousands of steps": (RUNBOOK, many_steps(6_000).encode()),
    "the most steps that are accepted, and one more": (RUNBOOK, many_steps(201).encode()),
    "insertions that never end": (RUNBOOK, GOOD.replace("Start the service", "${{ " * 100_000).encode()),
    "one insertion of half a megabyte": (RUNBOOK, GOOD.replace("params.service", "params" + ".a" * 200_000).encode()),
    "a path of half a megabyte": unsafe("{'" + "a." * 100_000 + "a': 1}"),
    "a pattern of half a megabyte": (RUNBOOK, GOOD.replace(PATTERN, "(a*)*" * 50_000).encode()),
    "a pattern that repeats repeats": (RUNBOOK, GOOD.replace(PATTERN, "(((a{1000}){1000}){1000})").encode()),
    "conditions in conditions": unsafe("{not: " * 25 + "{a: 1}" + "}" * 25),
    "a condition of thousands of paths": (
        RULE, b"id: L1-X\nname: x\ncheck_type: a\naction: run_runbook:RB-A-B\nconditions:\n"
        + b"".join(b"  a%d.b: {gte: 1, lt: 2}\n" % n for n in range(3_300)),
    ),
    "a recording of brackets": (RECORDING, b"[" * 500_000),
    "a recording with a number without end": (RECORDING, b'{"a": ' + b"9" * 500_000 + b"}"),
    "a recording of many steps": (
        RECORDING,
        json.dumps({"execution_id": "a", "runbook_id": "RB-A-B", "executed_steps": [{"step": 1}] * 10_000}).encode(),
    ),
}  # fmt: skip


FINE = {"a condition of thousands of paths"}
"""Large, and nothing is wrong with it."""


@pytest.mark.parametrize("name", LARGE)
def test_one_file_takes_bounded_time_and_128_mebibytes(tmp_path: Path, name: str) -> None:
    path, content = LARGE[name]
    (tmp_path / "file").write_bytes(content)
    words = [sys.executable, "-c", LIMITED, str(tmp_path / "file"), path]
    environment = {**ENVIRONMENT, "PYTHONPATH": f"{ENVIRONMENT['PYTHONPATH']}:{Path(__file__).parents[2]}"}
    done = subprocess.run(words, env=environment, capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr.decode()[-500:]
    findings, seconds, mebibytes, longest = done.stdout.split()
    assert int(findings) >= 1 or name in FINE
    assert float(seconds) < 20  # processor time; a second or less when nothing runs away
    assert int(mebibytes) < 128
    assert int(longest) < 3_000


# Nothing but findings, whatever the bytes


def judged(path: str, content: bytes) -> None:
    verdict = judge_file(path, content)
    assert (verdict.summary is None) <= bool(verdict.findings)
    assert verdict_from(json.loads(json.dumps(verdict_data(verdict)))) == verdict
    for finding in verdict.findings:
        assert finding.path == path
        assert str(finding).isprintable() or "\n" not in finding.path
    assert {*verdict.findings} <= {*validate(read_corpus({path: content}))}


@settings(max_examples=200)
@given(st.sampled_from([RUNBOOK, RULE, RECORDING]), st.one_of(strategies.yaml_like, st.binary(max_size=200)))
def test_any_bytes_are_judged(path: str, content: bytes) -> None:
    judged(path, content)


_pieces = st.sampled_from(
    ["", "\n", " ", "  ", "- ", ":", ": ", "{", "}", "[", "]", "'", '"', "|\n", "&a ", "*a", "!x ", "#", "null", "0",
     "-1", "1e400", "true", "${{", "}}", "${{ params.x }}", "\t", "\0", "\u2028", "é", "..", "steps", "with", "when",
     "all", "not", "params", "x" * 300, "9" * 30, "secret://a", "foreach: [a]", "call: RB-A-B", "finally: []",
     "parallel: []"]
)  # fmt: skip


_TEXTS = [GOOD, *(path.read_text() for path in cases.ACCEPTED)]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A good runbook with a few pieces of it replaced, dropped or doubled."""
    text = draw(st.sampled_from(_TEXTS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        text = text[:start] + draw(_pieces) + text[end * draw(st.integers(0, 1)) or start :]
    return text[:20_000]


@settings(max_examples=200)
@given(mutated(), st.sampled_from([RUNBOOK, RULE]))
def test_a_good_file_that_was_mangled_is_judged(text: str, path: str) -> None:
    judged(path, text.encode())


_FIELDS = st.sampled_from(
    ["id", "name", "version", "platform", "incident_types", "params", "limits", "precheck", "steps", "verify", "action",
     "with", "when", "foreach", "block", "parallel", "approve", "call", "rescue", "finally", "rollback", "retry",
     "timeout", "check_type", "conditions", "scope", "metadata", "outputs", "extract", "all", "any", "not", "in", "eq",
     "matches", "checks", "settle"]
)  # fmt: skip
_trees = st.recursive(
    st.one_of(strategies.scalars, st.text(max_size=12), st.sampled_from(["service.start", "5s", "${{ each.item }}"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_FIELDS, inner, max_size=6),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=300)
@given(st.dictionaries(_FIELDS, _trees, max_size=8), st.sampled_from([RUNBOOK, RULE]))
def test_any_tree_of_fields_is_judged(tree: dict[str, Any], path: str) -> None:
    judged(path, dump(tree).encode())


@settings(max_examples=200)
@given(_FIELDS, _trees)
def test_any_value_in_a_good_runbook_is_judged(name: str, value: Any) -> None:
    data = load_yaml(GOOD.encode()).data
    judged(RUNBOOK, dump({**data, name: value}).encode())
    step = {**data["steps"][0], name: value}
    judged(RUNBOOK, dump({**data, "steps": [step]}).encode())


@settings(max_examples=300)
@given(strategies.json_values, st.sampled_from([None, "executed_steps", "state_before", "outcome"]))
def test_any_json_is_judged_as_a_recording(value: Any, name: str | None) -> None:
    data = value if name is None else {"execution_id": "a", "runbook_id": "RB-A-B", name: value}
    judged(RECORDING, json.dumps(data).encode())


# The quick reader and the one that knows places are one reader


@settings(max_examples=500)
@given(st.one_of(strategies.yaml_like.filter(lambda content: b"\0" not in content), mutated().map(str.encode)))
def test_what_the_quick_reader_takes_is_what_the_slow_one_reads(content: bytes) -> None:
    try:
        content.decode()
        quick = plain_data(content)
    except (Unusual, UnicodeDecodeError):
        return
    assert repr(read_places(content).data) == repr(quick)


@pytest.mark.parametrize("path", cases.ACCEPTED, ids=lambda path: path.stem)
def test_ordinary_files_need_the_quick_reader_alone(path: Path) -> None:
    assert repr(plain_data(path.read_bytes())) == repr(read_places(path.read_bytes()).data)


@pytest.mark.parametrize(
    "text",
    ["a: &x 1", "a: *x", "a: !t 1", "- !!str a", "a: 1\na: 2", "{a: 1, a: 2}", "1: a", "~: a", "? [a]\n: b",
     "a: .inf", "a: 1e999", "%YAML 1.2\n---\na: 1", "a: 1\n---\nb: 1", "[" * 33 + "]" * 33, "[" + "a," * 20_001 + "]",
     "a: [", "a: 'x",
     "a:\n\tb: 1",
     "a: \x07"],
)  # fmt: skip
def test_the_quick_reader_gives_up_on_what_is_not_plain(text: str) -> None:
    with pytest.raises(Unusual):
        plain_data(text.encode())
    with pytest.raises(ContentError):
        load_yaml(text.encode())
