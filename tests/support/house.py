"""Reads the package's source and reports what breaks the house rules; tests/test_house.py states the rules.

It looks at the syntax tree only and imports nothing of the product. Imports count wherever they stand: in a
function and below `if TYPE_CHECKING` too.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

PACKAGE = "runwright"

# Modules that touch the world, the clock or chance; none of them in a pure room.
IMPURE_MODULES = frozenset(
    {
        "asyncio",
        "ctypes",
        "fcntl",
        "getpass",
        "glob",
        "http",
        "importlib.resources",
        "logging",
        "mmap",
        "multiprocessing",
        "os",
        "pkgutil",
        "pty",
        "random",
        "secrets",
        "select",
        "selectors",
        "shutil",
        "signal",
        "socket",
        "socketserver",
        "ssl",
        "subprocess",
        "tempfile",
        "threading",
        "time",
        "urllib.request",
    }
)
IMPURE_BUILTINS = frozenset({"open", "print", "input", "breakpoint", "exec", "eval", "compile", "__import__"})
IMPURE_CALLS = frozenset({"now", "utcnow", "today", "read_text", "read_bytes", "write_text", "write_bytes"})
CLOCK_OWNERS = frozenset({"datetime", "date"})
# What is pure in a module that is not: only these names may be taken from it.
PURE_NAMES = {
    "http": {"HTTPMethod", "HTTPStatus"},
    "pathlib": {"PurePath", "PurePosixPath", "PureWindowsPath"},
    "uuid": {"UUID", "uuid3", "uuid5"},
}
SYSTEM_STATE = frozenset({"argv", "environ", "exit", "path", "stderr", "stdin", "stdout"})


@dataclass(frozen=True)
class House:
    """The rules: a floor for each room, the imports refused besides, the doors for outside libraries."""

    floors: Mapping[str, float]
    refused: Mapping[str, frozenset[str]]
    pure_below: float
    doors: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Source:
    """One file of the package: its path below the package, its tree."""

    path: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """Give the room that the file belongs to; the package's own `__init__` belongs to none."""
        first = self.path.split("/", 1)[0].removesuffix(".py")
        return "" if first == "__init__" else first

    @property
    def package(self) -> list[str]:
        """Give the dotted package that relative imports start from, in parts."""
        return [PACKAGE, *self.path.split("/")[:-1]]


def read_package(root: Path) -> list[Source]:
    """Parse every Python file below the package's folder."""
    files = sorted(root.rglob("*.py"))
    return [Source(file.relative_to(root).as_posix(), ast.parse(file.read_text("utf-8"))) for file in files]


def imports(source: Source) -> Iterator[tuple[int, str]]:
    """Give every imported dotted name with its line; `from a import b` gives `a.b`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = origin(source, node)
            yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)


def origin(source: Source, node: ast.ImportFrom) -> str:
    """Give the absolute module that a `from` import reads."""
    if not node.level:
        return node.module or ""
    parts = source.package[: len(source.package) - node.level + 1]
    return ".".join([*parts, *([node.module] if node.module else [])])


def sideways(source: Source, house: House) -> Iterator[str]:
    """Report imports that do not go down to a lower floor."""
    for line, name in imports(source):
        parts = name.split(".")
        if parts[0] != PACKAGE or len(parts) < 2 or parts[1].startswith("__"):
            continue
        if complaint := refusal(source.room, parts[1], house):
            yield f"{source.path}:{line}: {complaint}"


def refusal(room: str, target: str, house: House) -> str:
    """Say why one room may not import another, or nothing if it may."""
    strangers = [name for name in (room, target) if name not in house.floors and name]
    if strangers:
        return f"{strangers[0]} has no floor in the house"
    if not room:
        return f"the package itself imports {target}; it must stay empty"
    if target in house.refused.get(room, ()):
        return f"{room} must never import {target}"
    if room != target and house.floors[target] >= house.floors[room]:
        return f"{room} imports {target}, which is not on a lower floor"
    return ""


def impurities(source: Source, house: House) -> Iterator[str]:
    """Report what touches the world, the clock or chance in a pure room."""
    if house.floors.get(source.room, 0) >= house.pure_below:
        return
    yield from (f"{source.path}:{line}: imports {name}" for line, name in imports(source) if is_impure(name))
    for node in ast.walk(source.tree):
        if complaint := impure_use(node):
            yield f"{source.path}:{getattr(node, 'lineno', 0)}: uses {complaint}"


def is_impure(name: str) -> bool:
    """Tell whether an imported name touches the world."""
    parts = name.split(".")
    if parts[0] in PURE_NAMES:
        return len(parts) < 2 or parts[1] not in PURE_NAMES[parts[0]]
    if parts[0] == "sys":
        return len(parts) > 1 and parts[1] in SYSTEM_STATE
    return any(".".join(parts[:length]) in IMPURE_MODULES for length in range(1, len(parts) + 1))


def impure_use(node: ast.AST) -> str:
    """Name the impure thing that an expression uses, or nothing."""
    match node:
        case ast.Name(id=name, ctx=ast.Load()) if name in IMPURE_BUILTINS:
            return name
        case ast.Call(func=ast.Attribute(attr=name)) if name in IMPURE_CALLS:
            return f".{name}()"
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return f"{owner}.{name}" if is_impure_attribute(owner, name) else ""
    return ""


def is_impure_attribute(owner: str, name: str) -> bool:
    """Tell whether `owner.name` touches the world, the clock or chance, called or not."""
    return (
        (owner in CLOCK_OWNERS and name in IMPURE_CALLS)
        or (owner == "sys" and name in SYSTEM_STATE)
        or (owner == "io" and name in {"open", "FileIO"})
        or (owner.endswith("PrivateKey") and name == "generate")
        or name == "generate_private_key"
    )


def strangers_at_the_door(source: Source, house: House) -> Iterator[str]:
    """Report outside libraries that are imported anywhere but in their own file."""
    for line, name in imports(source):
        library = name.split(".")[0]
        if library == PACKAGE or library in sys.stdlib_module_names:
            continue
        doors = house.doors.get(library)
        if doors is None:
            yield f"{source.path}:{line}: {library} has no door in the house"
        elif not any(fnmatch(source.path, door) for door in doors):
            yield f"{source.path}:{line}: {library} belongs in {' or '.join(doors)} alone"


def shell_words(source: Source) -> Iterator[str]:
    """Report every way for a value to become a word of a shell line."""
    for node in ast.walk(source.tree):
        match node:
            case ast.keyword(arg="shell", value=value) if not is_false(value):
                yield f"{source.path}:{value.lineno}: passes shell="
            case ast.Attribute(value=ast.Name(id="os"), attr="system" | "popen" as name):
                yield f"{source.path}:{node.lineno}: uses os.{name}"
            case ast.ImportFrom(module="os", names=names) if {"system", "popen"} & {alias.name for alias in names}:
                yield f"{source.path}:{node.lineno}: imports os.system or os.popen"
            case ast.Attribute(attr="getoutput" | "getstatusoutput" | "create_subprocess_shell" as name):
                yield f"{source.path}:{node.lineno}: uses {name}"


def unguarded_git(source: Source) -> Iterator[str]:
    """Report GitPython's dynamic commands, where a value that begins with a dash becomes an option."""
    if not any(name.split(".")[0] == "git" for _, name in imports(source)):
        return
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="git"), attr=verb)) if verb != "execute":
                yield f"{source.path}:{node.lineno}: calls .git.{verb}(), whose options are not guarded"


def is_false(value: ast.expr) -> bool:
    """Tell whether an expression is the constant False."""
    return isinstance(value, ast.Constant) and value.value is False
