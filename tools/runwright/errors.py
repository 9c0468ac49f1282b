"""The kinds of trouble, split by who must act.

    RunwrightError
    ├── ContentError   the author of a file or a request must fix it (exit code 1)
    ├── TrustError     refused because it cannot be trusted; report it (exit code 4)
    └── EdgeError      the world outside failed; retry or report it (exit code 1)

A mistake of a caller inside Runwright is a `RuntimeError`, never one of these.
`cli` turns them into exit codes; nothing else does.
"""

from __future__ import annotations


class RunwrightError(Exception):
    """Trouble that a person can act on; its text says what, where, what was expected and what to do."""


class ContentError(RunwrightError):
    """Something that a person wrote must be changed by a person."""

    def __init__(self, message: str, *, path: str = "", line: int = 0, column: int = 0) -> None:
        self.message, self.path, self.line, self.column = message, path, line, column
        super().__init__(f"{place(path, line, column)}{message}")


class TrustError(RunwrightError):
    """Something is not trusted: it is refused and reported under a stable code."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"{message} [{code}]")


class EdgeError(RunwrightError):
    """The world outside (a process, a file, a network, a forge) did not do its part."""

    def __init__(self, message: str, *, retryable: bool = True, retry_after: float | None = None) -> None:
        self.message, self.retryable = message, retryable
        self.retry_after = retry_after
        """Seconds until it is worth another try, where the other side or a rule says so."""
        self.safe = ""
        """What a log may say of it, where its text may quote what somebody else sent; empty where nobody wrote that."""
        super().__init__(message)


def place(path: str, line: int = 0, column: int = 0) -> str:
    """Write a position the way compilers do: `path:line:column: `, leaving out what is not known."""
    parts = [path, str(line) if line else "", str(column) if line and column else ""]
    shown = ":".join(part for part in parts if part)
    return f"{shown}: " if shown else ""
