"""The order of keys: that of the fields of the model. Any pydantic model will do, so a new field has its place.

Keys of values that no model describes, such as parameters and conditions, keep the order in which they were written.
"""

from __future__ import annotations

import types
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Shape:
    """What may stand at one place: models, or a list or mapping of something else."""

    models: tuple[type[BaseModel], ...] = ()
    items: Any = None
    values: Any = None

    def fields(self, keys: Sequence[str]) -> dict[str, tuple[int, Any]]:
        """Each key that the best fitting model knows, with its rank and the type of its value."""
        known = [_fields(model) for model in self.models]
        return max(known, key=lambda fields: len(fields.keys() & set(keys)), default={})


def shape_of(kind: Any) -> Shape:
    """Read a type as pydantic keeps it."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return shape_of(parts[0])
    if origin in (Union, types.UnionType):
        return _joined([shape_of(part) for part in parts])
    if origin in (tuple, list):
        return Shape(items=parts[0])
    if origin is dict:
        return Shape(values=parts[1])
    return Shape(models=(kind,)) if isinstance(kind, type) and issubclass(kind, BaseModel) else Shape()


def _fields(model: type[BaseModel]) -> dict[str, tuple[int, Any]]:
    found: dict[str, tuple[int, Any]] = {}
    for rank, (name, info) in enumerate(model.model_fields.items()):
        found[name] = found[info.alias or name] = (rank, info.annotation)
    return found


def _joined(shapes: list[Shape]) -> Shape:
    models = tuple(model for shape in shapes for model in shape.models)
    items = next((shape.items for shape in shapes if shape.items is not None), None)
    values = next((shape.values for shape in shapes if shape.values is not None), None)
    return Shape(models, items, values)
