"""The text of a pull request, from our own words, ids and the semantic diff; never from a model's prose.

The parts stand in `body_change`, `body_why` and `body_terms`; here they are put in the order in which a reviewer needs
them and cut to the length that a forge takes. Everything that comes from telemetry stands in code spans, or in fences
longer than any back-tick run in it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping

from runwright.learn.body_change import commands_of, risky, table, what_changes
from runwright.learn.body_terms import drafted, expectation, policy, related
from runwright.learn.body_why import why
from runwright.learn.story import CRITICAL, Story, first_uses, labels, priority, relabelled, title
from runwright.redact.redact import scan
from runwright.replay.telling import as_markdown, code

__all__ = [
    "CRITICAL",
    "MAX_BODY",
    "Story",
    "body",
    "first_uses",
    "labels",
    "leaks",
    "marker_of",
    "overlong",
    "priority",
    "recounted",
    "relabelled",
    "title",
]

MAX_BODY = 60_000
"""Characters; GitHub refuses a body over 65,536."""
FIRST_SCREEN = 2_000
"""Characters of a body in which every command stands that is new or different (SECURITY S-22)."""
MAX_SMALL = 600
"""A section of so many characters always has room."""
MAX_REPLAY = 30_000
"""Characters of the replay: the runs that tell most come first."""
_MARKER = re.compile(r"<!-- runwright((?: [a-z]+=[A-Za-z0-9-]+)+) -->\s*\Z")
_SEEN = re.compile(r"^\| seen \| [0-9]+× \|$", re.MULTILINE)
_SITES = re.compile(r"^\| sites \| [0-9]+", re.MULTILINE)


def body(story: Story) -> str:
    """The body, in the order in which a reviewer needs it; a section that finds no room is left out as a whole."""
    kept: list[str] = []
    room = MAX_BODY
    for section in _sections(story):
        fits = len(section) <= max(room, MAX_SMALL)
        kept.append(section if fits else _left_out(section))
        room -= len(kept[-1]) + 2
    return "\n\n".join((*kept, _marker(story))) + "\n"


def recounted(text: str, seen: int, sites: int) -> str:
    """The same body after the failure was seen again; the rows of the table alone change."""
    counted = _SEEN.sub(f"| seen | {seen}× |", text, count=1)
    return _SITES.sub(f"| sites | {sites}", counted, count=1)


def marker_of(text: str) -> Mapping[str, str]:
    """What the hidden marker at the end of a body says: fingerprint, topic, input, base, head; empty without one."""
    found = _MARKER.search(text[-1000:])
    return dict(pair.split("=", 1) for pair in found[1].split()) if found else {}


def leaks(*texts: str) -> str:
    """What in a text must not be posted, in our own words; empty when nothing is found.

    The last look before a forge: everything was redacted long before, so a find means that something went wrong.
    """
    kinds = sorted({span.kind for text in texts for span in scan(text)})
    return f"the text still holds what must not leave here: {', '.join(kinds[:5])}" if kinds else ""


def overlong(story: Story, text: str) -> str:
    """Why the commands of a body cannot be read at one glance, in our own words; empty where they can.

    Each must stand on the first screen, whole and letter by letter: what is cut away or pushed down is read by nobody.
    """
    screen = text[:FIRST_SCREEN]
    hidden = sum(command.expandtabs(4) not in screen for command in commands_of(story))
    told = f"{hidden} of its commands are too long to be read at one glance" if hidden else ""
    return told and f"{told}: they do not stand in the first {FIRST_SCREEN} characters of its description"


def _left_out(section: str) -> str:
    heading = section.split("\n", 1)[0]
    named = f"{heading}\n\n" if heading.startswith("## ") else ""
    return f"{named}_Left out, because it is too long; the recording in this pull request has it all._"


def _sections(story: Story) -> Iterator[str]:
    yield (
        f"Merging releases version {story.head.version} of {story.head.id} to the agents; "
        "closing with a reason teaches the next draft not to try this again."
    )
    yield table(story)
    yield what_changes(story)
    yield from risky(story)
    yield why(story)
    yield f"## Replay\n\n{as_markdown(story.report, MAX_REPLAY).strip()}"
    yield f"## Expected effect\n\n{expectation(story)}"
    if story.report.cannot_show:
        yield "## What replay cannot show\n\n" + "\n".join(f"- {code(line)}" for line in story.report.cannot_show)
    yield from related(story)
    yield policy(story)
    yield drafted(story)


def _marker(story: Story) -> str:
    provenance = story.provenance
    inputs = [
        story.fingerprint,
        story.execution.execution_id,
        story.triage.failure_type,
        story.base.version_name(),
        story.head.model_dump_json(),
        [provenance.by, provenance.template, provenance.input_digest],
    ]
    digest = hashlib.sha256(json.dumps(inputs).encode()).hexdigest()[:12]
    names = f"base={story.base.version_name()} head={story.head.version_name()}"
    return f"<!-- runwright fingerprint={story.fingerprint} topic={story.topic} input={digest} {names} -->"
