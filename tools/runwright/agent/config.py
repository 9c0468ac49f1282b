"""Reads the agent's configuration: YAML in, a frozen value out, every mistake with file, line and column.

Pure: the file's bytes come in as a value, and paths stay as they were written; `cli` resolves them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, field_validator, model_validator
from pydantic_core import to_json

from runwright.corpus.strict_yaml import Document, Pointer, load_yaml
from runwright.errors import ContentError
from runwright.model.duration import Duration
from runwright.model.fields import Name
from runwright.model.finding import Finding
from runwright.model.frozen import Authored
from runwright.model.path import concrete_path, str_path
from runwright.model.runbook import Label

CheckId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)]
IncidentType = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=64)]
SiteName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=128)]
ServiceName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9@._:$-]{1,200}$")]
"""As its manager knows it; on Windows the name may hold a dollar sign, as in MSSQL$SALES."""
WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9._:\[\]-]{1,253}(/[!-~]{0,1000})?$")]
JobName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
Channel = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]


class Check(Authored):
    """One thing that is looked at again and again."""

    id: CheckId
    every: Duration = timedelta(seconds=60)
    """How much time passes between two looks."""
    incident_type: IncidentType | None = None
    """The type of the incident that it raises; each kind of check has its own default."""

    @field_validator("every")
    @classmethod
    def _not_too_often(cls, every: timedelta) -> timedelta:
        if every < timedelta(milliseconds=100):
            raise ValueError("looking more often than every 100ms is refused; write 1s or more")
        return every


class ServiceCheck(Check):
    """Whether a service runs."""

    type: Literal["service"]
    service: ServiceName


class PortCheck(Check):
    """Whether a TCP port accepts a connection."""

    type: Literal["port"]
    host: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,253}$")] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)]
    service: ServiceName | None = None
    """The service behind the port, for a rule that brings it back."""


class HttpCheck(Check):
    """Whether an address answers with the expected status."""

    type: Literal["http"]
    url: WebAddress
    status: Annotated[int, Field(ge=100, le=599)] = 200
    service: ServiceName | None = None
    """The service behind the address, for a rule that brings it back."""


class DiskCheck(Check):
    """Whether there is room on a disk."""

    type: Literal["disk"]
    path: Annotated[str, StringConstraints(min_length=1, max_length=256)] = "/"
    below_percent: Annotated[float, Field(gt=0, le=100)] = 90.0


AnyCheck = Annotated[ServiceCheck | PortCheck | HttpCheck | DiskCheck, Field(discriminator="type")]


class SecretConfig(Authored):
    """Where the value of one secret is, in exactly one place."""

    env: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}$")] | None = None
    """A variable of the agent's own environment."""
    file: Annotated[str, StringConstraints(min_length=1)] | None = None
    """A file that only the agent's account can read."""
    command: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    """A program with its arguments that prints the value."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(place is not None for place in (self.env, self.file, self.command)) != 1:
            raise ValueError("give exactly one of env, file and command")
        return self


class HostConfig(Authored):
    """What the agent is told of its host."""

    service_manager: Literal["systemd", "supervisor", "windows", "auto"] = "auto"
    programs: dict[str, Annotated[tuple[str, ...], Field(min_length=1)]] = Field(default_factory=dict)
    """What stands for a program: its full path and the options that always go with it."""
    groups: tuple[Name, ...] = ()
    """The groups that the host belongs to, for the `targets` of runbooks."""
    labels: dict[Label, Label] = Field(default_factory=dict)
    """The labels that the host carries, for the `targets` of runbooks."""


class ChannelConfig(Authored):
    """Where the messages of one channel go; nothing but such an address is ever sent one."""

    url: WebAddress
    """It receives a POST of JSON: text, message, severity, site_id and hostname."""
    token_file: Annotated[str, StringConstraints(min_length=1)] | None = None
    """A file with the bearer token, where one is wanted."""


class ServiceConfig(Authored):
    """Where Executions are sent."""

    url: WebAddress
    token_file: Annotated[str, StringConstraints(min_length=1)]


class ReleasesConfig(Authored):
    """Where releases come from, and whom the agent trusts."""

    remote: Annotated[str, StringConstraints(min_length=1)]
    channel: Channel = "stable"
    trusted_keys: Annotated[str, StringConstraints(min_length=1)]
    """A file of allowed signers, the oldest key first."""
    revoked: tuple[str, ...] = ()
    every: Duration = timedelta(seconds=60)
    token_file: Annotated[str, StringConstraints(min_length=1)] | None = None
    """A file with the token for a remote over https, where one is wanted; read anew at each pull."""


class AgentConfig(Authored):
    """The agent's whole configuration."""

    site_id: SiteName
    client_id: SiteName | None = None
    hostname: Annotated[str, StringConstraints(min_length=1, max_length=253)] | None = None
    state_dir: Annotated[str, StringConstraints(min_length=1)] = "./agent"
    host: HostConfig = HostConfig()
    checks: Annotated[tuple[AnyCheck, ...], Field(min_length=1)]
    facts: dict[str, Any] = Field(default_factory=dict)
    """What the site knows and no command tells, by canonical fact path."""
    secrets: dict[Name, SecretConfig] = Field(default_factory=dict)
    """Where the values are that runbooks name as secret://NAME."""
    jobs: dict[JobName, Annotated[tuple[str, ...], Field(min_length=1)]] = Field(default_factory=dict)
    """Commands of the site that runbooks run by name, such as its backup: the program and its arguments."""
    notify: dict[Channel, ChannelConfig] = Field(default_factory=dict)
    """Where notify.send sends its messages, by channel."""
    service: ServiceConfig | None = None
    releases: ReleasesConfig | None = None

    @field_validator("checks")
    @classmethod
    def _ids_are_unique(cls, checks: tuple[Any, ...]) -> tuple[Any, ...]:
        ids = [check.id for check in checks]
        twice = next((name for name in ids if ids.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"check id {twice!r} is used twice; give each check its own")
        return checks

    @field_validator("facts")
    @classmethod
    def _paths_are_canonical(cls, facts: dict[str, Any]) -> dict[str, Any]:
        return {str_path(concrete_path(path)): value for path, value in facts.items()}


def read_config(content: bytes, path: str) -> tuple[AgentConfig, Document]:
    """Read a configuration; raises `ContentError` that names every mistake with its place."""
    document = load_yaml(content, path)
    try:
        return AgentConfig.model_validate_json(to_json(document.data)), document
    except ValidationError as error:
        items = error.errors(include_url=False)
    findings = [_finding(path, document, item) for item in items if not _follows(item, items)]
    raise all_in_one(findings)


def all_in_one(findings: list[Finding]) -> ContentError:
    """One error that tells every finding, a line each."""
    first, *others = findings
    text = "\n".join([first.message, *(str(finding).removesuffix(" [config]") for finding in others)])
    return ContentError(text, path=first.path, line=first.line, column=first.column)


def mistake(document: Document, path: str, at: Pointer, message: str) -> ContentError:
    """An error about one place in a configuration."""
    line, column = document.place(at)
    return ContentError(message, path=path, line=line, column=column)


def _follows(item: Any, items: list[Any]) -> bool:
    """Whether a list is only "too short" because its items are themselves refused."""
    at = item["loc"]
    return item["type"] == "too_short" and any(
        len(other["loc"]) > len(at) and other["loc"][: len(at)] == at for other in items
    )


_KINDS = frozenset({"service", "port", "http", "disk"})


def _finding(path: str, document: Document, item: Any) -> Finding:
    pointer: Pointer = tuple(item["loc"])
    # pydantic names the chosen kind of check in the location; the file does not have that level.
    if len(pointer) > 2 and pointer[0] == "checks" and pointer[2] in _KINDS:
        pointer = (*pointer[:2], *pointer[3:])
    if item["type"] == "union_tag_invalid":
        pointer = (*pointer, "type")
    line, column = document.place(pointer)
    return Finding(path=path, line=line, column=column, rule="config", message=_words(pointer, item))


def _words(pointer: Pointer, item: Any) -> str:
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in pointer).lstrip(".")
    subject = f"`{where}`" if where else "the file"
    said = {
        "missing": "is missing",
        "too_short": "is empty; give at least one",
        "extra_forbidden": "is not a field here; remove it or correct its name",
        "union_tag_not_found": "has no `type`; expected service, port, http or disk",
        "union_tag_invalid": f"is {item['input'].get('type')!r}; expected service, port, http or disk"
        if isinstance(item["input"], dict)
        else "",
    }.get(item["type"])
    return f"{subject} {said}" if said else f"{subject}: {item['msg'].removeprefix('Value error, ')}"
