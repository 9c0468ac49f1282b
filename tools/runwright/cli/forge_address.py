"""Where the pull requests are: a bare repository on this machine, or `github:OWNER/NAME`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from runwright.errors import ContentError
from runwright.model.hosted import REPOSITORY

PREFIX = "github:"


@dataclass(frozen=True)
class GitHubAddress:
    """A repository at GitHub; which GitHub it is stands in the environment."""

    repository: str

    def __str__(self) -> str:
        """Write it as it is given."""
        return f"{PREFIX}{self.repository}"


ForgeAddress = Path | GitHubAddress


class ForgeType(click.ParamType[ForgeAddress]):
    """Reads a forge's address; a folder must exist."""

    name = "PATH|github:OWNER/NAME"
    folder = click.Path(path_type=Path, exists=True, file_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> ForgeAddress:
        """Give the address; ends the command with what was expected."""
        if isinstance(value, (Path, GitHubAddress)):
            return value
        if not str(value).startswith(PREFIX):
            return Path(self.folder.convert(value, param, ctx))
        repository = str(value).removeprefix(PREFIX)
        if not REPOSITORY.fullmatch(repository):
            self.fail(f"{value!a} is no repository at GitHub; expected github:OWNER/NAME", param, ctx)
        return GitHubAddress(repository)


def folder_of(forge: ForgeAddress) -> Path:
    """Give the folder of a local forge; raises ContentError for a verb that a forge at GitHub has no use for."""
    if isinstance(forge, GitHubAddress):
        raise ContentError(
            f"this works with a forge in a folder alone; at {forge} GitHub itself does it, or `runwright github`"
        )
    return forge
