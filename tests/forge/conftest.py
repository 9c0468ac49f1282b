"""Each case of the contract runs on both forges."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.forge.sides import GitHubSide, LocalSide, Side


@pytest.fixture(params=["local", pytest.param("github", marks=pytest.mark.needs("github-server"))])
def side(request: pytest.FixtureRequest, tmp_path: Path) -> Side:
    """A forge with a small library."""
    if request.param == "local":
        return LocalSide(tmp_path)
    return GitHubSide(tmp_path, request.getfixturevalue("github_site"))


@pytest.fixture
def github(github_site, tmp_path: Path) -> GitHubSide:  # type: ignore[no-untyped-def]
    """The test GitHub alone."""
    return GitHubSide(tmp_path, github_site)
