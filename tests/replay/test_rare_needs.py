"""Needs that hold almost everywhere, and what the first command that a recording lacks still meets."""

from __future__ import annotations

from typing import Any

from runwright.actions.binding import rare_reads
from runwright.actions.catalogue import ACTIONS
from runwright.model.condition import UNKNOWN
from tests.support.recordings import SYSTEMD, judged, ran, recording, runbook, said, start, started, step

PROGRAM = "/opt/web/web"
LABEL = f'files["{PROGRAM}"].label_right'
DOWN = {
    "services.web.state": "failed", "services.web.known": True, "services.web.masked": False,
    "services.web.requires": [], "services.web.start_leaves": "running", "services.web.starts_others": False,
}  # fmt: skip
PROBE = {"services.web.programs": [PROGRAM], f'files["{PROGRAM}"].exists': True, "selinux.mode": "enforcing"}
WEB = runbook(start("web"))
RELABELLED = runbook(step("relabel", "selinux.restorecon", path=PROGRAM), start("web"), version=2)


def failed(**probe: Any) -> Any:
    end = started("web", "failed", state_after={**PROBE, **probe})
    return recording(end, before=DOWN, verified=False, host=SYSTEMD)


def test_a_rare_need_that_is_known_not_to_hold_explains_the_failure_and_its_cure_fixes_it() -> None:
    assert said(judged(WEB, RELABELLED, failed(**{LABEL: False}))) == "fixed (predicted)"


def test_a_rare_need_that_holds_explains_nothing() -> None:
    assert judged(WEB, RELABELLED, failed(**{LABEL: True})).verdict != "fixed"


def test_a_rare_need_that_nobody_looked_at_explains_nothing_and_is_not_asked_for() -> None:
    verdict = judged(WEB, RELABELLED, failed())
    assert verdict.verdict != "fixed"
    assert LABEL not in verdict.missing_facts
    other = recording(ran("look", "net.resolves", name="db"), started("web"), before=DOWN, host=SYSTEMD)
    assert judged(WEB, runbook(start("web", timeout="90s"), version=2), other).verdict == "unchanged"


def test_a_rare_need_that_did_not_hold_is_not_presumed_once_it_was_forgotten() -> None:
    opaque = runbook(step("mend", "script.bash", script="true"), start("web"), version=2)
    assert judged(WEB, opaque, failed(**{LABEL: False})).would == "inconclusive"


def test_rare_needs_are_looked_into_after_a_failure() -> None:
    model, known = ACTIONS["service.start"].variants["systemd"].model, {("services", "web", "programs"): [PROGRAM]}
    reads = rare_reads(model, {"service": "web"}, lambda path: known.get(path, UNKNOWN))
    assert ("files", PROGRAM, "label_right") in reads
    assert ("services", "web", "refused_by") in reads


FULL = {'disks["/"].used_percent': {"lt": 90}}
HELD = {
    'disks["/"].used_percent': 97.0, 'deleted_open["/"].percent': 40.0,
    'deleted_open["/"].holder': "web.service", 'services["web.service"].known': True,
    'services["web.service"].masked': False,
}  # fmt: skip
CLEANED = ran("clean", "disk.clean_package_cache", state_after=HELD)
CLEAN = step("clean", "disk.clean_package_cache")
RELEASE = step("release", "disk.release_deleted", service="web.service")


def still_full() -> Any:
    return recording(CLEANED, verified=False, verification_facts=HELD, host=SYSTEMD)


def test_the_first_command_that_the_recording_lacks_meets_what_was_measured_there() -> None:
    base, head = runbook(CLEAN, checks=FULL), runbook(CLEAN, RELEASE, checks=FULL, version=2)
    assert said(judged(base, head, still_full())) == "fixed (predicted)"


def test_a_command_behind_it_does_not() -> None:
    forgive = step("forgive", "unit.reset_failed", service="db")
    base, head = runbook(CLEAN, checks=FULL), runbook(CLEAN, forgive, RELEASE, checks=FULL, version=2)
    assert judged(base, head, still_full()).verdict == "inconclusive"


def test_what_it_does_not_free_stays_full() -> None:
    base, head = runbook(CLEAN, checks=FULL), runbook(CLEAN, RELEASE, checks=FULL, version=2)
    little = {**HELD, 'deleted_open["/"].percent': 2.0}
    run = recording(
        ran("clean", "disk.clean_package_cache", state_after=little),
        verified=False, verification_facts=little, host=SYSTEMD,
    )  # fmt: skip
    assert judged(base, head, run).verdict == "still failing"


def test_a_certificate_is_served_after_a_reload_as_it_stands_in_its_file() -> None:
    served = {
        'tls["www.example"]["443"].days_left': 3.0, 'tls["www.example"]["443"].renewed_days_left': 89.0,
        'tls["www.example"]["443"].served_by': "nginx.service", 'services["nginx.service"].known': True,
        'services["nginx.service"].state': "running", 'services["nginx.service"].reloadable': True,
    }  # fmt: skip
    check = {"host": "www.example", "port": 443, "days": 20}
    run = recording(
        ran("look", "cert.served", "failed", state_after=served, **check),
        verified=False, verification_facts=served, host=SYSTEMD,
    )  # fmt: skip
    lasts = {'tls["www.example"]["443"].days_left': {"gte": 20}}
    look, reload = step("look", "cert.served", **check), step("reload", "service.reload", service="nginx.service")
    assert said(judged(runbook(look, checks=lasts), runbook(reload, look, checks=lasts, version=2), run)) == (
        "fixed (predicted)"
    )
    another = step("reload", "service.reload", service="other.service")
    assert judged(runbook(look, checks=lasts), runbook(another, look, checks=lasts, version=2), run).verdict != "fixed"
