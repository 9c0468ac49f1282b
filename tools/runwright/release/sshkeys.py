"""SSH keys as values: the wire format, public key lines, unencrypted private keys.

Formats: RFC 4251 section 5 (data types), RFC 4253 section 6.6 and RFC 8709 (key blobs), OpenSSH `PROTOCOL.key`.
Signing is `sshsig`; who a key belongs to is `signers`; reading key files is an adapter's.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass, field

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_ssh_private_key,
    load_ssh_public_key,
)

from runwright.errors import ContentError

TYPE_NAMES = "ssh-ed25519, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ecdsa-sha2-nistp521, ssh-rsa"
KINDS = frozenset(TYPE_NAMES.split(", "))
SMALLEST_RSA = 2048

AnyPrivate = Ed25519PrivateKey | EllipticCurvePrivateKey | RSAPrivateKey
AnyPublic = Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey


def pack(*strings: bytes) -> bytes:
    """Join strings in SSH wire format: each behind its length as four bytes, big-endian."""
    return b"".join(struct.pack(">I", len(string)) + string for string in strings)


def unpack(data: bytes, count: int) -> tuple[tuple[bytes, ...], bytes]:
    """Take `count` strings off the front of wire data and give the rest; raises ValueError when it is cut short."""
    strings: list[bytes] = []
    for _ in range(count):
        if len(data) < 4:
            raise ValueError("the data ends inside a length")
        (length,) = struct.unpack(">I", data[:4])
        if len(data) < 4 + length:
            raise ValueError("the data ends inside a string")
        strings.append(data[4 : 4 + length])
        data = data[4 + length :]
    return tuple(strings), data


@dataclass(frozen=True)
class PublicKey:
    """A public key: its kind (`ssh-ed25519`, ...) and its blob in wire format."""

    kind: str
    blob: bytes

    @property
    def key_id(self) -> str:
        """Name the key as OpenSSH prints its fingerprint: `SHA256:` and unpadded base64."""
        digest = base64.b64encode(hashlib.sha256(self.blob).digest())
        return "SHA256:" + digest.decode("ascii").rstrip("=")

    @property
    def line(self) -> str:
        """Write the key as `kind base64`, the way a `.pub` file and allowed_signers have it."""
        return f"{self.kind} {base64.b64encode(self.blob).decode('ascii')}"

    def load(self) -> AnyPublic:
        """Give the key to compute with; raises ContentError for a key that is broken or too weak."""
        try:
            key = load_ssh_public_key(self.line.encode("ascii"))
        except (ValueError, UnsupportedAlgorithm) as error:
            raise ContentError(
                f"the public key {self.key_id} cannot be read: {error}; give one that ssh-keygen made"
            ) from error
        if isinstance(key, RSAPublicKey) and key.key_size < SMALLEST_RSA:
            raise ContentError(f"the RSA key {self.key_id} has {key.key_size} bits; use {SMALLEST_RSA} or more")
        if not isinstance(key, AnyPublic):
            raise ContentError(f"the public key is of kind {self.kind}; expected one of {TYPE_NAMES}")
        return key


def public_key_of(blob: bytes) -> PublicKey:
    """Make a public key from its blob; raises ContentError for a kind that is not supported or broken data."""
    try:
        (kind_bytes,), _ = unpack(blob, 1)
        kind = kind_bytes.decode("ascii")
    except ValueError as error:
        raise ContentError(f"the public key is cut short or garbled: {error}") from error
    if kind not in KINDS:
        raise ContentError(f"the public key is of kind {kind!r}; expected one of {TYPE_NAMES}")
    key = PublicKey(kind, blob)
    key.load()
    return key


def parse_public_key(line: str) -> PublicKey:
    """Read `kind base64 [comment]`; raises ContentError when that is not what it is."""
    words = line.split()
    if len(words) < 2:
        raise ContentError("a public key is `kind base64`, such as `ssh-ed25519 AAAA...`; a word is missing")
    try:
        blob = base64.b64decode(words[1].encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ContentError("the public key is not base64; copy the whole line of the .pub file") from error
    key = public_key_of(blob)
    if key.kind != words[0]:
        raise ContentError(
            f"the line says {words[0]!r} but the key is {key.kind!r}; copy the whole line of the .pub file"
        )
    return key


@dataclass(frozen=True)
class SigningKey:
    """A private key that is loaded; it never shows itself."""

    public: PublicKey
    private: AnyPrivate = field(repr=False)

    @classmethod
    def load(cls, pem: bytes) -> SigningKey:
        """Load an unencrypted OpenSSH private key; raises ContentError for anything else."""
        if is_encrypted(pem):
            raise ContentError(
                "this private key has a passphrase, and nobody can be asked for it here; make a key for this alone, "
                "without one: ssh-keygen -t ed25519 -N '' -f FILE, and put its public half where the other's is listed"
            )
        try:
            private = load_ssh_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise ContentError(
                "the private key cannot be read; expected an OpenSSH key without a passphrase"
            ) from error
        if not isinstance(private, AnyPrivate):
            raise ContentError(f"the private key is of a kind that is not supported; expected one of {TYPE_NAMES}")
        line = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
        return cls(parse_public_key(line.decode("ascii")), private)


def is_encrypted(pem: bytes) -> bool:
    """Say whether a private key needs a passphrase: OpenSSH's names its cipher, an older PEM says so in words."""
    if b"ENCRYPTED" in pem:
        return True
    body = b"".join(line for line in pem.splitlines() if line and not line.startswith(b"-----"))
    try:
        magic, rest = base64.b64decode(body).split(b"\0", 1)
        (cipher,), _ = unpack(rest, 1)
    except ValueError:
        return False
    return magic == b"openssh-key-v1" and cipher != b"none"


def private_key_text(seed: bytes, comment: str) -> bytes:
    """Write an ed25519 private key as an OpenSSH file; `seed` is 32 bytes of randomness, which the caller owns.

    The library leaves the comment inside the file empty; `comment` is refused when it would break the public line.
    """
    if len(seed) != 32:
        raise RuntimeError("the seed of an ed25519 key is exactly 32 bytes")
    if not comment.isprintable():
        raise ContentError("the comment of a key must be printable and on one line")
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
