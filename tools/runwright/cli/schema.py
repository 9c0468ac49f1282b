"""`runwright schema`: writes the JSON Schemas and the page of the language, or checks that they are up to date."""

from __future__ import annotations

from pathlib import Path

import click

from runwright.cli.writing import overwrite

LANGUAGE = "language"
"""The name under which the page of the language is printed."""


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("schemas"),
    show_default=True,
    help="Where the files are.",
)
@click.option("--write", is_flag=True, help="Write the files, and runbooks/LANGUAGE.md beside the folder.")
@click.option("--check", is_flag=True, help="Exit with 1 when a file differs from the models.")
@click.argument("name", required=False)
def schema(folder: Path, write: bool, check: bool, name: str | None) -> int:
    """Write or check the JSON Schemas; with a NAME, such as runbook, print that one; `language` prints the page."""
    texts = _texts()
    if name is not None:
        click.echo(_named(name, texts), nl=False)
        return 0
    if write:
        for path, text in _files(folder, texts).items():
            overwrite(path.absolute(), text, folder.absolute().parent)
        return 0
    if not check:
        click.echo("\n".join(sorted(texts)))
        return 0
    return _check(folder, texts)


def _texts() -> dict[str, str]:
    import json

    from runwright.actions.schema import schemas

    made = schemas()
    return {file: json.dumps(made[file], indent=2, sort_keys=True, ensure_ascii=False) + "\n" for file in made}


def _named(name: str, texts: dict[str, str]) -> str:
    from runwright.corpus.language_page import language_page

    if name == LANGUAGE:
        return language_page()
    if f"{name}.schema.json" not in texts:
        known = ", ".join([*sorted(file.removesuffix(".schema.json") for file in texts), LANGUAGE])
        raise click.BadParameter(f"there is no schema {name!r}; there are {known}", param_hint="NAME")
    return texts[f"{name}.schema.json"]


def _files(folder: Path, texts: dict[str, str]) -> dict[Path, str]:
    """Everything that is made from the models, by its place."""
    return {**{folder / file: text for file, text in texts.items()}, **_page(folder)}


def _page(folder: Path) -> dict[Path, str]:
    """The page of the language, where the folder of the schemas stands in a repository."""
    from runwright.corpus.language_page import language_page

    runbooks = folder.absolute().parent / "runbooks"
    return {runbooks / "LANGUAGE.md": language_page()} if runbooks.is_dir() else {}


def _check(folder: Path, texts: dict[str, str]) -> int:
    expected = _files(folder, texts)
    there = set(folder.glob("*.schema.json"))
    differing = sorted(path for path in expected.keys() | there if _read(path) != expected.get(path))
    for path in differing:
        said = "differs from the models" if path.exists() else "is missing"
        click.echo(f"{path}: {said}; run `runwright schema --write`", err=True)
    return 1 if differing else 0


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
