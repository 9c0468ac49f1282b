"""Judges commands: read, open what is wrapped, ask the deny list, look for known-safe forms.

`allow` needs all of it: a text that is fully understood, a known-safe form for every call, harmless redirections and
variables, and silence of the deny list. One alarm is `block`. Everything else is `review`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from runwright.checks.guard import bash, cmd, powershell
from runwright.checks.guard.characters import plain
from runwright.checks.guard.decode import output_of
from runwright.checks.guard.deny.engine import alarms
from runwright.checks.guard.formality import known_forms, shapes
from runwright.checks.guard.forms.form import NO_OWN, OwnForms
from runwright.checks.guard.judgement import Judgement
from runwright.checks.guard.programs import POWERSHELLS, SHELLS
from runwright.checks.guard.words import MAX_CALLS, UNKNOWN, Call, Script, Shell, Word
from runwright.checks.guard.wrappers import opened

MAX_BYTES = 64 * 1024
MAX_SIGNS, MAX_WORDS = 1500, 4000
"""Operators and words of one script; nobody reads more than that and knows what it does."""
MAX_WORK = 128 * 1024
"""Characters of all calls together, those of scripts inside scripts included."""
MAX_LEVELS = 6
MAX_REASONS = 8
TOO_LONG = Judgement("review", (f"it is longer than {MAX_BYTES // 1024} KiB; a person must read it",))
_SCRIPT_FILE = re.compile(r"\.(sh|bash|ps1|psm1|bat|cmd|vbs|js|hta|py|pl|rb|service|timer)['\"]?$", re.I)


_IDENTITY = re.compile(
    r"(?i:(%|\$env:|\$\{env:)(username|userdomain\w*|userdnsdomain|logonserver)\b)|\$\{?(USER|LOGNAME|SUDO_USER)\b(?!:)"
)
"""Variables that say who the user is and where the accounts are kept."""
_EXPANDED_TWICE = re.compile(r"\$\{![A-Za-z_]\w*[}\[]|\$\{[A-Za-z_]\w*(\[[^\]]*\])?@P\}")
"""Bash reads the value itself as shell text, with the substitutions that it holds."""
_INTERPRETERS = SHELLS | POWERSHELLS | {"cmd", "eval"}
_NESTED = "it starts a shell inside a shell; write the commands as they are"


@dataclass(slots=True)
class Case:
    """Everything that a command turns out to do."""

    calls: list[Call] = field(default_factory=list)
    formal: list[Call] = field(default_factory=list)
    """Those that need a known-safe form of their own."""
    doubts: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    work: int = 0
    shells: int = 0
    """Interpreters that may still be opened: one, where no shell stands around the command."""


def judge(
    shell: Shell, command: str, own: OwnForms = NO_OWN, environment: Mapping[str, object] | None = None
) -> Judgement:
    """Judge a command or script of a shell, with the variables that it is given; never raises."""
    if _size((command,)) > MAX_BYTES:
        return TOO_LONG
    clean = plain(command)
    case = Case(doubts=list(clean.doubts), alarms=list(clean.alarms))
    if environment:
        given = tuple((name, Word(str(value))) for name, value in environment.items())
        case.calls.append(Call(shell, Word(""), settings=given))
    if _IDENTITY.search(clean.text):
        case.doubts.append("it asks who is logged in")
    if shell in {"bash", "sh"} and _EXPANDED_TWICE.search(clean.text):
        case.doubts.append("it expands the value of a variable a second time")
    _collect(case, read(shell, clean.text), 0)
    return _verdict(case, own)


def judge_argv(argv: Sequence[str], os: Literal["linux", "windows"] = "linux", own: OwnForms = NO_OWN) -> Judgement:
    """Judge a program with its arguments, which no shell takes apart; never raises."""
    shell: Shell = "cmd" if os == "windows" else "bash"
    if _size(argv) > MAX_BYTES:
        return TOO_LONG
    texts = [plain(word) for word in argv]
    if not texts or not texts[0].text.strip():
        return Judgement("review", ("it names no program",))
    case = Case(
        doubts=list(dict.fromkeys(doubt for text in texts for doubt in text.doubts)),
        shells=1,
        alarms=list(dict.fromkeys(alarm for text in texts for alarm in text.alarms)),
    )
    words = tuple(_inserted(text.text) for text in texts)
    _collect(case, Script((Call(shell, words[0], words[1:]),)), 0)
    return _verdict(case, own)


def _size(texts: Iterable[str]) -> int:
    return sum(len(text.encode("utf-8", "replace")) for text in texts)


_INSERTION = r"\$\{\{[^{}]{0,400}\}\}"


def _inserted(text: str) -> Word:
    """A word of an argument vector; an insertion is a value that is given later, always inside one argument."""
    if re.fullmatch(_INSERTION, text):
        return Word(UNKNOWN, variable=text[3:-2].strip(), quoted=True)
    return Word(re.sub(_INSERTION, UNKNOWN, text), quoted=True)


def read(shell: Shell, text: str) -> Script:
    """The calls of a script in its shell's language."""
    if sum(map(text.count, "|&;\n<>")) > MAX_SIGNS or len(text.split(maxsplit=MAX_WORDS)) > MAX_WORDS:
        return Script(doubts=("it is too long to be judged",))
    if shell == "powershell":
        return powershell.read(text)
    if shell == "cmd":
        return cmd.read(text)
    return bash.read(text, shell)


def _collect(case: Case, script: Script, level: int) -> None:
    """Gather a script's calls and what stands inside them."""
    case.doubts += [doubt for doubt in script.doubts if doubt not in case.doubts]
    case.alarms += [alarm for alarm in script.alarms if alarm not in case.alarms]
    for call in script.calls:
        _take(case, call, level)


def _take(case: Case, call: Call, level: int) -> None:
    case.work += len(call.line)
    if level > MAX_LEVELS or len(case.calls) >= MAX_CALLS or case.work > MAX_WORK:
        case.doubts.append("it is wrapped too deeply or too long to be judged")
        return
    case.calls.append(call)
    inside = opened(call)
    if inside is None or not inside.passes:
        case.formal.append(call)
    _kept_script(case, call, level)
    if inside is None:
        return
    if call.name in _INTERPRETERS:
        _nested(case)
    for inner in inside.calls:
        _take(case, inner, level + 1)
    nested = Script(doubts=inside.doubts, alarms=inside.alarms)
    _collect(case, nested, level + 1)
    for shell, text in inside.scripts:
        _collect(case, read(shell, text), level + 1)


def _nested(case: Case) -> None:
    """A shell inside a shell hides its commands one level deeper, and does nothing that its outer one cannot."""
    case.shells -= 1
    if case.shells < 0 and _NESTED not in case.doubts:
        case.doubts.append(_NESTED)


def _kept_script(case: Case, call: Call, level: int) -> None:
    """A script that is written to a file is read for its alarms."""
    targets = [r.target.plain for r in call.redirects if r.writes]
    if any(_SCRIPT_FILE.search(target) for target in targets):
        text = output_of((_without_targets(call),))
        if text:
            kind: Shell = (
                "powershell" if any(".ps" in t for t in targets) else "bash" if call.shell in {"bash", "sh"} else "cmd"
            )
            inner = Case()
            _collect(inner, read(kind, text), level + 2)
            case.alarms += [*inner.alarms, *alarms(tuple(inner.calls))]


def _without_targets(call: Call) -> Call:
    return Call(call.shell, call.program, call.args, upstream=call.upstream, stdin=call.stdin)


def _verdict(case: Case, own: OwnForms) -> Judgement:
    calls, formal = tuple(case.calls), tuple(case.formal)
    found, open_questions = known_forms(calls, formal, own)
    names = shapes(formal, own)
    raised = list(dict.fromkeys([*case.alarms, *alarms(calls)]))
    if raised:
        return Judgement("block", tuple(raised[:MAX_REASONS]), names)
    doubts = list(dict.fromkeys([*case.doubts, *open_questions]))
    if doubts:
        return Judgement("review", tuple(doubts[:MAX_REASONS]), names)
    if not found:
        return Judgement("review", ("it holds no command",))
    said = ", ".join(dict.fromkeys(found))
    return Judgement("allow", (f"every part has a known-safe form: {said[:200]}",), names)
