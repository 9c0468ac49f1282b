"""An agent's releases: only what verifies becomes active, and whatever happens something whole stays active."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from shutil import copytree

import pytest

from runwright.adapters import release_store
from runwright.adapters.git_repository import Excess, GitRepository, RefChange
from runwright.adapters.release_git import CutRequest, cut_release, reissue
from runwright.adapters.release_store import Pulled, ReleaseStore, Source
from runwright.errors import EdgeError, TrustError
from runwright.model.release import Hold
from runwright.release.objects import Identity, commit_bytes, signed_tag
from tests.support.forge import NOW, RELEASE, RUNBOOK, Forge, cut, key_of, later, make_forge, pins, proposal
from tests.support.growth import no_runaway
from tests.support.pull_and_die import STEPS

HOUR = 60
TOP = Path(__file__).parents[2]


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    made = make_forge(tmp_path)
    cut(made, first=True)
    return made


@pytest.fixture
def store(forge: Forge, tmp_path: Path) -> ReleaseStore:
    return store_of(forge, tmp_path)


def store_of(forge: Forge, folder: Path, **changes: object) -> ReleaseStore:
    values: dict[str, object] = {"remote": str(forge.repository.path), "pins": pins()} | changes
    return ReleaseStore(folder / "agent", Source(**values))  # type: ignore[arg-type]


def version(store: ReleaseStore) -> bytes:
    active = store.active()
    assert active
    return active.files[RUNBOOK].splitlines()[1]


def next_release(forge: Forge, number: int = 2, minutes: float = 20) -> None:
    forge.merged(f"id: RB-LIN-SERVICE-001\nversion: {number}\n", f"{number:02d}" * 8)
    cut(forge, minutes=minutes)


def refused(store: ReleaseStore, minutes: float = HOUR) -> str:
    """The pull is refused with a code, and what was active stays active, byte for byte."""
    before = store.active()
    with pytest.raises(TrustError) as caught:
        store.pull(later(minutes))
    assert store.active() == before
    return caught.value.code


def move_tag(forge: Forge, name: str, oid: str) -> None:
    ref = f"refs/tags/{name}"
    forge.repository.update_refs([RefChange(ref, oid, forge.repository.resolve(ref))])


def channels_at(forge: Forge, commit: str) -> None:
    ref = "refs/heads/channels"
    forge.repository.update_refs([RefChange(ref, commit, forge.repository.resolve(ref))])


def test_a_new_agent_activates_the_release_of_its_channel(forge: Forge, store: ReleaseStore) -> None:
    assert store.active() is None
    pulled = store.pull(later(HOUR))
    assert pulled.changed
    assert (pulled.active.seq, pulled.active.tag) == (1, "rules-v1")
    assert pulled.active.files == forge.repository.read_files(forge.main, "runbooks/", "rules/")
    assert store.key_id(pulled.active) == RELEASE.public.key_id
    assert (store.root / "current" / RUNBOOK).read_bytes() == pulled.active.files[RUNBOOK]
    assert os.readlink(store.root / "current") == f"releases/{pulled.active.document.tree}"


def test_only_runbooks_and_rules_reach_the_agent(store: ReleaseStore) -> None:
    store.pull(later(HOUR))
    assert {path.name for path in (store.root / "current").iterdir()} == {"runbooks", "rules", "release.json"}


def test_pulling_again_changes_nothing(store: ReleaseStore) -> None:
    first = store.pull(later(HOUR))
    before = sorted(path for path in store.folder.releases.rglob("*"))
    assert store.pull(later(HOUR)) == Pulled(False, first.active)
    assert sorted(path for path in store.folder.releases.rglob("*")) == before


def test_the_next_release_replaces_the_whole_tree(forge: Forge, store: ReleaseStore) -> None:
    store.pull(later(HOUR))
    next_release(forge)
    assert store.pull(later(HOUR)).changed
    assert version(store) == b"version: 2"


def test_a_removed_rule_is_gone(forge: Forge, store: ReleaseStore) -> None:
    store.pull(later(HOUR))
    bot = forge.bot()
    pull = bot.open(proposal({"rules/promoted/L1-SERVICE-DOWN.yaml": None}), later(1))
    forge.green(pull)
    forge.reviews().approve(pull.number, later(3))
    cut(forge, minutes=20)
    store.pull(later(HOUR))
    assert not (store.root / "current" / "rules").exists()


def test_a_release_issued_again_renews_the_expiry_without_a_change(forge: Forge, store: ReleaseStore) -> None:
    store.pull(later(HOUR))
    reissue(forge.repository, RELEASE, "stable", NOW + timedelta(days=6))
    pulled = store.pull(NOW + timedelta(days=6, hours=1))
    assert not pulled.changed
    assert not pulled.active.expired(NOW + timedelta(days=12))
    assert pulled.active.expired(NOW + timedelta(days=14))


def test_a_rollback_is_a_higher_release_with_older_content(forge: Forge, store: ReleaseStore) -> None:
    store.pull(later(HOUR))
    next_release(forge, 2, 20)
    store.pull(later(HOUR))
    next_release(forge, 1, 30)
    pulled = store.pull(later(HOUR))
    assert pulled.active.tag == "rules-v3"
    assert version(store) == b"version: 1"


def test_the_same_tree_under_a_new_number_is_a_new_release(forge: Forge, store: ReleaseStore) -> None:
    store.pull(later(HOUR))
    hold = Hold(runbook_id="RB-LIN-SERVICE-001", version=1, reason="wrong host")
    cut_release(forge.repository, RELEASE, CutRequest(now=later(20), holds=(hold,)))
    pulled = store.pull(later(HOUR))
    assert (pulled.changed, pulled.active.tag, pulled.active.document.holds) == (True, "rules-v2", (hold,))


def test_the_previous_two_are_kept_and_no_more(forge: Forge, store: ReleaseStore) -> None:
    trees = [store.pull(later(HOUR)).active.document.tree]
    for number in range(2, 6):
        next_release(forge, number, 10 * number)
        trees.append(store.pull(later(HOUR)).active.document.tree)
    assert {path.name for path in store.folder.releases.iterdir()} == set(trees[-3:])


# Refusals


def test_a_repointed_tag_is_refused(forge: Forge, tmp_path: Path) -> None:
    """The tag of the release is moved to another commit and signed by the release key itself."""
    evil = forge.push({RUNBOOK: b"evil\n"})
    tag = signed_tag(evil, "rules-v1", Identity.of("x"), NOW, "Release", key=RELEASE)
    move_tag(forge, "rules-v1", forge.repository.write_object("tag", tag))
    assert refused(store_of(forge, tmp_path)) == "tag.moved"


def test_an_unsigned_tag_is_refused(forge: Forge, tmp_path: Path) -> None:
    tag = signed_tag(forge.main, "rules-v1", Identity.of("x"), NOW, "Release", key=RELEASE).split(b"-----BEGIN")[0]
    move_tag(forge, "rules-v1", forge.repository.write_object("tag", tag))
    assert refused(store_of(forge, tmp_path)) == "tag.unsigned"


def test_a_lightweight_tag_is_refused(forge: Forge, tmp_path: Path) -> None:
    move_tag(forge, "rules-v1", forge.main)
    assert refused(store_of(forge, tmp_path)) == "tag.lightweight"


def test_a_tag_by_another_key_is_refused(forge: Forge, tmp_path: Path) -> None:
    tag = signed_tag(forge.main, "rules-v1", Identity.of("x"), NOW, "Release", key=key_of("mallory"))
    move_tag(forge, "rules-v1", forge.repository.write_object("tag", tag))
    assert refused(store_of(forge, tmp_path)) == "key.unknown"


def test_a_valid_old_tag_under_a_newer_name_is_refused(forge: Forge, store: ReleaseStore) -> None:
    store.pull(later(HOUR))
    old = forge.repository.resolve("refs/tags/rules-v1")
    assert old
    next_release(forge)
    move_tag(forge, "rules-v2", old)
    assert refused(store) == "tag.name"


def test_a_tag_that_is_gone_is_told_and_the_last_good_one_stays(forge: Forge, store: ReleaseStore) -> None:
    store.pull(later(HOUR))
    next_release(forge)
    ref = "refs/tags/rules-v2"
    forge.repository.update_refs([RefChange(ref, None, forge.repository.resolve(ref))])
    with pytest.raises(EdgeError):
        store.pull(later(HOUR))
    assert version(store) == b"version: 1"


def test_an_older_release_is_refused(forge: Forge, store: ReleaseStore) -> None:
    old = forge.repository.resolve("refs/heads/channels")
    assert old
    next_release(forge)
    store.pull(later(HOUR))
    channels_at(forge, old)
    assert refused(store) == "document.older"


def test_an_older_release_is_refused_by_an_agent_that_lost_its_link(forge: Forge, store: ReleaseStore) -> None:
    """What was accepted is remembered apart from what is active."""
    old = forge.repository.resolve("refs/heads/channels")
    assert old
    next_release(forge)
    store.pull(later(HOUR))
    (store.root / "current").unlink()
    channels_at(forge, old)
    with pytest.raises(TrustError, match=r"document\.older"):
        store.pull(later(HOUR))


def test_an_unknown_key_is_refused(forge: Forge, tmp_path: Path) -> None:
    other = pins().replace(RELEASE.public.line, key_of("other").public.line)
    assert refused(store_of(forge, tmp_path, pins=other)) == "key.unknown"


def test_a_revoked_key_is_refused_and_the_last_good_one_stays(forge: Forge, tmp_path: Path) -> None:
    store_of(forge, tmp_path).pull(later(HOUR))
    next_release(forge)
    store = store_of(forge, tmp_path, revoked=(RELEASE.public.key_id,))
    assert refused(store) == "key.revoked"
    assert version(store) == b"version: 1"


def test_an_expired_document_raises_the_alarm_and_the_agent_keeps_running(store: ReleaseStore) -> None:
    store.pull(later(HOUR))
    week = 8 * 24 * HOUR
    assert refused(store, week) == "document.expired"
    active = store.active()
    assert active
    assert active.expired(later(week))
    assert version(store) == b"version: 1"


def test_an_expired_release_never_becomes_active(forge: Forge, tmp_path: Path) -> None:
    store = store_of(forge, tmp_path)
    assert refused(store, 8 * 24 * HOUR) == "document.expired"
    assert store.active() is None


def test_a_document_that_was_changed_is_refused(forge: Forge, store: ReleaseStore) -> None:
    tip = forge.repository.resolve("refs/heads/channels")
    assert tip
    data = forge.repository.read_file(tip, "stable.json")
    assert data
    forge.push({"stable.json": data.replace(b"initial", b"another")}, ref="refs/heads/channels", on=tip)
    assert refused(store) == "signature.invalid"


def test_a_huge_document_is_refused_before_it_is_read(forge: Forge, store: ReleaseStore) -> None:
    tip = forge.repository.resolve("refs/heads/channels")
    assert tip
    forge.push({"stable.json": b"x" * 1_000_000}, ref="refs/heads/channels", on=tip)
    assert refused(store) == "document.malformed"


def tree_bomb(repository: GitRepository, oid: str, wide: int = 60, deep: int = 4, mode: bytes = b"100644") -> str:
    """Write a tree that names a blob wide**deep times, in a few small objects."""
    for _ in range(deep):
        names = sorted(f"{number:03d}".encode() for number in range(wide))
        oid = repository.write_object("tree", b"".join(b"%s %s\0" % (mode, n) + bytes.fromhex(oid) for n in names))
        mode = b"40000"
    return oid


def commit_of(forge: Forge, *entries: tuple[str, str, str]) -> str:
    """Write a commit of a tree of (mode, name, object id), sorted."""
    lines = [f"{mode} {name}\0".encode() + bytes.fromhex(oid) for mode, name, oid in entries]
    tree = forge.repository.write_object("tree", b"".join(lines))
    payload = commit_bytes(tree, (), Identity.of("eve"), NOW, "bomb\n")
    return forge.repository.write_object("commit", payload)


def test_millions_of_names_beside_the_document_are_not_listed(forge: Forge, store: ReleaseStore) -> None:
    repository = forge.repository
    tip = repository.resolve("refs/heads/channels")
    assert tip
    kept = [(entry.mode, entry.path, entry.oid) for entry in repository.list_tree(tip)]
    bomb = tree_bomb(repository, repository.write_object("blob", b"x"))
    channels_at(forge, commit_of(forge, *kept, ("40000", "zzz", bomb)))
    with no_runaway():
        assert store.pull(later(HOUR)).changed


def test_a_huge_file_beside_the_document_is_refused_and_not_kept(
    forge: Forge, store: ReleaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.pull(later(HOUR))
    before = forge.repository.resolve("refs/heads/channels")
    assert before
    monkeypatch.setattr(release_store, "LARGEST_CACHE", 1024 * 1024)
    forge.push({"huge": os.urandom(3 * 1024 * 1024)}, ref="refs/heads/channels", on=before)
    assert refused(store) == "objects.too_large"
    assert not (store.root / "cache.git").exists()
    channels_at(forge, before)
    next_release(forge)
    assert store.pull(later(HOUR)).changed


def test_a_folder_named_like_the_document_is_not_opened(forge: Forge, store: ReleaseStore) -> None:
    bomb = tree_bomb(forge.repository, forge.repository.write_object("blob", b"x"))
    channels_at(forge, commit_of(forge, ("40000", "stable.json", bomb)))
    assert refused(store) == "document.malformed"


def test_a_listing_keeps_no_more_than_the_number_of_files_that_is_allowed(forge: Forge) -> None:
    repository = forge.repository
    bomb = tree_bomb(repository, repository.write_object("blob", b"x"), deep=3)
    with pytest.raises(Excess, match="more than 1000 entries"):
        repository.list_tree(bomb, most=1000)
    assert len(repository.list_tree(forge.main, most=5)) == 5


def test_another_channels_release_is_refused(forge: Forge, tmp_path: Path) -> None:
    tip = forge.repository.resolve("refs/heads/channels")
    assert tip
    files = forge.repository.read_files(tip)
    renamed: dict[str, bytes | None] = {path.replace("stable", "canary"): data for path, data in files.items()}
    forge.push(renamed, ref="refs/heads/channels", on=tip)
    assert refused(store_of(forge, tmp_path, channel="canary")) == "document.channel"


def test_a_release_for_newer_agents_is_refused_and_the_last_good_one_stays(forge: Forge, store: ReleaseStore) -> None:
    store.pull(later(HOUR))
    forge.merged()
    cut_release(forge.repository, RELEASE, CutRequest(now=later(20), min_agent="9.0.0"))
    assert refused(store) == "agent.too_old"


def test_a_remote_that_is_away_leaves_the_last_good_one(forge: Forge, store: ReleaseStore) -> None:
    store.pull(later(HOUR))
    forge.repository.path.rename(forge.repository.path.with_name("away.git"))
    with pytest.raises(EdgeError):
        store.pull(later(HOUR))
    assert version(store) == b"version: 1"


# The disk


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / RUNBOOK).write_bytes(b"evil\n"),
        lambda folder: (folder / RUNBOOK).unlink(),
        lambda folder: (folder / "rules" / "evil.yaml").write_bytes(b"x"),
        lambda folder: (folder / "rules" / "evil.yaml").symlink_to("/etc/passwd"),
        lambda folder: os.mkfifo(folder / "rules" / "evil.yaml"),
        lambda folder: (folder / "release.json").unlink(),
    ],
)
def test_a_folder_that_was_tampered_with_is_not_read_and_the_next_pull_heals_it(
    store: ReleaseStore, harm: Callable[[Path], object]
) -> None:
    good = store.pull(later(HOUR)).active
    harm(store.root / "current")
    with pytest.raises(TrustError, match=r"active\.tampered"):
        store.active()
    assert store.pull(later(HOUR)).active == good


def test_a_damaged_state_is_told_and_not_taken_for_a_new_agent(store: ReleaseStore) -> None:
    store.pull(later(HOUR))
    (store.root / "state.json").write_text('{"document": "x"')
    with pytest.raises(EdgeError, match="damaged"):
        store.pull(later(HOUR))
    assert version(store) == b"version: 1"


def test_a_lock_that_git_left_behind_is_overcome(forge: Forge, store: ReleaseStore) -> None:
    store.pull(later(HOUR))
    next_release(forge)
    (store.root / "cache.git" / "shallow.lock").touch()
    assert store.pull(later(HOUR)).changed


def test_two_pulls_at_the_same_time_are_one(forge: Forge, tmp_path: Path) -> None:
    caught: list[EdgeError] = []

    def second(point: str) -> None:
        if point == "unpacked":
            with pytest.raises(EdgeError, match="another pull") as error:
                store_of(forge, tmp_path).pull(later(HOUR))
            caught.append(error.value)

    source = Source(str(forge.repository.path), pins())
    assert ReleaseStore(tmp_path / "agent", source, second).pull(later(HOUR)).changed
    assert len(caught) == 1


# Power loss


def die(forge: Forge, store: ReleaseStore, step: str) -> None:
    command = [sys.executable, "-m", "tests.support.pull_and_die", str(store.root), str(forge.repository.path), step]
    environment = os.environ | {"PYTHONPATH": f"{TOP / 'tools'}:{TOP}"}
    done = subprocess.run(command, cwd=TOP, env=environment, check=False, timeout=60, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_during_the_switch_leaves_the_old_or_the_new_release(
    forge: Forge, store: ReleaseStore, step: str
) -> None:
    old = store.pull(later(HOUR)).active
    next_release(forge)
    die(forge, store, step)
    left = store.active()
    assert left
    assert left == old or left.tag == "rules-v2"
    assert store.pull(later(HOUR)).active.tag == "rules-v2"
    assert not list(store.root.rglob(".tmp-*"))


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_during_the_first_pull_leaves_nothing_or_the_release(
    forge: Forge, store: ReleaseStore, step: str
) -> None:
    die(forge, store, step)
    left = store.active()
    assert left is None or left.tag == "rules-v1"
    assert store.pull(later(HOUR)).active.tag == "rules-v1"


def test_a_switch_that_was_interrupted_is_finished_without_the_network(forge: Forge, store: ReleaseStore) -> None:
    store.pull(later(HOUR))
    next_release(forge)
    die(forge, store, "state_saved")
    forge.repository.path.rename(forge.repository.path.with_name("away.git"))
    with pytest.raises(EdgeError):
        store.pull(later(HOUR))
    assert version(store) == b"version: 2"


def test_a_release_that_was_accepted_before_a_kill_is_never_undone(forge: Forge, store: ReleaseStore) -> None:
    """The state was saved, the switch was not made, and the remote now offers the older release again."""
    store.pull(later(HOUR))
    old = forge.repository.resolve("refs/heads/channels")
    assert old
    next_release(forge)
    die(forge, store, "state_saved")
    channels_at(forge, old)
    with pytest.raises(TrustError, match=r"document\.older"):
        store.pull(later(HOUR))
    assert version(store) == b"version: 2"


def test_every_cut_of_the_remotes_objects_leaves_the_last_good_one(forge: Forge, store: ReleaseStore) -> None:
    """An object of the new release is damaged at the remote, one after the other."""
    store.pull(later(HOUR))
    known = {path for path in (forge.repository.path / "objects").rglob("*") if path.is_file()}
    next_release(forge)
    tree = forge.repository.tree_of(forge.main)
    fresh = [path for path in (forge.repository.path / "objects").rglob("*") if path.is_file() and path not in known]
    needed = 0
    for number, path in enumerate(fresh):
        agent = ReleaseStore(copytree(store.root, store.root.with_name(f"agent-{number}"), symlinks=True), store.source)
        data = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(data[: len(data) // 2])
        try:
            agent.pull(later(HOUR))  # an object that no release needs is not missed
        except (EdgeError, TrustError):
            needed += 1
            assert version(agent) == b"version: 1"
        path.write_bytes(data)
    assert needed
    assert store.pull(later(HOUR)).active.document.tree == tree


def test_the_cache_is_a_repository_of_the_agents_own(forge: Forge, store: ReleaseStore) -> None:
    store.pull(later(HOUR))
    cache = GitRepository(store.root / "cache.git")
    assert cache.resolve("refs/tags/rules-v1") == forge.repository.resolve("refs/tags/rules-v1")
    assert cache.log(forge.main) == (forge.main,)
