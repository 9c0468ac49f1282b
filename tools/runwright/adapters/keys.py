"""SSH key files: makes throw-away ones, and loads a private key that only its owner can read.

The formats are `release.sshkeys`; a key that a service uses every day belongs into its own account.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from runwright.errors import ContentError, EdgeError
from runwright.release.sshkeys import PublicKey, SigningKey, private_key_text

LARGEST = 64 * 1024


def create_key(path: Path, comment: str) -> PublicKey:
    """Make an ed25519 key: `path` (mode 0600) and `path`.pub; raises EdgeError when the file is already there."""
    text = private_key_text(secrets.token_bytes(32), comment)
    public = SigningKey.load(text).public
    write_new(path, text, 0o600)
    write_new(path.with_name(path.name + ".pub"), f"{public.line} {comment}\n".encode(), 0o644)
    return public


def write_new(path: Path, data: bytes, mode: int) -> None:
    """Write a file that must not exist yet, with its mode from the first moment."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except OSError as error:
        raise EdgeError(f"the key file {path} cannot be made: {error.strerror}", retryable=False) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def load_key(path: Path) -> SigningKey:
    """Load a private key; raises ContentError when others may read the file or it is no usable key."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(LARGEST)
    except OSError as error:
        raise ContentError(
            f"the private key cannot be read: {error.strerror}; check the path", path=str(path)
        ) from error
    if b"PRIVATE KEY" not in data:
        public = data.startswith((b"ssh-", b"ecdsa-", b"sk-"))
        said = "name the file without .pub; this is the public half" if public else "expected an OpenSSH key"
        raise ContentError(f"the private key cannot be read; {said}", path=str(path))
    if stat.S_IMODE(mode) & 0o077:
        raise ContentError(f"others may read this private key; run chmod 600 {path}", path=str(path))
    try:
        return SigningKey.load(data)
    except ContentError as error:
        raise ContentError(error.message, path=str(path)) from error
