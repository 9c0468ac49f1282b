"""Options that several verbs share."""

from __future__ import annotations

from pathlib import Path

import click

FORMATS = ("text", "json", "junit", "sarif", "markdown")

report_format = click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="How to write the report."
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
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    envvar="RUNWRIGHT_FORGE",
    help="The bare repository that holds main and the pull requests.",
)
key = click.option(
    "--key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    envvar="RUNWRIGHT_KEY",
    help="Your SSH private key; whom it belongs to is read from the repository's allowed signers.",
)
