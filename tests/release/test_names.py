"""Names that are handed to Git: plain ones pass, hostile ones never reach it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from runwright.errors import ContentError
from runwright.release.names import checked_oid, checked_path, checked_prefix, checked_ref, checked_remote
from tests.support.hostile_names import PATHS, REFS, REMOTES


def test_there_are_enough_hostile_names() -> None:
    assert len(REFS) >= 58
    assert len(PATHS) >= 40
    assert len(REMOTES) >= 25


@pytest.mark.parametrize("name", REFS)
def test_a_hostile_reference_is_refused(name: str) -> None:
    with pytest.raises(ContentError):
        checked_ref(name)


@pytest.mark.parametrize("name", PATHS)
def test_a_hostile_path_is_refused(name: str) -> None:
    with pytest.raises(ContentError):
        checked_path(name)


@pytest.mark.parametrize("name", REMOTES)
def test_a_hostile_address_is_refused(name: str) -> None:
    with pytest.raises(ContentError):
        checked_remote(name)


@pytest.mark.parametrize(
    "text", ["", "HEAD", "a" * 39, "a" * 41, "A" * 40, "g" * 40, "a" * 40 + "\n", "-" + "a" * 39, "é" * 40]
)
def test_what_is_no_object_id_is_refused(text: str) -> None:
    with pytest.raises(ContentError):
        checked_oid(text)


@pytest.mark.parametrize(
    ("check", "name"),
    [
        (checked_ref, "refs/heads/main"),
        (checked_ref, "refs/heads/runwright/improve/RB-LIN-SERVICE-001/abcdef012345"),
        (checked_ref, "refs/tags/rules-v12"),
        (checked_ref, "refs/pull/7/head"),
        (checked_ref, "refs/heads/release-1.2"),
        (checked_prefix, "refs/pull/"),
        (checked_path, "runbooks/linux/RB-LIN-SERVICE-001.yaml"),
        (checked_path, ".github/CODEOWNERS"),
        (checked_path, "rules/promoted/.gitkeep"),
        (checked_path, "tests/recordings/RB-LIN-SERVICE-001/exec-20251110-0001.json"),
        (checked_remote, "/srv/forge.git"),
        (checked_remote, "https://github.com/acme/runbooks.git"),
        (checked_remote, "https://git.example.org:8443/a/b"),
        (checked_remote, "ssh://git@example.org/acme/runbooks.git"),
        (checked_remote, "git@example.org:acme/runbooks.git"),
    ],
)
def test_a_plain_name_passes(check: Callable[[str], str], name: str) -> None:
    assert check(name) == name
