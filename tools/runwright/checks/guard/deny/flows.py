"""What flows from one call into another: a download into an interpreter, a secret into the network.

Each part may be harmless; together they are what attackers do most. After MITRE ATT&CK T1059, T1105, T1140, T1041.
"""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from runwright.checks.guard.deny.brought import chain, starts_what_it_brings
from runwright.checks.guard.matching import occurs
from runwright.checks.guard.programs import DECODERS, FETCHERS, INTERPRETERS, LANGUAGES, SHELLS, family
from runwright.checks.guard.words import UNKNOWN, Call, listed

_READERS = listed(
    "cat tar dd mysqldump pg_dump pg_dumpall zip cpio base64 xxd env printenv history set gzip gpg 7z hexdump od find "
    "sqlite3 mongodump get-content type history compress-archive whoami id hostname uname ps netstat ifconfig ls"
)
_SENDERS = listed(
    "curl wget nc telnet socat openssl http https xh dig nslookup host ping ftp tftp invoke-webrequest invoke-restmethod"
)
_SOUGHT = r"passw|secret|token|api_?key|credential|aws_|private"


def flow_alarms(calls: tuple[Call, ...]) -> list[str]:
    """What is wrong with how the calls of one script feed each other."""
    found: list[str] = []
    for call in calls:
        found += [what for what in _of_one(call) if what not in found]
    found += [what for what in _of_all(calls) if what not in found]
    return found


def _of_one(call: Call) -> Iterator[str]:
    name = family(call.name)
    if _runs_its_input(call, name):
        yield from _sources(list(chain(call)), call.inner)
    if _runs_its_words(call, name):
        fed = list(chain(call)) if any(not word.known for word in call.args) and name in SHELLS | {"eval"} else []
        yield from _sources(fed, _deep(call.inner))
    if name in _SENDERS:
        yield from _sent(call)
    if name == "nc" and any(family(up.name) in SHELLS | LANGUAGES - {"awk"} for up in chain(call)):
        yield "it connects a shell to the network"
    yield from _many(call, name)
    yield from _unfiltered(call)
    if name == "rm" and "xargs" in call.through and any(_searches_all(up) for up in chain(call)):
        yield "it deletes far more than one thing"


def _searches_all(call: Call) -> bool:
    start = next((text for text in call.texts if not text.startswith("-")), ".")
    return call.name == "find" and posixpath.normpath(start) in {"/", "/etc", "/usr", "/var", "/home", "/boot", "/root"}


_SPILLERS = listed("env printenv set export get-childitem ps declare tcpdump tshark strings")


def _many(call: Call, name: str) -> Iterator[str]:
    """What is done to many things in turn, and searches of what spills secrets."""
    seeks = call.name in {"grep", "egrep", "findstr", "select-string", "rg"} and occurs(_SOUGHT, call.line)
    if seeks and any(up.name in _SPILLERS for up in chain(call)):
        yield "it searches the environment for secrets"
    repeated = call.looped or bool({"find", "xargs"} & set(call.through))
    if repeated and _encrypts(call, name):
        yield "it encrypts many files"
    if call.looped and name in {"ssh", "sshpass", "scp", "invoke-command", "psexec", "wmic"}:
        yield "it works on many hosts in turn"


def _encrypts(call: Call, name: str) -> bool:
    if name == "openssl":
        return occurs(r"^enc\b", call.line)
    if name == "gpg":
        return occurs(r"(^|\s)(-c|--symmetric|-e)\b", call.line)
    return name in {"ccrypt", "ccencrypt", "aescrypt"}


def _runs_its_input(call: Call, name: str) -> bool:
    if name in SHELLS:
        return not any(re.fullmatch(r"-[a-z]*c", text) for text in call.texts)
    if name in LANGUAGES - {"awk", "gawk", "mawk", "nawk", "java", "go", "dotnet"}:
        return all(text in {"-", "-u", "/dev/stdin", "--", "-w", "-l"} for text in call.texts) or bool(call.inner)
    if name in {"powershell", "pwsh", "cmd"}:
        return not call.args or call.texts[-1] in {"-", "-command -", "-c -"} or bool(call.inner)
    return name in {"invoke-expression", "source", ".", "at", "batch", "crontab", "eval"} or (
        name in {"tee"} and bool(call.inner)
    )


def _runs_its_words(call: Call, name: str) -> bool:
    hidden = UNKNOWN in call.program.text
    return hidden or name in INTERPRETERS - {"awk", "gawk", "mawk", "nawk", "java", "go", "dotnet"}


def _deep(calls: tuple[Call, ...]) -> tuple[Call, ...]:
    return (*calls, *(up for call in calls for up in chain(call)), *(deep for call in calls for deep in call.inner))


def _sources(upstream: list[Call], inner: tuple[Call, ...]) -> Iterator[str]:
    names = [(family(call.name), call) for call in (*upstream, *inner)]
    if any((name in FETCHERS and not _decodes(call)) or _fetches(call) for name, call in names):
        yield "it runs what it downloads"
    spelled = any(
        name in {"echo", "printf"} and occurs(r"\\x[0-9a-f]{2}|\\0?[0-7]{3}", call.line) for name, call in names
    )
    if spelled or any(name in DECODERS and _decodes(call) for name, call in names):
        yield "it runs a text that is hidden from a reader"


def _fetches(call: Call) -> bool:
    return occurs(r"downloadstring|downloaddata|net\.webclient|openread\(|/dev/tcp/", call.line) or call.name == "ssh"


def _decodes(call: Call) -> bool:
    """Whether a tool is used to make text readable again, not to count or cut it."""
    name = family(call.name)
    if name in {"sed", "printf", "tr", "iconv"}:
        return name != "printf" or occurs(r"\\x|\\[0-7]{2}|\\u", call.line)
    if name == "openssl":
        return occurs(r"\benc\b|base64|-d\b|s_client", call.line) and not occurs("s_client", call.line)
    return name in DECODERS and not (name == "gzip" and occurs(r"^-c?[0-9]?$", call.line))


def _sent(call: Call) -> Iterator[str]:
    reads_stdin = family(call.name) in {"nc", "telnet", "socat", "openssl"} or occurs(
        r"@-|-T\s*-|--data-binary|--upload-file\s+-|--post-file=-", call.line
    )
    local = occurs(r"(localhost|127\.0\.0\.1|\[?::1\]?)([:/\s]|$)", call.line)
    harmless = {"echo", "printf", ":", "true", "sleep", ""} if family(call.name) in {"openssl", "telnet"} else None
    sources = [up.name for up in chain(call)]
    read = any(name not in harmless for name in sources) if harmless else any(name in _READERS for name in sources)
    if (
        reads_stdin
        and not local
        and read
        and "x509" not in call.line
        and not occurs(r"^(dgst|base64|enc|rsa|pkey)", call.line)
    ):
        yield "it sends data of the host away"
    inner = [each for each in _deep(call.inner) if each.name in _READERS | {"base64", "gc"}]
    if inner and not local:
        yield "it sends data of the host away"
    if any(not r.writes and r.target.plain not in {"/dev/null", ""} for r in call.redirects) and family(call.name) in {
        "nc",
        "telnet",
    }:
        yield "it sends data of the host away"


_BULK = re.compile(r"(stop|remove|disable|clear|suspend|uninstall|dismount|revoke|reset|lock)-\w+")


def _unfiltered(call: Call) -> Iterator[str]:
    """`Get-Something | Stop-Something` without a choice in between."""
    if call.shell != "powershell" or not _BULK.fullmatch(call.name) or not call.upstream:
        return
    source = call.upstream[-1]
    plain = [text for text in source.texts if text]
    everything = not plain or occurs(
        r"^(-name|-filter|-identity|-displayname|-all\w*)?\s*['\"]?\*['\"]?$|-filter\s+\*|^-all\w*$", source.line
    )
    if source.name.startswith("get-") and everything and len(call.upstream) == 1 and source.name != "get-childitem":
        yield f"it does {call.name} to everything there is"


def _of_all(calls: tuple[Call, ...]) -> Iterator[str]:
    if starts_what_it_brings(calls):
        yield "it downloads or unpacks a program and runs it"
    if any(c.name == "get-command" and re.search(r"[*?\[]", c.line) for c in calls) and any(
        UNKNOWN in c.program.text for c in calls
    ):
        yield "it works out the name of a command while it runs"
    unknown = [
        c for c in calls if c.name in {"eval", "source", "."} | SHELLS and any(not word.known for word in c.args)
    ]
    settings = [up for call in calls if call.settings for up in _deep(call.inner)]
    if (unknown or any(UNKNOWN in call.program.text for call in calls)) and settings:
        yield from _sources([], tuple(settings))
    names = {family(call.name) for call in calls}
    pipes = any(c.name == "mkfifo" or (c.name == "mknod" and "p" in c.texts) for c in calls)
    if pipes and names & {"nc", "telnet", "openssl", "socat", "curl"}:
        yield "it connects a shell to the network"
    if any(occurs(r"net\.sockets\.tcpclient|socket\(", c.line) for c in calls) and any(
        occurs(r"getstream|streamreader|invoke-expression|\biex\b|start-process|\.read\(", f"{c.name} {c.line}")
        for c in calls
    ):
        yield "it connects a shell to the network"
