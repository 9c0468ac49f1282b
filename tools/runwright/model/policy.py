"""The policy of a repository, `runwright.toml`: what each risk class needs, and what a command that is not known means.

`[policy]` can only ask for more than the defaults, which are what Runwright asks for without it; `[proposals]` says how
many improvements people want to see, `[github]` whose checks count there. Who reads it from which commit is left to
`release` and `cli`. Format: TOML 1.0, https://toml.io/en/v1.0.0.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from runwright.errors import ContentError
from runwright.model.asking import ModelSettings
from runwright.model.fields import Risk
from runwright.model.frozen import Authored
from runwright.model.hosting import HostingSettings
from runwright.model.pacing import ProposalLimits

FILE = "runwright.toml"
MAX_BYTES = 64 * 1024
LEAST: dict[Risk, int] = {"low": 1, "medium": 1, "high": 2}
"""How many people must approve when no policy says more, from the lowest risk to the highest."""


class Needs(Authored):
    """What a change of low or medium risk needs."""

    approvals: Annotated[int, Field(ge=1, le=10)] = 1
    """How many people must approve; none of them may have written or opened it, and each owns what is changed."""


class HighNeeds(Authored):
    """What a change of high risk needs."""

    approvals: Annotated[int, Field(ge=LEAST["high"], le=10)] = LEAST["high"]
    """How many people must approve; one person alone is never enough."""


class Risks(Authored):
    """What changes need, by their risk; what a lower risk needs, a higher one needs, too."""

    low: Needs = Needs()
    medium: Needs = Needs()
    high: HighNeeds = HighNeeds()


class GuardPolicy(Authored):
    """What follows from the guard's verdict on a command."""

    review: Literal["warning", "error"] = "warning"
    """How `validate` tells of a command that a second person must look at."""
    new_forms: Literal["medium", "high"] = "medium"
    """The least risk of a change that brings a form of command that no runbook of the base has."""


class Policy(Authored):
    """What the repository asks for."""

    risk: Risks = Risks()
    guard: GuardPolicy = GuardPolicy()

    def approvals(self, risk: Risk) -> int:
        """How many people must approve a change of this risk."""
        asked: dict[Risk, int] = {name: getattr(self.risk, name).approvals for name in LEAST}
        return max(asked[name] for name in tuple(LEAST)[: tuple(LEAST).index(risk) + 1])


class PolicyFile(Authored):
    """The file `runwright.toml` at the root of a repository of runbooks."""

    policy: Policy = Policy()
    model: ModelSettings = ModelSettings()
    proposals: ProposalLimits = ProposalLimits()
    github: HostingSettings = HostingSettings()


DEFAULT = Policy()
KNOWN = {
    "": "there are [policy.risk.low|medium|high] with approvals, and [policy.guard] with review and new_forms",
    "model": "[model] has triage, draft, drafts, [model.budget] and [model.prices]; where the model is and with which "
    "key it is asked, only OPENAI_BASE_URL and OPENAI_API_KEY say, in the environment of the service",
    "github": "[github] has checks and other_bots; where GitHub is and who speaks to it stands in the environment",
    "proposals": "[proposals] has per_hour, open, per_approver_a_day and cool_down_hours",
}
"""What to write instead of what is not known, by the table it stands in."""


def read_policy(content: bytes | None, path: str = FILE) -> Policy:
    """The policy that a file holds, the default one when there is no file; raises ContentError at its first mistake."""
    return _read(content, path).policy


def read_model_settings(content: bytes | None, path: str = FILE) -> ModelSettings:
    """Which models may be asked, and how much; the defaults when there is no file. Raises ContentError."""
    return _read(content, path).model


def read_limits(content: bytes | None, path: str = FILE) -> ProposalLimits:
    """How many proposals people want to see; the defaults when there is no file. Raises ContentError."""
    return _read(content, path).proposals


def read_hosting(content: bytes | None, path: str = FILE) -> HostingSettings:
    """What is asked of pull requests at GitHub; the defaults when there is no file. Raises ContentError."""
    return _read(content, path).github


def _read(content: bytes | None, path: str) -> PolicyFile:
    if content is None:
        return PolicyFile()
    wrong = next(policy_mistakes(content, path), None)
    if wrong is not None:
        raise wrong
    return PolicyFile.model_validate(_data(content, path))


def policy_mistakes(content: bytes, path: str = FILE) -> Iterator[ContentError]:
    """Everything that is wrong with a policy file, with its line where that can be told."""
    try:
        data = _data(content, path)
        PolicyFile.model_validate(data)
    except ContentError as error:
        yield error
    except ValidationError as error:
        text = content.decode("utf-8", "replace")
        for item in error.errors(include_url=False):
            yield _mistake(text, path, item)


def _data(content: bytes, path: str) -> dict[str, Any]:
    if len(content) > MAX_BYTES:
        raise ContentError(f"{len(content)} bytes; a policy has at most {MAX_BYTES}", path=path)
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ContentError(f"byte {error.start} is not UTF-8; save the file as UTF-8", path=path) from None
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(found[1]), int(found[2])) if found else (0, 0)
        said = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise ContentError(f"not valid TOML: {said}", path=path, line=line, column=column) from None
    except RecursionError:
        raise ContentError("nested too deep to be read", path=path) from None


def _mistake(text: str, path: str, item: Any) -> ContentError:
    at = tuple(str(part) for part in item["loc"])
    said = item["msg"].replace("Input should be", "expected")
    said = f"is not known; {KNOWN.get(at[0], KNOWN[''])}" if item["type"] == "extra_forbidden" else said
    return ContentError(f"`{'.'.join(at)}`: {said}", path=path, line=_line(text, at))


def _line(text: str, at: tuple[str, ...]) -> int:
    """The line of a key, or of the table that should hold it; 0 when it is written in another way."""
    table: tuple[str, ...] = ()
    best, length = 0, 0
    for number, line in enumerate(text.split("\n"), 1):
        header = re.match(r"\s*\[\s*([\w. -]+?)\s*\]", line)
        key = re.match(r"\s*([\w. -]+?)\s*=", line)
        if header:
            table = tuple(part.strip() for part in header[1].split("."))
        here = (*table, *(part.strip() for part in key[1].split("."))) if key else table
        if (header or key) and len(here) > length and at[: len(here)] == here:
            best, length = number, len(here)
    return best
