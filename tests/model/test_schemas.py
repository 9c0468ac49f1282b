"""The JSON Schemas say what the models say, and the committed files are what the models make."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from runwright.actions.catalogue import ACTIONS
from runwright.actions.schema import schemas
from runwright.corpus.language_page import as_yaml, language_page
from runwright.corpus.strict_yaml import load_yaml
from runwright.model.examples import STEP
from runwright.model.schema import DIALECT
from runwright.model.step import KINDS, Step, belongs_to
from runwright.model.telemetry import execution_data, parse_execution
from tests.support import cases
from tests.support.cases import Refused

ROOT = Path(__file__).parent.parent.parent
MADE = schemas()


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(MADE[f"{name}.schema.json"])


def noun_of(path: Path) -> str:
    return "rule" if path.name.startswith("L1-") else "runbook"


def data_of(path: Path) -> Any:
    return load_yaml(path.read_bytes()).data


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_schema_is_valid_json_schema_2020_12(name: str) -> None:
    Draft202012Validator.check_schema(MADE[name])
    assert MADE[name]["$schema"] == DIALECT
    assert MADE[name]["$id"] == f"urn:runwright:schema:{name.removesuffix('.schema.json')}"


@pytest.mark.parametrize("name", sorted(MADE))
def test_the_committed_schema_is_what_the_models_make(name: str) -> None:
    text = json.dumps(MADE[name], indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert (ROOT / "schemas" / name).read_text("utf-8") == text, "run `make schemas`"


def test_no_committed_schema_is_left_over() -> None:
    assert {path.name for path in (ROOT / "schemas").iterdir()} == MADE.keys()


def test_every_reference_leads_somewhere_inside_the_file() -> None:
    for schema in MADE.values():
        for reference in references(schema):
            assert reference.removeprefix("#/$defs/") in schema["$defs"]


def references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in references(item)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return own + [found for item in value.values() for found in references(item)]


LIBRARY = [*(ROOT / "runbooks").rglob("*.yaml"), *(ROOT / "rules").rglob("*.yaml"), *cases.ACCEPTED]


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_the_schema_accepts_what_the_reader_accepts(path: Path) -> None:
    assert [error.message for error in validator(noun_of(path)).iter_errors(data_of(path))] == []


STRUCTURAL = [case for case in cases.refused() if case.rule == "schema" and not case.schema_silent]


@pytest.mark.parametrize("case", STRUCTURAL, ids=lambda case: case.name)
def test_the_schema_refuses_what_is_structurally_wrong(case: Refused) -> None:
    assert not validator(case.noun).is_valid(load_yaml(case.content).data)


def test_an_execution_as_we_write_it_fits_its_schema() -> None:
    step = {"step": "a", "action": "b", "outcome": "failed", "attempts": [{"offset": 0.0, "outcome": "failed"}]}
    raw = {"execution_id": "e", "runbook_id": "RB-A-B", "executed_steps": [step], "started_at": "2026-01-01T00:00:00Z"}
    data = execution_data(parse_execution(raw))
    assert [error.message for error in validator("execution").iter_errors(data)] == []


@pytest.mark.parametrize(
    ("fact", "good", "bad"),
    [
        ('disks["/"].used_percent', 91.5, "91"),
        ('services["foo.service"].state', "running", "fine"),
        ("services.web.known", True, 1),
        ("services.web.requires", ["a"], "a"),
        ("endpoints.localhost.8080.open", False, "no"),
    ],
)
def test_a_well_known_fact_has_a_type_and_others_are_free(fact: str, good: object, bad: object) -> None:
    facts = validator("facts")
    assert facts.is_valid({fact: good, "my.own.fact": object.__name__})
    assert not facts.is_valid({fact: bad})


def test_a_field_that_an_author_may_write_is_described() -> None:
    for name in ("runbook", "rule"):
        schema = MADE[f"{name}.schema.json"]
        for place, model in {"": schema, **schema["$defs"]}.items():
            for field, spec in model.get("properties", {}).items():
                if place not in ("Metadata", "RuleMetadata", "Condition") and field not in ("partners", "sites"):
                    described = "description" in spec or "$ref" in json.dumps(spec) or "title" in spec
                    assert described, f"{name}.{place}.{field}"


AUTHORED = [
    (model, key)
    for name in ("runbook", "rule")
    for model, shape in {name.title(): MADE[f"{name}.schema.json"], **MADE[f"{name}.schema.json"]["$defs"]}.items()
    if model not in ("Condition", "Operand") and not model.startswith("with.")
    for key in shape["properties"]
]


@pytest.mark.parametrize(("model", "key"), AUTHORED, ids=lambda value: value)
def test_every_field_of_the_language_has_an_example_that_is_accepted(model: str, key: str) -> None:
    schema = MADE["rule.schema.json" if model in ("Rule", "Scope", "RuleMetadata") else "runbook.schema.json"]
    shape = schema if model in ("Runbook", "Rule") else schema["$defs"][model]
    for example in shape["properties"][key]["examples"]:
        place = {"$defs": schema.get("$defs", {}), **shape["properties"][key]}
        assert [error.message for error in Draft202012Validator(place).iter_errors(example)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_each_kind_of_step_is_read(kind: str) -> None:
    more = {"with": STEP["with"]} if kind in ("action", "call") else {}
    step = {"id": "example", kind: STEP[kind], **more}
    assert Step.model_validate_json(json.dumps(step)).kind == kind


@pytest.mark.parametrize("key", sorted(set(STEP) - set(KINDS) - {"id"}))
def test_the_example_of_each_key_of_a_step_is_read_with_a_kind_it_belongs_to(key: str) -> None:
    kind = next((kind for kind in KINDS if key in belongs_to(kind)), "action")
    step = {"id": "example", kind: STEP[kind], key: STEP[key]}
    assert key in Step.model_validate_json(json.dumps(step)).model_dump(by_alias=True, exclude_defaults=True)


def test_the_schema_completes_the_actions_and_explains_their_parameters() -> None:
    step = MADE["runbook.schema.json"]["$defs"]["Step"]
    assert {one["const"] for one in step["properties"]["action"]["oneOf"]} == ACTIONS.keys()
    shape = MADE["runbook.schema.json"]["$defs"]["with.service.start"]
    assert shape["required"] == ["service"]
    assert shape["properties"]["service"]["description"]


def test_the_schema_refuses_a_parameter_that_the_action_does_not_have() -> None:
    schema = MADE["runbook.schema.json"]
    step = {"$defs": schema["$defs"], **schema["$defs"]["Step"]}
    good = {"id": "a", "action": "service.start", "with": {"service": "web"}}
    assert Draft202012Validator(step).is_valid(good)
    for bad in ({"with": {"servce": "web"}}, {"with": {}}, {"action": "service.begin"}, {"call": "RB-A-B"}):
        assert not Draft202012Validator(step).is_valid({**good, **bad})


def test_the_page_of_the_language_is_what_the_models_make() -> None:
    assert (ROOT / "runbooks" / "LANGUAGE.md").read_text("utf-8") == language_page(), "run `make schemas`"


@pytest.mark.parametrize(
    "value", [*STEP.values(), "yes", "null", "a: b", "# x", "", "1", 1, None, True, 'a"b', "é ü", "x "]
)
def test_what_the_page_shows_is_read_as_the_same_value(value: Any) -> None:
    data = load_yaml(f"x: {as_yaml(value)}\n".encode()).data
    assert json.dumps(data, sort_keys=True) == json.dumps({"x": value}, sort_keys=True)


def test_a_whole_dump_of_a_step_is_read_again() -> None:
    for kind in KINDS:
        more = {"with": STEP["with"]} if kind in ("action", "call") else {}
        step = Step.model_validate_json(json.dumps({"id": "example", kind: STEP[kind], **more}))
        assert Step.model_validate_json(step.model_dump_json(by_alias=True)) == step
