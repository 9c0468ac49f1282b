"""Cutting releases: what the tag and the document say, who may sign, and what is not released."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from runwright.adapters.git_repository import GitRepository, NewCommit, RefChange, RefMoved
from runwright.adapters.release_git import CutRequest, cut_release, promote, reissue
from runwright.adapters.release_published import Keys
from runwright.errors import ContentError, TrustError
from runwright.model.release import Hold
from runwright.release.document import parse, sign_document, split_signatures
from runwright.release.manifest import content_digest
from runwright.release.objects import Identity, parse_tag, signed_tag
from runwright.release.sshsig import verify
from tests.support.forge import NOW, RELEASE, RUNBOOK, Forge, cut, key_of, later, make_forge


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return make_forge(tmp_path)


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as caught:
        action()
    return caught.value.code


def plain_git(forge: Forge, *words: str) -> subprocess.CompletedProcess[str]:
    command = ["git", "-C", str(forge.repository.path), *words]
    return subprocess.run(command, capture_output=True, check=False, timeout=30, text=True)


def test_the_first_release_is_an_initial_import(forge: Forge) -> None:
    release = cut(forge, first=True)
    assert (release.document.seq, release.tag, release.document.merged_by) == (1, "rules-v1", "initial import")
    assert release.document.commit == forge.main
    assert release.document.content == content_digest(forge.repository.read_files(forge.main, "runbooks/", "rules/"))
    assert release.document.expires - release.document.issued == timedelta(days=7)


def test_the_tag_is_signed_and_names_itself_and_its_commit(forge: Forge) -> None:
    release = cut(forge, first=True)
    found = forge.repository.read_object(release.tag_oid)
    tag = parse_tag(found.data)
    assert forge.repository.resolve("refs/tags/rules-v1") == release.tag_oid
    assert (found.kind, tag.name, tag.target) == ("tag", "rules-v1", forge.main)
    assert verify(tag.payload, tag.signature, "git") == RELEASE.public


def test_the_document_is_on_its_branch_with_its_signature(forge: Forge) -> None:
    release = cut(forge, first=True)
    data = forge.repository.read_file(release.channel_commit, "stable.json")
    signature = forge.repository.read_file(release.channel_commit, "stable.json.sig")
    assert data
    assert signature
    assert forge.repository.resolve("refs/heads/channels") == release.channel_commit
    assert parse(data) == release.document
    assert verify(data, split_signatures(signature)[0], "runwright-channel") == RELEASE.public


def test_a_merge_becomes_the_next_release_and_the_tag_says_who_approved_what(forge: Forge) -> None:
    cut(forge, first=True)
    pull = forge.merged()
    release = cut(forge, minutes=20)
    message = parse_tag(forge.repository.read_object(release.tag_oid).data).message
    assert (release.tag, release.document.merged_by) == ("rules-v2", "dana")
    for part in (f"#{pull.number}", pull.head_sha, pull.merge_commit, "dana", "checks=validate,replay"):
        assert part in message


@pytest.mark.needs("ssh-keygen")
def test_plain_git_verifies_the_tag_and_the_merge_with_the_allowed_signers(forge: Forge, tmp_path: Path) -> None:
    cut(forge, first=True)
    pull = forge.merged()
    cut(forge, minutes=20)
    signers = tmp_path / "allowed_signers"
    signers.write_bytes(forge.repository.read_file(forge.main, ".github/allowed_signers") or b"")
    option = f"gpg.ssh.allowedSignersFile={signers}"
    for words in (("verify-tag", "rules-v1"), ("verify-tag", "rules-v2"), ("verify-commit", pull.merge_commit)):
        done = plain_git(forge, "-c", option, *words)
        assert done.returncode == 0, done.stderr
        assert 'Good "git" signature' in done.stderr
    assert "error" not in plain_git(forge, "fsck", "--strict").stderr


def test_the_history_tells_the_story_to_plain_git(forge: Forge) -> None:
    cut(forge, first=True)
    forge.merged()
    cut(forge, minutes=20)
    assert "Approved-by: dana" in plain_git(forge, "log", "-1", "main").stdout
    assert "Pull-request: #1 approved-by=dana" in plain_git(forge, "show", "--no-patch", "rules-v2").stdout


def test_nothing_new_is_not_released(forge: Forge) -> None:
    cut(forge, first=True)
    with pytest.raises(ContentError, match="nothing was merged"):
        cut(forge, minutes=20)


def test_a_hold_is_a_release_of_its_own(forge: Forge) -> None:
    cut(forge, first=True)
    hold = Hold(runbook_id="RB-LIN-SERVICE-001", version=1, reason="restarts the wrong host")
    release = cut_release(forge.repository, RELEASE, CutRequest(now=later(20), holds=(hold,)))
    assert (release.tag, release.document.holds) == ("rules-v2", (hold,))


def test_a_first_release_must_be_asked_for(forge: Forge) -> None:
    assert code_of(lambda: cut(forge)) == "release.no_earlier"


def test_a_second_first_release_is_refused(forge: Forge) -> None:
    cut(forge, first=True)
    forge.push({RUNBOOK: b"evil\n"})
    assert code_of(lambda: cut(forge, first=True, minutes=20)) == "release.not_first"


def test_a_first_release_over_deleted_tags_is_refused(forge: Forge) -> None:
    """Somebody who can delete references must not get unreviewed content signed as an initial import."""
    release = cut(forge, first=True)
    forge.repository.update_refs([RefChange("refs/tags/rules-v1", None, release.tag_oid)])
    forge.push({RUNBOOK: b"evil\n"})
    assert code_of(lambda: cut(forge, first=True, minutes=20)) == "release.tag_missing"


def test_a_planted_newer_tag_does_not_hide_what_was_pushed(forge: Forge) -> None:
    cut(forge, first=True)
    tip = forge.push({RUNBOOK: b"evil\n"})
    planted = signed_tag(tip, "rules-v2", Identity.of("mallory"), NOW, "Release", key=key_of("mallory"))
    oid = forge.repository.write_object("tag", planted)
    forge.repository.update_refs([RefChange("refs/tags/rules-v2", oid, None)])
    forge.push({"README.md": b"x\n"})
    assert code_of(lambda: cut(forge, minutes=20)) == "release.tag_untrusted"


def test_a_lightweight_tag_in_the_way_is_refused(forge: Forge) -> None:
    cut(forge, first=True)
    tip = forge.push({RUNBOOK: b"evil\n"})
    forge.repository.update_refs([RefChange("refs/tags/rules-v2", tip, None)])
    assert code_of(lambda: cut(forge, minutes=20)) == "release.tag_untrusted"


def test_an_old_tag_under_a_new_name_is_refused(forge: Forge) -> None:
    first = cut(forge, first=True)
    forge.push({"README.md": b"x\n"})
    forge.repository.update_refs([RefChange("refs/tags/rules-v9", first.tag_oid, None)])
    assert code_of(lambda: cut(forge, minutes=20)) == "release.tag_untrusted"


def test_two_releases_at_the_same_time_are_one(forge: Forge) -> None:
    cut(forge, first=True)
    forge.merged()

    class Raced(GitRepository):
        first = True

        def write_commit(self, commit: NewCommit) -> str:
            if Raced.first:
                Raced.first = False
                cut(forge, minutes=15)
            return super().write_commit(commit)

    with pytest.raises(RefMoved):
        cut(Forge(Raced(forge.repository.path)), minutes=20)
    assert set(forge.repository.refs("refs/tags/")) == {"refs/tags/rules-v1", "refs/tags/rules-v2"}


def test_issuing_again_changes_only_the_times(forge: Forge) -> None:
    first = cut(forge, first=True)
    again = reissue(forge.repository, RELEASE, "stable", later(60 * 24))
    changed = {
        name
        for name in type(first.document).model_fields
        if getattr(first.document, name) != getattr(again.document, name)
    }
    assert changed == {"issued", "expires"}


def test_a_forged_document_is_not_issued_again(forge: Forge) -> None:
    cut(forge, first=True)
    tip = forge.repository.resolve("refs/heads/channels")
    assert tip
    data = forge.repository.read_file(tip, "stable.json")
    assert data
    forged: dict[str, bytes | None] = {"stable.json": data.replace(b"initial import", b"somebody else")}
    forge.push(forged, ref="refs/heads/channels", on=tip)
    assert code_of(lambda: reissue(forge.repository, RELEASE, "stable", later(20))) == "release.document_untrusted"


def test_a_document_signed_by_another_key_is_not_issued_again(forge: Forge) -> None:
    cut(forge, first=True)
    tip = forge.repository.resolve("refs/heads/channels")
    assert tip
    data = forge.repository.read_file(tip, "stable.json")
    assert data
    forged: dict[str, bytes | None] = {"stable.json.sig": sign_document(data, (key_of("mallory"),))}
    forge.push(forged, ref="refs/heads/channels", on=tip)
    assert code_of(lambda: reissue(forge.repository, RELEASE, "stable", later(20))) == "release.document_untrusted"


def test_canary_is_promoted_to_stable_and_never_back(forge: Forge) -> None:
    cut(forge, first=True, channel="canary")
    promote(forge.repository, RELEASE, "canary", "stable", later(20))
    forge.merged()
    second = cut(forge, minutes=30, channel="canary")
    stable = promote(forge.repository, RELEASE, "canary", "stable", later(40))
    assert (stable.document.channel, stable.document.tag_oid) == ("stable", second.tag_oid)
    forge.merged("id: RB-LIN-SERVICE-001\nversion: 3\n", "cd" * 8)
    cut(forge, minutes=50)
    assert code_of(lambda: promote(forge.repository, RELEASE, "canary", "stable", later(60))) == "document.older"


def test_a_channel_without_a_release_cannot_be_issued_again(forge: Forge) -> None:
    assert code_of(lambda: reissue(forge.repository, RELEASE, "stable", NOW)) == "release.no_document"


def test_a_rotation_signs_with_both_keys(forge: Forge) -> None:
    cut(forge, first=True)
    forge.merged()
    keys = Keys(RELEASE, also=(key_of("next"),))
    release = cut_release(forge.repository, keys, CutRequest(now=later(20)))
    assert release.document.key_ids == (RELEASE.public.key_id, key_of("next").public.key_id)
    signature = forge.repository.read_file(release.channel_commit, "stable.json.sig")
    assert len(split_signatures(signature or b"")) == 2


def test_a_new_key_goes_on_when_it_names_the_earlier_one(forge: Forge) -> None:
    cut(forge, first=True)
    forge.merged()
    request = CutRequest(now=later(20))
    assert code_of(lambda: cut_release(forge.repository, key_of("next"), request)) == "release.tag_untrusted"
    keys = Keys(key_of("next"), earlier=(RELEASE.public,))
    assert cut_release(forge.repository, keys, request).tag == "rules-v2"


@pytest.mark.parametrize("mode", ["120000", "100755", "160000"])
def test_what_is_no_plain_file_is_not_released(forge: Forge, mode: str) -> None:
    blob = forge.main if mode == "160000" else forge.repository.write_object("blob", b"../../etc/passwd")
    head = f"commit refs/heads/main\ncommitter x <x@x> 1 +0000\ndata 1\nx\nfrom {forge.main}\n"
    stream = f"{head}M {mode} {blob} rules/promoted/evil.yaml\n\ndone\n"
    forge.repository.ask("fast-import", "--quiet", "--done", stdin=stream.encode())
    assert code_of(lambda: cut(forge, first=True)) == "file.mode"


def test_who_gives_another_key_is_told_which_one_signed_and_which_one_was_given(forge: Forge) -> None:
    cut(forge, first=True)
    other, signed = key_of("next"), RELEASE.public.key_id
    for attempt in (
        lambda: cut_release(forge.repository, other, CutRequest(now=later(20))),
        lambda: reissue(forge.repository, other, "stable", later(20)),
    ):
        with pytest.raises(TrustError) as told:
            attempt()
        assert f"is signed by {signed}, and the key that was given is {other.public.key_id}" in str(told.value)
