"""Releases that are not what they should be: each is refused, for its own reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from runwright.errors import TrustError
from runwright.model.release import ChannelDocument
from runwright.release.document import encode, parse, sign_document
from runwright.release.manifest import LARGEST_TOTAL, MOST_FILES, Entry, check_entries
from runwright.release.objects import Identity, commit_bytes, object_id
from runwright.release.signers import parse_allowed_signers
from runwright.release.sshsig import sign
from runwright.release.verify import Accepted, Trust, check_document
from tests.support.bundle import FILES, NEXT, OLD, OTHER, Bundle, bundle, tag_of, trust
from tests.support.forge import NOW


def accepted(made: Bundle, believed: Trust | None = None) -> Accepted:
    return check_document(made.document, made.signatures, believed or trust(), NOW)


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as caught:
        action()
    return caught.value.code


def unsigned(commit: bytes) -> bytes:
    return tag_of(commit, "rules-v1").split(b"-----BEGIN")[0]


def flipped(data: bytes) -> bytes:
    return data.replace(b"Release", b"release", 1)


def resigned(made: Bundle, data: bytes) -> Bundle:
    """A document whose bytes were changed by the one who signs."""
    return made.with_(document=data, signatures=sign_document(data, (OLD,)))


GOOD = bundle()
SEVENTH = accepted(bundle(7))
OTHER_TREE = commit_bytes("6" * 40, (), Identity.of("dana"), NOW, "Release 1")
PATH = "runbooks/linux/RB-LIN-SERVICE-001.yaml"


def entries(path: str = PATH, mode: str = "100644", size: int | None = 1) -> tuple[Entry, ...]:
    return (*GOOD.entries, Entry(path, mode, size))


TAMPERED: dict[str, tuple[str, Bundle, Trust]] = {
    # The document and its keys
    "an older release": ("document.older", bundle(6), trust(SEVENTH)),
    "an older issue of the same release": (
        "document.older",
        bundle(7, issued=NOW - timedelta(hours=2)),
        trust(SEVENTH),
    ),
    "the same release with other content": (
        "document.changed",
        bundle(7, files={PATH: b"evil\n"}, issued=NOW - timedelta(minutes=1)),
        trust(SEVENTH),
    ),
    "the same release with another approver": (
        "document.changed",
        bundle(7, merged_by="mallory", issued=NOW - timedelta(minutes=1)),
        trust(SEVENTH),
    ),
    "a jump that uses up the numbers": ("document.jump", bundle(1008), trust(SEVENTH)),
    "an expired document": ("document.expired", bundle(issued=NOW - timedelta(days=8), expires=NOW), trust()),
    "a document from the future": ("document.future", bundle(issued=NOW + timedelta(days=2)), trust()),
    "a document of another channel": ("document.channel", bundle(channel="canary"), trust()),
    "a release for a newer agent": ("agent.too_old", bundle(min_agent="0.2.0"), trust()),
    "an unknown key": ("key.unknown", bundle(keys=(OTHER,)), trust()),
    "a revoked key": ("key.revoked", bundle(), trust(revoked=frozenset({OLD.public.key_id}))),
    "a key that a newer one replaced": (
        "key.retired",
        bundle(3),
        trust(accepted(bundle(2, keys=(NEXT,)))),
    ),
    "a document without a signature": ("signature.malformed", GOOD.with_(signatures=b""), trust()),
    "a document with a cut signature": ("signature.malformed", GOOD.with_(signatures=GOOD.signatures[:-40]), trust()),
    "a changed document": (
        "signature.invalid",
        GOOD.with_(document=GOOD.document.replace(b'"dana"', b'"alex"')),
        trust(),
    ),
    "a signature made for something else": (
        "signature.namespace",
        GOOD.with_(signatures=sign(OLD, GOOD.document, "git").encode()),
        trust(),
    ),
    "a document that hides who signed it": ("document.key_ids", bundle(key_ids=(NEXT.public.key_id,)), trust()),
    "a document with a field twice": (
        "document.malformed",
        resigned(GOOD, GOOD.document.replace(b'"seq": 1', b'"seq": 9,\n  "seq": 1')),
        trust(),
    ),
    "a document with a field that is not known": (
        "document.malformed",
        resigned(GOOD, GOOD.document.replace(b'"seq": 1', b'"seq": 1,\n  "zeal": 1')),
        trust(),
    ),
    "a document in another form": ("document.malformed", resigned(GOOD, GOOD.document + b"\n"), trust()),
    "a document that is cut": ("document.malformed", resigned(GOOD, GOOD.document[:-9]), trust()),
    "a document that is no JSON": ("document.malformed", resigned(GOOD, b"\xff\xfe"), trust()),
    "a document that is huge": ("document.malformed", resigned(GOOD, GOOD.document + b" " * 70_000), trust()),
    # The tag
    "a lightweight tag": ("tag.lightweight", GOOD.with_(tag_kind="commit"), trust()),
    "an unsigned tag": ("tag.unsigned", bundle(make_tag=unsigned), trust()),
    "a tag by an unknown key": ("key.unknown", bundle(tag_key=OTHER), trust()),
    "a tag by a revoked key": (
        "key.revoked",
        bundle(keys=(NEXT,), tag_key=OLD),
        trust(revoked=frozenset({OLD.public.key_id})),
    ),
    "a tag that was changed after it was signed": (
        "signature.invalid",
        bundle(make_tag=lambda commit: flipped(tag_of(commit, "rules-v1"))),
        trust(),
    ),
    "a valid old tag object under a new name": (
        "tag.name",
        bundle(2, make_tag=lambda commit: tag_of(commit, "rules-v1")),
        trust(),
    ),
    "a tag that was moved to another signed object": (
        "tag.moved",
        GOOD.with_(tag=tag_of(OTHER_TREE, "rules-v1"), tag_oid=object_id("tag", tag_of(OTHER_TREE, "rules-v1"))),
        trust(),
    ),
    "a tag that does not have the content of its id": ("object.id", GOOD.with_(tag=GOOD.tag + b"\n"), trust()),
    "a tag of another commit than the document says": ("tag.commit", bundle(commit="7" * 40), trust()),
    # The commit and the files
    "a commit that does not have the content of its id": ("object.id", GOOD.with_(commit=OTHER_TREE), trust()),
    "a commit with another tree than the document says": ("commit.tree", bundle(tree="6" * 40), trust()),
    "a changed file": ("content.mismatch", GOOD.with_(files=FILES | {PATH: b"version: 2\n"}), trust()),
    "an extra file": ("content.mismatch", GOOD.with_(files=FILES | {"rules/evil.yaml": b""}), trust()),
    "a missing file": ("content.mismatch", GOOD.with_(files={PATH: FILES[PATH]}), trust()),
    "the document of one release with the files of another": (
        "content.mismatch",
        GOOD.with_(files=bundle(2, files={PATH: b"version: 9\n"}).files),
        trust(),
    ),
    "a symbolic link": ("file.mode", GOOD.with_(entries=entries("rules/a", "120000")), trust()),
    "an executable file": ("file.mode", GOOD.with_(entries=entries("rules/a", "100755")), trust()),
    "a submodule": ("file.mode", GOOD.with_(entries=entries("rules/a", "160000", None)), trust()),
    "a path that climbs out": ("file.path", GOOD.with_(entries=entries("rules/../../etc/x")), trust()),
    "a path that is absolute": ("file.path", GOOD.with_(entries=entries("/etc/x")), trust()),
    "a path into .git": ("file.path", GOOD.with_(entries=entries("rules/.git/config")), trust()),
    "a file outside the released folders": ("file.place", GOOD.with_(entries=entries("tools/x.py")), trust()),
    "two names that one file system folds": (
        "file.collision",
        GOOD.with_(entries=entries(PATH.replace("RB", "rb"))),
        trust(),
    ),
    "more bytes than an agent takes": (
        "content.too_large",
        GOOD.with_(entries=entries("rules/a", size=LARGEST_TOTAL)),
        trust(),
    ),
    "more files than an agent takes": (
        "content.too_many",
        GOOD.with_(entries=tuple(Entry(f"rules/{number}", "100644", 0) for number in range(MOST_FILES + 1))),
        trust(),
    ),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_release_is_refused(name: str) -> None:
    code, made, believed = TAMPERED[name]
    assert code_of(lambda: made.check(believed)) == code


def test_the_untouched_release_is_accepted() -> None:
    release = GOOD.check(trust())
    assert release.files == FILES
    assert release.accepted.document.tag == "rules-v1"
    assert release.accepted.key_id == OLD.public.key_id


def test_the_limits_themselves_are_accepted() -> None:
    check_entries(Entry(f"rules/{number}", "100644", 0) for number in range(MOST_FILES))
    check_entries([Entry("rules/a", "100644", LARGEST_TOTAL)])
    assert accepted(bundle(1007), trust(SEVENTH)).document.seq == 1007


def test_the_very_same_document_is_accepted_again() -> None:
    same = bundle(7)
    assert accepted(same, trust(SEVENTH)).document == SEVENTH.document


def test_the_same_release_issued_again_is_accepted() -> None:
    again = bundle(7, issued=NOW - timedelta(minutes=1), expires=NOW + timedelta(days=8))
    assert accepted(again, trust(SEVENTH)).document.seq == 7


def test_a_clock_set_back_brings_no_old_release_back() -> None:
    past = NOW - timedelta(days=365)
    old = bundle(6, issued=past, expires=past + timedelta(days=7))
    assert code_of(lambda: check_document(old.document, old.signatures, trust(SEVENTH), past)) == "document.older"
    dead = bundle(8, issued=past, expires=past + timedelta(days=7))
    assert code_of(lambda: check_document(dead.document, dead.signatures, trust(SEVENTH), past)) == "document.expired"


def test_a_clock_set_forward_refuses_without_a_crash() -> None:
    ahead = NOW + timedelta(days=365)
    assert code_of(lambda: check_document(GOOD.document, GOOD.signatures, trust(), ahead)) == "document.expired"


def test_one_release_signed_by_both_keys_hands_over_from_the_old_to_the_next() -> None:
    first = accepted(bundle(1))
    both = accepted(bundle(2, keys=(OLD, NEXT)), trust(first))
    assert both.key_id == NEXT.public.key_id
    assert code_of(lambda: accepted(bundle(3), trust(both))) == "key.retired"
    assert accepted(bundle(3, keys=(NEXT,)), trust(both)).document.seq == 3


def test_the_hand_over_is_not_forgotten() -> None:
    both = accepted(bundle(2, keys=(OLD, NEXT)))
    third = accepted(bundle(3, keys=(NEXT,)), trust(both))
    assert code_of(lambda: accepted(bundle(4), trust(third))) == "key.retired"


def test_a_tag_of_the_old_key_stays_good_under_a_document_of_the_next() -> None:
    made = bundle(3, keys=(NEXT,), tag_key=OLD)
    made.check(trust(accepted(bundle(2, keys=(OLD, NEXT)))))


def test_a_pin_counts_only_for_its_namespaces() -> None:
    line = f'runwright-release namespaces="git" {OLD.public.line}\n'
    believed = replace(trust(), pins=parse_allowed_signers(line))
    assert code_of(lambda: accepted(GOOD, believed)) == "key.namespace"


def test_versions_are_compared_as_numbers() -> None:
    assert accepted(bundle(min_agent="0.9.0"), trust(version="0.10.0")).document.min_agent == "0.9.0"


def test_a_document_reads_back_as_it_was_written() -> None:
    assert encode(parse(GOOD.document)) == GOOD.document


@pytest.mark.parametrize("changes", [{"tag": "rules-v2"}, {"expires": NOW - timedelta(days=2)}, {"seq": 0}])
def test_a_document_that_contradicts_itself_cannot_be_made(changes: dict[str, object]) -> None:
    values = parse(GOOD.document).model_dump(by_alias=True)
    with pytest.raises(ValueError, match=r"Field|tag|expires|Input"):
        ChannelDocument.model_validate(values | changes)
