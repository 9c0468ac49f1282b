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
    "fmt fold expand read out-null"
)
"""What shows everything that flows in, only in another order or shape."""
_MATCHERS = listed("grep egrep fgrep findstr find select-string")
_ANYTHING = re.compile(r"[\s.*^$\"'?+]*")
"""A pattern that every line has."""
_PRINT = listed("echo printf logger write-host write-output write-information")
_WHOLE_LINES = re.compile(r"\s*\{\s*print\b[^{}]*\}\s*|s([/|#]).*")
"""A script of awk or sed that changes each line and leaves none out."""
_TAKES = re.compile(
    r"(?i)\.(count|length)\b|\[\s*-?\d|\.where|-(eq|ne|i?match|i?like|contains|in|gt|lt|ge|le|notin|notlike)\b"
)
_TAKERS = listed("where-object measure-object group-object test [ [[ wc head tail awk uniq")
_BY_COLUMN = listed("select-object format-table format-list format-wide")
_PART = re.compile(r"(?i)-(first|last|skip|unique|index)\b")
_COLUMNS = re.compile(r"(?i)(^|\s)(-(expand)?property\s+)?[a-z]\w*([\s,]|$)")
_VALUED = listed(
    "/fo -o -format -erroraction -ea -warningaction -informationaction -property -resultsize -namespace -policystore "
    "--region --output --profile --query"
)
"""Options whose value says how something is asked or shown, never what is chosen."""
_EVERYTHING = re.compile(r"[*?.\"']+")
_SURVEYS = listed(
    "ipconfig ifconfig ip route netstat ss netsh getmac arp nbtstat systeminfo hostname hostnamectl uname lsb_release "
    "ver lscpu lspci lsusb lsmod ps tasklist set findmnt mount lsblk resolvectl nmcli tzutil powercfg bcdedit "
    "get-netipconfiguration get-netipaddress get-nettcpconnection get-netroute get-dnsclientserveraddress get-process "
    "get-service get-computerinfo get-hotfix get-netadapter get-volume get-psdrive get-host"
)
"""What tells who and where a host is; one of them is a question, several are a survey."""
MOST_SURVEYS = 2
MAX_STAGES = 20
_FIELDS = frozenset({"field", "some"})
LISTS = frozenset({"narrow", "piped", "field", "some"})
"""The conditions of forms that list things of the whole host."""


def doubt_of(form: Form, call: Call, calls: Sequence[Call]) -> str:
    """Why a listing is not enough by itself; empty when something takes a part of it."""
    if form.pairs not in LISTS and not call.name.startswith("get-"):
        return ""
    if call.shell not in {"bash", "sh"} and _is_thrown_away(call, calls):
        return f"{call.name} looks and the answer is thrown away"
    if form.pairs in LISTS and _lists_everything(form, call, calls):
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


def surveyed(calls: Sequence[Call]) -> Iterator[str]:
    """A script that asks the host for all that it is, as one does on a host that one does not know."""
    asked = {call.name for call in calls if call.name in _SURVEYS and not _is_part(call, calls)}
    if len(asked) > MOST_SURVEYS:
        yield f"it surveys the host ({', '.join(sorted(asked)[:5])}); ask what the repair needs, one thing a step"


def _is_part(call: Call, calls: Sequence[Call]) -> bool:
    """Whether a look is for a part only: one name, or what something takes of it."""
    return any(_chooses(reader, calls, True) for reader in _readers(call, calls))


def _lists_everything(form: Form, call: Call, calls: Sequence[Call]) -> bool:
    """Whether a listing is neither narrowed by a word nor read by what takes a part of it."""
    if _is_narrowed(form, call):
        return False
    return not any(_chooses(reader, calls, form.pairs in _FIELDS) for reader in _readers(call, calls))


def _is_narrowed(form: Form, call: Call) -> bool:
    signs = "-" if form.style == "unix" else ("-", "/")
    words = [word for word in _choosing(call) if not word.text.startswith(signs)]
    return form.pairs in {"narrow", "some"} and any(not _EVERYTHING.fullmatch(word.text) for word in words)


def _choosing(call: Call) -> Sequence[Word]:
    """The arguments without those that only say how the answer is written."""
    written = [place for place, word in enumerate(call.args) if word.text.casefold() in _VALUED]
    return [word for place, word in enumerate(call.args) if place - 1 not in written]


def _readers(call: Call, calls: Sequence[Call]) -> list[Call]:
    return [each for each in calls if any(call is up or _wraps(up, call) for up in (*each.upstream, *each.inner))]


def _chooses(reader: Call, calls: Sequence[Call], by_field: bool, steps: int = 0) -> bool:
    """Whether something takes a part of what it reads, or hands it on to what does."""
    if not reader.name and not by_field and not _drops(reader):
        return _is_examined(reader, calls)
    if not _hands_on(reader, by_field):
        return True
    further = [each for each in calls if any(reader is up for up in (*each.upstream, *each.inner))]
    return steps < MAX_STAGES and any(_chooses(each, calls, by_field, steps + 1) for each in further)


def _is_examined(reader: Call, calls: Sequence[Call]) -> bool:
    """Whether an expression takes a part, or the script examines what a variable was given."""
    if not reader.settings:
        return _TAKES.search(reader.line) is not None
    return any(each.name in _TAKERS | _MATCHERS or _TAKES.search(each.line) for each in calls)


def _hands_on(reader: Call, by_field: bool) -> bool:
    if reader.name in _MATCHERS:
        patterns = [word.text for word in reader.args if not re.match(r"[-/][a-z]", word.text, re.I)]
        return bool(patterns) and _ANYTHING.fullmatch(patterns[0]) is not None
    if reader.name in _BY_COLUMN:
        takes = _PART.search(reader.line) or (by_field and _COLUMNS.search(reader.line))
        return not takes
    if reader.name in {"awk", "sed"}:
        scripts = [word for word in reader.args if not word.text.startswith("-")]
        return bool(scripts) and "-n" not in reader.texts and _WHOLE_LINES.fullmatch(scripts[0].text) is not None
    return reader.name in _HAND_ON or _drops(reader) or (reader.name in _PRINT and not by_field)


def _drops(reader: Call) -> bool:
    return not reader.name and any(name.casefold() == "$null" for name, _ in reader.settings)


def _is_thrown_away(call: Call, calls: Sequence[Call]) -> bool:
    """Whether nobody sees the answer; a failure that stops the script is an answer too."""
    stops = [text.casefold() for text in call.texts] + [
        value.text.casefold() for each in calls for _, value in each.settings
    ]
    if "stop" in stops:
        return False
    hidden = any(
        r.sign in {">", "1>", ">>", "*>"} and r.target.text.casefold() in {"nul", "$null"} for r in call.redirects
    )
    readers = _readers(call, calls)
    return hidden or any(_ends_nowhere(reader, calls) for reader in readers)


def _ends_nowhere(reader: Call, calls: Sequence[Call], steps: int = 0) -> bool:
    if reader.name == "out-null" or _drops(reader) or steps >= MAX_STAGES:
        return True
    if reader.name not in _HAND_ON:
        return False
    return any(_ends_nowhere(each, calls, steps + 1) for each in _readers(reader, calls))


def _wraps(outer: Call, call: Call) -> bool:
    """Whether a wrapper, such as sudo, is what others read from in the place of the call."""
    return outer.name in call.through and outer.line.endswith(call.line)
