"""The files of a new repository of runbooks: text only, nothing is written here."""

from __future__ import annotations

import json

from runwright import __version__

FIRST = ("runbooks/linux/RB-LIN-SERVICE-001.yaml", "rules/promoted/L1-SERVICE-DOWN.yaml")
"""What a new repository begins with."""
SCHEMAS = ("runbook", "rule", "facts", "guard_forms")
README = """\
# Runbooks

Runbooks in `runbooks/`, rules in `rules/`, recorded runs in `tests/recordings/`. Every change is a pull request;
merging is the approval.

    pip install -r .github/runwright.txt      # says where Runwright comes from, once and for CI as well
    runwright new runbook            # asks what it needs, and writes a valid file
    runwright new rule               # it only observes until its line `mode: observe` is taken out
    runwright validate               # every finding with its place
    runwright fmt                    # canonical form; comments are kept
    runwright diff main              # what a change means, and how risky it is
    runwright run FILE --dry-run     # the exact commands, without running them
    runwright run FILE --format json > run.json    # a run on this host, written as a file
    runwright record run.json        # keep such a run, or an agent's, redacted, where it shows something new
    runwright replay --base main     # the change against every recorded run

`runbooks/LANGUAGE.md` explains every word of the language. An editor with the YAML language server completes and
explains it from `schemas/`, because each file names its schema in its first line. After an update of Runwright,
`runwright schema --write` writes both anew.

`pre-commit install` runs the checks before each commit. `.github/workflows/` runs them on every pull request, and the
replay, without a right to write. `runwright.toml` says what each risk class needs, `guard/forms.yaml` which commands
need no second person. A change of a runbook needs recorded runs in `tests/recordings/`, or replay has nothing to say.
"""
POLICY = """\
# What a change needs before it may be merged, by its risk. It can only ask for more than Runwright does without it.
[policy.risk.low]
approvals = 1

[policy.risk.medium]
approvals = 1

[policy.risk.high]
approvals = 2

[policy.guard]
review = "warning"        # how `validate` tells of a command that a second person must look at: warning or error
new_forms = "medium"      # the least risk of a change with a form of command that is new here: medium or high

# A model beside what is built in. Where it is and its key, only the environment of the service says (OPENAI_BASE_URL,
# OPENAI_API_KEY).
# [model]
# triage = "gpt-4o-mini"
# draft = "gpt-4o"
# [model.budget]
# calls_per_day = 200
# usd_per_day = 10.0       # counted where [model.prices."NAME"] says input and output, in US dollars a million tokens

# How many improvements are proposed: what comes on top waits its turn, the urgent first. Rollbacks do not wait.
[proposals]
per_hour = 2
open = 5
per_approver_a_day = 10
cool_down_hours = 24      # after a person closed one without a no

# Where the repository is at GitHub: which App must have set each check that a release relies on. 15368 is GitHub
# Actions on github.com; an Enterprise Server has another number.
# [github]
# checks = {validate = 15368, replay = 15368}
"""
FORMS = """\
# yaml-language-server: $schema=../schemas/guard_forms.schema.json
# Forms of commands that need no second person here, besides those that come with Runwright. A pull request adds one:
#
#   - programs: [queuectl]
#     words: [status, NAME?]
#     options: [--json]
#     reason: Only shows the state of a queue.
forms: []
"""
HOOKS = """\
# Run `pre-commit install` once: https://pre-commit.com
repos:
  - repo: local
    hooks:
      - id: runwright-validate
        name: check runbooks and rules
        entry: runwright validate
        language: system
        files: ^(runbooks|rules|tests/recordings|guard)/|^runwright\\.toml$
        pass_filenames: false
      - id: runwright-fmt
        name: format runbooks and rules
        entry: runwright fmt
        language: system
        files: ^(runbooks|rules)/.*\\.ya?ml$
"""
SOURCE = """\
# Where Runwright comes from, for people and for CI. Pin it: a commit, or a wheel's hash.
#   runwright[github] @ git+https://git.example/runwright@<full commit>
#   runwright[github] @ https://files.example/runwright-{version}-py3-none-any.whl --hash=sha256:<hash>
# `[github]` is for the workflows that tell GitHub what was found.
"""
ATTRIBUTES = """\
# Recordings are known by their digests, so their bytes stay as they are on every system.
tests/recordings/** -text
# Lines of two branches are joined: their order says nothing, and `runwright validate` finds what does not fit together.
tests/recordings/*/MANIFEST -text merge=union
"""
EDITOR = """\
root = true

[*.{yaml,yml}]
charset = utf-8
end_of_line = lf
indent_size = 2
indent_style = space
insert_final_newline = true
trim_trailing_whitespace = true
"""


def scaffold(owner: str | None, source: str | None = None) -> dict[str, str]:
    """Every file by its name; `owner` approves changes, as CODEOWNERS writes it; `source` is a requirement of pip."""
    from runwright.actions.schema import schemas
    from runwright.cli.shipped import library
    from runwright.cli.workflows import workflows
    from runwright.corpus.language_page import language_page

    made, there = schemas(), library()
    texts = {f"{name}.schema.json": made[f"{name}.schema.json"] for name in SCHEMAS}
    return {
        "README.md": README.format(version=__version__),
        "runwright.toml": POLICY,
        "guard/forms.yaml": FORMS,
        **{name: there[name].decode() for name in FIRST},
        "runbooks/LANGUAGE.md": language_page(),
        "tests/recordings/.gitkeep": "",
        **{
            f"schemas/{name}": json.dumps(text, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
            for name, text in texts.items()
        },
        ".pre-commit-config.yaml": HOOKS,
        **{f".github/workflows/{name}": text for name, text in workflows().items()},
        ".github/runwright.txt": SOURCE.format(version=__version__) + (f"{source}\n" if source else ""),
        ".github/CODEOWNERS": _owners(owner),
        ".editorconfig": EDITOR,
        ".gitattributes": ATTRIBUTES,
    }


def _owners(owner: str | None) -> str:
    said = "# Who must approve changes of runbooks and rules, and of what judges them.\n"
    line = (
        f"* {owner}\n"
        if owner
        else "# Name the people or the team who approve, such as:\n# * @your-organisation/runbook-owners\n"
    )
    return said + line
