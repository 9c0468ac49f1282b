"""The mirror of a hosted repository, fetched over real HTTP: all of it, again and again, or as it was before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runwright.adapters.git_repository import GitRepository, RefChange
from runwright.adapters.mirror import Mirror
from runwright.errors import EdgeError, TrustError
from tests.support.forge import Forge, make_forge
from tests.support.git_site import GitSite, git_site

TOKEN = "ghs_" + "s3cret" * 20


@pytest.fixture
def site(tmp_path: Path) -> Iterator[GitSite]:
    with git_site(tmp_path / "served", TOKEN) as made:
        yield made


@pytest.fixture
def forge(site: GitSite) -> Forge:
    site.root.mkdir(exist_ok=True)
    return make_forge(site.root)


@pytest.fixture
def mirror(site: GitSite, forge: Forge, tmp_path: Path) -> Mirror:
    return Mirror(tmp_path / "state" / "mirror.git", site.address("forge.git"), lambda: TOKEN)


def set_ref(forge: Forge, name: str, oid: str | None) -> None:
    forge.repository.update_refs([RefChange(name, oid, forge.repository.resolve(name))])


def all_refs(mirror: Mirror) -> dict[str, str]:
    lines = mirror.repository.ask("for-each-ref", "--format=%(refname) %(objectname)").decode().splitlines()
    return dict(line.split(" ") for line in lines)


BOTS = "refs/heads/runwright/improve/RB-LIN-SERVICE-001/aaaaaaaaaaaa"


def test_main_the_bots_branches_releases_and_tags_are_here_and_move_as_they_do_there(
    forge: Forge, mirror: Mirror
) -> None:
    first = forge.main
    names = {"refs/heads/main", BOTS, "refs/heads/channels", "refs/tags/rules-v1"}
    for name in names - {"refs/heads/main"}:
        set_ref(forge, name, first)
    assert mirror.refresh()
    assert all_refs(mirror) == dict.fromkeys(names, first)
    assert not mirror.refresh(), "nothing moved"
    second = forge.push({"runwright.toml": b"# new\n"})
    assert mirror.refresh()
    assert mirror.repository.resolve("refs/heads/main") == second
    assert mirror.repository.is_ancestor(first, second)


def test_before_the_first_release_and_the_first_proposal_main_alone_is_here(forge: Forge, mirror: Mirror) -> None:
    assert mirror.refresh()
    assert all_refs(mirror) == {"refs/heads/main": forge.main}


def test_what_strangers_push_fills_no_disk_of_ours(forge: Forge, mirror: Mirror) -> None:
    mirror.refresh()
    main = forge.main
    heads = [forge.push({f"big/{at}.bin": b"x" * 100_000}, "dana", f"refs/pull/{at}/head") for at in range(3)]
    heads.append(forge.push({"own.txt": b"mine\n"}, "dana", "refs/heads/dana/own"))
    assert not mirror.refresh()
    assert all_refs(mirror) == {"refs/heads/main": main}
    assert [head for head in heads if mirror.repository.resolve(head)] == []


def test_a_branch_of_the_bots_that_is_gone_there_goes_here_and_a_forced_push_is_followed(
    forge: Forge, mirror: Mirror
) -> None:
    first = forge.main
    set_ref(forge, BOTS, first)
    forge.push({"runwright.toml": b"# new\n"})
    mirror.refresh()
    set_ref(forge, BOTS, None)
    set_ref(forge, "refs/heads/main", first)
    mirror.refresh()
    assert mirror.repository.resolve(BOTS) is None
    assert mirror.repository.resolve("refs/heads/main") == first


def test_what_cannot_be_fetched_leaves_the_old_state_and_says_so(forge: Forge, mirror: Mirror, site: GitSite) -> None:
    mirror.refresh()
    before = all_refs(mirror)
    forge.push({"runwright.toml": b"# new\n"})
    site.token = "another"
    with pytest.raises(EdgeError, match="check the token") as caught:
        mirror.refresh()
    assert TOKEN not in str(caught.value)
    assert all_refs(mirror) == before
    site.token = TOKEN
    assert mirror.refresh()


def test_a_head_that_git_refuses_holds_up_no_branch_no_tag_and_no_other_head(forge: Forge, mirror: Mirror) -> None:
    mirror.refresh()
    set_ref(forge, "refs/pull/666/head", malformed(forge.repository))
    new = forge.push({"runwright.toml": b"# new\n"})
    set_ref(forge, "refs/pull/7/head", new)
    assert mirror.refresh()
    assert mirror.repository.resolve("refs/heads/main") == new
    mirror.bring(7)
    assert mirror.repository.resolve("refs/pull/7/head") == new
    with pytest.raises(TrustError):
        mirror.bring(666)
    with pytest.raises(EdgeError, match="there is no 'refs/pull/8/head'; check the name, or push it first"):
        mirror.bring(8)
    assert mirror.repository.resolve("refs/pull/666/head") is None


def malformed(repository: GitRepository) -> str:
    """Write a commit whose author is none; git itself would not."""
    tree = repository.tree_of(repository.resolve("refs/heads/main") or "")
    text = f"tree {tree}\nauthor nobody\ncommitter nobody\n\nbad\n".encode()
    words = ("hash-object", "-w", "--literally", "--stdin", "-t", "commit")
    return repository.ask(*words, stdin=text).decode().strip()


def test_the_token_stands_in_no_file(forge: Forge, mirror: Mirror) -> None:
    mirror.refresh()
    files = [path for path in mirror.repository.path.rglob("*") if path.is_file()]
    assert not [path for path in files if TOKEN.encode() in path.read_bytes()]
