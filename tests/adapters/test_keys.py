"""Key files: made so that nobody else can read them, and refused where somebody could."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from runwright.adapters.keys import create_key, load_key
from runwright.errors import ContentError, EdgeError
from runwright.release.sshkeys import parse_public_key


def test_a_new_key_is_its_owners_alone_and_loads(tmp_path: Path) -> None:
    public = create_key(tmp_path / "bot", "runwright-bot")
    assert stat.S_IMODE((tmp_path / "bot").stat().st_mode) == 0o600
    assert load_key(tmp_path / "bot").public == public
    assert parse_public_key((tmp_path / "bot.pub").read_text()) == public
    assert (tmp_path / "bot.pub").read_text().endswith(" runwright-bot\n")


def test_two_keys_differ(tmp_path: Path) -> None:
    assert create_key(tmp_path / "a", "a") != create_key(tmp_path / "b", "b")


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    create_key(tmp_path / "bot", "bot")
    with pytest.raises(EdgeError, match="cannot be made"):
        create_key(tmp_path / "bot", "bot")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o606])
def test_a_private_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    create_key(tmp_path / "bot", "bot")
    (tmp_path / "bot").chmod(mode)
    with pytest.raises(ContentError, match="chmod 600"):
        load_key(tmp_path / "bot")


def test_a_key_that_is_not_there_or_no_key_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="cannot be read"):
        load_key(tmp_path / "none")
    (tmp_path / "text").touch(0o600)
    with pytest.raises(ContentError, match="text: the private key"):
        load_key(tmp_path / "text")


@pytest.mark.parametrize("form", [(), ("-m", "PEM", "-t", "rsa"), ("-m", "PKCS8", "-t", "rsa")])
def test_a_key_with_a_passphrase_is_told_apart_from_one_that_is_none(tmp_path: Path, form: tuple[str, ...]) -> None:
    words = ["ssh-keygen", "-q", *(form or ("-t", "ed25519")), "-N", "four black kettles", "-f", str(tmp_path / "mine")]
    subprocess.run(words, check=True, timeout=60)
    with pytest.raises(ContentError, match=r"mine: this private key has a passphrase.*ssh-keygen -t ed25519 -N ''"):
        load_key(tmp_path / "mine")


def test_a_comment_that_would_break_the_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="one line"):
        create_key(tmp_path / "bot", "a\nb")
