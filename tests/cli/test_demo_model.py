"""The demo where a model is named: the service asks it, and what it drafted and took is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runwright.cli.clinic.advice import set_apart
from tests.support.model_answers import good_draft
from tests.support.model_server import ModelServer, model_server
from tests.support.until import DEMO_SECONDS

ROOT = Path(__file__).resolve().parents[2]
DEMO = [sys.executable, "-m", "runwright.cli.main", "demo", "--keep"]


def demo(folder: Path, server: ModelServer) -> subprocess.CompletedProcess[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "RUNWRIGHT_"))},
        **server.environment,
        "PYTHONPATH": str(ROOT / "tools"),
        "RUNWRIGHT_MODEL_DRAFT": "local-strong",
    }
    return subprocess.run(
        [*DEMO, str(folder)], env=environment, capture_output=True, text=True, timeout=DEMO_SECONDS, check=False
    )


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, Any], ModelServer]]:
    folder = tmp_path_factory.mktemp("demo") / "kept"
    with model_server(otherwise=good_draft(usage=(1200, 150))) as server:
        done = demo(folder, server)
        assert done.returncode == 0, done.stdout + done.stderr
        yield done.stdout, json.loads((folder / "report.json").read_text()), server


def test_the_model_is_asked_once_and_its_tokens_are_told(played: tuple[str, dict[str, Any], ModelServer]) -> None:
    said, report, server = played
    assert server.calls == 1
    assert server.asked[0].model == "local-strong"
    told = report["model"]
    assert (told["host"], told["models"], told["calls"], told["failed"]) == ("127.0.0.1", ["local-strong"], 1, 0)
    assert (told["input_tokens"], told["output_tokens"], told["cost_usd"]) == (1200, 150, 0.0)
    assert "local-strong at 127.0.0.1: 1 question, 1200 tokens in, 150 out, no price is set" in said


def test_whoever_drafted_is_told_and_the_incident_heals(played: tuple[str, dict[str, Any], ModelServer]) -> None:
    said, report, _ = played
    assert report["drafted_by"] in ("built-in", "local-strong")
    assert f"drafted by {report['drafted_by']}" in said
    assert (report["healed_before"], report["healed_after"]) == (False, True)


def test_the_key_is_told_nowhere(played: tuple[str, dict[str, Any], ModelServer]) -> None:
    said, report, _ = played
    assert "sk-test" not in said + json.dumps(report)


def test_no_other_process_of_the_demo_gets_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("RUNWRIGHT_MODEL_DRAFT", "local")
    with set_apart() as kept:
        assert "OPENAI_API_KEY" not in os.environ
        assert kept == {"OPENAI_API_KEY": "sk-test", "RUNWRIGHT_MODEL_DRAFT": "local"}
    assert os.environ["OPENAI_API_KEY"] == "sk-test"
