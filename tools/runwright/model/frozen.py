"""The two ways a noun treats what it does not know.

Authored content (runbooks, rules, releases) forbids unknown fields: a typing mistake must not pass.
Telemetry keeps them: a newer agent may say more than this version understands.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Authored(BaseModel):
    """A value that people or our own code write; unknown fields are refused."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )


class Telemetry(BaseModel):
    """A value that arrives from the field; unknown fields are kept as they came."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="allow", allow_inf_nan=False, use_attribute_docstrings=True
    )
