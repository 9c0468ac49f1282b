"""Check `patterns`: every regular expression of a parameter runs in linear time, and its default fits it."""

from __future__ import annotations

from collections.abc import Iterator

from runwright.corpus.corpus import Corpus
from runwright.engine.params import problem_with
from runwright.errors import ContentError
from runwright.model.finding import Finding
from runwright.model.pattern import compiled


def check(corpus: Corpus) -> Iterator[Finding]:
    """Find patterns that cannot be used, and defaults that do not fit."""
    for entry in corpus.runbooks:
        for name, spec in entry.value.params.items():
            at = ("params", name)
            try:
                if spec.pattern is not None:
                    compiled(spec.pattern)
            except ContentError as error:
                yield entry.finding("patterns", error.message, (*at, "pattern"))
                continue
            problem = problem_with(spec, spec.default) if spec.default is not None else None
            if problem:
                yield entry.finding("patterns", f"the default of parameter {name!r} {problem}", (*at, "default"))
