"""SSH signatures of messages (SSHSIG), made and checked without ssh-keygen.

Format: OpenSSH `PROTOCOL.sshsig`. A signature binds the message to a namespace, so that one made for a decision is
worth nothing for a release. Who may sign what is decided in `signers`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import textwrap

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from runwright.errors import ContentError, TrustError
from runwright.release.sshkeys import AnyPublic, PublicKey, SigningKey, pack, public_key_of, unpack

MAGIC = b"SSHSIG"
VERSION = (1).to_bytes(4, "big")
BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
LARGEST = 16 * 1024
"""Bytes of an armored signature; the largest real one (RSA 16384) is under 8 KiB."""

CURVE_HASHES: dict[str, HashAlgorithm] = {
    "ecdsa-sha2-nistp256": SHA256(),
    "ecdsa-sha2-nistp384": SHA384(),
    "ecdsa-sha2-nistp521": SHA512(),
}
RSA_HASHES: dict[str, HashAlgorithm] = {"rsa-sha2-256": SHA256(), "rsa-sha2-512": SHA512()}
"""`ssh-rsa` as the name of a signature means SHA-1 and is absent on purpose."""
MESSAGE_HASHES = {"sha256": hashlib.sha256, "sha512": hashlib.sha512}


def sign(key: SigningKey, message: bytes, namespace: str) -> str:
    """Sign a message for one namespace; gives the armored text, ended by a newline."""
    signature = sign_bytes(key, signed_data(message, namespace, "sha512"))
    body = pack(key.public.blob, namespace.encode("ascii"), b"", b"sha512", signature)
    encoded = base64.b64encode(MAGIC + VERSION + body).decode("ascii")
    return "\n".join([BEGIN, *textwrap.wrap(encoded, 70), END, ""])


def signed_data(message: bytes, namespace: str, hash_name: str) -> bytes:
    """Give the bytes that the key really signs: the message only as its hash."""
    digest = MESSAGE_HASHES[hash_name](message).digest()
    return MAGIC + pack(namespace.encode("ascii"), b"", hash_name.encode("ascii"), digest)


def sign_bytes(key: SigningKey, data: bytes) -> bytes:
    """Make the inner signature: its algorithm and its value, in wire format."""
    private = key.private
    if isinstance(private, Ed25519PrivateKey):
        return pack(b"ssh-ed25519", private.sign(data))
    if isinstance(private, EllipticCurvePrivateKey):
        r, s = decode_dss_signature(private.sign(data, ECDSA(CURVE_HASHES[key.public.kind])))
        return pack(key.public.kind.encode("ascii"), pack(mpint(r), mpint(s)))
    return pack(b"rsa-sha2-512", private.sign(data, padding.PKCS1v15(), SHA512()))


def mpint(number: int) -> bytes:
    """Write a positive integer the SSH way: big-endian, with a leading zero byte when the top bit is set."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def verify(message: bytes, armored: str, namespace: str) -> PublicKey:
    """Check a signature over a message for a namespace and give the key that made it.

    Raises TrustError: signature.malformed, signature.namespace, signature.algorithm or signature.invalid.
    The key is not trusted by this; ask `signers` whose it is.
    """
    key, found, hash_name, inner = parse(armored)
    if found != namespace:
        raise TrustError("signature.namespace", f"the signature is for {found!r}, expected {namespace!r}")
    if hash_name not in MESSAGE_HASHES:
        raise TrustError("signature.algorithm", f"the message is hashed with {hash_name!r}, expected sha256 or sha512")
    try:
        verify_bytes(key, signed_data(message, namespace, hash_name), inner)
    except InvalidSignature as error:
        raise TrustError(
            "signature.invalid", f"the signature by {key.key_id} does not fit what it should sign"
        ) from error
    return key


def parse(armored: str) -> tuple[PublicKey, str, str, bytes]:
    """Take an armored signature apart: key, namespace, name of the message's hash, inner signature."""
    try:
        data = unarmor(armored)
        if data[:10] != MAGIC + VERSION:
            raise ValueError("it is not an SSHSIG of version 1")
        (blob, namespace, reserved, hash_name, inner), rest = unpack(data[10:], 5)
        if rest or reserved:
            raise ValueError("it holds more than it should")
        return public_key_of(blob), namespace.decode("ascii"), hash_name.decode("ascii"), inner
    except (ValueError, ContentError) as error:
        raise TrustError("signature.malformed", f"the signature cannot be read: {error}") from error


def unarmor(armored: str) -> bytes:
    """Decode the text between the two marker lines; raises ValueError when it is anything but one signature."""
    if len(armored) > LARGEST:
        raise ValueError(f"it is longer than {LARGEST} bytes")
    lines = armored.strip().splitlines()
    if len(lines) < 3 or lines[0] != BEGIN or lines[-1] != END:
        raise ValueError("the marker lines are missing")
    try:
        return base64.b64decode("".join(lines[1:-1]).encode("ascii"), validate=True)
    except binascii.Error as error:
        raise ValueError("it is not base64") from error


def verify_bytes(key: PublicKey, data: bytes, inner: bytes) -> None:
    """Check the inner signature with the key's own algorithm; raises InvalidSignature or TrustError."""
    try:
        (name, value), rest = unpack(inner, 2)
        algorithm = name.decode("ascii")
        if rest:
            raise ValueError("it holds more than it should")
    except ValueError as error:
        raise TrustError("signature.malformed", f"the inner signature cannot be read: {error}") from error
    public = key.load()
    if isinstance(public, Ed25519PublicKey) and algorithm == "ssh-ed25519":
        public.verify(value, data)
    elif isinstance(public, EllipticCurvePublicKey) and algorithm == key.kind:
        public.verify(dss_signature(value), data, ECDSA(CURVE_HASHES[algorithm]))
    else:
        verify_rsa(public, algorithm, value, data)


def verify_rsa(public: AnyPublic, algorithm: str, value: bytes, data: bytes) -> None:
    """Check an RSA signature made with SHA-2; every other pairing of key and algorithm ends here, refused."""
    if isinstance(public, Ed25519PublicKey | EllipticCurvePublicKey) or algorithm not in RSA_HASHES:
        raise TrustError("signature.algorithm", f"signatures of kind {algorithm!r} are not accepted for this key")
    public.verify(value, data, padding.PKCS1v15(), RSA_HASHES[algorithm])


def dss_signature(value: bytes) -> bytes:
    """Turn the two SSH integers of an ECDSA signature into DER."""
    try:
        (r, s), rest = unpack(value, 2)
    except ValueError as error:
        raise InvalidSignature from error
    if rest or not r or not s or r[0] & 0x80 or s[0] & 0x80:
        raise InvalidSignature
    return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
