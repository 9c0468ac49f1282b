"""Asks every part of the deny list about every call of a script."""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from runwright.checks.guard.decode import input_of
from runwright.checks.guard.deny import credentials, data, execution, persistence, protection, reach, windows_binaries
from runwright.checks.guard.deny.brought import temporary
from runwright.checks.guard.deny.flows import flow_alarms
from runwright.checks.guard.deny.paths import secret_alarms, writing_alarms
from runwright.checks.guard.deny.protective import GUARD, marked
from runwright.checks.guard.deny.registry import registry_alarms
from runwright.checks.guard.deny.rule import Rule
from runwright.checks.guard.deny.targets import deletion_alarms
from runwright.checks.guard.matching import occurs
from runwright.checks.guard.programs import PRINTERS, SHELLS, WRAPPERS, family
from runwright.checks.guard.words import UNKNOWN, Call, Word, listed

ALL: tuple[Rule, ...] = (
    *data.RULES,
    *protection.RULES,
    *credentials.RULES,
    *execution.RULES,
    *windows_binaries.RULES,
    *persistence.RULES,
    *reach.RULES,
)
_GENERAL = tuple(rule for rule in ALL if not rule.programs)
_OF_PROGRAM: dict[str, list[Rule]] = {}
for _rule in ALL:
    for _name in _rule.programs:
        _OF_PROGRAM.setdefault(_name, []).append(_rule)

SETTINGS: tuple[tuple[str, str, str], ...] = (
    (
        "puts code into every program",
        r"ld_preload|ld_audit|dyld_insert_libraries|perl5opt|perl5lib_|rubyopt|pythonstartup|bash_env|prompt_command|cor_profiler\w*|cor_enable_profiling|coreclr_\w*profil\w*",
        r"\S",
    ),
    (
        "puts code into every program",
        r"node_options|java_tool_options|_java_options|git_ssh_command|git_external_diff|git_pager|pager|manpager|editor|visual|browser|less(open|close)",
        r"--require|-agent|sh\s+-c|/tmp|;|\||nc\s",
    ),
    (
        "keeps the shell from recording what was done",
        r"histfile|histsize|histfilesize|histcontrol|histignore",
        r"^$|^0$|/dev/null|ignore|^\*$|^-?1$",
    ),
    (
        "changes where programs are looked for",
        r"path|ld_library_path|pythonpath",
        r"(^|[:;])(\.|/tmp|/dev/shm|/var/tmp|/home/\w+/\.|$)|\\(temp|public|appdata)\\?|%temp%",
    ),
    (
        "stops the record of what is done",
        r"complus_etwenabled|dotnet_etw|__pslockdownpolicy|psexecutionpolicypreference",
        r"\S",
    ),
)


def alarms(calls: tuple[Call, ...]) -> list[str]:
    """Why these calls must never run; nothing when no part of the deny list speaks up."""
    found: list[str] = []
    for call in located(calls):
        for what in _of_call(call):
            if what not in found:
                found.append(what)
    return found + [what for what in flow_alarms(calls) if what not in found]


_FILE_TOOLS = listed(
    "cat head tail less more cp mv rm tee grep sed awk tar base64 xxd strings chmod chown ln dd shred truncate touch nano vi "
    "vim sh bash python3 zip od sort cut install"
)


def located(calls: tuple[Call, ...]) -> Iterator[Call]:
    """The calls with their paths spelled out from the folder that `cd` went to."""
    folder = ""
    for call in calls:
        if call.name == "cd" and call.shell in {"bash", "sh"} and call.texts:
            folder = call.texts[0] if call.texts[0].startswith("/") else ""
        moved = bool(folder) and call.name in _FILE_TOOLS
        yield replace(call, args=tuple(_from(folder, word) for word in call.args)) if moved else call


def _from(folder: str, word: Word) -> Word:
    if re.match(r"[-/~\x00+%]|\.\.|\d+$", word.text) or not word.text or " " in word.text:
        return word
    return replace(word, text=posixpath.join(folder, word.text))


def _of_call(call: Call) -> Iterator[str]:
    yield from _disguise(call)
    for name, value in call.settings:
        yield from _setting(name, value)
    line = line_of(call)
    yield from _spoken(call, line)
    yield from secret_alarms(call, line)
    yield from writing_alarms(call)
    yield from registry_alarms(call.name, line)
    yield from deletion_alarms(call)
    yield from _socket(call)
    yield from _shells(call)
    if call.program.plain and temporary(call.program):
        yield "it runs a program from a folder that everybody may write to"


def _spoken(call: Call, line: str) -> Iterator[str]:
    """What the tables say: rules of a program see its arguments, all others see the whole pipeline up to it."""
    whole = f"{call.name} {line}"
    if call.shell == "powershell" and not call.name:
        whole = " | ".join([*(f"{up.name} {up.line}" for up in call.upstream), whole])
    fed = " ".join(up.line for up in call.upstream) if call.shell == "powershell" else ""
    given = (
        (input_of(call) or "") if family(call.name) in _READS_COMMANDS else fed if call.name in _WORKS_ON_FED else ""
    )
    for rule in _rules(call, line):
        text = f"{line} {given}".rstrip() if rule.programs else whole
        if rule.fits(marked(f"{text} {fed}") if GUARD in rule.pattern else text):
            yield _told(rule)


def _told(rule: Rule) -> str:
    return f"it {rule.what}"


def line_of(call: Call) -> str:
    """The arguments, with paths worked out and wildcards that hide a secret file spelled out."""
    return " ".join(_spelled(word, call.shell in {"bash", "sh"}) for word in call.args)


_READS_COMMANDS = frozenset(data.DATABASES.split()) | {"diskpart", "redis-cli", "valkey-cli"}
"""What takes its commands from standard input, too."""
_WORKS_ON_FED = listed("remove-ciminstance remove-wmiobject invoke-cimmethod")
"""What does to everything that flows in what its name says."""
_HIDDEN_FILES = (
    *(
        "/etc/shadow",
        "/etc/gshadow",
        "/etc/sudoers",
        "/root/.ssh/id_rsa",
        "/root/.ssh/authorized_keys",
        "/bin/sh",
        "/bin/bash",
    ),
    *(
        "/bin/nc",
        "/usr/bin/nc",
        "/usr/bin/curl",
        "/usr/bin/wget",
        "/bin/rm",
        "/etc/ld.so.preload",
        "/dev/sda",
        "/dev/tcp",
    ),
)


def _spelled(word: Word, unix: bool) -> str:
    text = word.plain
    if not unix:
        return text
    if word.glob and "/" in text and len(text) < 200 and sum(map(text.count, "*?[")) < 16:
        text = next((path for path in _HIDDEN_FILES if _covers(text, path)), text)
    if re.match(r"\.{0,2}/", text) and "://" not in text and " " not in text and len(text) > 1:
        return posixpath.normpath(text)
    return text


def _covers(glob: str, path: str) -> bool:
    """Whether a wildcard was written for this path: it has as many parts, and covers it."""
    mine, theirs = glob.split("/"), path.split("/")
    return len(mine) == len(theirs) and all(_part_covers(a, b) for a, b in zip(mine, theirs, strict=True))


def _part_covers(glob: str, name: str) -> bool:
    if "*" in glob and not re.search(r"[\w]", glob):
        return False
    pattern = "".join(_sign(char) for char in re.sub(r"\[[^\]]*\]", "?", glob))
    return re.fullmatch(pattern, name) is not None if len(glob) < 40 and glob.count("*") < 4 else False


def _sign(char: str) -> str:
    return {"*": ".*", "?": "."}.get(char, re.escape(char))


def _rules(call: Call, line: str) -> Iterable[Rule]:
    name = family(call.name)
    named = _OF_PROGRAM.get(name, [])
    kept = [
        r
        for r in call.redirects
        if r.writes and r.target.plain not in {"/dev/null", "nul", "NUL", "1", "2", "$null", ""}
    ]
    if name in PRINTERS and not kept:
        return named
    return [*named, *_GENERAL]


def _disguise(call: Call) -> Iterator[str]:
    program = call.program
    letters = program.plain.strip("./")
    mixed = UNKNOWN in program.text and letters and "/" not in program.text and "\\" not in program.text
    if program.disguised or (mixed and call.shell != "powershell"):
        yield "it hides the name of the program that it starts"
    elif program.glob and call.shell in {"bash", "sh"} and call.name not in {"[", "[["}:
        yield "it lets a wildcard choose the program that it starts"


def _setting(name: str, value: Word) -> Iterator[str]:
    if re.match(r"\s*\(\)\s*\{", value.plain):
        yield "it smuggles a function into a variable"
    for what, names, pattern in SETTINGS:
        if (
            re.fullmatch(f"(?i){names}", name)
            and occurs(pattern, value.plain)
            and not (name == "PATH" and not value.plain)
        ):
            yield f"it {what}"


_SHELL_PATH = r"(^|[\s'\"=;!(|,:])(/usr)?/bin/(ba|da|z|k|a)?sh($|[\s'\";,)])"
_MAY_NAME_A_SHELL = (
    PRINTERS
    | WRAPPERS
    | SHELLS
    | listed(
        "useradd usermod adduser chsh ls stat file readlink realpath dpkg rpm which type ps pgrep cat head tail sed awk gawk "
        "export cmd update-alternatives dpkg-divert sha256sum md5sum getent"
    )
)


def _shells(call: Call) -> Iterator[str]:
    """A shell that nobody gave a script, and programs that are handed a shell to start."""
    name = call.name
    idle = all(re.fullmatch(r"-[ipls]+|--\w+", text) for text in call.texts)
    fed = call.upstream or call.stdin is not None or call.inner or any(not r.writes for r in call.redirects)
    inside = {"docker", "podman", "kubectl", "oc", "nerdctl", "lxc"} & set(call.through)
    if name in SHELLS and idle and call.texts != ("--version",) and not fed and not inside:
        yield "it opens a shell for somebody to type in"
    if name not in _MAY_NAME_A_SHELL and call.shell in {"bash", "sh"} and occurs(_SHELL_PATH, call.line):
        yield f"it hands a shell to {name or 'a program'}"
    if call.program.plain.startswith("!"):
        yield "it starts a shell out of another program"


def _socket(call: Call) -> Iterator[str]:
    """Bash's own connections: a bare attempt to connect is a person's to judge, all else is a way in."""
    targets = [r for r in call.redirects if occurs(r"/dev/(tcp|udp)/", r.target.plain)]
    named = occurs(r"/dev/(tcp|udp)/\S+/", call.line) and call.name not in {"echo", "printf", "logger", "grep"}
    if named or (
        targets and (call.name not in {"", ":", "true", "echo", "printf"} or call.upstream or call.name == "exec")
    ):
        yield "it connects a shell to the network"
