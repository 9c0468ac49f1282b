"""Programs that start another program: the call inside them is judged, not they.

`sudo systemctl restart x` is judged as `systemctl restart x`. Options that are not known to be harmless are doubts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from runwright.checks.guard.decode import input_of
from runwright.checks.guard.interpreters import Opened, interpreted, script
from runwright.checks.guard.words import UNKNOWN, Call, Word, listed


@dataclass(frozen=True, slots=True)
class Prefix:
    """How a wrapper's own words end and those of the call inside begin."""

    valued: str = ""
    """Options that take a value, with spaces between."""
    harmless: str = ""
    """Options that change nothing that matters; all others are doubts."""
    skip: int = 0
    """Words between the options and the program."""
    safe: bool = True


_P = Prefix
_PREFIXES: dict[str, Prefix] = {
    "sudo": _P(
        "-u -g -h -p -C -T -U -r -t -D -R --user --group --prompt --host --chdir",
        "-n -H -u --user --non-interactive --",
    ),
    "doas": _P("-u -C", "-n -u --"),
    "pkexec": _P("--user", safe=False),
    "env": _P("-u -C --unset --chdir", "-i -u --ignore-environment --"),
    "nice": _P("-n --adjustment", "-n --adjustment"),
    "ionice": _P("-c -n --class --classdata", "-c -n -t --class --classdata"),
    "chrt": _P("", safe=False, skip=1),
    "taskset": _P("", "-c", skip=1, safe=False),
    "timeout": _P(
        "-k -s --kill-after --signal", "-k -s --kill-after --signal --foreground --preserve-status -v", skip=1
    ),
    "time": _P("-f -o", "-p"),
    "command": _P(harmless="-p"),
    "builtin": _P(),
    "exec": _P("-a"),
    "stdbuf": _P("-i -o -e", "-i -o -e -oL -o0 -eL -e0 -i0"),
    "nohup": _P(safe=False),
    "setsid": _P(safe=False),
    "strace": _P("-o -e -p -s -u -E", safe=False),
    "ltrace": _P("-o -e -p -s -u", safe=False),
    "watch": _P("-n --interval", safe=False),
    "chroot": _P(skip=1, safe=False),
    "unshare": _P(safe=False),
    "nsenter": _P("-t -S -G --target", safe=False),
    "busybox": _P(safe=False),
    "toybox": _P(safe=False),
    "systemd-run": _P("-p -u --unit --on-active -M -H --uid --gid -E", safe=False),
    "systemd-inhibit": _P(safe=False),
    "flock": _P("-w -E --timeout --wait", "-n -w -x -s --nonblock", skip=1),
    "setarch": _P(skip=1, safe=False),
    "linux64": _P(safe=False),
    "proxychains": _P("-f", safe=False),
    "proxychains4": _P("-f", safe=False),
    "torsocks": _P(safe=False),
    "fakeroot": _P(safe=False),
    "unbuffer": _P(),
    "cpulimit": _P("-l -p -e", "-l"),
    "runuser": _P("-u -g", "-u -g --"),
    "setpriv": _P(safe=False),
    "capsh": _P(safe=False),
    "firejail": _P(safe=False),
    "faketime": _P(skip=1, safe=False),
    "parallel": _P("-j", safe=False),
    "coproc": _P(safe=False),
    "pcalua": _P(safe=False),
    "call": _P(),
    "caffeinate": _P(),
    "ld.so": _P(safe=False),
    "aa-exec": _P("-p", safe=False),
    "dbus-run-session": _P(safe=False),
    "ssh-agent": _P(safe=False),
    "multitime": _P(safe=False),
    "stap": _P(safe=False),
}
_OTHER_ON_WINDOWS = listed("timeout time find start-transcript")
"""Names that mean something else on Windows, where they start nothing."""
_CONTAINERS = listed("docker podman nerdctl crictl lxc kubectl oc machinectl incus")
MAX_EXECS = 8
_EXEC_VALUES = listed("-n --namespace -c --container -u --user -w --workdir -e --env --context -l --cluster")
_EXEC_HARMLESS = listed("-n --namespace -c --container -w --workdir --context -i -t -it -ti -u --user -T")
"""Options of `exec` that give the program inside no more rights and no other surroundings."""


def opened(call: Call) -> Opened | None:
    """What stands inside a call; none when it starts nothing else."""
    if call.shell in {"cmd", "powershell"} and call.name in _OTHER_ON_WINDOWS:
        return None
    if call.program.text.startswith(("/etc/init.d/", "/etc/rc.d/init.d/")):
        return Opened((replace(call, program=Word("service"), args=(Word(call.name), *call.args)),))
    special = _SPECIAL.get(call.name)
    if special is not None and call.through[-1:] != ("find",):
        return special(call)
    prefix = _PREFIXES.get(call.name)
    if prefix is not None:
        return _unwrapped(call, prefix)
    if call.name in _CONTAINERS:
        return _container(call)
    return interpreted(call)


def _unwrapped(call: Call, prefix: Prefix) -> Opened | None:
    args, settings, doubts = list(call.args), [], []
    valued, harmless = prefix.valued.split(), prefix.harmless.split()
    while args and (args[0].text.startswith("-") or _sets(args[0].text)):
        word = args.pop(0)
        if _sets(word.text) and not word.text.startswith("-"):
            name, _, value = word.text.partition("=")
            settings.append((name, Word(value)))
            continue
        if word.text.partition("=")[0] not in harmless:
            doubts.append(f"the option {word.plain} of {call.name} is not known to be safe")
        if word.text in {"-S", "--split-string"} and args:
            return script("bash", args[0])
        if word.text in valued and args:
            args.pop(0)
    args = args[prefix.skip :]
    if not prefix.safe:
        doubts.append(f"it starts a program through {call.name}")
    if not args or (call.name == "command" and call.texts[:1] in {("-v",), ("-V",)}):
        return None
    return Opened((_inside(call, args, tuple(settings)),), doubts=tuple(doubts))


def _sets(text: str) -> bool:
    return re.match(r"[A-Za-z_]\w*=", text) is not None


def _inside(call: Call, words: list[Word], settings: tuple[tuple[str, Word], ...] = ()) -> Call:
    """The call inside a wrapper: it inherits what flows in and out."""
    program, args = words[0], tuple(words[1:])
    through = (*call.through, call.name)
    return replace(call, program=program, args=args, settings=(*call.settings, *settings), through=through)


def _container(call: Call) -> Opened | None:
    """`docker exec NAME program` and its like."""
    args = list(call.args)
    place = next((i for i, word in enumerate(args) if word.text in {"exec", "shell"}), -1)
    if place < 0:
        return None
    rest, doubts = args[place + 1 :], tuple[str, ...]()
    dashes = next((i for i, word in enumerate(rest) if word.text == "--"), None)
    if dashes is not None:
        rest = rest[dashes + 1 :]
    else:
        while rest and rest[0].text.startswith("-"):
            flag = rest.pop(0)
            doubts += () if flag.text in _EXEC_HARMLESS else (f"{call.name} exec takes {flag.plain}",)
            rest = rest[1:] if flag.text in _EXEC_VALUES else rest
        rest = rest[1:]
    return Opened((_inside(call, rest),), doubts=doubts) if rest else None


def _find(call: Call) -> Opened | None:
    """`find START -exec program {} ;`: the program gets what is below the start."""
    starts = [word for word in call.args if not word.text.startswith("-")][:1] or [Word(".")]
    found: list[Call] = []
    args = list(call.args)
    for index, word in enumerate(args):
        if word.text in {"-exec", "-execdir", "-ok", "-okdir"}:
            end = next((i for i in range(index, len(args)) if args[i].text in {";", "+", r"\;"}), len(args))
            inside = [starts[0] if part.text == "{}" else _filled(part, starts[0]) for part in args[index + 1 : end]]
            found += [_inside(call, inside)] if inside else []
        if len(found) > MAX_EXECS:
            return Opened((_searching(call), *found), doubts=("it starts too many programs to be judged",))
    return Opened((_searching(call), *found)) if found else None


def _searching(call: Call) -> Call:
    """The search alone, without what is done with each file."""
    kept: list[Word] = []
    skipping = False
    for word in call.args:
        skipping = skipping or word.text in {"-exec", "-execdir", "-ok", "-okdir"}
        if not skipping:
            kept.append(word)
        skipping = skipping and word.text not in {";", "+", r"\;"}
    return replace(call, args=tuple(kept), through=(*call.through, "find"))


def _filled(word: Word, value: Word) -> Word:
    return replace(word, text=word.text.replace("{}", value.text)) if "{}" in word.text else word


def _xargs(call: Call) -> Opened | None:
    """`... | xargs program`: the program gets words that flow in."""
    args, hole = list(call.args), ""
    while args and args[0].text.startswith("-"):
        flag = args.pop(0).text
        if flag in {"-I", "-i", "--replace"} and args:
            hole = args.pop(0).text
        elif re.match(r"-I.", flag):
            hole = flag[2:]
        elif flag in {"-n", "-P", "-d", "-L", "-s", "-E", "-a", "--max-args", "--max-procs", "--delimiter"} and args:
            args.pop(0)
    text = input_of(call)
    words = [Word(part) for part in text.split()[:64]] if text else [Word(UNKNOWN)]
    if hole:
        whole = Word(text.strip()) if text else words[0]
        inside = [replace(word, text=word.text.replace(hole, whole.text)) for word in args]
    else:
        inside = [*args, *words] if args else [Word("echo"), *words]
    return Opened((_inside(call, inside),), doubts=("it hands words that flow in to a program",)) if inside else None


def _start(call: Call) -> Opened | None:
    """Cmd's `start "title" /b program`."""
    args = list(call.args)
    while args and (args[0].text.startswith("/") or (args[0].quoted and len(args) > 1 and " " not in args[0].text)):
        args.pop(0)
    return Opened((_inside(call, args),), doubts=("it starts something in the background",)) if args else None


def _start_process(call: Call) -> Opened | None:
    """`Start-Process program -ArgumentList ...`."""
    names, plain, args = {"filepath": "", "argumentlist": ""}, [], list(call.args)
    while args:
        word = args.pop(0)
        flag = word.text[1:].casefold() if word.text.startswith("-") and not word.quoted else ""
        match = next((name for name in names if flag and name.startswith(flag)), "")
        if match or flag == "args":
            names[match or "argumentlist"] = args.pop(0).text if args else ""
        elif not flag:
            plain.append(word.text)
    program = names["filepath"] or (plain[0] if plain else "")
    given = names["argumentlist"] or " ".join(plain[1:] if not names["filepath"] else plain)
    text = f"{program} {given.replace(',', ' ')}"
    if not program:
        return None
    return Opened(scripts=(("cmd", text.replace(UNKNOWN, "")),), doubts=("it starts a process of its own",))


def _forfiles(call: Call) -> Opened | None:
    for index, word in enumerate(call.args[:-1]):
        if word.text.casefold() == "/c":
            return script("cmd", call.args[index + 1])
    return None


def _told(flags: frozenset[str], shell: str = "bash") -> Callable[[Call], Opened | None]:
    """A wrapper that takes a script behind one of these options."""

    def handler(call: Call) -> Opened | None:
        for index, word in enumerate(call.args[:-1]):
            if word.text in flags:
                return script("bash", call.args[index + 1])
        prefix = _PREFIXES.get(call.name)
        return _unwrapped(call, prefix) if prefix else None

    return handler


_SSH_VALUES = listed("-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w")


def _ssh(call: Call) -> Opened | None:
    """`ssh host command`: the command is read, and a person looks in any case."""
    args = list(call.args)
    while args and args[0].text.startswith("-"):
        flag = args.pop(0).text
        args = args[1:] if flag in _SSH_VALUES else args
    text = " ".join(word.text for word in args[1:])
    found = script("bash", Word(text)) if text else Opened()
    return Opened(scripts=found.scripts, doubts=(*found.doubts, "it works on another host"), passes=False)


def _wmic(call: Call) -> Opened | None:
    found = re.search(r"process\s+call\s+create\s+(.*)", call.line, re.I | re.S)
    return Opened(scripts=(("cmd", found[1]),), passes=False) if found else None


_SPECIAL: dict[str, Callable[[Call], Opened | None]] = {
    "find": _find,
    "fd": _find,
    "xargs": _xargs,
    "start": _start,
    "start-process": _start_process,
    "forfiles": _forfiles,
    "script": _told(frozenset({"-c", "--command"})),
    "flock": _told(frozenset({"-c", "--command"})),
    "runuser": _told(frozenset({"-c", "--command"})),
    "expect": _told(frozenset({"-c"})),
    "ssh": _ssh,
    "wmic": _wmic,
}
