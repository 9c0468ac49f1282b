"""`[model]` in `runwright.toml`: models, limits and prices, and no address and no key."""

from __future__ import annotations

import pytest

from runwright.cli.model_wiring import asker_for_once, has_model, model_settings
from runwright.errors import ContentError
from runwright.model.asking import ModelSettings
from runwright.model.policy import policy_mistakes, read_model_settings, read_policy
from runwright.model.question import Question

FULL = b"""
[policy.risk.low]
approvals = 2
[model]
triage = "small"
draft = "org/strong:14b"
drafts = 2
[model.budget]
calls_per_day = 5
usd_per_day = 1
[model.prices.small]
input = 1
[model.prices."org/strong:14b"]
input = 2.5
output = 10
"""
QUESTION = Question(purpose="draft", template="draft/1", system="s", user="u" * 2000, schema_name="d", answer_schema={})


def test_settings_are_read_beside_the_policy() -> None:
    found = read_model_settings(FULL)
    assert (found.triage, found.draft, found.drafts) == ("small", "org/strong:14b", 2)
    assert (found.budget.calls_per_day, found.budget.calls_per_hour_per_site) == (5, 20)
    assert found.usage("org/strong:14b", 1_000_000, 100_000).cost_usd == 3.5
    assert read_policy(FULL).risk.low.approvals == 2


def test_without_a_file_the_defaults_count() -> None:
    assert read_model_settings(None) == ModelSettings()
    assert (ModelSettings().budget.calls_per_day, ModelSettings().budget.calls_per_hour_per_site) == (200, 20)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('base_url = "http://evil.example/v1"', "OPENAI_BASE_URL"),
        ('api_key = "sk-1"', "OPENAI_API_KEY"),
        ('endpoint = "http://evil.example"', "OPENAI_BASE_URL"),
        ('proxy = "http://evil.example"', "OPENAI_BASE_URL"),
        ("drafts = 0", "greater than or equal to 1"),
        ('triage = "a b"', "match pattern"),
        ('triage = ""', "match pattern"),
        ('budget = "none"', "expected"),
    ],
)
def test_what_a_file_may_not_say_is_told_with_its_place(line: str, words: str) -> None:
    (mistake,) = policy_mistakes(f"[model]\n{line}\n".encode(), "runwright.toml")
    assert words in mistake.message
    assert mistake.line == 2
    with pytest.raises(ContentError):
        read_model_settings(f"[model]\n{line}\n".encode())


def test_prices_are_given_for_both_models_or_for_none() -> None:
    with pytest.raises(ContentError, match="gpt-4o has no price"):
        read_model_settings(b'[model.prices."gpt-4o-mini"]\ninput = 1\n')


def test_a_question_goes_to_the_model_of_its_template() -> None:
    settings = read_model_settings(FULL)
    assert settings.model_for(QUESTION) == "org/strong:14b"
    assert settings.model_for(QUESTION.model_copy(update={"template": "triage/1"})) == "small"


def test_what_a_question_can_cost_at_most_counts_its_whole_answer() -> None:
    assert read_model_settings(FULL).most(QUESTION) == pytest.approx((1001 * 2.5 + 2000 * 10) / 1_000_000, rel=0.01)


def test_the_environment_may_name_other_models_which_then_have_no_price() -> None:
    found = model_settings({"runwright.toml": FULL}, {"RUNWRIGHT_MODEL_DRAFT": "local"})
    assert (found.triage, found.draft, found.prices) == ("small", "local", {})


def test_without_an_address_and_a_key_nobody_is_asked() -> None:
    assert not has_model({"RUNWRIGHT_MODEL_DRAFT": "local", "OPENAI_API_KEY": ""})
    assert asker_for_once({}, {}) is None


def test_an_address_without_a_key_is_enough() -> None:
    asking = asker_for_once({"runwright.toml": FULL}, {"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"})
    assert asking is not None
    assert asking.settings.draft == "org/strong:14b"


def test_a_verb_run_by_hand_is_held_to_the_limits_of_the_day_alone() -> None:
    asking = asker_for_once({"runwright.toml": FULL}, {"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"})
    assert asking is not None
    budget = asking.settings.budget
    assert (budget.calls_per_day, budget.calls_per_hour_per_site, budget.calls_per_day_per_runbook) == (5, 5, 5)
    assert budget.usd_per_day == 1
