"""The bridge between Git and the emulator: what the API writes into Git, the emulator works out once more.

Git is the truth. The emulator is told each blob, tree and commit that is written through the API, and what lies below
them, by its own API; the ids that it answers must be Git's. So two programs that know nothing of each other agree on
every id, and a commit that ours predicts is compared with both. What its API cannot say (a signature, another time
zone than UTC, a submodule) it is not asked, nor about what comes after that.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.support.github import shapes

if TYPE_CHECKING:
    from tests.support.github.site import GitHubSite

SAYABLE = {"tree", "parent", "author", "committer"}
"""The headers of a commit that the emulator can be told."""
ENDS = (b" +0000", b" +0000", b"\n")
"""How author, committer and the whole end where it can be told: it ends each message with a line's end."""


@dataclass
class Bridge:
    """What the emulator knows of one site's Git data."""

    site: GitHubSite
    known: set[str] = field(default_factory=set)
    agreed: int = 0
    """How many ids both worked out."""

    def tell(self, kind: str, body: Mapping[str, Any], oid: str) -> None:
        """Tell the emulator an object; raises AssertionError where it has another id."""
        told = self.site.told("POST", f"/repos/{self.site.repository}/git/{kind}s", body)["sha"]
        assert told == oid, f"Git says that the {kind} is {oid}, the emulator says {told}: {body}"
        self.agreed += 1
        self.known.add(oid)

    def knows_blob(self, oid: str) -> bool:
        """See that the emulator knows a blob."""
        if oid not in self.known:
            data = self.site.bare.git("cat-file", "blob", oid)
            self.tell("blob", {"content": base64.b64encode(data).decode(), "encoding": "base64"}, oid)
        return True

    def knows_tree(self, oid: str) -> bool:
        """See that the emulator knows a tree and all that is in it."""
        if oid in self.known:
            return True
        rows = shapes.tree("", self.site.bare, oid, recursive=True)["tree"]
        files = [{name: row[name] for name in ("path", "mode", "type", "sha")} for row in rows if row["type"] != "tree"]
        if not files or any(row["type"] != "blob" for row in files):
            return False
        if all(self.knows_blob(row["sha"]) for row in files):
            self.tell("tree", {"tree": files}, oid)
        return True

    def knows_commit(self, oid: str) -> bool:
        """See that the emulator knows a commit and its history, if it can be told them."""
        waiting = [oid]
        while waiting:
            one = waiting[-1]
            missing = self.missing(one)
            if missing is None:
                return False
            waiting = [*waiting, *missing] if missing else waiting[:-1]
            if not missing and one not in self.known and not self.tell_commit(one):
                return False
        return True

    def missing(self, oid: str) -> list[str] | None:
        """The parents that the emulator must be told before a commit; None where it cannot be told."""
        if oid in self.known:
            return []
        data = self.site.bare.git("cat-file", "commit", oid)
        headers, _ = shapes.parse(data)
        stamps = [headers["author"][0], headers["committer"][0]]
        if headers.keys() - SAYABLE or not all(
            one.endswith(end) for one, end in zip([*stamps, data], ENDS, strict=True)
        ):
            return None
        return [parent for parent in map(bytes.decode, headers.get("parent", [])) if parent not in self.known]

    def tell_commit(self, oid: str) -> bool:
        """Tell the emulator a commit whose parents it knows."""
        shape = shapes.git_commit("", "", self.site.bare, oid)
        if not self.knows_tree(shape["tree"]["sha"]):
            return False
        body = {name: shape[name] for name in ("message", "author", "committer")}
        parents = [one["sha"] for one in shape["parents"]]
        self.tell("commit", {**body, "tree": shape["tree"]["sha"], "parents": parents}, oid)
        return True
