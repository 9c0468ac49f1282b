"""Checks the demo's release tag twice: with Runwright's own verifier, and with plain git where ssh-keygen is there."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from runwright.adapters.git_repository import GitRepository
from runwright.cli.clinic.premises import Premises
from runwright.cli.wiring import now
from runwright.errors import TrustError
from runwright.release.signers import GIT, parse_allowed_signers
from runwright.release.sshsig import verify


def check_tag(premises: Premises, repository: GitRepository, tag: str) -> dict[str, Any]:
    """Verify a tag's signature; raises `TrustError` when it does not fit."""
    oid = repository.resolve(f"refs/tags/{tag}")
    if oid is None:
        raise TrustError("tag.missing", f"there is no tag {tag}")
    signed, marker, rest = repository.read_object(oid).data.partition(b"-----BEGIN SSH SIGNATURE-----")
    key = verify(signed, (marker + rest).decode(), GIT)
    signers = parse_allowed_signers((premises.folder / "trusted_keys").read_text(), "trusted_keys")
    signers.identify(key, GIT, now())
    checks = ["runwright", *(["git verify-tag"] if _git_says_so(repository.path, premises.folder, tag) else [])]
    return {"valid": True, "key_id": key.key_id, "checked_by": " and ".join(checks)}


def _git_says_so(forge: Path, folder: Path, tag: str) -> bool:
    """Whether plain git verifies the tag too; False where ssh-keygen is missing, which git needs for it."""
    if shutil.which("ssh-keygen") is None:
        return False
    argv = [
        "git",
        "-C",
        str(forge),
        "-c",
        f"gpg.ssh.allowedSignersFile={folder / 'allowed_signers'}",
        "verify-tag",
        tag,
    ]
    done = subprocess.run(
        argv,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
    )
    if done.returncode != 0:
        raise TrustError("tag.git", f"git verify-tag does not accept {tag}: {done.stderr.strip()}")
    return True
