"""One example for each field that an author may write; the schemas and the page of the language show them.

Each is what would stand behind the key in a file. That every field has one, and that every one is accepted, is
tested.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_START = {"id": "start", "action": "service.start", "with": {"service": "web"}}
_WARN = {"id": "warn", "action": "notify.send", "with": {"channel": "operators", "message": "web does not start"}}

RUNBOOK: Mapping[str, Any] = {
    "id": "RB-LIN-SERVICE-001",
    "name": "Start a stopped service",
    "version": 2,
    "status": "deprecated",
    "status_reason": "Replaced by a runbook that looks at what the service needs first.",
    "replaced_by": "RB-LIN-SERVICE-002",
    "platform": "linux",
    "incident_types": ["service_stopped", "service_crash"],
    "description": "Starts a service that should run and does not. Not for services that must not start twice.",
    "references": ["https://www.freedesktop.org/software/systemd/man/latest/systemctl.html"],
    "params": {"service": {"type": "string", "pattern": "^[A-Za-z0-9@._:-]+$", "from": "incident.resource"}},
    "secrets": {"db-password": {"description": "The password of the backup account."}},
    "targets": {"groups": ["web-servers"]},
    "limits": {"lock": "${{ params.service }}", "once_within": "5m", "timeout": "10m"},
    "precheck": {"healthy": {"services.web.state": "running"}},
    "steps": [_START],
    "rescue": [_WARN],
    "finally": [{"id": "tidy", "action": "file.remove", "with": {"path": "/run/maintenance"}}],
    "outputs": {"version": "${{ steps.ask.outputs.version }}"},
    "verify": {
        "method": "service_status_check",
        "settle": "5s",
        "checks": [{"when": {"services.web.state": "running"}, "confidence": 0.95}],
    },
    "metadata": {"generated_by": "runwright", "requires_human_review": True},
}
STEP: Mapping[str, Any] = {
    "id": "start-database",
    "name": "Start the database first",
    "action": "service.start",
    "call": "RB-LIN-SERVICE-001",
    "block": [_START],
    "parallel": [_START, {"id": "start-cache", "action": "service.start", "with": {"service": "cache"}}],
    "approve": {"message": "Restart the database of ${{ incident.site_id }}?", "who": ["owners"], "timeout": "30m"},
    "wait_until": {"endpoints.localhost.5432.open": True},
    "assert": {'disks["/"].used_percent': {"lt": 95}},
    "fail": "No backup of ${{ params.service }} was found.",
    "with": {"service": "${{ params.service }}"},
    "when": {"services.records-db.state": ["stopped", "failed"]},
    "foreach": ["web", "cache"],
    "timeout": "60s",
    "every": "5s",
    "message": "The disk is too full to begin.",
    "limit": 2,
    "retry": {"attempts": 3, "delay": "5s", "backoff": 2},
    "success_codes": [0, 2],
    "changed_codes": [3010],
    "extract": {"version": {"regex": "version ([0-9.]+)"}},
    "run_as": "postgres",
    "reads": ["services.web.state"],
    "needs": {'files["/etc/web.conf"].exists': True},
    "changes": {"services.web.state": "running"},
    "on_failure": "escalate",
    "rollback": {"action": "service.stop", "with": {"service": "web"}},
    "rescue": [_WARN],
    "finally": [{"id": "thaw", "action": "service.start", "with": {"service": "cron"}}],
}
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "Runbook": RUNBOOK,
    "Step": STEP,
    "ParamSpec": {
        "type": "string",
        "pattern": "^[a-z0-9-]+$",
        "enum": ["fast", "full"],
        "minimum": 1,
        "maximum": 365,
        "default": "fast",
        "from": "incident.resource",
        "description": "The service to start.",
    },
    "Secret": {"description": "The password of the backup account; the site's operators know it."},
    "Targets": {"hosts": ["db1.example.org"], "groups": ["web-servers"], "labels": {"role": "database"}},
    "Limits": {"lock": "${{ params.service }}", "once_within": "5m", "timeout": "10m"},
    "Precheck": {
        "healthy": {"services.${{ params.service }}.state": "running"},
        "unsafe": {'disks["/"].used_percent': {"gte": 99}},
    },
    "Retry": {"attempts": 3, "delay": "5s", "backoff": 2},
    "Extract": {"regex": "version ([0-9.]+)", "json": "items.0.name", "default": "unknown"},
    "Approval": {
        "message": "Restart the database of ${{ incident.site_id }}?",
        "who": ["owners"],
        "timeout": "30m",
        "default": "deny",
    },
    "Undo": {"action": "service.stop", "with": {"service": "web"}, "timeout": "30s", "run_as": "postgres"},
    "Verify": {
        "method": "service_status_check",
        "settle": "5s",
        "checks": [{"when": {"services.web.state": "running"}, "confidence": 0.95}],
    },
    "VerifyCheck": {"when": {"services.web.state": "running"}, "confidence": 0.95},
    "Metadata": {
        "parent_runbook": "RB-LIN-SERVICE-001-v1",
        "generated_by": "runwright",
        "generated_from_failure": "exec-20261110-0001",
        "generated_at": "2026-11-10T14:35:25Z",
        "generation_model": "built-in",
        "requires_human_review": True,
        "failure_type": "runbook_insufficient",
        "reconstructed_from": "lin-web-restart",
        "source_recommendation": "rec-20261110-0001",
    },
    "Rule": {
        "id": "L1-SERVICE-DOWN",
        "name": "Start a stopped service",
        "description": "A stopped service is started without asking anybody.",
        "check_type": "service",
        "status": ["fail", "error"],
        "conditions": {"facts.service": "web"},
        "action": "run_runbook:RB-LIN-SERVICE-001",
        "params": {"service": "${{ incident.resource }}"},
        "priority": 100,
        "scope": {"sites": ["north"]},
        "mode": "act",
        "metadata": {"promoted_by": "runwright"},
    },
    "Scope": {"partners": ["north-clinics"], "sites": ["north-1"]},
    "RuleMetadata": {
        "pattern_signature": "abc12345",
        "promoted_by": "runwright",
        "promoted_at": "2026-11-10T14:35:25Z",
        "evidence": {"successes": 15},
    },
}
"""Examples by the model's name and the field's key in a file."""
