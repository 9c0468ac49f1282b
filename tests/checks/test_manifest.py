"""A recording that is edited, added or taken away past the manifest is told, with its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from runwright.checks.validation import validate
from runwright.corpus.corpus import read_corpus
from runwright.corpus.manifest import (
    Manifest,
    digest_of,
    manifest_of,
    manifest_path,
    read_manifest,
    removal,
    write_manifest,
)
from runwright.errors import ContentError
from runwright.model.telemetry import SYNTHETIC, canonical, execution_data
from tests.support.recordings import RUNBOOK_ID, recording, started

FOLDER = f"tests/recordings/{RUNBOOK_ID}"
LIST = f"{FOLDER}/MANIFEST"
ONE, OTHER = f"{FOLDER}/exec-1.json", f"{FOLDER}/exec-2.json"


def run(number: int, **fields: Any) -> bytes:
    return canonical(execution_data(recording(started("web"), execution_id=f"exec-{number}", **fields)))


def listed(*names: str, files: Mapping[str, bytes]) -> bytes:
    manifest = Manifest(LIST)
    for name in names:
        manifest = manifest.with_file(name, files[name])
    return write_manifest(manifest).encode()


RECORDED = {ONE: run(1), OTHER: run(2)}
TREE = {**RECORDED, LIST: listed(ONE, OTHER, files=RECORDED)}
"""Two recordings and their manifest."""


def without(path: str, reason: str | None = None) -> dict[str, bytes]:
    """The tree without one recording; with a reason, as the tool takes it away."""
    manifest = read_manifest(LIST, TREE[LIST])
    left = {name: content for name, content in TREE.items() if name != path}
    return {**left, LIST: write_manifest(manifest.without_file(path, reason)).encode()} if reason else left


def told(head: Mapping[str, bytes], base: Mapping[str, bytes] | None = None) -> list[str]:
    found = validate(read_corpus(head), read_corpus(base) if base is not None else None)
    return [str(finding) for finding in found if finding.rule == "manifest"]


def test_what_the_tool_wrote_is_in_order() -> None:
    assert told(TREE) == []
    assert told(TREE, TREE) == []


def test_a_recording_that_is_in_no_manifest_is_told() -> None:
    (said,) = told({**TREE, f"{FOLDER}/exec-3.json": run(3)})
    assert said.startswith(f"{FOLDER}/exec-3.json: is not in {LIST}; who adds a recording does it by")


def test_a_recording_that_was_edited_by_hand_is_told() -> None:
    (said,) = told({**TREE, ONE: run(1).replace(b'"success"', b'"failure"')})
    assert said.startswith(f"{ONE}: differs from its digest in {LIST}: it was edited by hand")


def test_another_line_end_is_another_file() -> None:
    assert len(told({**TREE, ONE: run(1).replace(b"\n", b"\r\n")})) == 1


def test_a_recording_that_is_gone_without_a_reason_is_told_with_its_line() -> None:
    (said,) = told(without(ONE))
    assert said.startswith(f"{LIST}:2:1: {ONE} is gone without a reason; `runwright record --remove")


def test_a_recording_that_left_with_a_reason_is_in_order() -> None:
    head = without(ONE, "the host was misread")
    assert told(head) == []
    assert told(head, TREE) == []
    assert removal(read_manifest(LIST, head[LIST]), ONE) == "the host was misread"
    assert removal(read_manifest(LIST, head[LIST]), OTHER) is None
    assert removal(None, ONE) is None


def test_a_reason_is_not_left_out() -> None:
    head = {**without(ONE), LIST: TREE[LIST].replace(f"{digest_of(run(1))}  {ONE}".encode(), _removed(""))}
    (said,) = told(head)
    assert said == f"{LIST}:2:1: {ONE} was removed without a reason [manifest]"
    assert any("takes" in line for line in told(head, TREE))


def _removed(reason: str) -> bytes:
    return f"removed {ONE} {digest_of(run(1))}{reason}".encode()


def test_a_recording_that_left_and_is_back_past_the_tool_is_told() -> None:
    (said,) = told({**without(ONE, "of no use"), ONE: run(1)})
    assert said.startswith(f"{ONE}: was taken away (of no use); who adds")


def test_a_file_and_its_line_that_vanish_together_are_told_by_the_change() -> None:
    head = {OTHER: run(2), LIST: listed(OTHER, files=TREE)}
    assert told(head) == []
    (said,) = told(head, TREE)
    assert said.startswith(f"{LIST}: the change takes {ONE} away without a reason")


def test_a_whole_folder_that_vanishes_is_told_by_the_change() -> None:
    assert len(told({}, TREE)) == 2


def test_a_recording_that_was_never_listed_does_not_leave_in_silence_either() -> None:
    assert len(told({}, RECORDED)) == 2
    assert told(without(ONE, "of no use"), RECORDED) == []


def test_a_reason_that_vanishes_is_told_by_the_change() -> None:
    before = without(ONE, "of no use")
    (said,) = told({OTHER: run(2), LIST: listed(OTHER, files=TREE)}, before)
    assert said.startswith(f"{LIST}: the line that says why {ONE} left is gone; `git checkout BASE -- {LIST}`, where")
    assert told(TREE, before) == [], "it may come back"


@pytest.mark.parametrize("head", [RECORDED, {**RECORDED, ONE: run(1, hostname="another")}, {OTHER: run(2)}])
def test_a_manifest_that_vanishes_is_an_error_of_the_change(head: dict[str, bytes]) -> None:
    assert f"{LIST}: the change takes this manifest away" in "\n".join(told(head, TREE))
    found = validate(read_corpus(head), read_corpus(TREE))
    assert {"error"} <= {finding.severity for finding in found if finding.path == LIST}


def test_the_reasons_of_a_manifest_do_not_vanish_with_it() -> None:
    gone = manifest_of({}, ONE).with_file(ONE, run(1)).without_file(ONE, "of no use")
    (said,) = told({}, {LIST: write_manifest(gone).encode()})
    assert said.startswith(f"{LIST}: the change takes this manifest away")


def test_a_recording_that_is_altered_with_its_line_is_told_by_the_change() -> None:
    altered = {**RECORDED, ONE: run(1, hostname="another")}
    head = {**altered, LIST: listed(ONE, OTHER, files=altered)}
    assert told(head) == []
    (said,) = told(head, TREE)
    assert said.startswith(f"{ONE}: the change alters this recording, and what a host did once does not change")


def test_a_synthetic_recording_may_be_made_anew() -> None:
    before, after = ({ONE: run(1, provenance=SYNTHETIC, hostname=name)} for name in ("one", "other"))
    base, head = ({**files, LIST: listed(ONE, files=files)} for files in (before, after))
    assert told(head, base) == []


def test_a_folder_without_a_manifest_is_a_warning() -> None:
    found = [finding for finding in validate(read_corpus(RECORDED)) if finding.rule == "manifest"]
    assert [(finding.path, finding.severity) for finding in found] == [(LIST, "warning")]


def test_a_recording_that_cannot_be_read_stands_there_all_the_same() -> None:
    broken = {**RECORDED, ONE: b"{broken"}
    files = {**broken, LIST: listed(ONE, OTHER, files=broken)}
    assert told(files) == []
    assert [finding.rule for finding in validate(read_corpus(files))] == ["json"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("what is this", "is no line of a manifest"),
        (f"{'0' * 63}  {ONE}", "is no line of a manifest"),
        (f"{'0' * 64}  tests/recordings/RB-LIN-OTHER-001/exec-1.json", "does not stand in this folder"),
        (f"{'0' * 64}  {ONE}", "is listed with two digests"),
        (f"removed {OTHER} {digest_of(run(2))} of no use", f"{OTHER} is kept and removed"),
    ],
)
def test_a_line_that_says_nothing_or_too_much_is_told_and_the_others_count(line: str, said: str) -> None:
    found = told({**TREE, LIST: TREE[LIST] + f"{line}\n".encode()})
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize("content", [b"\xff\xfe\0", b"\0" * 5000, b"x" * 500_000, b"a  b\n" * 50_000])
def test_any_bytes_are_a_manifest_with_findings(content: bytes) -> None:
    manifest = read_manifest(LIST, content)
    assert 1 <= len(manifest.problems) <= 20
    assert all(len(str(problem)) < 1000 for problem in manifest.problems)


def test_the_order_of_lines_and_a_line_that_stands_twice_say_nothing() -> None:
    lines = TREE[LIST].splitlines(keepends=True)
    joined = b"".join([*reversed(lines), *lines[1:2]])
    assert told({**TREE, LIST: joined}) == []
    assert write_manifest(read_manifest(LIST, joined)) == TREE[LIST].decode()


def test_what_is_written_is_read_as_it_was() -> None:
    manifest = read_manifest(LIST, TREE[LIST]).without_file(ONE, "of no use")
    again = read_manifest(LIST, write_manifest(manifest).encode())
    assert write_manifest(again) == write_manifest(manifest)
    assert again.removed[ONE].reason == "of no use"


def test_a_reason_is_needed_and_is_one_line() -> None:
    manifest = read_manifest(LIST, TREE[LIST])
    for reason in ("", "  ", "x" * 301, "a\x1b[2Jb"):
        with pytest.raises(ContentError, match="leaves with a reason"):
            manifest.without_file(ONE, reason)
    assert manifest.without_file(ONE, "two\n  lines").removed[ONE].reason == "two lines"


def test_the_manifest_of_a_folder_without_one_lists_what_stands_there() -> None:
    files = {**RECORDED, "tests/recordings/RB-LIN-OTHER-001/exec-9.json": run(9)}
    manifest = manifest_of(files, f"{FOLDER}/exec-3.json")
    assert (manifest.path, sorted(manifest.kept)) == (LIST, [ONE, OTHER])
    assert manifest_of(TREE, ONE).kept.keys() == {ONE, OTHER}
    assert manifest_path(ONE) == LIST


def test_a_secret_in_a_recording_is_told_with_its_place() -> None:
    files = {ONE: run(1, error_message="password=hunter2-hunter2")}
    found = [f for f in validate(read_corpus(files)) if f.rule == "redaction"]
    assert [str(f).split(";")[0] for f in found] == [
        f"{ONE}: /error_message: holds what looks like a secret (password)"
    ]
    assert [f for f in validate(read_corpus(files), read_corpus(files)) if f.rule == "redaction"] == []
