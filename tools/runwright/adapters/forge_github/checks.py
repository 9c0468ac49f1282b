"""The side of the checks: one check run a commit with notes on lines, commit statuses in its place, and SARIF.

Whatever was cut off is done again and changes nothing twice: what is there is read before anything is written.
What is said is composed elsewhere. Sources: GitHub's REST description, checks, commit statuses and code scanning.
"""

from __future__ import annotations

import base64
import gzip
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from runwright.adapters.forge_github.again import until_done
from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.refusals import Refused
from runwright.errors import EdgeError
from runwright.model.check_page import Annotation, CheckPage, Part

NAME = "runwright"
BATCH = 50
"""Notes that GitHub takes in a request; an update adds to those that are there."""
MAX_TOLD = 140
NOT_ON = frozenset({403, 404})
"""How GitHub says that code scanning is not on, or not for this token."""

Key = tuple[Any, ...]
"""What of a note tells it from others."""


class GitHubChecks:
    """Shows results with the token that it is given; it can neither approve nor merge."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def show(self, page: CheckPage) -> int:
        """Show a page as the check run of its commit, and give its number.

        Raises Forbidden where the token is no App's: `tell` is for those. Raises EdgeError when GitHub fails.
        """
        wanted = [note_of(annotation) for annotation in page.annotations]
        return until_done(lambda: self.look_and_show(page, wanted))

    def look_and_show(self, page: CheckPage, wanted: Sequence[Any]) -> int:
        """Find the check run and bring it up to date, or make it; its outcome is there from the beginning."""
        run, known = self.own(page), Counter[Key]()
        if run is None:
            body = {"name": NAME, "head_sha": page.head_sha, **content_of(page, wanted[:BATCH])}
            run, known = self.connection.write("POST", "check-runs", body), keys_of(wanted[:BATCH])
        self.complete(page, run, wanted, known)
        return int(run["id"])

    def own(self, page: CheckPage) -> Any:
        """The own check run of the commit that says this, or one that can go on to say it; None where there is none."""
        path, query = f"commits/{page.head_sha}/check-runs", {"check_name": NAME, "filter": "all"}
        runs = [run for run in self.connection.pages(path, key="check_runs", **query) if self.is_own(run)]
        newest = max(runs, key=lambda run: int(run["id"]), default=None)
        if newest is None or newest.get("external_id") == external_id(page):
            return newest
        # Notes are never taken back: where some do not hold any more, a new run takes the place of the old one.
        return None if self.superfluous(newest, page) else newest

    def is_own(self, run: Any) -> bool:
        """Say whether a check run bears our name and our App's; anybody may copy the name."""
        app = run.get("app")
        ours = run.get("name") == NAME and str(run.get("external_id", "")).startswith(f"{NAME}:")
        return ours and (app is None or f"{app.get('slug')}[bot]" == self.connection.login)

    def superfluous(self, run: Any, page: CheckPage) -> bool:
        """Say whether a check run has notes that the page has not."""
        return bool(self.there(run) - keys_of(map(note_of, page.annotations)))

    def there(self, run: Any) -> Counter[Key]:
        """The notes that a check run has."""
        return keys_of(self.connection.pages(f"check-runs/{run['id']}/annotations"))

    def complete(self, page: CheckPage, run: Any, wanted: Sequence[Any], known: Counter[Key]) -> None:
        """Add the notes that are not there yet, and bring the rest up to date.

        `known` are notes that GitHub took just now: what it lists may be older than that.
        """
        for _ in range(len(wanted) // BATCH + 3):
            there = known | (self.there(run) if keys_of(wanted) - known else Counter())
            missing = lacking(wanted, there)
            if shows(run, page) and not missing:
                return
            run = self.connection.write("PATCH", f"check-runs/{run['id']}", content_of(page, missing[:BATCH]))
            known = there + keys_of(missing[:BATCH])
        raise EdgeError(f"the check run {run['id']} does not take its notes; it is tried again")

    def tell(self, page: CheckPage, address: str = "") -> None:
        """Tell each part as a commit status, where the token cannot have check runs; the same again is not written."""
        for part in page.parts:
            self.set_status(page.head_sha, part, address)

    def set_status(self, sha: str, part: Part, address: str) -> None:
        """Set the status of one part, unless the newest one says the same."""
        wanted = {"context": f"{NAME}/{part.name}", "state": part.state, "description": part.told[:MAX_TOLD]}
        more = {"target_url": address} if address else {}

        def look_and_set() -> None:
            if not self.is_said(sha, wanted):
                self.connection.write("POST", f"statuses/{sha}", {**wanted, **more})

        until_done(look_and_set)

    def is_said(self, sha: str, wanted: dict[str, str]) -> bool:
        """Say whether the newest status of a context says this; GitHub's contexts do not differ by case alone."""
        statuses = self.connection.pages(f"commits/{sha}/statuses")  # the newest first
        newest = next((one for one in statuses if str(one["context"]).casefold() == wanted["context"]), None)
        return newest is not None and all(newest.get(name) == value for name, value in wanted.items())

    def scan(self, sha: str, ref: str, sarif: str) -> str:
        """Hand SARIF to code scanning; gives why it was not taken, empty when it was.

        The same again replaces what is there. Format: gzip and base64, by GitHub's REST description.
        """
        packed = base64.b64encode(gzip.compress(sarif.encode(), mtime=0)).decode()
        body = {"commit_sha": sha, "ref": ref, "sarif": packed, "tool_name": NAME}
        try:
            until_done(lambda: self.connection.write("POST", "code-scanning/sarifs", body))
        except Refused as refused:
            if refused.status not in NOT_ON:
                raise
            return f"code scanning is not on, or not for this token ({refused.reason})"
        return ""

    def pulls_at(self, sha: str) -> tuple[int, ...]:
        """The open pull requests with this head, oldest first, by GitHub's word and not by what a report claims."""
        pulls = self.connection.pages("pulls", state="open", sort="created", direction="asc")
        return tuple(int(pull["number"]) for pull in pulls if pull["head"]["sha"] == sha)


def external_id(page: CheckPage) -> str:
    """Name the check run after what it says."""
    return f"{NAME}:{page.digest}"


def shows(run: Any, page: CheckPage) -> bool:
    """Say whether a check run has the page's outcome and words, apart from its notes."""
    return bool(run.get("external_id") == external_id(page) and run.get("conclusion") == page.outcome)


def content_of(page: CheckPage, notes: Sequence[Any]) -> dict[str, Any]:
    """Write what a check run says, and the notes to add."""
    ended: dict[str, Any] = {"status": "completed", "conclusion": page.outcome}
    output: dict[str, Any] = {"title": page.title, "summary": page.summary}
    if page.text:
        output["text"] = page.text
    if notes:
        output["annotations"] = list(notes)
    state = ended if page.outcome else {"status": "in_progress"}
    return {"external_id": external_id(page), **state, "output": output}


def note_of(annotation: Annotation) -> dict[str, Any]:
    """Write one note as GitHub takes it; a column stands only beside its line."""
    column = {"start_column": annotation.column, "end_column": annotation.column} if annotation.column else {}
    return {
        "path": annotation.path,
        "start_line": annotation.line,
        "end_line": annotation.line,
        **column,
        "annotation_level": annotation.level,
        "title": annotation.title,
        "message": annotation.message,
    }


def key_of(note: Any) -> Key:
    """By what a note is known again: without columns and spaces, of which GitHub may give back others."""
    words = (" ".join(str(note.get(name) or "").split()) for name in ("path", "annotation_level", "title", "message"))
    return (note.get("start_line"), *words)


def keys_of(notes: Iterable[Any]) -> Counter[Key]:
    """Count notes."""
    return Counter(map(key_of, notes))


def lacking(wanted: Sequence[Any], there: Counter[Key]) -> list[Any]:
    """The notes that are not there yet, each as often as it is wanted."""
    left, missing = Counter(there), []
    for note in wanted:
        if left[key_of(note)] > 0:
            left[key_of(note)] -= 1
        else:
            missing.append(note)
    return missing
