"""Records what files hold, for `runwright record`: read, redact, judge, choose, write; what happened is a value.

One bad line hides no other. How it is told is left to the command.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from runwright.checks.judging import judge_file
from runwright.checks.recordings import check_tree
from runwright.checks.tree import Tree
from runwright.checks.validation import in_order
from runwright.cli.evidence_folder import EvidenceFolder
from runwright.corpus.evidence import MAX_BYTES, file_name, healthy_path, read_healthy, read_recording, recording_path
from runwright.corpus.layout import HEALTHY, RECORDINGS
from runwright.corpus.manifest import digest_of, removal
from runwright.corpus.strict_json import read_json
from runwright.errors import ContentError, EdgeError
from runwright.model.execution import Erased, Execution
from runwright.model.finding import Finding
from runwright.model.healthy import HealthyState, healthy_data, parse_healthy
from runwright.model.telemetry import canonical, execution_data, parse_execution
from runwright.redact.redact import redact_data
from runwright.replay.keeping import Keeper, refusal

MAX_INPUT = 256 * 1024 * 1024
"""Bytes of one file of runs."""
What = Literal["kept", "restored", "left out", "nothing new", "refused", "taken away", "listed"]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one run."""

    what: What
    name: str
    """The execution's id, or the place of what could not be read."""
    reason: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """One run that was read and redacted: where it belongs, what it is called, and its bytes."""

    path: str
    name: str
    noun: Execution | HealthyState

    @property
    def content(self) -> bytes:
        """The run as it is written."""
        data = execution_data(self.noun) if isinstance(self.noun, Execution) else healthy_data(self.noun)
        return canonical(data)


def recorded(folder: EvidenceFolder, file: Path, *, healthy: bool, always: bool) -> Iterator[Told]:
    """Record every run of a file; raises `ContentError` or `EdgeError` when the file or the folder cannot be used."""
    runs: list[Read] = []
    for place, text in _lines(file):
        try:
            runs.append(_healthy(text) if healthy else _run(text))
        except ContentError as error:
            yield Told("refused", place, error.message)
    keepers: dict[str, Keeper] = {}
    # The choice must not depend on the order in which runs arrive.
    for run in sorted(runs, key=_order):
        try:
            yield _placed(folder, run, keepers, always)
        except ContentError as error:
            yield Told("refused", run.name, error.message, run.path)


def taken_away(folder: EvidenceFolder, name: str, reason: str) -> Told:
    """Take one recording away, by its execution id; raises `ContentError`."""
    wanted = f"/{file_name(name)}.json"
    found = [path for path in folder.listed() if path.endswith(wanted)]
    if len(found) != 1:
        said = "there is no recording of that id" if not found else f"several have that id: {', '.join(found)}"
        return Told("refused", name, said)
    folder.take_away(found[0], reason)
    return Told("taken away", name, reason, found[0])


def adopted(folder: EvidenceFolder) -> list[Told]:
    """List what stands there and is in no manifest; what is no evidence stays out. Raises `ContentError`."""
    refused, new = folder.adopt()
    told = [Told("refused", _stem(path), why, path) for path, why in refused.items()]
    return told + [Told("listed", _stem(path), "stood in no manifest", path) for path in new]


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".json")


def without_runbook(folder: EvidenceFolder, told: list[Told]) -> list[str]:
    """The ids of runbooks that have recordings now but do not stand in the tree, so that nothing replays those."""
    places = [one.path for one in told if one.what in ("kept", "listed") and not one.path.startswith(HEALTHY)]
    ids = dict.fromkeys(path.removeprefix(RECORDINGS).partition("/")[0] for path in places)
    return [runbook_id for runbook_id in ids if not folder.has_runbook(runbook_id)]


def check_folder(root: Path) -> tuple[tuple[Finding, ...], int]:
    """Every finding on the recordings, healthy states and manifests of a folder, and how many files those are."""
    folder = EvidenceFolder(root)
    verdicts = [judge_file(name, folder.read(name) or b"") for name in sorted(folder.names)]
    found = [finding for verdict in verdicts for finding in verdict.findings]
    found += (Finding(path=name, rule="file", message=why) for name, why in folder.refused.items())
    summaries = [verdict.summary for verdict in verdicts if verdict.summary is not None]
    found += check_tree(Tree(summaries, lambda _: None, refused=folder.refused))
    return in_order(found), len(folder.names)


def _lines(file: Path) -> Iterator[tuple[str, bytes]]:
    """The runs of a file, each with its place: the whole, or one a line."""
    content = _content(file)
    lines = content.split(b"\n")
    if sum(bool(line.strip()) for line in lines) < 2 or not any(map(_whole, lines)):
        yield str(file), content
        return
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield f"{file}:{number}", line


def _whole(line: bytes) -> bool:
    """Whether a line is an object by itself; those within a longer text are indented."""
    return line.startswith(b"{") and line.rstrip().endswith(b"}")


def _content(file: Path) -> bytes:
    try:
        if str(file) == "-":
            content = sys.stdin.buffer.read(MAX_INPUT + 1)
        else:
            with file.open("rb") as opened:
                content = opened.read(MAX_INPUT + 1)
    except OSError as error:
        raise EdgeError(f"cannot read {file}: {error.strerror}", retryable=False) from error
    if len(content) > MAX_INPUT:
        raise ContentError(f"holds more than {MAX_INPUT} bytes; record it in parts", path=str(file))
    return content


def _run(text: bytes) -> Read:
    run = parse_execution(_data(text))
    clean, erased = _redacted(execution_data(run), _names)
    after = parse_execution(clean)
    after = after.model_copy(update={"erased": (*after.erased, *erased)})
    why = refusal(after)
    if why is not None:
        raise ContentError(why)
    return Read(recording_path(after.runbook_id, after.execution_id), after.execution_id, after)


def _healthy(text: bytes) -> Read:
    state = parse_healthy(_data(text))
    clean, erased = _redacted(healthy_data(state), lambda data: data.get("state_id"))
    after = parse_healthy(clean)
    after = after.model_copy(update={"erased": (*after.erased, *erased)})
    return Read(healthy_path(after.state_id), after.state_id, after)


def _data(text: bytes) -> Any:
    if len(text) > MAX_BYTES:
        raise ContentError(f"$: has {len(text)} bytes; at most {MAX_BYTES} are kept")
    return read_json(text)


def _names(run: Any) -> list[object]:
    """What a run is known by, which redaction must leave as it is."""
    steps = ((step.get("step"), step.get("action")) for step in run.get("executed_steps", ()))
    return [run.get("execution_id"), run.get("runbook_id"), *steps]


def _redacted(data: Any, names: Callable[[Any], object]) -> tuple[Any, tuple[Erased, ...]]:
    """The data without its secrets; raises `ContentError` for what would lose what it is."""
    clean, erased = redact_data(data)
    if names(clean) != names(data):
        raise ContentError("$: an id or the name of a step looks like a secret, so it cannot be redacted")
    return clean, erased


def _check_clean(run: Read) -> None:
    """Refuse what holds more to erase each time; raises `ContentError`."""
    left = redact_data(read_json(run.content))[1]
    if left:
        place = left[0].pointer.replace("/", ".")
        raise ContentError(f"${place:.200}: cannot be redacted; there is always more to erase")


def _order(run: Read) -> tuple[str, str]:
    moment = run.noun.started_at if isinstance(run.noun, Execution) else run.noun.recorded_at
    return (moment.isoformat() if moment else ""), run.name


def _placed(folder: EvidenceFolder, run: Read, keepers: dict[str, Keeper], always: bool) -> Told:
    """Put one run where it belongs, unless it is there already or shows nothing new."""
    gone = removal(folder.manifest(run.path), run.path)
    if gone and not always:
        return Told("refused", run.name, f"it was taken away: {gone}; --always brings it back", run.path)
    if _is_original(folder, run) or folder.read(run.path) is not None:
        return _again(folder, run)
    elsewhere = [path for path in folder.below(_home(run)) if path.endswith(f"/{run.path.rpartition('/')[2]}")]
    if elsewhere:
        return Told("refused", run.name, f"another run of this id is kept in {elsewhere[0]}", run.path)
    if isinstance(run.noun, HealthyState):
        return _kept(folder, run, "a host on which nothing is wrong")
    keeper = _keeper(folder, run.noun.runbook_id, keepers)
    choice = keeper.choose(run.noun, always=always)
    if not choice.kept:
        return Told("left out", run.name, choice.reason)
    told = _kept(folder, run, choice.reason)
    keeper.add(run.noun)
    return told


def _kept(folder: EvidenceFolder, run: Read, reason: str) -> Told:
    _check_clean(run)
    folder.put(run.path, run.content)
    return Told("kept", run.name, reason, run.path)


def _home(run: Read) -> str:
    return RECORDINGS if isinstance(run.noun, Execution) else HEALTHY


def _is_original(folder: EvidenceFolder, run: Read) -> bool:
    """Whether the manifest lists just these bytes, but the file was edited or deleted by hand."""
    listed, content = folder.manifest(run.path).kept.get(run.path), folder.read(run.path)
    return listed is not None and listed.digest == digest_of(run.content) and content != run.content


def _again(folder: EvidenceFolder, run: Read) -> Told:
    """A run whose file stands there already: the same, or an error; one that was spoilt by hand is put right."""
    if _is_original(folder, run):
        folder.put(run.path, run.content)
        return Told("restored", run.name, "its file was not what the manifest lists", run.path)
    content = folder.read(run.path) or b""
    noun: Execution | HealthyState
    if isinstance(run.noun, HealthyState):
        noun = read_healthy(run.path, content).state
    else:
        noun = read_recording(run.path, content).execution
    if _body(noun) != _body(run.noun):
        said = f"another body stands in {run.path} under this id; what a host did once does not change"
        return Told("refused", run.name, said, run.path)
    if run.path not in folder.manifest(run.path).kept:
        folder.put(run.path, content)
    return Told("nothing new", run.name, "it is kept already", run.path)


def _body(noun: Execution | HealthyState) -> object:
    """A run without the note of what was erased, which a newer redaction may word otherwise."""
    return noun.model_copy(update={"erased": ()})


def _keeper(folder: EvidenceFolder, runbook_id: str, keepers: dict[str, Keeper]) -> Keeper:
    if runbook_id not in keepers:
        keepers[runbook_id] = Keeper(found.execution for found in folder.recordings_of(runbook_id))
    return keepers[runbook_id]
