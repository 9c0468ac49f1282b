"""The risk class of a whole change comes from its trees: the riskiest part decides."""

from __future__ import annotations

import pytest

from runwright.checks.difference.content import Trees
from runwright.checks.risk import change_risk
from runwright.corpus.corpus import Corpus, read_corpus

PATH, RULE = "runbooks/linux/RB-LIN-WEB-001.yaml", "rules/promoted/L1-WEB.yaml"
RUNBOOK_TEXT = """\
id: RB-LIN-WEB-001
name: Start the web page
version: 1
platform: linux
incident_types: [service_stopped]
steps:
  - {id: look, action: service.start, with: {service: web}}
verify:
  method: look
  settle: 5s
  checks:
    - {when: {services.web.state: running}, confidence: 0.9}
"""
RULE_TEXT = """\
id: L1-WEB
name: Web page
check_type: service
action: run_runbook:RB-LIN-WEB-001
scope: {sites: [north]}
"""
BEFORE = {PATH: RUNBOOK_TEXT.encode(), RULE: RULE_TEXT.encode()}


def tree(**changed: str | None) -> dict[str, bytes]:
    files = {PATH: changed.get("runbook", RUNBOOK_TEXT), RULE: changed.get("rule", RULE_TEXT)}
    return {path: text.encode() for path, text in files.items() if text is not None}


def risk(after: dict[str, bytes], *more: str) -> str:
    base, head = corpus(BEFORE), corpus(after)
    paths = [path for path in {**BEFORE, **after} if BEFORE.get(path) != after.get(path)]
    return change_risk(base, head, [*paths, *more])


def corpus(files: dict[str, bytes]) -> Corpus:
    found = read_corpus(files)
    assert not found.findings, found.findings
    return found


def test_the_same_tree_has_low_risk() -> None:
    assert risk(BEFORE) == "low"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("name: Start the web page", "name: Start the page", "low"),
        ("incident_types: [service_stopped]", "incident_types: [service_stopped, service_crash]", "medium"),
        ("settle: 5s", "settle: 1s", "high"),
        ("platform: linux", "platform: any", "high"),
        ("action: service.start, with: {service: web}", "action: command.run, with: {argv: [reboot]}", "high"),
    ],
)
def test_a_changed_runbook_has_the_risk_of_its_riskiest_change(old: str, new: str, expected: str) -> None:
    assert old in RUNBOOK_TEXT
    assert risk(tree(runbook=RUNBOOK_TEXT.replace(old, new))) == expected


def test_a_new_runbook_has_the_risk_of_its_riskiest_step() -> None:
    low = RUNBOOK_TEXT.replace("WEB-001", "WEB-002")
    high = low.replace("action: service.start, with: {service: web}", "action: command.run, with: {argv: [reboot]}")
    place = "runbooks/linux/RB-LIN-WEB-002.yaml"
    assert risk({**BEFORE, place: low.encode()}) != "high"
    assert risk({**BEFORE, place: high.encode()}) == "high"


def test_a_removed_runbook_has_high_risk() -> None:
    assert risk(tree(runbook=None)) == "high"


def test_a_new_a_changed_and_a_removed_rule_have_medium_risk() -> None:
    second = RULE_TEXT.replace("L1-WEB", "L1-WEB-TWO").encode()
    assert risk({**BEFORE, "rules/promoted/L1-WEB-TWO.yaml": second}) == "medium"
    assert risk(tree(rule=RULE_TEXT.replace("check_type: service", "check_type: disk"))) == "medium"
    assert risk(tree(rule=RULE_TEXT.replace("[north]", "[north, north]"))) == "low"
    assert risk(tree(rule=None)) == "medium"


def test_a_rule_that_is_only_reworded_has_low_risk() -> None:
    assert risk(tree(rule=RULE_TEXT.replace("Web page", "The page"))) == "low"


def test_a_rule_that_acts_where_it_only_observed_has_high_risk() -> None:
    observing = {**BEFORE, RULE: (RULE_TEXT + "mode: observe\n").encode()}
    assert change_risk(corpus(observing), corpus(BEFORE), [RULE]) == "high"
    assert change_risk(corpus(BEFORE), corpus(observing), [RULE]) == "low"


def test_a_call_of_a_destructive_runbook_has_high_risk() -> None:
    second = RUNBOOK_TEXT.replace("WEB-001", "WEB-002")
    place = "runbooks/linux/RB-LIN-WEB-002.yaml"
    for action, expected in (("service.start", "medium"), ("service.stop", "high")):
        both = {**BEFORE, place: second.replace("service.start", action).encode()}
        calling = {
            **both,
            PATH: RUNBOOK_TEXT.replace("verify:", "  - {id: more, call: RB-LIN-WEB-002}\nverify:").encode(),
        }
        assert change_risk(corpus(both), corpus(calling), [PATH]) == expected


COMMAND = RUNBOOK_TEXT.replace(
    "action: service.start, with: {service: web}", "action: command.run, with: {argv: [ARGV]}"
)
ALLOWED, OTHER = "systemctl, status, web", "systemctl, restart, web"


def running(words: str) -> str:
    return COMMAND.replace("ARGV", words)


def test_a_form_of_command_that_another_runbook_of_the_base_has_is_not_new() -> None:
    place = "runbooks/linux/RB-LIN-WEB-002.yaml"
    base = {**BEFORE, PATH: running(ALLOWED).encode()}
    both = {**base, place: running(OTHER).replace("WEB-001", "WEB-002").encode()}
    head = {PATH: running(OTHER).encode()}
    new, known = (Trees(corpus(before), corpus({**before, **head})).differences() for before in (base, both))
    assert ["new form" in change.text for change in new[0].changes] == [False, True]
    assert ["new form" in change.text for change in known[0].changes] == [False]


def test_what_a_new_form_means_is_said_by_the_policy_of_the_base() -> None:
    strict = {"runwright.toml": b'[policy.guard]\nnew_forms = "high"\n'}
    head = {**BEFORE, PATH: running(OTHER).encode()}
    for before, after, expected in (({}, strict, "medium"), (strict, {}, "high")):
        base = {**BEFORE, PATH: running(ALLOWED).encode()}
        (found,) = Trees(corpus({**base, **before}), corpus({**head, **after})).differences()
        assert [change.risk for change in found.changes if "new form" in change.text] == [expected]


def test_a_file_that_differs_in_its_bytes_alone_has_low_risk() -> None:
    assert risk(tree(runbook=f"# why\n{RUNBOOK_TEXT}")) == "low"


@pytest.mark.parametrize("scope", ["{sites: [north, south]}", "{sites: [south]}", "{}", "{partners: [acme]}"])
def test_a_rule_that_reaches_somebody_new_has_high_risk(scope: str) -> None:
    assert risk(tree(rule=RULE_TEXT.replace("{sites: [north]}", scope))) == "high"


@pytest.mark.parametrize("path", [".github/CODEOWNERS", ".github/workflows/tests.yml", "runwright.toml", "tools/x.py"])
def test_judges_have_high_risk(path: str) -> None:
    assert risk(BEFORE, path) == "high"


@pytest.mark.parametrize("path", ["runbooks/linux/fix.sh", "rules/notes.txt"])
def test_content_that_is_no_runbook_and_no_rule_has_high_risk(path: str) -> None:
    assert risk(BEFORE, path) == "high"


@pytest.mark.parametrize(
    "path", ["README.md", "tests/recordings/RB-LIN-WEB-001/exec-1.json", "docs/x.md", "runbooks/README.md"]
)
def test_other_files_have_low_risk(path: str) -> None:
    assert risk(BEFORE, path) == "low"
