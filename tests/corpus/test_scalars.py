"""What a plain scalar stands for: YAML 1.2, and nothing that would not stay what is written."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.corpus.strict_yaml import load_yaml


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("off", "off"), ("y", "y"), ("N", "N"), ("No", "No"),
        ("TRUE", True),
        ("true", True), ("True", True), ("tRUE", "tRUE"), ("false", False), ("null", None), ("Null", None), ("~", None),
        ("", None), ("none", "none"), ("012", 12), ("-012", -12), ("+7", 7), ("0", 0), ("-0", 0), ("0o14", 12),
        ("0x1F", 31),
        ("0b11", "0b11"), ("0o8", "0o8"), ("-0x1F", "-0x1F"), ("1_000", "1_000"), ("1,000", "1,000"),
        ("1e3", 1000.0), ("1E-2", 0.01),
        ("1.", 1.0), (".5", 0.5), ("-1.5e+3", -1500.0), (".", "."), ("..", ".."), ("e3", "e3"), ("1e", "1e"),
        ("1:30", "1:30"),
        ("190:20:30", "190:20:30"), ("2026-01-01", "2026-01-01"), ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("12:00", "12:00"), ("1.2.3", "1.2.3"), ("<<", "<<"), ("=", "="), ("inf", "inf"), ("nan", "nan"),
        (".infinity", ".infinity"),
        ("123456789012345678", 123456789012345678), ("１２", "１２"), ("0x", "0x"), ("+", "+"), ("-a", "-a"),
        ("a b", "a b"),
    ],
)  # fmt: skip
def test_a_plain_scalar_is_what_yaml_1_2_says(plain: str, value: Any) -> None:
    found = load_yaml(f"a: {plain}\n".encode()).data["a"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "quoted", ["'12'", '"12"', "'true'", '"null"', "'~'", "''", "'.inf'", '"1e999"', "|-\n  12", ">-\n  12"]
)
def test_what_stands_in_quotes_or_in_a_block_is_a_text(quoted: str) -> None:
    assert isinstance(load_yaml(f"a: {quoted}\n".encode()).data["a"], str)


def test_keys_in_quotes_may_look_like_anything() -> None:
    assert load_yaml(b"'1': a\n\"true\": b\n'': c\n").data == {"1": "a", "true": "b", "": "c"}
