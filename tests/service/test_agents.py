"""What agents report and what they are told: statistics, status, rules, commands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runwright.adapters.git_repository import NewCommit, RefChange
from runwright.release.objects import Identity
from tests.support.forge import NOW, cut
from tests.support.service_site import SITE, Service, make_service

STATS, STATUS = "/api/agent/sync/pattern-stats", "/api/agent/status"
RULES, COMMANDS = f"/api/agent/sync/promoted-rules?site_id={SITE}", f"/api/agent/commands?site_id={SITE}"
PATTERN = {
    "pattern_signature": "abc12345",
    "total_occurrences": 15,
    "l1_resolutions": 12,
    "l2_resolutions": 2,
    "l3_resolutions": 1,
    "success_count": 14,
    "total_resolution_time_ms": 45000.0,
    "recommended_action": "RB-WIN-FIREWALL-001",
    "promotion_eligible": True,
}


def sync(service: Service, appliance: str = "a", at: str = "2026-01-27T04:00:00Z", *patterns: Any) -> Any:
    body = {"site_id": SITE, "appliance_id": appliance, "synced_at": at, "pattern_stats": list(patterns) or [PATTERN]}
    return service.ask("POST", STATS, body)


def counted(service: Service, appliance: str = "a") -> list[Any]:
    counts = "select pattern_signature, total_occurrences, success_count from pattern_stats"
    return service.rows(f"{counts} where appliance_id = ? order by 1", appliance)


def test_pattern_statistics_are_kept_for_each_appliance(service: Service) -> None:
    assert sync(service, "kept").data == {"synced": 1, "superseded": False}
    assert counted(service, "kept") == [("abc12345", 15, 14)]


def test_the_same_snapshot_again_changes_nothing(service: Service) -> None:
    assert [sync(service, "again").status for _ in range(3)] == [200] * 3
    assert counted(service, "again") == [("abc12345", 15, 14)]


def test_a_newer_snapshot_replaces_all_of_the_one_before(service: Service) -> None:
    sync(service, "newer")
    other = {**PATTERN, "pattern_signature": "other", "total_occurrences": 20}
    sync(service, "newer", "2026-01-27T08:00:00Z", other)
    assert counted(service, "newer") == [("other", 20, 14)]


def test_an_older_snapshot_that_arrives_late_is_not_taken(service: Service) -> None:
    sync(service, "late", "2026-01-27T08:00:00Z")
    late = sync(service, "late", "2026-01-27T04:00:00Z", {**PATTERN, "total_occurrences": 99})
    assert late.data == {"synced": 0, "superseded": True}
    assert counted(service, "late") == [("abc12345", 15, 14)]


def test_a_clock_far_ahead_does_not_shut_out_later_snapshots(service: Service) -> None:
    sync(service, "ahead", "2099-01-01T00:00:00Z")
    sync(service, "ahead", "2099-01-01T04:00:00Z", {**PATTERN, "total_occurrences": 16})
    assert counted(service, "ahead") == [("abc12345", 16, 14)]


BAD_STATS: dict[str, tuple[dict[str, Any], str]] = {
    "no appliance": ({"appliance_id": None}, "$.appliance_id"),
    "an empty appliance": ({"appliance_id": ""}, "$.appliance_id"),
    "a moment without offset": ({"synced_at": "2026-01-27T04:00:00"}, "$.synced_at"),
    "no list": ({"pattern_stats": {}}, "$.pattern_stats"),
    "a count below nought": ({"pattern_stats": [{**PATTERN, "l1_resolutions": -1}]}, "$.pattern_stats[0].l1"),
    "a count beyond all": ({"pattern_stats": [{**PATTERN, "total_occurrences": 10**18}]}, "$.pattern_stats[0]"),
    "more successes than runs": ({"pattern_stats": [{**PATTERN, "success_count": 16}]}, "success_count: expected"),
    "a signature twice": ({"pattern_stats": [PATTERN, PATTERN]}, "$.pattern_stats[1].pattern_signature"),
    "no signature": ({"pattern_stats": [{"total_occurrences": 1}]}, "$.pattern_stats[0].pattern_signature"),
}


@pytest.mark.parametrize("name", BAD_STATS)
def test_malformed_statistics_are_refused_with_their_place(service: Service, name: str) -> None:
    changed, expected = BAD_STATS[name]
    good = {"site_id": SITE, "appliance_id": "bad", "synced_at": "2026-01-27T04:00:00Z", "pattern_stats": []}
    answer = service.ask("POST", STATS, {**good, **changed})
    assert answer.status == 400, answer.data
    assert expected in answer.data["error"]
    assert counted(service, "bad") == []


def test_a_status_is_kept_and_a_changed_release_enters_the_audit(service: Service) -> None:
    for seq in (1, 1, 2, 2, None):
        report = {"site_id": SITE, "appliance_id": "audit", "seq": seq, "tag": f"rules-v{seq}", "token": "abcdefgh1234"}
        answer = service.ask("POST", STATUS, report).data
        assert {key: answer[key] for key in ("received", "probe_requests")} == {"received": True, "probe_requests": []}
    assert service.rows("select seq from deployments where appliance_id = 'audit' order by id") == [(1,), (2,), (None,)]
    ((report,),) = service.rows("select report from agents where appliance_id = 'audit'")
    assert "abcdefgh1234" not in report


@pytest.mark.parametrize("seq", [0, -1, 1.5, "2", True, 10**12])
def test_a_status_with_an_odd_sequence_number_is_refused(service: Service, seq: Any) -> None:
    answer = service.ask("POST", STATUS, {"site_id": SITE, "appliance_id": "odd", "seq": seq})
    assert (answer.status, answer.data["error"][:6]) == (400, "$.seq:")


def rule(name: str, promoted_at: str = "2026-01-27T00:00:00Z", scope: str = "{}") -> bytes:
    return f"""\
id: {name}
name: Print Spooler Auto-Restart
check_type: service
status: [fail]
action: run_runbook:RB-LIN-SERVICE-001
scope: {scope}
metadata:
  pattern_signature: abc12345
  promoted_by: dana
  promoted_at: {promoted_at}
""".encode()


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = make_service(tmp_path_factory.mktemp("released"))
    made.forge.push(
        {
            "rules/promoted/L1-PROMOTED-OLD.yaml": rule("L1-PROMOTED-OLD", "2026-01-01T00:00:00Z"),
            "rules/promoted/L1-PROMOTED-NEW.yaml": rule("L1-PROMOTED-NEW"),
            "rules/promoted/L1-PROMOTED-OURS.yaml": rule("L1-PROMOTED-OURS", scope=f"{{sites: [{SITE}]}}"),
            "rules/promoted/L1-PROMOTED-THEIRS.yaml": rule("L1-PROMOTED-THEIRS", scope="{sites: [south]}"),
            "rules/promoted/L1-PROMOTED-PARTNER.yaml": rule("L1-PROMOTED-PARTNER", scope="{partners: [acme]}"),
        }
    )
    cut(made.forge, first=True)
    made.start()
    yield made
    made.close()


def names(answer: Any) -> list[str]:
    return [item["rule_id"] for item in answer.data["rules"]]


def test_the_promoted_rules_are_those_of_the_release_that_apply_to_the_site(released: Service) -> None:
    answer = released.ask("GET", RULES)
    assert names(answer) == ["L1-PROMOTED-NEW", "L1-PROMOTED-OLD", "L1-PROMOTED-OURS"]
    assert answer.data["rules"][0] == {
        "rule_id": "L1-PROMOTED-NEW",
        "pattern_signature": "abc12345",
        "rule_yaml": rule("L1-PROMOTED-NEW").decode(),
        "promoted_at": "2026-01-27T00:00:00Z",
        "promoted_by": "dana",
    }


@pytest.mark.parametrize("since", ["2026-01-26T00:00:00Z", "2026-01-26T01:00:00%2B01:00", "2026-01-26T01:00:00+01:00"])
def test_only_rules_since_a_moment_are_told(released: Service, since: str) -> None:
    assert names(released.ask("GET", f"{RULES}&since={since}")) == ["L1-PROMOTED-NEW", "L1-PROMOTED-OURS"]


@pytest.mark.parametrize("since", ["yesterday", "2026-01-26T00:00:00", ""])
def test_a_moment_that_is_none_is_refused(released: Service, since: str) -> None:
    answer = released.ask("GET", f"{RULES}&since={since}")
    assert (answer.status, answer.data["error"][:14]) == (400, "$.query.since:")


def test_a_rule_that_is_merged_and_not_released_is_not_told(released: Service) -> None:
    released.forge.push({"rules/promoted/L1-PROMOTED-UNRELEASED.yaml": rule("L1-PROMOTED-UNRELEASED")})
    assert "L1-PROMOTED-UNRELEASED" not in names(released.ask("GET", RULES))


def test_an_agent_that_is_behind_is_told_to_pull_and_one_that_is_not_is_left_alone(released: Service) -> None:
    told = released.ask("GET", COMMANDS).data["commands"]
    assert {command["command_type"] for command in told} == {"sync_promoted_rule"}
    assert set(told[0]["params"]) == {"rule_id", "rule_yaml", "promoted_at", "promoted_by"}
    released.ask("POST", STATUS, {"site_id": SITE, "appliance_id": "one", "seq": 1})
    assert released.ask("GET", COMMANDS).data == {"commands": []}
    released.ask("POST", STATUS, {"site_id": SITE, "appliance_id": "two", "seq": None})
    assert released.ask("GET", COMMANDS).data["commands"] == told
    assert released.ask("GET", f"{COMMANDS}&appliance_id=one").data == {"commands": []}


def test_before_the_first_release_there_is_nothing_to_tell(service: Service) -> None:
    assert service.ask("GET", RULES).data == {"rules": []}
    assert service.ask("GET", COMMANDS).data == {"commands": []}


def test_a_channel_document_that_is_none_is_our_trouble_and_not_the_agents(service: Service) -> None:
    repository = service.forge.repository
    files: dict[str, bytes | None] = {"stable.json": b"{}"}
    oid = repository.write_commit(NewCommit("odd\n", Identity.of("mallory"), NOW, files))
    repository.update_refs([RefChange("refs/heads/channels", oid, None)])
    try:
        answer = service.ask("GET", RULES)
    finally:
        repository.update_refs([RefChange("refs/heads/channels", None, oid)])
    assert answer.status == 503
    assert "document.malformed" in answer.data["error"]
