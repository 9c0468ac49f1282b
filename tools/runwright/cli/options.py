"""Options that several verbs share."""

from __future__ import annotations

from pathlib import Path

import click

from runwright.cli.forge_address import ForgeType

FORMATS = ("text", "json", "junit", "sarif", "markdown")
SUFFIXES = {".txt": "text", ".json": "json", ".xml": "junit", ".sarif": "sarif", ".md": "markdown"}
"""The format of a saved report, by the ending of its file."""

report_format = click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="How to write the report."
)
save = click.option(
    "--save",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"Also write the report to this file; how, its ending says: {', '.join(SUFFIXES)}.",
)
plain_format = click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True, help="How to write it."
)
agent_config = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("agent.yaml"),
    show_default=True,
    envvar="RUNWRIGHT_AGENT_CONFIG",
    help="The agent's configuration.",
)
repository = click.option(
    "--repo",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path(),
    help="The repository, bare or not; this folder by default.",
)
forge = click.option(
    "--forge",
    type=ForgeType(),
    required=True,
    envvar="RUNWRIGHT_FORGE",
    help="The bare repository that holds main and the pull requests, or github:OWNER/NAME.",
)
key = click.option(
    "--key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    envvar="RUNWRIGHT_KEY",
    help="Your SSH private key; whom it belongs to is read from the repository's allowed signers.",
)


def check_save(paths: tuple[Path, ...]) -> None:
    """End the command before any work where a report is to be saved under an ending that says no format."""
    if wrong := next((path for path in paths if path.suffix not in SUFFIXES), None):
        raise click.BadParameter(f"{wrong} ends in none of {', '.join(SUFFIXES)}", param_hint="--save")
