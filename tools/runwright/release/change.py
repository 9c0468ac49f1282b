"""What a pull request really is, derived from its commits and never from what it says about itself."""

from __future__ import annotations

from dataclasses import dataclass

from runwright.errors import TrustError
from runwright.release.history import History
from runwright.release.objects import CommitObject, Identity
from runwright.release.signers import GIT
from runwright.release.sshsig import verify


@dataclass(frozen=True)
class Change:
    """The commits between a base and a head, summed up."""

    base_sha: str
    fork_sha: str
    head_sha: str
    head_tree: str
    paths: tuple[str, ...]
    authors: frozenset[str]
    """Names and addresses in the commits, case folded."""
    author_keys: frozenset[str]
    """Fingerprints of the keys that signed commits."""


def change_of(history: History, base: str, head: str) -> Change:
    """Sum up what merging a head into a base would bring.

    Raises TrustError: pull.unrelated, pull.empty, or history.hidden_change when a commit touches a file that the whole
    leaves as it was (nobody would see it in the review, and it would be in the history for good).
    """
    fork = history.merge_base(base, head)
    if fork is None:
        raise TrustError(
            "pull.unrelated", f"{head[:12]} shares no history with the base; start the branch from the base"
        )
    paths = history.changed_paths(fork, head)
    if not paths:
        raise TrustError("pull.empty", f"{head[:12]} changes nothing; close the pull request")
    oids = history.log(head, base)
    hidden = {path for oid in oids for path in history.touched_paths(oid)} - set(paths)
    if hidden:
        raise TrustError(
            "history.hidden_change", f"commits change and restore {sorted(hidden)[0]!a}; squash them first"
        )
    commits = [history.commit(oid) for oid in oids]
    return Change(
        base_sha=base,
        fork_sha=fork,
        head_sha=head,
        head_tree=history.commit(head).tree,
        paths=paths,
        authors=frozenset(name for commit in commits for name in names_in(commit)),
        author_keys=frozenset(key for commit in commits if (key := key_of(commit))),
    )


def names_in(commit: CommitObject) -> set[str]:
    """Give every name and address by which a commit calls its author and committer."""
    return names_of(commit.author) | names_of(commit.committer)


def names_of(person: Identity) -> set[str]:
    """Give what an author or committer may be called: name, address, and the handle in the address."""
    address = person.email.casefold()
    handle = address.split("@")[0]
    # GitHub's private addresses are number+handle@users.noreply.github.com.
    return {person.name.casefold(), address, handle, handle.split("+", 1)[-1]}


def key_of(commit: CommitObject) -> str:
    """Give the fingerprint of the key that signed a commit; empty when none did."""
    if not commit.signature:
        return ""
    try:
        return verify(commit.payload, commit.signature, GIT).key_id
    except TrustError:
        return ""


def merged_tree(history: History, change: Change) -> str:
    """Give the tree that merging must yield.

    Raises TrustError: merge.base_moved when the base changed the same files since the fork (what would be merged is not
    what was reviewed), merge.conflict when git cannot merge.
    """
    if change.fork_sha == change.base_sha:
        return change.head_tree
    both = set(history.changed_paths(change.fork_sha, change.base_sha)) & set(change.paths)
    if both:
        raise TrustError(
            "merge.base_moved",
            f"the base changed {sorted(both)[0]} since; update the branch and review again",
        )
    tree = history.merge_tree(change.base_sha, change.head_sha)
    if tree is None:
        raise TrustError("merge.conflict", "the branch conflicts with its base; update the branch and review again")
    return tree
