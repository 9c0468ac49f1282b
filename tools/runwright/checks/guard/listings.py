"""Which looks are reconnaissance: those that show a whole host and of which nobody takes a part.

Whoever repairs something asks about one thing. Whoever lists everything, joins such lists, or throws the answer away
looks for something else, or for nothing; a person must say which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from runwright.checks.guard.forms.form import Form
from runwright.checks.guard.words import Call, Word, listed

_HAND_ON = listed(
    "select-object sort-object format-table format-list format-wide format-custom foreach-object out-string out-host "
    "out-default convertto-json convertto-csv convertto-html convertto-xml tee cat tac nl sort more less column cut tr "
    "fmt fold expand out-null"
)
"""What shows everything that flows in, only in another order or shape."""
_MATCHERS = listed("grep egrep fgrep findstr find select-string")
_ANYTHING = re.compile(r"[\s.*^$\"'?+]*")
"""A pattern that every line has."""
_BY_COLUMN = listed("select-object format-table format-list format-wide")
_PART = re.compile(r"(?i)-(first|last|skip|unique|index)\b")
_COLUMNS = re.compile(r"(?i)(^|\s)(-(expand)?property\s+)?[a-z]\w*([\s,]|$)")
_VALUED = listed(
    "/fo -o -format -erroraction -ea -warningaction -informationaction -property -resultsize -namespace -policystore "
    "--region --output --profile --query"
)
"""Options whose value says how something is asked or shown, never what is chosen."""
_EVERYTHING = re.compile(r"[*?.\"']+")
MAX_STAGES = 20
_FIELDS = frozenset({"field", "some"})
LISTS = frozenset({"narrow", "piped", "field", "some"})
"""The conditions of forms that list things of the whole host."""


def doubt_of(form: Form, call: Call, calls: Sequence[Call]) -> str:
    """Why a listing is not enough by itself; empty when something takes a part of it."""
    if call.shell not in {"bash", "sh"} and _is_thrown_away(call, calls):
        return f"{call.name} lists things and the answer is thrown away"
    if _lists_everything(form, call, calls):
        return f"{call.name} lists everything about the host and nothing chooses among it"
    return ""


def joined(listings: Sequence[tuple[Form, Call]]) -> Iterator[str]:
    """Listings of the whole host whose rows are looked up one by one in another listing."""
    whole = [call.name for form, call in listings if not _is_narrowed(form, call)]
    for _, call in listings:
        follows = any(not word.known and not word.variable for word in call.args)
        others = [name for name in whole if name != call.name]
        if follows and others:
            yield f"it joins what {others[0]} and {call.name} list"


def _lists_everything(form: Form, call: Call, calls: Sequence[Call]) -> bool:
    """Whether a listing is neither narrowed by a word nor read by what takes a part of it."""
    if _is_narrowed(form, call):
        return False
    return not any(_chooses(reader, calls, form.pairs in _FIELDS) for reader in _readers(call, calls))


def _is_narrowed(form: Form, call: Call) -> bool:
    words = [word for word in _choosing(call) if not word.text.startswith(("-", "/"))]
    return form.pairs in {"narrow", "some"} and any(not _EVERYTHING.fullmatch(word.text) for word in words)


def _choosing(call: Call) -> Sequence[Word]:
    """The arguments without those that only say how the answer is written."""
    written = [place for place, word in enumerate(call.args) if word.text.casefold() in _VALUED]
    return [word for place, word in enumerate(call.args) if place - 1 not in written]


def _readers(call: Call, calls: Sequence[Call]) -> list[Call]:
    return [each for each in calls if any(call is up or _wraps(up, call) for up in (*each.upstream, *each.inner))]


def _chooses(reader: Call, calls: Sequence[Call], by_field: bool, steps: int = 0) -> bool:
    """Whether something takes a part of what it reads, or hands it on to what does."""
    if not _hands_on(reader, by_field):
        return True
    further = [each for each in calls if any(reader is up for up in (*each.upstream, *each.inner))]
    return steps < MAX_STAGES and any(_chooses(each, calls, by_field, steps + 1) for each in further)


def _hands_on(reader: Call, by_field: bool) -> bool:
    if reader.name in _MATCHERS:
        patterns = [word.text for word in reader.args if not re.match(r"[-/][a-z]", word.text, re.I)]
        return bool(patterns) and _ANYTHING.fullmatch(patterns[0]) is not None
    if reader.name in _BY_COLUMN:
        takes = _PART.search(reader.line) or (by_field and _COLUMNS.search(reader.line))
        return not takes
    return reader.name in _HAND_ON or _drops(reader)


def _drops(reader: Call) -> bool:
    return not reader.name and any(name.casefold() == "$null" for name, _ in reader.settings)


def _is_thrown_away(call: Call, calls: Sequence[Call]) -> bool:
    """Whether nobody sees the answer; a failure that stops the script is an answer too."""
    if "stop" in (text.casefold() for text in call.texts):
        return False
    hidden = any(r.sign in {">", "1>", ">>", "*>"} and r.target.text.casefold() in {"nul", "$null"} for r in call.redirects)
    readers = _readers(call, calls)
    return hidden or any(reader.name == "out-null" or _drops(reader) for reader in readers)


def _wraps(outer: Call, call: Call) -> bool:
    """Whether a wrapper, such as sudo, is what others read from in the place of the call."""
    return outer.name in call.through and outer.line.endswith(call.line)
