"""Judges Python scripts: nothing that a program may do in Python is known to be safe, so a person always looks.

What is plainly dangerous is blocked: commands and paths that stand in the script as texts are judged like those of a
shell, and code that comes from the network or out of another spelling is never run. The script is parsed, never run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from runwright.checks.guard.judgement import Judgement

JudgeText = Callable[[str], Judgement]
_UNREADABLE = "it is no Python that can be read"
_ALWAYS = "a Python script can do anything; a second person must read it"
_RUNS_TEXT = {"exec", "eval", "compile", "__import__"}
_HIDDEN = re.compile(r"b(16|32|64|85)decode|fromhex|unhexlify|decompress|urlopen|urlretrieve|marshal|requests|chr\(")
_SHELLS = {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "commands.getoutput"}
_PROGRAMS = re.compile(r"subprocess\.(run|(check_)?call|check_output|Popen)|os\.(spawn|exec|posix_spawn)\w*|pty\.spawn")
_DELETES = {"shutil.rmtree": "rm -rf", "os.remove": "rm", "os.unlink": "rm", "os.rmdir": "rmdir"}


def judge_python(script: str, judge_text: JudgeText) -> Judgement:
    """Judge a script; `judge_text` judges the shell commands that it holds. Never raises, never answers `allow`."""
    try:
        tree = ast.parse(script)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Judgement("review", (_UNREADABLE,))
    names = _imported(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = [*_whole(calls, names), *(reason for call in calls for reason in _of_call(call, names, judge_text))]
    reasons = tuple(dict.fromkeys(found))[:8]
    return Judgement("block", reasons) if reasons else Judgement("review", (_ALWAYS,))


def _imported(tree: ast.AST) -> dict[str, str]:
    """What each name of the script stands for, by its imports."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update({alias.asname or alias.name.partition(".")[0]: alias.name for alias in node.names})
        elif isinstance(node, ast.ImportFrom):
            found.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return found


def _name(node: ast.expr, names: dict[str, str]) -> str:
    """The dotted name of what is called, imports resolved; empty when it is worked out."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        return ".".join([names.get(node.id, node.id), *reversed(parts)])
    return ".".join(["", *reversed(parts)])


def _whole(calls: list[ast.Call], names: dict[str, str]) -> Iterator[str]:
    called = {_name(call.func, names) for call in calls}
    starts = {name for name in called if name in _SHELLS or _PROGRAMS.fullmatch(name) or name == "os.dup2"}
    if starts and {"socket.socket", "socket.create_connection"} & called:
        yield "it connects a shell to the network"
    if any(name.startswith("ctypes.") and re.search(r"VirtualAlloc|mmap|memmove|CFUNCTYPE", name) for name in called):
        yield "it runs machine code out of memory"


def _of_call(call: ast.Call, names: dict[str, str], judge_text: JudgeText) -> Iterator[str]:
    name = _name(call.func, names)
    if name in _RUNS_TEXT and any(_HIDDEN.search(_spelled(arg)) for arg in call.args):
        yield "it runs a text that is hidden from a reader, or comes from elsewhere"
    for text in _commands(name, call):
        judged = judge_text(text)
        yield from judged.reasons if judged.verdict == "block" else ()


def _commands(name: str, call: ast.Call) -> Iterator[str]:
    """The shell commands that a call amounts to, as far as its texts are in the script."""
    first = call.args[0] if call.args else None
    text = _literal(first)
    if name in _SHELLS or _PROGRAMS.fullmatch(name):
        yield text if text is not None else _listed(first)
    elif name in _DELETES and text is not None:
        yield f"{_DELETES[name]} -- {_quoted(text)}"
    elif name in {"open", "io.open", "pathlib.Path", "os.open"} and text is not None:
        writes = any(re.search("[wax+]", _literal(arg) or "") for arg in call.args[1:2]) or _mode_writes(call)
        yield f"echo x >> {_quoted(text)}" if writes else f"cat {_quoted(text)}"


def _mode_writes(call: ast.Call) -> bool:
    return any(word.arg == "mode" and re.search("[wax+]", _literal(word.value) or "") for word in call.keywords)


def _listed(node: ast.expr | None) -> str:
    """A list of arguments as one line; what is not a text in the script is left out."""
    items = node.elts if isinstance(node, ast.List | ast.Tuple) else []
    return " ".join(_quoted(text) for text in map(_literal, items) if text is not None)


def _literal(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _quoted(text: str) -> str:
    """A text as one word of a shell; it is judged, never run."""
    return text if re.fullmatch(r"[\w@%+=:,./-]+", text) else "'" + text.replace("'", "'\\''") + "'"


def _spelled(node: ast.expr) -> str:
    """The names and the calls in an expression, as far as they matter here."""
    parts: list[str] = []
    for found in ast.walk(node):
        if isinstance(found, ast.Attribute):
            parts.append(found.attr)
        elif isinstance(found, ast.Name):
            parts.append(f"{found.id}(" if found.id == "chr" else found.id)
    return " ".join(parts)
