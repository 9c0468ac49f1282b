"""What setting up would do: each thing that is wanted is there, missing, different, waits, or needs a person.

A plan is a value made from facts and wishes; a step of it is data, too. Doing the steps is left to `adapters`, telling
them to `cli`. Nothing in a plan makes anything less strict than it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runwright.checks.hosting.facts import PROTECTED, ActionsRights, Environment, GitHubFacts, NotTold
from runwright.checks.hosting.item import Item, PullOfFiles, Request, Reviewers, State
from runwright.checks.hosting.owners import owners_text, uncovered
from runwright.checks.hosting.plan_rules import main_items, other_items
from runwright.checks.hosting.rulesets import Wishes
from runwright.checks.hosting.wanted import BASE, CODEOWNERS_PLACES, ENVIRONMENT, LABELS, RENAME, Label
from runwright.errors import ContentError

SOURCE = ".github/runwright.txt"
"""Where the workflows of a repository of runbooks read what they install."""
WORKFLOW_FOLDER = ".github/workflows/"
SHOWN = 4
"""So many missing labels are named."""


def plan(facts: GitHubFacts, wishes: Wishes, files: Mapping[str, str], reviewers: Reviewers) -> tuple[Item, ...]:
    """Say of everything that is wanted how it stands, and what would be done about it.

    Raises ContentError for another default branch than main: it would be guarded, and what is released would not.
    """
    if facts.branch != BASE:
        raise ContentError(f"the default branch of {facts.repository} is {facts.branch!a}; {RENAME}, and run it again")
    found = (
        *_files(facts, files),
        *_labels(facts),
        *main_items(facts, wishes),
        *other_items(facts, wishes),
        _environment(facts, reviewers),
        _actions(facts),
    )
    return tuple(_left(item) if item.key in wishes.leave else item for item in found)


def _left(item: Item) -> Item:
    return Item(item.key, item.state if item.state == "there" else "left", item.what, "you asked to leave it alone")


def _labels(facts: GitHubFacts) -> Iterator[Item]:
    if isinstance(facts.labels, NotTold):
        yield Item("labels", "impossible", "labels", facts.labels.why)
        return
    there = {name.casefold() for name in facts.labels}
    missing = [label for label in LABELS if label.name.casefold() not in there]
    why = "proposals are sorted and closed by them; made once, so that no telemetry ever names one"
    if not missing:
        yield Item("labels", "there", f"all {len(LABELS)} labels", why)
        return
    names = ", ".join(label.name for label in missing[:SHOWN])
    more = ", ..." if len(missing) > SHOWN else ""
    what = f"{len(missing)} of {len(LABELS)} labels: {names}{more}"
    yield Item("labels", "missing", what, why, tuple(_label(label) for label in missing))


def _label(label: Label) -> Request:
    return Request("POST", "labels", {"name": label.name, "color": label.color, "description": label.description})


def _files(facts: GitHubFacts, files: Mapping[str, str]) -> Iterator[Item]:
    if isinstance(facts.files, NotTold):
        yield Item("files", "impossible", "files on the default branch", facts.files.why)
        return
    owners = owners_text(facts.files)
    missing = {path: text for path, text in files.items() if path not in facts.files}
    if owners is not None:
        missing = {path: text for path, text in missing.items() if path not in CODEOWNERS_PLACES}
    why = "brought by a pull request of yours, which somebody else approves; nothing is pushed to the default branch"
    if missing:
        yield Item("files", "missing", ", ".join(sorted(missing)), why, (PullOfFiles(missing),))
    else:
        yield Item("files", "there", f"all {len(files)} files", why)
    if owners is not None:
        yield _owners(*owners)
    elif not set(CODEOWNERS_PLACES) & set(files):
        told = "there is no CODEOWNERS; say with --owner @NAME who approves, a person or @organisation/team"
        yield Item("owners", "yours", told, "without it main asks for an owner's approval and nobody is one")
    yield from _source({**files, **facts.files})


def _source(files: Mapping[str, str]) -> Iterator[Item]:
    """Where CI gets Runwright from; a repository whose workflows do not ask for the file needs none."""
    if SOURCE not in files and any(SOURCE in text for path, text in files.items() if path.startswith(WORKFLOW_FOLDER)):
        told = f"there is no {SOURCE}; say with --source where CI gets Runwright from"
        yield Item("source", "yours", told, "the workflows install it from there, as the base branch says")


def _owners(path: str, text: str) -> Item:
    why = "main asks for an owner's approval, so everything that decides or runs must have one"
    try:
        open_paths = uncovered(text, path)
    except ContentError as error:
        return Item("owners", "yours", str(error), why)
    if open_paths:
        return Item("owners", "yours", f"{path} names no owner for {', '.join(open_paths)}; add a line for each", why)
    return Item("owners", "there", f"{path} names an owner for everything that counts", why)


def _environment(facts: GitHubFacts, reviewers: Reviewers) -> Item:
    what = f"environment {ENVIRONMENT}"
    why = f"the release key is a secret of it, and only {facts.branch} may use it"
    if isinstance(facts.environment, NotTold):
        return Item("environment", "impossible", what, facts.environment.why)
    there = facts.environment
    names = tuple(name for _, _, name in reviewers.people)
    if names:
        why += f"; {', '.join(names)} are asked each time"
    if there and there.branches == (facts.branch,) and _asked(there, names):
        return Item("environment", "there", what, why)
    more = sorted(set(there.branches or ()) - {facts.branch, PROTECTED}) if there else []
    if more:
        told = f"{what}: {', '.join(more)} may use it, too; take that away on its page in the settings"
        return Item("environment", "yours", told, why)
    state: State = "different" if there else "missing"
    return Item("environment", state, what, why, tuple(_environment_steps(facts, there, reviewers)))


def _asked(there: Environment, names: tuple[str, ...]) -> bool:
    """Whether all of them are asked, and nobody agrees to a run of their own."""
    return set(names) <= set(there.reviewers) and not (names and there.self_review)


def _environment_steps(facts: GitHubFacts, there: Environment | None, reviewers: Reviewers) -> Iterator[Request]:
    if there and there.reviewers and not reviewers.people:
        # Sending it would drop them, and their ids are not told by their names.
        raise ContentError(
            f"the environment {ENVIRONMENT} asks {', '.join(there.reviewers)} before it is used; "
            "name them with --release-reviewer, so that they stay"
        )
    path = f"environments/{ENVIRONMENT}"
    yield Request(
        "PUT",
        path,
        {
            "reviewers": [{"type": kind, "id": number} for kind, number, _ in reviewers.people],
            "prevent_self_review": bool(reviewers.people),
            "deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True},
        },
    )
    if there is None or facts.branch not in (there.branches or ()):
        yield Request("POST", f"{path}/deployment-branch-policies", {"name": facts.branch, "type": "branch"})


def _actions(facts: GitHubFacts) -> Item:
    what, why = "what workflows may do", "an approval by a workflow would be an approval by nobody"
    rights = facts.actions
    if isinstance(rights, NotTold):
        return Item("actions", "impossible", what, rights.why)
    if not rights.enabled:
        told = "GitHub Actions are switched off; without them nothing is checked. Switch them on in the settings"
        return Item("actions", "yours", told, why)
    if not rights.may_approve and not rights.default_write:
        return Item("actions", "there", f"{what}: they read, and approve nothing", why)
    told = f"{what}: they may {_too_much(rights)}, and would not any more"
    body = {"default_workflow_permissions": "read", "can_approve_pull_request_reviews": False}
    return Item("actions", "different", told, why, (Request("PUT", "actions/permissions/workflow", body),))


def _too_much(rights: ActionsRights) -> str:
    words = (("approve pull requests", rights.may_approve), ("write unless they say otherwise", rights.default_write))
    return " and ".join(word for word, said in words if said)
