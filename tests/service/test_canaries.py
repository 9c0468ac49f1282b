"""Secrets and personal data of a failed run are nowhere afterwards: in no prompt, pull request, table or log.

Twenty made-up values, each in a place and a form of its own, go through the whole service with a model.
"""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.model_server import ModelServer
from tests.support.service_site import SITE, Service, failed_run

PASSED_ON = "Kq7-Lantern-Moss-91"
CANARIES = {
    "password": "Wv3-Copper-Finch-20",
    "url": "Rt8-Marble-Heron-33",
    "header": "Zx5PlumCricket77Qw91Lk",
    "flag": "Hy2-Walnut-Otter-54",
    "vendor": "gh" + "p_" + "Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0Uv1Wx2",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeS0wMQ",
    "key": "MIIEvQIBADANBgkqCANARYhkiG9w0BAQEFAASCBKcwgg",
    "encoded": base64.b64encode(b"password=Fj6-Hidden-Raven-82").decode(),
    "escaped": "Bn4-Escaped-Wren-61",
    "wide": "Gs9-Wide-Stork-72",
    "ssn": "000-47-1938",
    "mrn": "CAN-00471938",
    "name": "Ottoline Brackenbury",
    "birth": "1961-11-23",
    "mail": "ottoline.b@canary.example",
    "phone": "(555) 010-4719",
    "segment": "BRACKENBURY^OTTOLINE",
    "row": "000-58-2049",
    "address": "203.0.113.147",
    "street": "4719 Canary Orchard Road",
}


def run_with_canaries() -> dict[str, Any]:
    """A failure that can be mended, with a canary in every kind of place."""
    c = CANARIES
    run = failed_run(
        "canaries-1",
        hostname="nvdc01",
        human_feedback=f"Patient {c['name']} called from {c['phone']}, she lives at {c['street']}",
        error_traceback=f"postgres://app:{c['url']}@db/records\nAuthorization: Bearer {c['header']}",
        learning={"note": f"pass\\u0077ord: {c['escaped']}"},
        insight={"note": f"token {c['vendor']} and {c['jwt']}"},
        trigger={"failure_id": f"from {c['address']}"},
    )
    run["params"] |= {"patient_ssn": c["ssn"], "db_password": c["password"], "note": f"MRN: {c['mrn']}"}
    run["state_before"] |= {
        f'endpoints["{c["address"]}"].443.open': False,
        "mail.last": f"to=<{c['mail']}> bounced",
        "tls.key": f"-----BEGIN PRIVATE KEY-----\n{c['key']}\n-----END PRIVATE KEY-----",
    }
    (step,) = run["executed_steps"]
    step["output"] = f"PID|1||17||{c['segment']}||19611123\nDOB: {c['birth']}\nsqlcmd -U sa -P {c['flag']} -Q x"
    step["error"] += f"\nKey (patient_ssn)=({c['row']}) already exists. {c['encoded']}\n\uff50assword=\u200b{c['wide']}"
    run["error_message"] = step["error"]
    return run


def test_twenty_canaries_are_found_nowhere(asking: Service, model: ModelServer) -> None:
    assert len(CANARIES) >= 20
    answer = asking.post(run_with_canaries())
    assert answer.status == 202, answer.data
    ended = asking.settled(60)
    assert ended == {"canaries-1": "proposed"}, asking.rows("select reason from executions")
    sinks = dict(everything(asking, model))
    assert len(sinks) > 10
    assert model.asked
    assert asking.pulls()
    found = {f"{name} in {sink}" for sink, text in sinks.items() for name, value in CANARIES.items() if value in text}
    assert found == set()


def test_a_canary_that_nobody_erases_would_be_found(asking: Service, model: ModelServer) -> None:
    run = failed_run("canaries-2")
    run["params"]["note"] = PASSED_ON
    assert asking.post(run).status == 202
    asking.settled(60)
    assert any(PASSED_ON in text for _, text in everything(asking, model))


def everything(service: Service, model: ModelServer) -> Iterator[tuple[str, str]]:
    """Whatever the service wrote, said or sent, by what it is."""
    for place, path in (("site", "/api/agent/promoted-rules"), ("reviewer", "/api/review/pending")):
        token = service.token(SITE if place == "site" else None)
        yield f"answer {path}", _told(service.ask("GET", path, None, token).data)
    for path in ("/api/review/stats", "/api/review/history", "/metrics", "/healthz", "/readyz"):
        yield f"answer {path}", _told(service.ask("GET", path, None, service.token(None)).data)
    for number, asked in enumerate(model.asked):
        yield f"prompt {number}", asked.prompt
    for pull in service.pulls():
        yield f"pull request {pull.number}", pull.model_dump_json()
    for number, text in enumerate(service.rows("select body from executions")):
        yield f"row {number}", text[0]
    for file in service.folder.rglob("*"):
        if file.is_file():
            yield str(file.relative_to(service.folder)), file.read_bytes().decode("utf-8", "replace")
    yield "git", _objects(service.forge.repository.path)


def _told(data: Any) -> str:
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False)


def _objects(repository: Path) -> str:
    """All that a repository holds: commits, trees with their names, files, and the names of branches and tags."""
    git = ["git", "-C", str(repository)]
    objects = subprocess.run([*git, "cat-file", "--batch-all-objects", "--batch"], capture_output=True, check=True)
    names = subprocess.run([*git, "for-each-ref"], capture_output=True, check=True)
    return (objects.stdout + names.stdout).decode("utf-8", "replace")
