"""A start asks GitHub for what is new to it: what was said about proposals that are over is kept till the next one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runwright.adapters.forge_github import GitHubPulls, Limited, kept
from runwright.adapters.forge_github.kept import Shelf
from runwright.adapters.git_repository import GitRepository
from tests.forge.sides import GitHubSide
from tests.forge.test_github_trouble import TEXT
from tests.support.forge import RUNBOOK, later, proposal
from tests.support.github import faults
from tests.support.github.open_site import github_site as open_site
from tests.support.hand_clock import HandClock
from tests.support.until import until

pytestmark = pytest.mark.needs("github-server")
SAME, SAID_MORE, REOPENED = (1, 2, 3, 4), 5, 6
OVER = 6


def reader_of(github: GitHubSide, folder: Path, owner: str = "acme/runbooks runwright[bot]") -> GitHubPulls:
    """A service as it comes up: it knows nothing but its state folder."""
    github.refresh()
    clock = HandClock()
    return GitHubPulls(github.connect(), github.mirror, shelf=Shelf(folder, lambda: owner), clock=clock.monotonic)


def asked(github: GitHubSide, act: Callable[[], object]) -> list[str]:
    """What was asked meanwhile, as paths of the repository."""
    before = len(github.site.requests)
    act()
    return [one.path.removeprefix("/repos/acme/runbooks/") for one in github.site.requests[before:]]


def about(paths: list[str], *numbers: int) -> list[str]:
    """The questions about some pull requests."""
    return [path for path in paths if any(path.startswith((f"pulls/{n}", f"issues/{n}")) for n in numbers)]


@pytest.fixture(scope="module")
def ended(github_server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[GitHubSide, Path]]:
    """Proposals that are over, an open one, a state folder after a first start; each test changes others of them."""
    del github_server
    with open_site(tmp_path_factory.mktemp("github")) as site:
        side, folder = GitHubSide(tmp_path_factory.mktemp("side"), site), tmp_path_factory.mktemp("state") / "pulls"
        for number in range(1, OVER + 2):
            pull = side.bot().open(proposal({RUNBOOK: TEXT}, f"{number}a" * 8), later())
            if number <= OVER:
                side.ask_changes(pull, f"not number {number}")
                side.close(pull, f"no {number}", "needs-work" if number % 2 else None)
        reader = reader_of(side, folder)

        def all_kept() -> bool:
            reader.looked = None
            reader.pulls()
            return len(list(folder.glob("*.json"))) == OVER

        until(all_kept, what="the second of the last change is over")
        yield side, folder


@pytest.fixture
def github(ended: tuple[GitHubSide, Path]) -> GitHubSide:
    return ended[0]


@pytest.fixture
def folder(ended: tuple[GitHubSide, Path], tmp_path: Path) -> Path:
    """What the first start kept."""
    return Path(shutil.copytree(ended[1], tmp_path / "pulls"))


def test_a_later_start_asks_for_nothing_that_was_said_about_what_is_over(github: GitHubSide, folder: Path) -> None:
    fresh = GitHubPulls(github.connect(), github.mirror).pulls()
    reader = reader_of(github, folder)
    paths = asked(github, reader.pulls)
    assert about(paths, *SAME) == []
    assert "pulls" in paths
    assert about(paths, OVER + 1), "what is open is read"
    assert reader.pulls() == fresh
    assert [pull.closed_reason for pull in fresh[:2]] == ["no 1", "no 2"]


def test_what_changed_since_is_read_anew_and_alone(github: GitHubSide, folder: Path) -> None:
    github.asks("dana", "POST", f"issues/{SAID_MORE}/comments", {"body": "on second thought"})
    reader = reader_of(github, folder)
    paths = asked(github, reader.pulls)
    assert about(paths, SAID_MORE)
    assert about(paths, *SAME) == []
    assert reader.pulls()[SAID_MORE - 1].closed_reason == "on second thought"


def test_one_that_was_opened_again_is_no_kept_one(github: GitHubSide, folder: Path) -> None:
    github.asks("dana", "PATCH", f"pulls/{REOPENED}", {"state": "open"})
    found = reader_of(github, folder).pulls()[REOPENED - 1]
    assert (found.state, found.closed_by, found.closed_as) == ("open", "", None)


def flipped(data: bytes) -> bytes:
    """The same with another word of a person."""
    assert b"not number" in data
    return data.replace(b"not number", b"yes number")


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut": lambda data: data[: len(data) // 2],
    "other words": flipped,
    "no json": lambda data: data.partition(b"\n")[0] + b"\n[",
    "binary": lambda _: b"\xff\xfe\x00" * 100,
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_file_is_read_anew_and_mended(github: GitHubSide, folder: Path, how: str) -> None:
    path = folder / "3.json"
    good = path.read_bytes()
    path.write_bytes(DAMAGE[how](good))
    reader = reader_of(github, folder)
    paths = asked(github, reader.pulls)
    assert about(paths, 3)
    assert about(paths, 1, 2, 4) == []
    assert reader.pulls()[2].decisions[0].notes == "not number 3"
    assert path.read_bytes() == good


def test_a_file_stands_for_no_other_pull_request_and_for_no_other_repository(
    github: GitHubSide, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "1.json").write_bytes((folder / "2.json").read_bytes())
    assert about(asked(github, reader_of(github, folder).pulls), 1)
    assert about(asked(github, reader_of(github, folder, "acme/others runwright[bot]").pulls), 2, 3, 4)
    monkeypatch.setattr(kept, "FORM", "runwright.kept-pull/0")
    assert about(asked(github, reader_of(github, folder).pulls), 1, 2, 3, 4)


def test_a_start_that_meets_a_limit_goes_on_from_there_after_a_restart(github: GitHubSide, tmp_path: Path) -> None:
    github.site.faults.add(faults.secondary_limit(retry_after=60), "GET", "/pulls/3/reviews$")
    with pytest.raises(Limited):
        reader_of(github, tmp_path / "new").pulls()
    paths = asked(github, reader_of(github, tmp_path / "new").pulls)
    assert about(paths, 1, 2) == []
    assert about(paths, 3)
    assert about(paths, 4)


def test_where_nothing_can_be_kept_everything_is_read(github: GitHubSide, folder: Path, tmp_path: Path) -> None:
    no_folder = tmp_path / "file"
    no_folder.write_text("in the way")
    assert reader_of(github, no_folder).pulls() == reader_of(github, folder).pulls()


def test_the_commits_of_proposals_that_are_over_are_there_though_their_branches_are_gone(
    github: GitHubSide, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulls = reader_of(github, folder).pulls()
    for number in SAME:
        github.asks("dana", "DELETE", f"git/refs/heads/{pulls[number - 1].branch}")
    theirs = github.person_opens()
    monkeypatch.setattr(github, "mirror", GitRepository.init_bare(tmp_path / "new.git"))
    found = reader_of(github, folder).pulls()
    assert [github.mirror.read_file(found[at - 1].head_sha, RUNBOOK) for at in SAME] == [TEXT.encode()] * len(SAME)
    assert github.mirror.resolve(theirs.head_sha) is None, "a person's own head stays where it is"
