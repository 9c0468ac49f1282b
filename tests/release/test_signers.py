"""allowed_signers: whose key may sign what, and lines that are refused instead of guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from runwright.errors import ContentError, TrustError
from runwright.release.signers import DECISION, allowed_signers_line, parse_allowed_signers
from tests.support.forge import NOW, key_of

KEY = key_of("dana").public


def code_of(text: str, namespace: str, moment: datetime = NOW) -> str:
    with pytest.raises(TrustError) as caught:
        parse_allowed_signers(text).identify(KEY, namespace, moment)
    return caught.value.code


def test_the_key_gives_the_principal() -> None:
    text = f"# people\n\n{allowed_signers_line('dana', KEY, (DECISION, 'git'))}"
    signers = parse_allowed_signers(text)
    assert signers.identify(KEY, DECISION, NOW) == "dana"
    assert signers.identify(KEY, "git", NOW) == "dana"


def test_comments_and_several_principals_are_read() -> None:
    signers = parse_allowed_signers(f'dana,dana@example.org namespaces="git" {KEY.line} laptop of 2025\n')
    assert signers.names_of(KEY) == ("dana", "dana@example.org")


def test_a_key_that_is_not_listed_is_unknown() -> None:
    assert code_of(allowed_signers_line("alex", key_of("alex").public, ("git",)), "git") == "signer.unknown"


def test_a_key_may_sign_only_its_namespaces() -> None:
    assert code_of(allowed_signers_line("dana", KEY, ("git",)), DECISION) == "signer.namespace"


def test_a_line_without_namespaces_grants_nothing_of_ours() -> None:
    assert code_of(f"dana {KEY.line}\n", DECISION) == "signer.namespace"
    assert parse_allowed_signers(f"dana {KEY.line}\n").identify(KEY, "git", NOW) == "dana"


@pytest.mark.parametrize(
    ("options", "moment"),
    [
        ('valid-after="20260303Z"', NOW),
        ('valid-before="20260302Z"', NOW),
        ('valid-before="202603020900Z"', NOW),
        ('valid-after="20260101Z",valid-before="20260201000000Z"', NOW),
    ],
)
def test_a_key_counts_only_while_it_is_valid(options: str, moment: datetime) -> None:
    assert code_of(f"dana {options} {KEY.line}\n", "git", moment) == "signer.expired"


def test_a_key_that_is_valid_now_counts() -> None:
    text = f'dana valid-after="20260101Z",valid-before="20270101Z",namespaces="git" {KEY.line}\n'
    assert parse_allowed_signers(text).identify(KEY, "git", datetime(2026, 6, 1, tzinfo=UTC)) == "dana"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("dana", "expected"),
        ("dana ssh-ed25519", "expected"),
        (f"dana cert-authority {KEY.line}", "cert-authority"),
        (f'dana cert-authority,namespaces="git" {KEY.line}', "cert-authority"),
        (f"dana zone=1 {KEY.line}", "zone"),
        (f'dana namespaces="git",namespaces="x" {KEY.line}', "twice"),
        (f'dana namespaces="git*" {KEY.line}', "namespace"),
        (f'dana namespaces="" {KEY.line}', "namespace"),
        (f"dana namespaces {KEY.line}", "namespaces"),
        (f'dana valid-before="20260101" {KEY.line}', "UTC"),
        (f'dana valid-before="20261301Z" {KEY.line}', "UTC"),
        (f'*@example.org namespaces="git" {KEY.line}', "principal"),
        (f'!dana namespaces="git" {KEY.line}', "principal"),
        (f"da\u202ena {KEY.line}", "U\\+202E"),
        (f"dana, {KEY.line}", "principal"),
        ("dana ssh-ed25519 AAAA", "public key"),
        ("dana ssh-dss AAAAB3NzaC1kc3M=", "not supported"),
        ("dana sk-ssh-ed25519@openssh.com AAAA", "not supported"),
        (f'dana namespaces="git {KEY.line}', "expected"),
    ],
)
def test_a_line_that_is_wrong_is_refused_with_its_number(line: str, says: str) -> None:
    with pytest.raises(ContentError, match=says) as caught:
        parse_allowed_signers(f"# first\n{line}\n", ".github/allowed_signers")
    assert (caught.value.path, caught.value.line) == (".github/allowed_signers", 2)
