"""Every action of the catalogue: complete, bindable where it says it runs, and modelled with facts that can be read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runwright.actions.action import Action, Exec, Native, Result, Variant
from runwright.actions.binding import bind_operation
from runwright.actions.catalogue import ACTIONS, SERVICE_MANAGERS, Host, find, host_of, variant
from runwright.actions.facts import READERS, plan_reads
from runwright.errors import ContentError
from runwright.model.insertion import as_text
from runwright.model.pattern import compiled, full_match
from tests.support.actions import HOSTS, each_variant, example


def words_of(operation: Exec | Native) -> list[str]:
    """Every word that a value could have become a part of."""
    if isinstance(operation, Native):
        return [as_text(word) for value in operation.args.values() for word in parts_of(value)]
    return [*operation.argv, *operation.env.values(), *([operation.stdin] if operation.stdin is not None else [])]


def parts_of(value: Any) -> list[Any]:
    """A list or a mapping reaches a native operation as it is, each of its values by itself."""
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else [value]


def test_every_action_is_described() -> None:
    for action in ACTIONS.values():
        assert action.summary.endswith(".")
        assert action.timeout_seconds > 0
        assert not (action.check and (action.destructive or action.risk != "low"))
        for name, spec in action.params.items():
            assert spec.description.endswith("."), (action.name, name)
            assert spec.required or spec.default is not None, (action.name, name)
            assert spec.pattern is None or compiled(spec.pattern)


@each_variant
def test_an_action_binds_on_every_platform_that_it_names(action: Action, key: str) -> None:
    chosen = variant(action, HOSTS[key])
    assert chosen is action.variants[key]
    params = example(action)
    assert set(params) == set(action.params)
    operation = bind_operation(chosen.operation, params)
    assert "${{" not in "".join(words_of(operation))
    for name, value in params.items():
        for text in value if isinstance(value, list) else value.values() if isinstance(value, dict) else [value]:
            assert as_text(text) in words_of(operation), name


@each_variant
@given(data=st.data())
def test_a_hostile_value_stays_one_argument_byte_for_byte(action: Action, key: str, data: st.DataObject) -> None:
    hostile = st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            [
                "$(reboot)",
                "`x`",
                "a b",
                "a\nb",
                "; rm -rf /",
                "--force",
                "${{ params.other }}",
                "%PATH%",
                "$Env:X",
                "'",
                '"',
            ]
        ),
    )
    marked = {name: data.draw(hostile) for name in action.params}
    params: dict[str, Any] = {
        name: [marked[name]]
        if spec.type == "strings"
        else {"A": marked[name]}
        if spec.type == "environment"
        else marked[name]
        for name, spec in action.params.items()
    }
    operation = action.variants[key].operation
    bound, plain = bind_operation(operation, params), bind_operation(operation, example(action))
    for value in marked.values():
        assert value in words_of(bound)
    if isinstance(operation, Exec) and isinstance(bound, Exec) and isinstance(plain, Exec):
        fixed = [word for word in operation.argv if "${{" not in word]
        assert [word for word in bound.argv if word in fixed][: len(fixed)] == fixed or set(marked.values()) & set(
            fixed
        )
        assert len(bound.argv) == len(operation.argv)


@each_variant
def test_no_value_is_a_part_of_a_larger_word(action: Action, key: str) -> None:
    operation = action.variants[key].operation
    words = (
        list(operation.args.values())
        if isinstance(operation, Native)
        else [*operation.argv, *operation.env.values(), operation.stdin]
    )
    for word in words:
        assert (
            word is None
            or "${{" not in word
            or (word.startswith("${{ ") and word.endswith(" }}") and word.count("${{") == 1)
        )


@each_variant
def test_an_interpreter_gets_its_script_from_nowhere_but_its_input(action: Action, key: str) -> None:
    operation = action.variants[key].operation
    if not isinstance(operation, Exec):
        return
    program, *rest = operation.argv
    if program == "nginx":
        return  # its -c names a configuration file
    for flag in ("-c", "-Command", "/c", "-EncodedCommand"):
        if flag in rest:
            # What follows is read as code, all of it: it must be the last word, and a fixed one.
            assert rest.index(flag) == len(rest) - 2, program
            assert "${{" not in rest[-1]


@each_variant
def test_a_value_that_begins_with_a_dash_is_no_option(action: Action, key: str) -> None:
    operation = action.variants[key].operation
    if not isinstance(operation, Exec):
        return
    for index, word in enumerate(operation.argv):
        name = word.removeprefix("${{ params.").removesuffix(" }}")
        spec = action.params.get(name) if word.startswith("${{") else None
        if spec is None or spec.type == "strings":
            continue  # a list of words is a command that its author wrote, options and all
        guarded = "--" in operation.argv[:index]
        never_a_dash = spec.pattern is not None and not full_match(spec.pattern, "--help")
        takes_no_options = operation.argv[0] in NO_OPTIONS_BEHIND_A_VERB
        assert guarded or never_a_dash or takes_no_options, f"{action.name}: {word}"


NO_OPTIONS_BEHIND_A_VERB = {
    "supervisorctl": "getopt stops at the first word that is no option, which is the verb",
    "sc.exe": "options of sc are words with =, which no name may hold",
    "taskkill.exe": "options begin with /, which no name may hold; the word behind /IM is a name",
}


# Choosing


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("service.strat", "did you mean service.start?"),
        ("services.start", "did you mean service.start?"),
        ("service", "did you mean service."),
        ("disk.free", "did you mean disk."),
        ("zzz", "there are backup.fresh, backup.run"),
    ],
)
def test_an_unknown_action_is_refused_with_the_nearest(name: str, advice: str) -> None:
    with pytest.raises(ContentError, match="unknown action") as refused:
        find(name)
    assert advice in refused.value.message


@pytest.mark.parametrize(
    ("name", "host", "said"),
    [
        (
            "service.start",
            Host("linux", None),
            r"needs a service manager \(supervisor, systemd, windows\), and none was found",
        ),
        (
            "service.start",
            Host("linux", "runit"),
            "cannot run with runit; it is written for supervisor, systemd, windows",
        ),
        ("service.unmask", Host("linux", "supervisor"), "cannot run with supervisor; it is written for systemd"),
        ("script.bash", Host("windows", "windows"), "cannot run with windows; it is written for linux"),
        ("script.powershell", Host("linux", "systemd"), "cannot run with linux; it is written for windows"),
    ],
)
def test_an_action_that_cannot_run_on_a_host_is_refused_with_what_it_is_written_for(
    name: str, host: Host, said: str
) -> None:
    with pytest.raises(ContentError, match=said):
        variant(find(name), host)


@pytest.mark.parametrize(
    ("facts", "platform", "host"),
    [
        ({}, None, Host("linux", "systemd")),
        ({}, "windows", Host("windows", "windows")),
        ({}, "any", Host("linux", "systemd")),
        ({"platform.os": "windows"}, "linux", Host("windows", "windows")),
        ({"platform.service_manager": "supervisor"}, "linux", Host("linux", "supervisor")),
        ({"platform.service_manager": None}, "linux", Host("linux", None)),
        ({"platform.os": ["linux"], "platform.service_manager": {"a": 1}}, "linux", Host("linux", None)),
        ({"platform.os": 5, "platform.service_manager": []}, 7, Host("linux", None)),
        ({"platform.os": "plan9"}, None, Host("linux", "systemd")),
    ],
)
def test_a_recording_says_what_host_it_speaks_of_whatever_it_holds(
    facts: Mapping[str, Any], platform: Any, host: Host
) -> None:
    found = host_of(facts, platform)
    assert found == host
    for action in ACTIONS.values():
        try:
            assert isinstance(variant(action, found), Variant)
        except ContentError:
            continue


@given(
    st.dictionaries(
        st.sampled_from(["platform.os", "platform.service_manager"]),
        st.one_of(st.none(), st.text(), st.lists(st.text())),
    )
)
def test_no_recorded_fact_upsets_the_choice(facts: dict[str, Any]) -> None:
    json.dumps([host_of(facts).os, host_of(facts).service_manager])


@pytest.mark.parametrize("manager", SERVICE_MANAGERS)
def test_each_service_manager_starts_and_stops_services_and_is_read(manager: str) -> None:
    host = HOSTS[manager]
    for name in ("service.start", "service.stop", "service.restart"):
        variant(find(name), host)
    facts = {
        path[-1]
        for reader in READERS
        for path in [("services", "x", leaf) for leaf in reader.leaves]
        if plan_reads([path], host)
    }
    assert {"state", "known"} <= facts


@each_variant
@given(st.integers() | st.none(), st.text(max_size=60), st.text(max_size=60), st.booleans())
def test_reading_an_answer_never_fails(
    action: Action, key: str, code: int | None, output: str, error: str, timed_out: bool
) -> None:
    result = Result(code, output, error, timed_out)
    reading = action.variants[key].read(result, (0,))
    assert isinstance(reading.success, bool)
    assert reading.success or reading.error
    assert not (timed_out and reading.success and key != "supervisor")
