"""The tokens of people who signed in to a GitHub: a file a host, in the person's own folder, that nobody else can read.

Format: `runwright.login/1`, JSON. How a token is got is `login_github`; whose it is, GitHub says.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from runwright.errors import ContentError, EdgeError

SCHEMA = "runwright.login/1"
LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Login:
    """A person's sign-in; moments in seconds since 1970."""

    login: str
    token: str = field(repr=False)
    client_id: str = ""
    expires_at: float | None = None
    refresh_token: str = field(default="", repr=False)


class Logins:
    """The sign-ins of one person, below the folder of settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, web: str) -> Path:
        """Give the file of a GitHub, by its web address."""
        parts = urlsplit(web)
        port = f"_{parts.port}" if parts.port else ""
        return self.folder / f"{(parts.hostname or '').replace(':', '_')}{port}.json"

    def read(self, web: str) -> Login | None:
        """Give the sign-in to a GitHub, None where there is none; raises ContentError where others may read it."""
        path = self.path(web)
        try:
            with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
                mode, data = os.fstat(file.fileno()).st_mode, file.read(LARGEST)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ContentError(f"the sign-in cannot be read: {error.strerror}", path=str(path)) from error
        if stat.S_IMODE(mode) & 0o077:
            raise ContentError(
                "others may read this token; revoke it on GitHub, delete the file, and run `runwright github login`",
                path=str(path),
            )
        return parsed(data, path)

    def keep(self, web: str, login: Login) -> Path:
        """Write the sign-in to a GitHub in place of an older one: whole or not at all, readable by its owner alone."""
        path = self.path(web)
        data = json.dumps({"schema": SCHEMA, **asdict(login)}).encode()
        passing = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                passing.unlink()
            with os.fdopen(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            passing.replace(path)
        except OSError as error:
            raise EdgeError(
                f"the sign-in cannot be kept in {self.folder}: {error.strerror}", retryable=False
            ) from error
        return path

    def forget(self, web: str) -> bool:
        """Delete the sign-in to a GitHub; False where there was none."""
        try:
            self.path(web).unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise EdgeError(f"{self.path(web)} cannot be deleted: {error.strerror}", retryable=False) from error
        return True


def parsed(data: bytes, path: Path) -> Login:
    """Read the file of a sign-in; raises ContentError."""
    broken = ContentError("this is no sign-in; delete the file, and run `runwright github login`", path=str(path))
    try:
        found = json.loads(data)
        schema = found.pop("schema")
        login = Login(**found)
    except (ValueError, RecursionError, AttributeError, KeyError, TypeError):
        raise broken from None
    texts = (login.login, login.token, login.client_id, login.refresh_token)
    whole = schema == SCHEMA and all(isinstance(text, str) for text in texts) and login.token
    if not whole or not isinstance(login.expires_at, int | float | None):
        raise broken
    return login
