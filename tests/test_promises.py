"""The seven promises of the design, each with a test that bears its number; the rooms' own tests go deeper."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runwright.adapters.forge_local import LocalProposals
from runwright.adapters.release_store import ReleaseStore, Source
from runwright.corpus.corpus import read_corpus
from runwright.engine.exchange import Acted, Decided
from runwright.engine.result import result_of
from runwright.engine.state import Run, State
from runwright.engine.stepper import advance, begin
from runwright.errors import ContentError, TrustError
from runwright.learn.improve import improve
from runwright.model.runbook import Runbook
from runwright.model.telemetry import parse_execution
from tests.support.forge import Forge, cut, later, make_forge, pins
from tests.support.service_site import Service, failed_run, make_service
from tests.support.until import DEMO_SECONDS, until

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "runbooks/linux/RB-LIN-SERVICE-001.yaml"


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return make_forge(tmp_path)


def store_of(forge: Forge, folder: Path) -> ReleaseStore:
    return ReleaseStore(folder / "agent", Source(remote=str(forge.repository.path), pins=pins()))


def loaded_by(wiring: str) -> set[str]:
    """Every module of ours that comes with what a wiring joins, its late imports included, in a process of its own."""
    tree = ast.parse((ROOT / "tools/runwright/cli" / wiring).read_text())
    named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    ours = sorted(name for name in named if name.startswith("runwright."))
    code = f"import sys, json, {', '.join(ours)}; print(json.dumps(list(sys.modules)))"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True, timeout=60)
    return {name for name in json.loads(done.stdout) if name.startswith("runwright")}


def test_promise_1_what_a_bot_wrote_reaches_no_agent_before_a_person_merged_it(forge: Forge, tmp_path: Path) -> None:
    cut(forge, first=True)
    store = store_of(forge, tmp_path)
    before = store.pull(later(11)).active.files
    pull = forge.open("id: RB-LIN-SERVICE-001\nversion: 2\nname: by the bot\n")
    forge.green(pull)
    with pytest.raises(ContentError, match="nothing was merged"):
        cut(forge, minutes=12)
    assert store.pull(later(13)).active.files == before
    forge.reviews().approve(pull.number, later(14))
    cut(forge, minutes=15)
    assert b"by the bot" in b"".join(store.pull(later(16)).active.files.values())
    ways = {name for name in dir(LocalProposals) if not name.startswith("_")}
    assert not {name for name in ways for word in ("approve", "merge", "decide", "review") if word in name}


def test_promise_2_who_writes_rules_runs_no_commands_and_who_runs_commands_writes_no_rules() -> None:
    agent = loaded_by("agent_wiring.py")
    service = loaded_by("service_wiring.py")
    for room in ("learn", "service", "adapters.forge_local"):
        assert not {name for name in agent if name.startswith(f"runwright.{room}")}, room
    for room in ("agent", "adapters.shell"):
        assert not {name for name in service if name.startswith(f"runwright.{room}")}, room
    assert {name for name in agent if name.startswith("runwright.adapters.shell")}
    assert {name for name in service if name.startswith("runwright.learn")}


def test_promise_3_an_agent_never_goes_back_and_a_bad_update_leaves_the_last_good_one(
    forge: Forge, tmp_path: Path
) -> None:
    old = cut(forge, first=True)
    store = store_of(forge, tmp_path)
    store.pull(later(11))
    forge.merged()
    newest = cut(forge, minutes=20)
    store.pull(later(21))
    forge.push(
        {
            f"stable.json{end}": forge.repository.read_file(old.channel_commit, f"stable.json{end}")
            for end in ("", ".sig")
        },
        ref="refs/heads/channels",
    )
    with pytest.raises(TrustError):
        store.pull(later(22))
    active = store.active()
    assert active is not None
    assert active.seq == newest.document.seq


def test_promise_4_telemetry_is_neither_markup_nor_a_word_of_a_shell_nor_a_file_name() -> None:
    hostile = "</details>\n```\n@everyone closes #1 <img src=x onerror=alert(1)> $(touch /tmp/x) \x1b[2J\u202e"
    run = failed_run("exec-1", web="appointments-web")
    run["executed_steps"][-1]["error"] = run["error_message"] = hostile
    run["state_before"]["services.records-db.note"] = hostile
    corpus = read_corpus({"runbooks/linux/RB-LIN-SERVICE-001.yaml": LIBRARY.read_bytes()})
    proposal = improve(parse_execution(run), corpus, later()).proposal
    assert proposal is not None
    outside, fence = [], ""
    for line in proposal.body.splitlines():
        if line.startswith("```") and (not fence or line == fence):
            fence = "" if fence else line.removesuffix("text")
        elif not fence:
            outside.append(line)
    for sign in ("@everyone", "<img", "closes #1", "$(touch"):
        assert not [line for line in outside if sign in line], sign
    assert not {"\x1b", "\u202e"} & set(proposal.body + proposal.title)
    assert "everyone" not in proposal.title + "".join(proposal.labels) + proposal.branch + "".join(proposal.files)
    assert "everyone" not in str(proposal.files["runbooks/linux/RB-LIN-SERVICE-001.yaml"])


@pytest.mark.parametrize(("verified", "status"), [(True, "success"), (False, "failure"), (None, "partial")])
def test_promise_5_only_an_independent_yes_is_a_success(verified: bool | None, status: str) -> None:
    text: dict[str, Any] = {
        "id": "RB-LIN-SERVICE-001",
        "name": "Start a service",
        "version": 1,
        "platform": "linux",
        "incident_types": ["service_stopped"],
        "steps": [{"id": "start", "action": "service.start", "with": {"service": "web"}}],
        "verify": {"method": "look", "checks": [{"when": {"services.web.state": "running"}, "confidence": 0.9}]},
    }
    state: State = begin(Run(Runbook.model_validate_json(json.dumps(text)), {}))
    state = advance(state, Acted(success=True, exit_code=0))
    result = result_of(advance(state, Decided(value=verified)))
    assert (result.status, result.verified, result.success) == (status, verified, verified is True)


def test_promise_6_no_failure_is_lost_and_no_pull_request_is_opened_twice(tmp_path: Path) -> None:
    service: Service = make_service(tmp_path)
    try:
        service.start()
        for number in range(6):
            assert service.post(failed_run(f"exec-{number}")).status == 202
            service.kill()
            service.start()
        until(lambda: len(service.stages()) == 6, what="six kept failures")
        stages = service.settled()
        assert sorted(stages.values()) == ["evidence_added"] * 5 + ["proposed"]
        assert len(service.pulls()) == 1
    finally:
        service.close()


def test_promise_7_it_all_works_with_no_key_and_no_server(tmp_path: Path) -> None:
    names = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "GITHUB_TOKEN", "RUNWRIGHT_DATABASE_URL")
    env = {name: value for name, value in os.environ.items() if name not in names}
    argv = [sys.executable, "-m", "runwright.cli.main", "demo", "--keep", str(tmp_path / "kept"), "--format", "json"]
    done = subprocess.run(
        argv,
        env={**env, "PYTHONPATH": str(ROOT / "tools")},
        capture_output=True,
        text=True,
        timeout=DEMO_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["healed_after"] is True
