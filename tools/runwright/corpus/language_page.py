"""The page of the language, `runbooks/LANGUAGE.md`: every key with its type, its meaning and an example.

All of it comes from the models, the catalogue and the facts' dictionary; only the sentences between are written here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runwright.actions.action import Action, Param
from runwright.actions.catalogue import ACTIONS
from runwright.model.examples import EXAMPLES, STEP
from runwright.model.facts import WELL_KNOWN
from runwright.model.schema import HINTS, schemas
from runwright.model.step import KINDS, belongs_to

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./@-]*( [A-Za-z0-9_./@-]+)*")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_WORDS = ("true", "false", "null", "yes", "no", "on", "off")
HEAD = """\
# The language of runbooks and rules

This page is made from the models by `runwright schema --write`; do not edit it. An editor that knows the schema in
`schemas/runbook.schema.json` completes and explains all of this: begin a file with
`# yaml-language-server: $schema=../../schemas/runbook.schema.json`.

A runbook is a list of steps with conditions; there are no jumps. A run goes: `precheck`, `steps`, then `rescue` if a
step failed, then `finally`, then the `rollback` of what succeeded if the failure was not handled, then
`verify` after its `settle` time. Only a verification that says yes makes a success. Three values everywhere: yes, no,
not known; what is not known never passes, and never takes anything back. A run ends after 10,000 steps, items and
those of called runbooks counted, and a person is asked.
"""
CONDITIONS = """
## Conditions

A condition is a mapping of fact paths to what they must be; all must hold.

```yaml
when: {services.web.state: running}                     # a value: equal
when: {services.web.state: [stopped, failed]}           # a list: any of
when: {'disks["/"].used_percent': {gte: 90, lt: 100}}   # operators: all of them
when: {any: [{params.mode: full}, {not: {steps.look.exit_code: 0}}]}
```

A path segment that holds a dot is written in brackets: `services["foo.service"].state`, or
`endpoints["127.0.0.1"].80.open`. Inside `{ }` such a path stands in single quotes, as above. A path that begins with
`params`, `incident`, `steps` or `each` looks at the run's own values instead of the host's facts.

An insertion in a path is a whole name by itself, without brackets and quotes, whatever its value holds: write
`files.${{ params.path }}.exists`. In quotes nothing is inserted, so `files["${{ params.path }}"].exists` is refused.

| operator | holds when the fact is |
|---|---|
"""
INSERTIONS = """
## Insertions

`${{ path }}` inserts one value, as exactly one path segment or one argument; it is never parsed again. A text that is
one insertion alone keeps the value's type. Inside `{ }` and `[ ]` it stands in quotes:
`with: {path: "${{ each.item }}"}`.

| insertion | value |
|---|---|
| `${{ params.NAME }}` | a parameter of the run |
| `${{ incident.resource }}` | a field of the incident: `resource`, `hostname`, `site_id`, `incident_type`, ... |
| `${{ steps.ID.output }}` | what a step wrote; `exit_code`, `outcome`, `error`, `changed` as well |
| `${{ steps.ID.outputs.NAME }}` | what a step extracted, or what a called runbook gave back |
| `${{ each.item }}`, `${{ each.index }}` | the current item of a `foreach`, and its number from 0 |

After `foreach`, the values of a step are lists. Three filters may follow:
`${{ params.days | default(7) }}`, `${{ steps.count.output | int }}`, `${{ steps.look.output | json("items.name") }}`.

`secret://NAME`, written as a whole value, stands for a secret that the agent knows; it must be declared under
`secrets`. It is put in right before the action runs, and nowhere else. Where more than the secret is needed, its value
is all of it: for `headers: ["secret://api-header"]` the agent keeps the line `Authorization: Bearer …`.
"""
ACTIONS_HEAD = """
## Actions

A parameter in brackets may be left out. An action that *looks* changes nothing; an *opaque* one is a riddle to replay
unless its step declares what it `changes`, and with it what it `reads` and `needs`.

| action | what it does | parameters | platforms | risk |
|---|---|---|---|---|
"""
PARAMS_HEAD = """
### The parameters of actions

| parameter | type | meaning | actions |
|---|---|---|---|
"""
FACTS_HEAD = """
## Well-known facts

`*` stands for any name. Other paths are allowed. A *state* stays until something changes it, a *measure* does not.

| fact | type | kind | meaning |
|---|---|---|---|
"""


def language_page() -> str:
    """The whole page, as Markdown."""
    words = [HEAD, *_models(), *_kinds(), CONDITIONS.rstrip("\n"), *_operators(), INSERTIONS]
    parts = [*words, *_actions(), *_params(), *_facts()]
    return "\n".join(part.rstrip("\n") for part in parts) + "\n"


def _models() -> Iterator[str]:
    made = schemas()
    for noun, title in (("runbook", "A runbook"), ("rule", "A rule")):
        schema = made[f"{noun}.schema.json"]
        yield from _table(title, schema["title"], schema)
        for name, heading in _TITLES.items():
            if name in schema["$defs"]:
                yield from _table(heading, name, schema["$defs"][name])


_TITLES = {
    "ParamSpec": "`params`: a parameter",
    "Secret": "`secrets`: a secret",
    "Targets": "`targets`",
    "Limits": "`limits`",
    "Precheck": "`precheck`",
    "Step": "A step",
    "Retry": "`retry`",
    "Extract": "`extract`: a value",
    "Approval": "`approve`",
    "Undo": "`rollback`",
    "Verify": "`verify`",
    "VerifyCheck": "`verify.checks`: a check",
    "Metadata": "`metadata` of a runbook",
    "RuleMetadata": "`metadata` of a rule",
    "Scope": "`scope`",
}


def _table(title: str, model: str, shape: Mapping[str, Any]) -> Iterator[str]:
    yield f"\n## {title}\n\n{_cell(shape.get('description', ''))}\n\n" + "| key | type | default | meaning | example |"
    yield "|---|---|---|---|---|"
    required = shape.get("required", ())
    for key, field in shape["properties"].items():
        default = "required" if key in required else _default(field)
        meaning = _cell(field.get("description", ""))
        yield f"| `{key}` | {_type(field)} | {default} | {meaning} | {_code(EXAMPLES[model][key])} |"


def _kinds() -> Iterator[str]:
    yield "\n## The kinds of steps\n\nA step is exactly one of these; other keys belong to some kinds only.\n"
    for kind in KINDS:
        keys = [key for key in belongs_to(kind) if key in STEP]
        yield f"\n`{kind}`" + (f" takes {', '.join(f'`{key}`' for key in keys)}:" if keys else ":")
        step = {"id": "example", kind: STEP[kind], **({"with": STEP["with"]} if kind in ("action", "call") else {})}
        yield f"\n```yaml\n- {as_yaml(step)}\n```\n"


def _operators() -> Iterator[str]:
    yield from (f"| `{name}` | {_cell(hint[0].lower() + hint[1:])} |" for name, hint in HINTS.items())


def _actions() -> Iterator[str]:
    yield ACTIONS_HEAD
    for name, action in sorted(ACTIONS.items()):
        params = ", ".join(_param(key, param) for key, param in action.params.items()) or "none"
        platforms = ", ".join(sorted(action.variants))
        yield f"| `{name}` | {_cell(action.summary)} | {params} | {platforms} | {_risk(action)} |"


def _params() -> Iterator[str]:
    """Each parameter once, with the actions that mean the same by it."""
    yield PARAMS_HEAD
    meant: dict[tuple[str, str, str], list[str]] = {}
    for action in sorted(ACTIONS):
        for name, param in ACTIONS[action].params.items():
            key = name, _PARAM_TYPES.get(param.type, param.type), _explained(param)
            meant.setdefault(key, []).append(f"`{action}`")
    for (name, kind, said), actions in sorted(meant.items()):
        yield f"| `{name}` | {kind} | {said} | {', '.join(actions)} |"


def _explained(param: Param) -> str:
    values = f" One of {', '.join(f'`{one}`' for one in param.enum)}." if param.enum else ""
    default = "" if param.required or param.default in ("", {}, None) else f" When left out: {_code(param.default)}."
    return f"{_cell(param.description)}{values}{default}"


_PARAM_TYPES = {
    "string": "text",
    "text": "text without insertions",
    "integer": "whole number",
    "boolean": "true or false",
    "strings": "list of text",
    "environment": "mapping of names to text",
}


def _param(name: str, param: Param) -> str:
    return f"`{name}`" if param.required else f"[`{name}`]"


def _risk(action: Action) -> str:
    opaque = all(variant.model.opaque for variant in action.variants.values())
    marks = (("destructive", action.destructive), ("looks", action.check), ("opaque", opaque))
    return ", ".join([action.risk, *(word for word, so in marks if so)])


def _facts() -> Iterator[str]:
    yield FACTS_HEAD
    for spec in sorted(WELL_KNOWN, key=lambda spec: spec.path):
        values = f": {', '.join(spec.values)}" if spec.values else ""
        yield f"| `{'.'.join(spec.path)}` | {spec.type}{values} | {spec.kind} | {_cell(spec.description)} |"


def _type(field: Mapping[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_type(one) for one in field["anyOf"] if one.get("type") != "null"))
    if "enum" in field or "const" in field:
        return " or ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    if "$ref" in field:
        name = str(field["$ref"]).rpartition("/")[2]
        return _REFERRED.get(name, name.lower())
    return _container(field) or _scalar(field)


def _container(field: Mapping[str, Any]) -> str | None:
    if field.get("type") == "array":
        return f"list of {_type(field['items'])}"
    if field.get("type") != "object":
        return None
    inner = field.get("additionalProperties")
    return f"mapping to {_type(inner)}" if isinstance(inner, dict) and inner else "mapping"


def _scalar(field: Mapping[str, Any]) -> str:
    if str(field.get("pattern", "")).startswith(_DURATION):
        return "duration"
    kind = str(field.get("type", "value"))
    return _SIMPLE.get(kind, kind)


_DURATION = "^([0-9]{1,9}("
_SIMPLE = {"string": "text", "integer": "whole number", "boolean": "true or false", "number": "number"}
_REFERRED = {
    "ParamSpec": "parameter",
    "VerifyCheck": "check",
    "Undo": "action",
    "Step": "step",
    "RuleMetadata": "mapping",
}


def _default(field: Mapping[str, Any]) -> str:
    default = field.get("default")
    left_out = default in (None, {}, []) or (isinstance(default, dict) and not any(default.values()))
    return "" if left_out else _code(default)


def _code(value: Any) -> str:
    return "`" + as_yaml(value).replace("|", "\\|") + "`"


def _cell(text: str) -> str:
    """A text on one line of a table; what looks like a link or markup to Markdown is shown as it stands."""
    return " ".join(text.split()).replace("|", "\\|").replace("[", "\\[").replace("<", "\\<")


def as_yaml(value: Any) -> str:
    """Write a value on one line, with quotes only where they are needed."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {as_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(as_yaml, value)) + "]"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    return key if _KEY.fullmatch(key) else "'" + key.replace("'", "''") + "'" if '"' in key else json.dumps(key)
