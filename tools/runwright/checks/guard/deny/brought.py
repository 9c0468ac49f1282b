"""Files that a script brings from elsewhere or out of another spelling, and starts.

After MITRE ATT&CK T1105 and T1140. What flows through pipes is left to `flows`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from runwright.checks.guard.matching import occurs
from runwright.checks.guard.programs import DECODERS, FETCHERS, INTERPRETERS, SHELLS, family
from runwright.checks.guard.words import Call, Word, listed

_DOWNLOADERS = listed(
    "curl wget aria2c axel scp sftp ftp tftp certutil bitsadmin fetch lwp-download invoke-webrequest invoke-restmethod "
    "start-bitstransfer"
)
_COPIERS = listed("copy xcopy copy-item move")
_KEEPERS = listed("set-content out-file add-content tee")
_STARTERS = INTERPRETERS | listed(
    "chmod start-process start rundll32 regsvr32 source . wscript cscript mshta invoke-item call msbuild installutil "
    "setsid nohup import-module insmod ld.so"
)
_NO_FILE = listed("null - nul 1 2") | {""}
_TARGET = re.compile(r"(?i)(?:-o|-O|--output|--output-document=|-outfile|-destination|-out|-P)[ =]?(\S+)")
_TEMPORARY = (
    r"^(/tmp|/var/tmp|/dev/shm|/run/user|/home/[^/]+/\.(cache|local))|\\(windows\\)?temp\\|\\users\\public\\|\\appdata\\"
    r"|\\perflogs\\|\\programdata\\[^\\]+\.\w+$|\\\$recycle|\\downloads\\"
)


def starts_what_it_brings(calls: Sequence[Call]) -> bool:
    """Whether one of the calls starts a file that another one brought."""
    paths = [path for call in calls for path in brought(call)]
    return bool(paths) and any(_starts(call, paths) for call in calls)


def temporary(word: Word) -> bool:
    """Whether a program stands in a folder that everybody may write to."""
    return occurs(_TEMPORARY, word.plain)


def brought(call: Call) -> list[str]:
    """The files that a call downloads, decodes or unpacks; `*` for files whose names are not in it."""
    name = family(call.name)
    for names, work in _BY_PROGRAM:
        if name in names:
            return work(call)
    if not name and occurs(r"downloadfile\(|writeallbytes\(", call.line):
        return re.findall(r"[\w$:\\/.~-]+\.\w{2,4}", call.line)
    return []


def _downloaded(call: Call) -> list[str]:
    name, words = family(call.name), call.line.split()
    urls = [text.rstrip("'\"").rpartition("/")[2] for text in words if "/" in text and not text.startswith("-")]
    urls += ["*"] if name in {"ftp", "tftp", "sftp"} else []
    last = words[-1:] if name in {"certutil", "bitsadmin"} else []
    return [*urls, *_TARGET.findall(call.line), *_written(call), *last]


def _written(call: Call) -> list[str]:
    return [redirect.target.plain for redirect in call.redirects if redirect.writes]


def _copied(call: Call) -> list[str]:
    return call.line.split() if occurs(r"(^|\s)\\\\[\w.]", call.line) else []


def _cloned(call: Call) -> list[str]:
    return ["*"] if occurs(r"^clone\s", call.line) else []


def _spelled(call: Call) -> list[str]:
    return _written(call) if occurs(r"\\x[0-9a-f]{2}|\\0?[0-7]{3}", call.line) else []


def _kept(call: Call) -> list[str]:
    return [text for text in call.texts if not text.startswith("-")] if any(map(_unpacks, chain(call))) else []


_BY_PROGRAM: tuple[tuple[frozenset[str], Callable[[Call], list[str]]], ...] = (
    (_DOWNLOADERS, _downloaded),
    (_COPIERS, _copied),
    (_KEEPERS, _kept),
    (frozenset({"git"}), _cloned),
    (frozenset({"printf", "echo"}), _spelled),
    (DECODERS - {"sed", "tr", "gzip"}, _written),
)


def chain(call: Call) -> Iterator[Call]:
    """Everything that flows into a call, nearest first."""
    waiting = list(call.upstream)
    seen = 0
    while waiting and seen < 400:
        now = waiting.pop()
        seen += 1
        yield now
        waiting.extend(now.upstream)


def _unpacks(call: Call) -> bool:
    """Whether a call brings bytes from elsewhere or out of another spelling."""
    hidden = occurs("frombase64string|downloadstring|downloaddata", call.line)
    return hidden or family(call.name) in FETCHERS | {"base64", "xxd"}


def _starts(call: Call, paths: list[str]) -> bool:
    """Whether a call starts one of these files, or makes it a program."""
    name = family(call.name)
    words = [call.program.plain] if call.program.plain else []
    words += list(call.texts) if name in _STARTERS else []
    runs_file = name in SHELLS | {"python", "perl"} and bool(call.args) and not call.texts[0].startswith("-")
    if "*" in paths and (runs_file or call.program.plain.startswith("./")):
        return True
    if name == "chmod" and not occurs(r"\+x|7[0-7]{2}|[0-7]?[157][0-7]{2}|a\+rx", call.line):
        return False
    names = {_file_name(path) for path in paths} - _NO_FILE
    return any(found in names or f"{found}.exe" in names for found in map(_file_name, words))


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rstrip("'\");").rpartition("/")[2].casefold()
