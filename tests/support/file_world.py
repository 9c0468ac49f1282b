"""A host of which only files exist, in memory: the agent's acting port, its boot id and its secrets, met by shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from runwright.actions.action import Exec, Native, Operation, Result
from runwright.errors import EdgeError


@dataclass
class FileWorld:
    """Remembers modes of files and what was run; nothing of the real host is touched."""

    modes: dict[str, str] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    """What a program says, by its first argument."""
    codes: dict[str, int] = field(default_factory=dict)
    """How a program ends, by its first argument; with 0 otherwise."""
    failing: dict[str, int] = field(default_factory=dict)
    """How often an operation on a path fails before it succeeds; -1 means always."""
    secrets: dict[str, str] = field(default_factory=dict)
    boot: str | None = "first-boot"
    on_run: Callable[[Operation], None] = lambda _operation: None

    def run(self, operation: Operation, timeout_seconds: float) -> Result:
        """Carry one operation out."""
        del timeout_seconds
        if isinstance(operation, Exec):
            return self._program(operation)
        if operation.name.endswith(".facts"):
            return self._facts(operation)
        return self._change(operation)

    def run_as(self, account: str, operation: Operation, timeout_seconds: float) -> Result:
        """Carry one operation out, and remember as whom."""
        self.ran.append(f"as {account}")
        return self.run(operation, timeout_seconds)

    def boot_id(self) -> str | None:
        """Name the current start."""
        return self.boot

    def value(self, name: str) -> str:
        """Give a secret."""
        if name not in self.secrets:
            raise EdgeError(f"secret {name!r} is not known", retryable=False)
        return self.secrets[name]

    def _program(self, operation: Exec) -> Result:
        self.on_run(operation)
        self.ran.append(" ".join(operation.argv))
        said = self.outputs.get(operation.argv[0], "")
        return Result(self.codes.get(operation.argv[0], 0), said.format(**operation.env))

    def _facts(self, operation: Native) -> Result:
        if operation.name != "file.facts":
            return Result(0, values={})
        path = str(operation.args["path"])
        here = path in self.modes
        known = {"kind": "file", "mode": self.modes[path], "size_bytes": 1} if here else {}
        return Result(0, values={"exists": here, **known})

    def _change(self, operation: Native) -> Result:
        self.on_run(operation)
        path = str(operation.args.get("path", ""))
        self.ran.append(f"{operation.name} {path} {operation.args.get('mode', '')}".strip())
        if self.failing.get(path, 0):
            self.failing[path] -= 1
            return Result(1, error=f"cannot change {path}")
        if operation.name == "file.set_mode":
            self.modes[path] = str(operation.args["mode"])
        if operation.name == "file.exists":
            return Result(0 if path in self.modes else 1)
        return Result(0)
