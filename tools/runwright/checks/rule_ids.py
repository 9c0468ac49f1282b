"""The rules by which findings are named, a sentence each, for reports and for people. A rule's id never changes.

What a rule finds is decided by the check that bears its name; the reader of files has the first ones.
"""

from __future__ import annotations

from collections.abc import Mapping

RULES: Mapping[str, str] = {
    "yaml": "a file is one document of plain YAML: no tag, anchor or alias, no key twice, within the limits.",
    "json": "a recording is strict JSON of a known schema, and stands where it belongs.",
    "schema": "a field is one that the language knows, with a value of its type.",
    "file": "content is a regular file with a plain name; links, pipes and devices are not read.",
    "actions": "each step uses an action of the catalogue, on a platform it has, with the parameters it takes.",
    "calls": "what a runbook calls exists, fits, takes what it is given, and never leads back to the caller.",
    "conditions": "a condition can be true: it does not contradict itself, nor what is known of a fact.",
    "facts": "a fact that is nearly one of the dictionary is that one.",
    "foreach": "what a step is repeated for is a list.",
    "guard": "every command and script of a runbook as the guard judges it, and what the repository says about both.",
    "guarded": "a destructive step, or rollback, stands behind a condition, a precheck or a check.",
    "healthy": "no rule fires on a host on which nothing is wrong.",
    "hidden": "no character that cannot be seen, or that shows text in another order than it is read.",
    "identity": "an id stands once, in the file that bears its name, below the folder of its platform.",
    "insertions": "an insertion stands only where it is read.",
    "lookalikes": "a name is what it looks like: no letters of another script among Latin ones, no O for 0.",
    "manifest": "each recording is listed with its digest, and none is altered or leaves without a reason.",
    "parallel": "steps that run at the same time do not write what another of them reads, needs or writes.",
    "patterns": "regular expressions run in linear time, and what a parameter declares fits together.",
    "policy": "runwright.toml says what each risk class needs, in words that are known.",
    "redaction": "a recording holds nothing that redaction would erase.",
    "references": "what a runbook or rule names is there: parameters, earlier steps, the incident, other runbooks.",
    "secrets": "a secret is named, never written, and its value goes only where it stays out of sight.",
    "separate": "a change of runbooks or rules leaves alone who and what decides about it.",
    "shadowed": "each rule can win, and of two that answer the same incidents it is plain which one does.",
    "status": "nothing relies on a runbook that is marked as failed, and what replaces one can be used.",
    "targets": "the hosts that a runbook is for are named once each.",
    "unused": "what a runbook declares is used, and each of its steps can be reached.",
    "verification": "a fix is confirmed by looking at the host, apart from what the steps said of themselves.",
    "versions": "a changed runbook raises its version by exactly one, and a removed one was deprecated before.",
    "written-secrets": "no value or comment looks like a password, a key or a token.",
}
