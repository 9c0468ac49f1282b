"""Check `manifest`: each recording is listed with its digest, and none is altered or leaves without a reason.

So a recording that is edited by hand or taken away in silence is told, and shows in the diff of the manifest. What one
recording must be to count as evidence is left to `corpus.evidence`, what it may hold to `checks.redaction`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from runwright.checks.tree import Summary, Tree
from runwright.corpus.layout import RECORDINGS
from runwright.corpus.manifest import RULE, Listed, Manifest, digest_of, manifest_path, removal
from runwright.model.finding import Finding

NOTE = "recording"
_REMOVE = "`runwright record --remove ID --reason TEXT` takes one away"
_ADOPT = "`runwright record --adopt` lists what stands there"


def note(content: bytes, **more: Any) -> dict[str, Any]:
    """What this check needs to know of a recording or a healthy state."""
    return {NOTE: {"digest": digest_of(content), **more}}


def note_of(manifest: Manifest) -> dict[str, Any]:
    """What this check needs to know of a manifest."""
    kept = [[listed.path, listed.digest, listed.line] for listed in manifest.kept.values()]
    removed = [[listed.path, listed.digest, listed.line, listed.reason] for listed in manifest.removed.values()]
    return {RULE: {"kept": kept, "removed": removed}}


def check_tree(tree: Tree) -> Iterator[Finding]:
    """Find recordings that their manifest does not list, or lists otherwise, and those that it lists in vain."""
    manifests, folders = _manifests(tree), _folders(tree)
    for path in sorted(manifests.keys() | folders.keys()):
        if path in manifests:
            yield from _unlike(manifests[path], folders[path])
            yield from _missing(manifests[path], tree)
        elif path.count("/") > RECORDINGS.count("/"):
            said = (
                f"there is no manifest, so a recording could leave this folder unseen ({len(folders[path])} stand here)"
            )
            yield Finding(path=path, rule=RULE, severity="warning", message=said, suggestion=_ADOPT)


def check_change(base: Tree, head: Tree) -> Iterator[Finding]:
    """Find recordings that a change alters or takes away without a reason, and reasons that it takes away."""
    before, after = _manifests(base), _manifests(head)
    there = _folders(head)
    for path, manifest in before.items():
        now = after.get(path, Manifest(path))
        if path in after:
            yield from (_vanished(listed, path) for listed in manifest.removed.values() if not _named(now, listed.path))
        elif there[path] or manifest.removed:
            said = "the change takes this manifest away, so recordings could be edited and leave unseen"
            yield _finding(path, said, _back(path))
        for listed in manifest.kept.values():
            yield from _left(listed, now, head) if listed.path not in now.kept else _altered(listed, now, head)
    for path, folder in _folders(base).items():
        listed_before = before[path].kept if path in before else {}
        for summary in folder:
            if summary.path not in listed_before:
                yield from _left(Listed(summary.path, _digest(summary)), after.get(path, Manifest(path)), head)


def _manifests(tree: Tree) -> dict[str, Manifest]:
    return {summary.path: _manifest(summary.path, summary.notes.get(RULE, {})) for summary in tree.of("manifest")}


def _manifest(path: str, said: Mapping[str, Any]) -> Manifest:
    kept = (Listed(name, digest, "", line) for name, digest, line in said.get("kept", ()))
    removed = (Listed(name, digest, reason, line) for name, digest, line, reason in said.get("removed", ()))
    return Manifest(path, {one.path: one for one in kept}, {one.path: one for one in removed})


def _folders(tree: Tree) -> defaultdict[str, list[Summary]]:
    """The recordings and healthy states, by the path of their manifest."""
    found: defaultdict[str, list[Summary]] = defaultdict(list)
    for summary in (*tree.of("recording"), *tree.of("healthy")):
        found[manifest_path(summary.path)].append(summary)
    return found


def _digest(summary: Summary) -> str:
    return str(summary.notes.get(NOTE, {}).get("digest", ""))


def _unlike(manifest: Manifest, there: list[Summary]) -> Iterator[Finding]:
    for summary in there:
        listed = manifest.kept.get(summary.path)
        if listed is None:
            gone = removal(manifest, summary.path)
            said = f"was taken away ({gone})" if gone else f"is not in {manifest.path}"
            yield _finding(summary.path, f"{said}; who adds a recording does it by `runwright record`", _ADOPT)
        elif listed.digest != _digest(summary):
            said = f"differs from its digest in {manifest.path}: it was edited by hand"
            yield _finding(summary.path, said, f"take back the change, or record the run again; {_REMOVE}")


def _missing(manifest: Manifest, tree: Tree) -> Iterator[Finding]:
    for listed in manifest.kept.values():
        if tree.at(listed.path) is None and listed.path not in tree.refused:
            yield _finding(manifest.path, f"{listed.path} is gone without a reason", _REMOVE, listed.line)


def _named(manifest: Manifest, path: str) -> bool:
    return path in manifest.kept or path in manifest.removed


def _vanished(listed: Listed, manifest: str) -> Finding:
    return _finding(manifest, f"the line that says why {listed.path} left is gone", _back(manifest))


def _back(manifest: str) -> str:
    """How a manifest comes back; what the change itself added is listed again after that."""
    return (
        f"`git checkout BASE -- {manifest}`, where BASE is what you compare with, brings it back; then "
        "`runwright record --adopt` lists what the change adds"
    )


def _left(listed: Listed, now: Manifest, head: Tree) -> Iterator[Finding]:
    """A file that stands there without its line, or a line without its file, is told by `check_tree`."""
    if head.at(listed.path) is None and listed.path not in head.refused and not removal(now, listed.path):
        yield _finding(now.path, f"the change takes {listed.path} away without a reason", _REMOVE)


def _altered(listed: Listed, now: Manifest, head: Tree) -> Iterator[Finding]:
    summary = head.at(listed.path)
    made = summary is not None and summary.notes.get(NOTE, {}).get("synthetic", False)
    if now.kept[listed.path].digest != listed.digest and not made:
        said = "the change alters this recording, and what a host did once does not change"
        yield _finding(listed.path, said, f"take back the change, or record another run; {_REMOVE}")


def _finding(path: str, message: str, advice: str, line: int = 0) -> Finding:
    return Finding(path=path, line=line, column=int(line > 0), rule=RULE, message=message, suggestion=advice)
