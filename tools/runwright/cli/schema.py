"""`runwright schema`: writes the JSON Schemas, or checks that the committed ones are what the models say."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=Path("schemas"), show_default=True)
@click.option("--write", is_flag=True, help="Write the files.")
@click.option("--check", is_flag=True, help="Exit with 1 when a file differs from the models.")
@click.argument("name", required=False)
def schema(folder: Path, write: bool, check: bool, name: str | None) -> int:
    """Write or check the JSON Schemas; with a NAME, such as runbook, print that one."""
    import json

    from runwright.model.schema import schemas

    made = schemas()
    texts = {file: json.dumps(made[file], indent=2, sort_keys=True, ensure_ascii=False) + "\n" for file in made}
    if name is not None:
        if f"{name}.schema.json" not in texts:
            known = ", ".join(sorted(file.removesuffix(".schema.json") for file in texts))
            raise click.BadParameter(f"there is no schema {name!r}; there are {known}", param_hint="NAME")
        click.echo(texts[f"{name}.schema.json"], nl=False)
        return 0
    if write:
        _write(folder, texts)
        return 0
    if not check:
        click.echo("\n".join(sorted(texts)))
        return 0
    return _check(folder, texts)


def _write(folder: Path, texts: dict[str, str]) -> None:
    from runwright.errors import EdgeError

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            # Written beside and moved, so that no schema is ever half a schema.
            new = folder / f".{file}.new"
            new.write_text(text, encoding="utf-8")
            new.replace(folder / file)
    except OSError as error:
        raise EdgeError(f"cannot write the schemas into {folder}: {error.strerror}", retryable=False) from error


def _check(folder: Path, texts: dict[str, str]) -> int:
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.schema.json")}
    differing = sorted(file for file in texts.keys() | there.keys() if texts.get(file) != there.get(file))
    for file in differing:
        click.echo(f"{folder / file}: differs from the models; run `make schemas`", err=True)
    return 1 if differing else 0
