"""Git over HTTP with a token: what arrives, what is refused, and that the token shows nowhere."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from runwright.adapters.git_remote import Refused, fetch, push, remote_refs
from runwright.adapters.git_repository import GitRepository, NewCommit, RefChange, RefMoved
from runwright.errors import ContentError, EdgeError
from runwright.release.objects import Identity
from tests.support.forge import NOW
from tests.support.git_site import GitSite, git_site

ADDRESSES = [
    "http://example.org/a/b.git",
    "http://127.0.0.1.example.org/a/b.git",
    "http://localhost@example.org/a/b.git",
    "http://127.0.0.1:80@example.org/a/b.git",
    "https://user:secret@example.org/a/b.git",
    "ssh://git@example.org/a/b.git",
    "ext::sh -c x",
    "/srv/a.git",
    "git://h/a",
    "-u/x",
]
TOKEN = "ghs_7777_eyJhbGciOi.not-forty-characters"
MAIN, SIDE, TAG = "refs/heads/main", "refs/heads/side", "refs/tags/rules-v1"
MIRROR = {"refs/heads/*": "refs/heads/*", "refs/tags/*": "refs/tags/*"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[GitSite]:
    with git_site(tmp_path / "srv", TOKEN) as made:
        GitRepository.init_bare(tmp_path / "srv" / "acme" / "runbooks.git")
        yield made


@pytest.fixture
def theirs(site: GitSite) -> GitRepository:
    return GitRepository(site.root / "acme" / "runbooks.git")


@pytest.fixture
def ours(tmp_path: Path) -> GitRepository:
    return GitRepository.init_bare(tmp_path / "ours.git")


def url(site: GitSite) -> str:
    return site.address("acme/runbooks.git")


def token() -> str:
    return TOKEN


def commit(repository: GitRepository, text: str, *parents: str) -> str:
    return repository.write_commit(NewCommit("x\n", Identity.of("dana"), NOW, {"a": text.encode()}, parents))


def put(repository: GitRepository, name: str, oid: str | None) -> None:
    repository.update_refs([RefChange(name, oid, repository.resolve(name))])


def test_a_mirror_has_what_the_other_side_has(site: GitSite, theirs: GitRepository, ours: GitRepository) -> None:
    first = commit(theirs, "1")
    put(theirs, MAIN, first)
    put(theirs, TAG, first)
    fetch(ours, url(site), MIRROR, token)
    assert ours.refs("refs/heads/") == {MAIN: first}
    assert ours.refs("refs/tags/") == {TAG: first}
    assert ours.read_file(first, "a") == b"1"


def test_a_mirror_follows_a_rewritten_branch_and_forgets_a_deleted_one(
    site: GitSite, theirs: GitRepository, ours: GitRepository
) -> None:
    put(theirs, MAIN, commit(theirs, "1"))
    put(theirs, "refs/heads/old", commit(theirs, "2"))
    fetch(ours, url(site), MIRROR, token)
    other = commit(theirs, "3")
    put(theirs, MAIN, other)
    put(theirs, "refs/heads/old", None)
    put(theirs, "refs/heads/old/deeper", other)
    fetch(ours, url(site), MIRROR, token, prune=True)
    assert ours.refs("refs/heads/") == {MAIN: other, "refs/heads/old/deeper": other}


def test_a_push_moves_all_or_nothing(site: GitSite, theirs: GitRepository, ours: GitRepository) -> None:
    mine = commit(ours, "mine")
    put(theirs, TAG, commit(theirs, "theirs"))
    with pytest.raises(RefMoved, match="another writer was first"):
        push(ours, url(site), {MAIN: mine, TAG: mine}, token, leases={MAIN: None, TAG: None})
    assert theirs.resolve(MAIN) is None
    push(ours, url(site), {MAIN: mine}, token, leases={MAIN: None})
    assert theirs.resolve(MAIN) == mine


def test_a_lease_holds_only_for_where_the_reference_was(
    site: GitSite, theirs: GitRepository, ours: GitRepository
) -> None:
    first = commit(ours, "1")
    second, third = commit(ours, "2", first), commit(ours, "3", first)
    push(ours, url(site), {SIDE: first}, token)
    push(ours, url(site), {SIDE: second}, token, leases={SIDE: first})
    for lease in ({SIDE: first}, {SIDE: None}, {}):
        with pytest.raises(RefMoved):
            push(ours, url(site), {SIDE: third}, token, leases=lease)
    assert theirs.resolve(SIDE) == second
    push(ours, url(site), {SIDE: None}, token, leases={SIDE: second})
    assert theirs.resolve(SIDE) is None


def test_the_other_side_says_where_its_references_are(
    site: GitSite, theirs: GitRepository, ours: GitRepository
) -> None:
    oid = commit(theirs, "1")
    put(theirs, MAIN, oid)
    put(theirs, "refs/heads/other/refs/heads/main", oid)
    assert remote_refs(ours, url(site), MAIN, TAG, token=token) == {MAIN: oid}
    assert len(remote_refs(ours, url(site), token=token)) == 2


@pytest.mark.parametrize("fault", ["before", "after", "drop"])
def test_a_push_that_was_cut_off_is_unclear_and_the_look_after_it_tells(
    site: GitSite, ours: GitRepository, fault: str
) -> None:
    mine = commit(ours, "mine")
    site.faults.append(fault)
    with pytest.raises(EdgeError) as caught:
        push(ours, url(site), {MAIN: mine}, token, leases={MAIN: None})
    assert not isinstance(caught.value, RefMoved | Refused)
    happened = remote_refs(ours, url(site), MAIN, token=token) == {MAIN: mine}
    assert happened == (fault != "before")


@pytest.mark.parametrize("wrong", ["", "ghs_another"])
def test_who_has_no_good_token_is_refused(site: GitSite, ours: GitRepository, wrong: str) -> None:
    with pytest.raises(Refused, match="check the token") as caught:
        fetch(ours, url(site), MIRROR, lambda: wrong)
    assert not caught.value.retryable


def test_a_server_that_forbids_is_no_reason_to_try_again(site: GitSite, ours: GitRepository) -> None:
    site.faults.append("403")
    with pytest.raises(Refused):
        push(ours, url(site), {MAIN: commit(ours, "1")}, token)


def test_a_push_that_a_rule_forbids_is_told_with_the_rule(
    site: GitSite, theirs: GitRepository, ours: GitRepository
) -> None:
    hook = theirs.path / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'GH013: no \033[31mforce-push' >&2\nexit 1\n", "ascii")
    hook.chmod(0o755)
    with pytest.raises(Refused) as caught:
        push(ours, url(site), {MAIN: commit(ours, "1")}, token)
    told = str(caught.value)
    assert "refused: 'refs/heads/main [remote rejected] (pre-receive hook declined)'" in told
    assert "it says: GH013: no ?[31mforce-push" in told


def test_a_redirect_takes_the_token_nowhere(site: GitSite, ours: GitRepository, tmp_path: Path) -> None:
    with git_site(tmp_path / "elsewhere") as elsewhere:
        site.moved_to = elsewhere.url
        with pytest.raises(Refused, match="has moved"):
            fetch(ours, url(site), MIRROR, token)
        with pytest.raises(Refused, match="has moved"):
            push(ours, url(site), {MAIN: commit(ours, "1")}, token)
        assert elsewhere.seen == []
    assert any(site.seen)


def test_the_token_is_in_no_argument_no_file_and_no_error(
    site: GitSite, ours: GitRepository, theirs: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(theirs, MAIN, commit(theirs, "1"))
    shown, real = tmp_path / "argv", subprocess.check_output(["which", "git"], text=True).strip()
    wrapper = tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> {shown}\nexec {real} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{wrapper.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("GIT_TRACE_CURL", str(tmp_path / "trace"))
    fetch(ours, url(site), MIRROR, token)
    site.token = "another"
    with pytest.raises(Refused) as caught:
        fetch(ours, url(site), MIRROR, token)
    assert any(site.seen)
    assert "fetch" in shown.read_text()
    assert TOKEN not in str(caught.value)
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert TOKEN.encode() not in path.read_bytes(), path
        for form in filter(None, site.seen):
            assert form.removeprefix("Basic ").encode() not in path.read_bytes(), path


def test_a_token_that_would_be_a_second_header_is_refused(site: GitSite, ours: GitRepository) -> None:
    with pytest.raises(ContentError, match="line end"):
        fetch(ours, url(site), MIRROR, lambda: "ghs_x\r\nX-Other: 1")
    assert site.seen == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_token_goes_only_over_https_or_within_the_machine(ours: GitRepository, address: str) -> None:
    with pytest.raises(ContentError):
        fetch(ours, address, MIRROR, token)


@pytest.mark.parametrize("name", ["refs/heads/*/*", "--upload-pack=x", "refs/heads/a b", "main", "refs/heads/x:y"])
def test_a_hostile_name_is_no_reference(site: GitSite, ours: GitRepository, name: str) -> None:
    with pytest.raises(ContentError):
        fetch(ours, url(site), {name: "refs/heads/x"}, token)
    with pytest.raises(ContentError):
        push(ours, url(site), {name: None}, token)
    assert site.seen == []
